"""Settings of the tests, with the style sheet in one file as readers get it."""

from cms.settings.test import *  # noqa: F403
from cms.settings.test import STORAGES as TEST_STORAGES
from cms.settings.test import WAGTAILSEARCH_BACKENDS as TEST_INDEX

STORAGES = {
    **TEST_STORAGES,
    "staticfiles": {"BACKEND": "tests.browser.staticfiles.GzipStaticFilesStorage"},
}
# Choosers in the admin search it.
WAGTAILSEARCH_BACKENDS = {"default": {**TEST_INDEX["default"], "AUTO_UPDATE": True}}
