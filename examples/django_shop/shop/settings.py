"""The settings of the shop."""

import os

from psycopg.conninfo import conninfo_to_dict

_place = conninfo_to_dict(os.environ["DATABASE_URL"])

SECRET_KEY = "only for this example"  # noqa: S105
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["shop", "lunogram.contrib.django"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _place.get("host", ""),
        "PORT": _place.get("port", ""),
        "USER": _place.get("user", ""),
        "PASSWORD": _place.get("password", ""),
        "NAME": _place["dbname"],
    }
}
USE_TZ = True

# The key, the URL and the project are in the environment of the relay.
LUNOGRAM = {"OPTIONS": {"ensure_users": True}}
