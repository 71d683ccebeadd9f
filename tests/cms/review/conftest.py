from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.factories import Portal
    from tests.newsroom import Newsroom


@pytest.fixture
def newsroom(portal: Portal) -> Newsroom:
    """The empty portal with its roles, and one person for each."""
    from tests.newsroom import open_newsroom

    return open_newsroom()
