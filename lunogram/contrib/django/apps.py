"""The app: its name, and its checks."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class LunogramConfig(AppConfig):  # type: ignore[misc]
    """The app ``lunogram.contrib.django``."""

    name = "lunogram.contrib.django"
    label = "lunogram"
    verbose_name = "Lunogram"

    def ready(self) -> None:
        """Register the checks of the settings."""
        from django.core import checks

        from .checks import check_settings

        register: Any = checks.register
        register(check_settings)
