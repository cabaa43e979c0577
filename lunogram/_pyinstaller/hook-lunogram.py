"""What a program with lunogram in it needs, besides what its imports say."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

# Programs that use these import them by name; most programs do not, and they bring much with them.
_ROOMS_BY_NAME = ("cli", "conformance", "contrib", "importing", "sandbox", "testing")


def _is_for_all(module: str) -> bool:
    room = module.split(".")[1:2]
    return not room or room[0] not in _ROOMS_BY_NAME


hiddenimports = collect_submodules("lunogram", filter=_is_for_all)
datas = collect_data_files("lunogram", excludes=["_pyinstaller"])
