"""`lunogram import`, as a process, to a Lunogram."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.import_files import run, start, table, write_csv

PEOPLE = [{"identifier": f"u{n}", "email": f"u{n}@example.com", "plan": "pro"} for n in range(300)]


def test_it_imports(tmp_path: Path, project: Sandbox) -> None:
    write_csv(tmp_path, PEOPLE, "people.csv")

    done = run(tmp_path, project, "users", "people.csv")

    assert done.returncode == 0, done.stderr
    assert table(done.stdout) == {
        "rows": 300, "queued": 300, "rejected": 0, "delivered": 300, "dead": 0, "pending": 0,
    }  # fmt: skip
    assert project.user("u7").data == {"plan": "pro"}
    assert len(project.users()) == 300
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


def test_every_kind(tmp_path: Path, project: Sandbox) -> None:
    files = {
        "organizations": "identifier,name,plan\no1,Acme,pro\n",
        "users": "identifier\nu1\n",
        "members": "organization,user,role\no1,u1,admin\n",
        "schedules": "name,identifier,scheduled_at\ntrial,u1,2130-01-05T10:00:00Z\n",
        "events": "name,identifier,total\norder.completed,u1,9.5\n",
    }
    for kind, text in files.items():
        (tmp_path / f"{kind}.csv").write_text(text)
        done = run(tmp_path, project, kind, f"{kind}.csv")
        assert (done.returncode, table(done.stdout)["delivered"]) == (0, 1), done.stderr
    (tmp_path / "more.csv").write_text("name,identifier,n\nmoved,o1,1\n")
    assert run(tmp_path, project, "events", "more.csv", "--organizations").returncode == 0

    assert [event.data for event in project.events(name="order.completed")] == [{"total": 9.5}]
    assert [event.data for event in project.events(name="moved")] == [{"n": 1}]
    (member,) = project.members()
    assert member.data == {"role": "admin"}


def test_rejected_rows_and_dead_letters_are_no_success(tmp_path: Path, project: Sandbox) -> None:
    (tmp_path / "members.csv").write_text("organization,user\nnowhere,nobody\n,u\n")

    done = run(tmp_path, project, "members", "members.csv")

    assert done.returncode == 1
    numbers = table(done.stdout)
    assert (numbers["rejected"], numbers["dead"], numbers["pending"]) == (1, 1, 0)
    assert "Rejected rows with reasons: members.rejected.csv" in done.stdout
    outbox = tmp_path / "members.csv.lunogram.db"
    assert f"Dead letters: lunogram outbox dead-letters sqlite:///{outbox}" in done.stdout
    assert outbox.stat().st_mode & 0o777 == 0o600

    # Mended on the other side, the same command delivers what was dead, and tidies up.
    (tmp_path / "o.csv").write_text("identifier\nnowhere\n")
    (tmp_path / "u.csv").write_text("identifier\nnobody\n")
    assert run(tmp_path, project, "organizations", "o.csv").returncode == 0
    assert run(tmp_path, project, "users", "u.csv").returncode == 0
    with Outbox(f"sqlite:///{outbox}") as letters:
        letters.retry("all")
    again = run(tmp_path, project, "members", "members.csv")
    assert again.returncode == 1  # for the row that is still rejected
    assert "An earlier run has queued all rows" in again.stdout
    assert table(again.stdout)["dead"] == 0
    assert not outbox.exists()


def test_a_dry_run_needs_no_key(tmp_path: Path, project: Sandbox) -> None:
    write_csv(tmp_path, [*PEOPLE, {"identifier": "x", "email": "wrong"}], "people.csv")
    without_key = "import os; os.environ.pop('LUNOGRAM_API_KEY')"

    done = run(tmp_path, project, "users", "people.csv", "--dry-run", before=without_key)

    assert done.returncode == 1
    assert (table(done.stdout)["rows"], table(done.stdout)["rejected"]) == (301, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "people.csv",
        "people.dry-run.rejected.csv",
    ]
    assert project.users() == []


def test_too_many_errors(tmp_path: Path, project: Sandbox) -> None:
    (tmp_path / "people.csv").write_text('identifier,n\n"",1\n"",2\n\n,3\nu1,4\n')
    done = run(tmp_path, project, "users", "people.csv", "--max-errors", "2")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: stopped after 3 rows: 3 were rejected, more than 2;")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("restart", [False, True])
def test_standard_input(tmp_path: Path, project: Sandbox, restart: bool) -> None:  # noqa: FBT001 - a parameter of the test
    options = ["--restart"] if restart else []
    done = run(tmp_path, project, "users", "-", *options, given="identifier,n\nu1,1\nu2,2\n")
    assert done.returncode == 0, done.stderr
    assert project.user("u2").data == {"n": 2}
    assert list(tmp_path.iterdir()) == []


def test_standard_input_in_other_formats(tmp_path: Path, project: Sandbox) -> None:
    given = '{"identifier": "u1", "n": [1]}\n{"identifier": ""}\n'
    done = run(tmp_path, project, "users", "-", "--format", "jsonl", given=given)
    assert done.returncode == 1
    assert project.user("u1").data == {"n": [1]}
    (rejected,) = tmp_path.iterdir()
    assert re.fullmatch(r"stdin-[0-9a-f]{8}\.rejected\.jsonl", rejected.name)


def test_a_pipe_is_like_standard_input(tmp_path: Path, project: Sandbox) -> None:
    os.mkfifo(tmp_path / "pipe")
    process = start(tmp_path, project, "users", "pipe", "--format", "csv")
    (tmp_path / "pipe").write_text("identifier\nu1\n")
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert table(output)["delivered"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_query_over_files(tmp_path: Path, project: Sandbox) -> None:
    write_csv(tmp_path, PEOPLE, "people.csv")
    query = "select identifier, upper(plan) as plan from 'people.csv' where identifier = 'u7'"
    done = run(tmp_path, project, "users", "--query", query)
    assert done.returncode == 0, done.stderr
    assert [user.data for user in project.users()] == [{"plan": "PRO"}]
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


def test_a_query_over_a_database(tmp_path: Path, project: Sandbox) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as shop:
        shop.execute("create table people as select 'u1' as id, 1.5 as total")
    done = run(
        tmp_path, project, "users", "--database", "shop.duckdb", "--query", "from people",
        "--map", "id=identifier", "--map", "total=data.spent.total", "--source", "stripe",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert project.user(("stripe", "u1")).data == {"spent": {"total": 1.5}}


def test_an_outbox_of_ones_own_stays(tmp_path: Path, project: Sandbox) -> None:
    write_csv(tmp_path, PEOPLE, "people.csv")
    arguments = ("users", "people.csv", "--outbox", "sqlite:///shop.db")
    assert run(tmp_path, project, *arguments).returncode == 0
    assert (tmp_path / "shop.db").exists()

    again = run(tmp_path, project, *arguments)

    assert again.returncode == 0
    assert again.stdout.splitlines()[1].startswith("An earlier run has queued all rows")
    with Outbox(f"sqlite:///{tmp_path}/shop.db") as outbox:
        assert outbox.stats().queued == 300


def test_another_relay_may_deliver(tmp_path: Path, project: Sandbox) -> None:
    write_csv(tmp_path, PEOPLE, "people.csv")
    arguments = ("users", "people.csv", "--outbox", "sqlite:///shop.db", "--no-relay")
    without_key = "import os; os.environ.pop('LUNOGRAM_API_KEY')"
    process = start(tmp_path, project, *arguments, before=without_key)
    while not (tmp_path / "shop.db").exists():
        time.sleep(0.02)
    relay = [sys.executable, "-m", "lunogram.cli", "relay", f"sqlite:///{tmp_path}/shop.db"]
    other = subprocess.Popen(relay, env={**os.environ, **project.environ})
    output, errors = process.communicate(timeout=60)
    other.terminate()
    assert process.returncode == 0, errors
    assert table(output)["delivered"] == 300
    assert other.wait(20) == 0


# -- what it shows --------------------------------------------------------------------------------

TELLING = "from lunogram.cli import progress_bar as bar; bar._BETWEEN_LINES = 0.0"


def test_lines_where_there_is_no_terminal(tmp_path: Path, project: Sandbox) -> None:
    write_csv(tmp_path, [*PEOPLE, {"identifier": "", "plan": "pro"}], "people.csv")
    done = run(tmp_path, project, "users", "people.csv", before=TELLING)
    lines = done.stderr.splitlines()
    assert "\r" not in done.stderr
    assert lines[-1].startswith("301 of 301 rows  ")
    assert "  1 rejected  0 dead  0:00 left" in lines[-1]


def test_a_bar_on_a_terminal(tmp_path: Path, project: Sandbox) -> None:
    write_csv(tmp_path, PEOPLE, "people.csv")
    mine, theirs = pty.openpty()
    process = start(tmp_path, project, "users", "people.csv", stderr=theirs)
    os.close(theirs)
    drawn = b""
    while piece := _read(mine):
        drawn += piece
    output, _ = process.communicate(timeout=60)
    os.close(mine)
    assert process.returncode == 0
    last = drawn.decode().split("\r\x1b[K")[-1].rstrip()
    assert re.fullmatch(
        r"100% \[#+\] 300 of 300 rows  [\d,]+/s  0 rejected  0 dead  0:00 left", last
    )
    assert len(last) < 80
    assert table(output)["delivered"] == 300


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 10_000)
    except OSError:  # nobody has the other end any more
        return b""


def test_trouble_is_told_and_ends_well(tmp_path: Path, project: Sandbox) -> None:
    write_csv(tmp_path, PEOPLE[:5], "people.csv")
    project.fault("error", status=503, count=2)
    done = run(tmp_path, project, "users", "people.csv", "--concurrency", "1")
    assert done.returncode == 0
    assert "retrying: 503" in done.stderr


# -- what can't be --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["users"], "name a FILE, - for standard input, or a --query"),
        (["users", "a.csv", "--query", "select 1"], "name a FILE"),
        (["users", "people.csv", "--database", "people.csv"], "a --database needs a --query"),
        (["users", "nowhere.csv"], "Error: there is no file nowhere.csv"),
        (["users", "people.csv", "--map", "x"], "Error: 'x' is not COLUMN=FIELD"),
        (["events", "people.csv"], "Error: there is no column name, which events need"),
        (["users", "people.csv", "--outbox", "mysql://x"], "Error: the URL of an outbox"),
        (["users", "people.csv", "--concurrency", "99"], "Error: concurrency must be"),
    ],
)
def test_mistakes_are_one_sentence(
    tmp_path: Path, project: Sandbox, arguments: list[str], message: str
) -> None:
    (tmp_path / "people.csv").write_text("identifier\nu1\n")
    done = run(tmp_path, project, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_key_is_missed_before_anything_is_read(tmp_path: Path, project: Sandbox) -> None:
    write_csv(tmp_path, PEOPLE, "people.csv")
    without_key = "import os; os.environ.pop('LUNOGRAM_API_KEY')"
    done = run(tmp_path, project, "users", "people.csv", before=without_key)
    assert done.returncode == 2
    assert "LUNOGRAM_API_KEY" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


@pytest.mark.parametrize("text", ["id\nu1\n", "", "identifier,n\nu1\n", "identifier\n\0\xff"])
def test_what_was_not_begun_leaves_no_files(tmp_path: Path, project: Sandbox, text: str) -> None:
    (tmp_path / "people.csv").write_text(text, encoding="latin-1")
    done = run(tmp_path, project, "users", "people.csv")
    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


@pytest.mark.parametrize("package", ["duckdb", "click", "openpyxl", "tzlocal"])
def test_a_missing_extra_is_named(tmp_path: Path, project: Sandbox, package: str) -> None:
    write_csv(tmp_path, [{"identifier": "u1", "timezone": "europe/london"}], "people.csv")
    (tmp_path / "people.xlsx").write_bytes(b"PK")
    gone = f"import sys; sys.modules[{package!r}] = None"
    inputs = {"duckdb": ["--query", "from 'people.csv'"], "openpyxl": ["people.xlsx"]}
    done = run(tmp_path, project, "users", *inputs.get(package, ["people.csv"]), before=gone)
    assert done.returncode == 2
    assert "pip install 'lunogram[import]'" in done.stderr


def test_two_imports_from_standard_input_share_nothing(tmp_path: Path, project: Sandbox) -> None:
    """Each waits for the end of what it is given while the other runs."""
    slow = start(tmp_path, project, "users", "-", stdin=subprocess.PIPE)
    assert slow.stdin is not None
    slow.stdin.write("identifier,who\na1,A\n")
    slow.stdin.flush()

    fast = run(tmp_path, project, "users", "-", given="identifier,who\nb1,B\nb2,B\n")
    output, errors = slow.communicate("a2,A\n", timeout=60)

    assert (fast.returncode, slow.returncode) == (0, 0), errors
    assert (table(fast.stdout)["delivered"], table(output)["delivered"]) == (2, 2)
    assert sorted(user.data["who"] for user in project.users()) == ["A", "A", "B", "B"]
    assert list(tmp_path.iterdir()) == []


def test_a_substituted_process_is_read(tmp_path: Path, project: Sandbox) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"identifier\nu1\n")
    os.close(writing)
    process = start(
        tmp_path, project, "users", f"/dev/fd/{reading}", "--format", "csv", pass_fds=[reading]
    )
    os.close(reading)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert table(output)["delivered"] == 1
    assert list(tmp_path.iterdir()) == []


# -- what it spills -------------------------------------------------------------------------------

SPILLING = """
import tempfile, threading, time
from pathlib import Path

