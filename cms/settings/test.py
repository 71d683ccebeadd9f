"""For the tests: fast, silent, in a folder of its own. The database comes from tests/conftest.py."""

import atexit
import os
import shutil
import tempfile

if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="portal-test-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from cms.settings.base import *
from cms.settings.base import STORAGES as BASE_STORAGES
from cms.settings.base import WAGTAILSEARCH_BACKENDS as BASE_SEARCH

DEBUG = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **BASE_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Nothing in the portal asks Wagtail's own index; keeping it up to date is a third of the cost of a page.
WAGTAILSEARCH_BACKENDS = {"default": {**BASE_SEARCH["default"], "AUTO_UPDATE": False}}
