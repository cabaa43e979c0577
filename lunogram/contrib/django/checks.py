"""The checks of ``manage.py check``."""

from __future__ import annotations

import os
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.utils.connection import ConnectionDoesNotExist

from ...errors import ConfigurationError
from .configuration import configuration


def check_settings(**_: Any) -> list[CheckMessage]:
    """The faults of the setting ``LUNOGRAM``."""
    try:
        chosen = configuration()
        chosen.check()
    except (ImproperlyConfigured, ConfigurationError, ConnectionDoesNotExist) as error:
        return [Error(str(error), id="lunogram.E001")]
    except TypeError as error:
        return [Error(f"LUNOGRAM has an unknown option: {error}", id="lunogram.E001")]
    if not chosen.api_key and not os.environ.get("LUNOGRAM_API_KEY"):
        hint = "Set LUNOGRAM['API_KEY'], or LUNOGRAM_API_KEY in the environment of the relay."
        return [CheckWarning("lunogram_relay has no API key", hint=hint, id="lunogram.W001")]
    return []
