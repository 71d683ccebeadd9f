from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from tests.factories import PolicyPageFactory, Portal


@pytest.mark.parametrize(
    ("issued", "valid"),
    [
        ("2023", "2023/2025"),
        ("2023-06", "2023"),
        ("2023-12-31", "2023"),
        ("2024", "2023/2025"),
        ("2023-06", "@2025"),
        ("@2023", "2023"),
        ("", "2020"),
        ("2025", ""),
        ("", ""),
    ],
)
def test_validity_may_begin_before_or_after_issue(portal: Portal, issued: str, valid: str) -> None:
    policy = PolicyPageFactory(issued=issued, valid=valid)
    policy.full_clean()
    assert (policy.issued, policy.valid) == (issued, valid)


@pytest.mark.parametrize(
    ("issued", "valid"),
    [("2024", "2023"), ("2024-01", "2021/2023"), ("2024年1月", "2021—2023年"), ("@2025", "2024")],
)
def test_policy_cannot_have_run_out_before_it_was_issued(portal: Portal, issued: str, valid: str) -> None:
    policy = PolicyPageFactory()
    policy.issued, policy.valid = issued, valid
    with pytest.raises(ValidationError) as refused:
        policy.full_clean()
    assert refused.value.message_dict == {"valid": ["实施期限在发布之前就结束了。"]}


@pytest.mark.parametrize("field", ["issued", "valid"])
def test_unreadable_period_is_named_by_its_field(portal: Portal, field: str) -> None:
    policy = PolicyPageFactory(issued="2023", valid="2023/2025")
    setattr(policy, field, "去年")
    with pytest.raises(ValidationError) as refused:
        policy.full_clean()
    assert field in refused.value.message_dict


def test_policy_shows_its_periods_in_words_and_the_unknown_as_nothing(portal: Portal) -> None:
    policy = PolicyPageFactory(issued="2023-06", valid="2023/2025")
    assert (policy.issued_label, policy.valid_label) == ("2023年6月", "2023—2025年")
    unknown = PolicyPageFactory()
    assert (unknown.issued_label, unknown.valid_label) == ("", "")
