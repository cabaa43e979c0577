"""What needs an extra that is not installed says so, in one sentence that names the extra."""

from __future__ import annotations

import subprocess
import sys

import pytest

MISSING = {
    "outbox-postgres": ("psycopg", "Outbox('postgresql://u@127.0.0.1/x')"),
    "outbox-nats": ("nats", "Outbox('nats://127.0.0.1:4222/EXTRAS')"),
}

# As if it had never been installed: the package itself and all modules in it.
PROGRAM = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {package!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
from lunogram import ConfigurationError
from lunogram.outbox import Outbox
try:
    {code}
except ConfigurationError as error:
    print(error)
"""


@pytest.mark.parametrize(("extra", "missing"), MISSING.items(), ids=MISSING)
def test_missing_extra(extra: str, missing: tuple[str, str]) -> None:
    package, code = missing
    program = PROGRAM.format(package=package, code=code)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (sentence,) = done.stdout.splitlines()
    assert f"pip install 'lunogram[{extra}]'" in sentence
