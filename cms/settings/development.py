"""`make dev`: reloads itself, shows errors in the browser, takes static files from where they lie."""

from cms.settings.base import *
from cms.settings.base import STORAGES as BASE_STORAGES

DEBUG = True
ALLOWED_HOSTS = ["*"]
STORAGES = {
    **BASE_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
