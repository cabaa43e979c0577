"""The generated client imports its modules by name."""

from PyInstaller.utils.hooks import collect_submodules

hiddenimports = collect_submodules("lunogram_api")