def watch():
    while True:
        for path in Path(tempfile.gettempdir()).iterdir():
            names.add((path.name, path.stat().st_mode & 0o777))
        time.sleep(0.001)

names = set()
threading.Thread(target=watch, daemon=True).start()
import atexit
atexit.register(lambda: print(sorted(names)))
"""


def test_what_is_spilled_is_private_and_removed(tmp_path: Path, project: Sandbox) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    write_csv(tmp_path, PEOPLE, "people.csv")
    before = f"import os; os.environ['TMPDIR'] = {str(temporary)!r}\n{SPILLING}"

    done = run(tmp_path, project, "users", "--query", "from 'people.csv'", before=before)

    assert done.returncode == 0, done.stderr
    (found,) = [line for line in done.stdout.splitlines() if line.startswith("[")]
    folders = re.findall(r"\('(.+?)', (\d+)\)", found)
    assert {int(mode) for _, mode in folders} == {0o700}
    assert all(re.fullmatch(r"lunogram-import-\w{8}", name) for name, _ in folders)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("command", ["import", "sync"])
def test_nothing_counts_as_done_while_lunogram_is_disabled(
    tmp_path: Path, project: Sandbox, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    write_csv(tmp_path, [{"identifier": "u1"}])
    line = ("users", "rows.csv", "--outbox", f"sqlite:///{tmp_path}/outbox.db")
    monkeypatch.setenv("LUNOGRAM_DISABLED", "1")
    disabled = run(tmp_path, project, *line, "--no-relay", command=command)
    assert disabled.returncode == 2
    assert "LUNOGRAM_DISABLED is set" in disabled.stderr
    monkeypatch.delenv("LUNOGRAM_DISABLED")
    done = run(tmp_path, project, *line, command=command)
    assert (done.returncode, table(done.stdout)["delivered"]) == (0, 1), done.stderr
