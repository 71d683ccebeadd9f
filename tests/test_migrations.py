import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    """`makemigrations --check` leaves with status 1 and names the changes if any are missing."""
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
