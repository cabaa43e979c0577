"""`lunogram migrate customerio`: looked through first, then sent, and gone on with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lunogram.customerio.migration import migrate_events, migrate_people, survey_people
from lunogram.importing import Query, SourceError, import_users
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.import_files import PROGRAM, bodies, table, write_csv, write_jsonl
from tests.support.sandbox_process import SandboxProcess

PEOPLE = """\
id,email,cio_id,created_at,phone,language,plan,newsletter,anonymous_id,empty
5,lucy@example.com,c5,1767249000,+31612345678,nl,pro,true,anon-5,
,Eve@Example.com,c6,1767249001,0612345678,,free,false,,
,,,1767249002,,,none,,,
"""
SURVEY = """\
people.csv: 3 rows of people
attribute     filled  becomes
id               33%  identifier, source default (text)
email            66%  email (text)
cio_id           66%  identifier, source customerio (text)
created_at      100%  data.created_at (number)
phone            66%  phone (text); 1 are invalid, and kept in data
language         33%  locale (text)
plan            100%  data.plan (text)
newsletter        0%  omitted
anonymous_id     33%  identifier, source anonymous (text)
empty             0%  data.empty
invalid rows: 1, in people.dry-run.rejected.csv

Nothing was sent. To send the data, add --go.
"""
EVENTS: list[dict[str, Any]] = [
    {"customer_id": "5", "name": "purchase", "timestamp": 1767249000, "data": {"price": 1}},
    {"email": "Eve@example.com", "event_name": "viewed", "event_type": "page"},
    {"anonymous_id": "anon-9", "name": "seen", "colour": "red"},
    {"name": "nobody's"},
]


@pytest.fixture
def project(sandbox: SandboxProcess) -> Sandbox:
    return Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(PEOPLE)
    write_jsonl(tmp_path, EVENTS).rename(tmp_path / "events.jsonl")
    return tmp_path


def run(
    folder: Path, project: Sandbox, *arguments: str, before: str = ""
) -> subprocess.CompletedProcess[str]:
    """`lunogram migrate customerio`, to its end."""
    program = ["-W", "error", "-c", f"{before}\n{PROGRAM}", "migrate", "customerio", *arguments]
    environ = {**os.environ, **project.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, *program],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_looked_through_first_without_a_key(folder: Path, project: Sandbox) -> None:
    without_key = "import os; os.environ.pop('LUNOGRAM_API_KEY')"
    done = run(
        folder, project, "--people", "people.csv", "--map", "newsletter=", before=without_key
    )

    assert done.returncode == 1  # for the invalid row
    assert done.stdout == SURVEY
    assert "lucy" not in done.stdout + done.stderr
    assert project.users() == []
    assert {path.name for path in folder.iterdir()} == {
        "people.csv",
        "events.jsonl",
        "people.dry-run.rejected.csv",
    }


@pytest.mark.slow
def test_then_it_is_sent(folder: Path, project: Sandbox) -> None:
    done = run(folder, project, "--go", "--people", "people.csv", "--events", "events.jsonl")

    assert done.returncode == 1  # for the invalid rows
    assert table(done.stdout)["dead"] == 0
    lucy, eve = project.user("5"), project.user(("email", "eve@example.com"))
    assert (lucy.email, lucy.phone, lucy.locale) == ("lucy@example.com", "+31612345678", "nl")
    assert lucy.data == {"created_at": 1767249000, "plan": "pro", "newsletter": True}
    assert lucy == project.user(("customerio", "c5")) == project.user(("anonymous", "anon-5"))
    assert eve.data["phone"] == "0612345678"
    assert eve.phone is None
    sent = {event.name: event.data for event in project.events() if event.cause == "sent"}
    assert sent == {
        "purchase": {"price": 1, "timestamp": 1767249000},
        "viewed": {"type": "page"},
        "seen": {"colour": "red"},
    }
    assert {path.name for path in folder.iterdir()} == {
        "people.csv",
        "people.rejected.csv",
        "events.jsonl",
        "events.rejected.jsonl",
    }


@pytest.mark.slow
def test_it_goes_on_after_it_was_killed(tmp_path: Path, project: Sandbox) -> None:
    write_csv(tmp_path, [{"id": f"u{n}", "plan": "pro"} for n in range(2500)], "people.csv")
    killed = """
from lunogram.outbox import queue
add = queue.Queue.queue_calls
def until(self, calls, *arguments, **options):
    add(self, calls, *arguments, **options)
    if len(calls) == 1000:
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
queue.Queue.queue_calls = until
"""
    options = ["--go", "--people", "people.csv", "--concurrency", "4"]
    assert run(tmp_path, project, *options, before=killed).returncode == -9

    done = run(tmp_path, project, *options)

    assert done.returncode == 0, done.stderr
    assert "Resumed after row 1,000." in done.stdout
    assert len(project.users()) == 2500
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ([], "a file is missing: --people, --events, or both"),
        (["--people", "people.csv", "--map", "nothing=email"], "there is no column 'nothing'"),
        (["--events", "people.csv"], "there is no column name or event_name"),
        (["--people", "people.csv", "--map", "plan"], "'plan' is not COLUMN=FIELD"),
        (["--people", "nowhere.csv"], "'nowhere.csv' does not exist"),
    ],
)
def test_what_cannot_be_right(
    arguments: list[str], fault: str, folder: Path, project: Sandbox
) -> None:
    done = run(folder, project, *arguments)

    assert done.returncode == 2
    assert fault in done.stderr
    assert "Traceback" not in done.stderr


# -- from Python ----------------------------------------------------------------------------------


def rows_of(tmp_path: Path, rows: list[dict[str, Any]]) -> Path:
    return write_jsonl(tmp_path, rows)


def test_names_of_people(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": 5, "email": "a@example.com"},
        {"id": "b@example.com"},
        {"id": "", "cio_id": "cio_7"},
        {"id": "6", "data": {"a": {"b": 1}}, "tags": ["x"]},
    ]
    with Outbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
        assert migrate_people(rows_of(tmp_path, rows), outbox).rejected == 0
        assert bodies(outbox) == [
            {"identifier": [{"external_id": "5"}], "email": "a@example.com"},
            {
                "identifier": [{"external_id": "b@example.com", "source": "email"}],
                "email": "b@example.com",
            },
            {"identifier": [{"external_id": "7", "source": "customerio"}]},
            {"identifier": [{"external_id": "6"}], "data": {"a": {"b": 1}, "tags": ["x"]}},
        ]


def test_events_and_their_faults(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"customer_id": "5", "name": ""},
        {"name": "x", "customer_id": "cio_7", "at": [1]},
    ]
    with Outbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
        result = migrate_events(rows_of(tmp_path, rows), outbox)
        seven = [{"external_id": "7", "source": "customerio"}]
        assert bodies(outbox) == [
            {"identifier": seven},  # whom the server would not know
            {
                "name": "x",
                "identifier": seven,
                "data": {"at": [1]},
            },
        ]
    assert "name: is empty" in Path(str(result.rejected_file)).read_text()


def test_data_of_an_event_is_kept(tmp_path: Path) -> None:
    """Its own timestamp, type and id, beside those of the event."""
    own = {"price": 1, "timestamp": "own", "type": "gift", "id": "mine"}
    row = {"customer_id": "5", "name": "x", "timestamp": 1767571200, "type": "page", "id": "01A"}
    rows: list[dict[str, Any]] = [
        {**row, "data": own},
        {**row, "data": {}},
        {"customer_id": "5", "name": "x", "timestamp": "2026-01-05"},
    ]
    with Outbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
        migrate_events(rows_of(tmp_path, rows), outbox)
        csv_rows = [{**row, "data": own}]
        migrate_events(write_csv(tmp_path, csv_rows, "events.csv"), outbox)
        told = {"timestamp": 1767571200, "type": "page", "id": "01A"}
        both = {**own, **{f"event_{name}": value for name, value in told.items()}}
        assert [body["data"] for body in bodies(outbox) if "name" in body] == [
            both,
            told,
            {"timestamp": "2026-01-05"},
            both,
        ]


@pytest.mark.parametrize("yes", [True, "true", "TRUE", 1, "1"])
def test_whoever_has_unsubscribed_gets_no_address(tmp_path: Path, yes: Any) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "5", "email": "a@example.com", "phone": "+31612345678", "unsubscribed": yes},
        {"email": "B@example.com", "unsubscribed": yes},
        {"id": "6", "email": "c@example.com", "unsubscribed": False},
        {"id": "7", "cio_subscription_preferences": {"topics": {"topic_1": False}}},
    ]
    source = rows_of(tmp_path, rows)
    notes = survey_people(source).result.notes
    assert notes[0].startswith("people who have unsubscribed at Customer.io: 2; their email")
    assert notes[1].startswith("people with subscription preferences: 1; Lunogram does not")
    assert len(notes) == 2
    with Outbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
        assert migrate_people(source, outbox).notes == notes
        first, second, third, _ = bodies(outbox)
        assert "email" not in first
        assert "phone" not in first
        assert first["data"] == {
            "unsubscribed": yes,
            "unsubscribed_email": "a@example.com",
            "unsubscribed_phone": "+31612345678",
        }
        assert "email" not in second
        assert third["email"] == "c@example.com"
        migrate_people(source, outbox, mapping={"unsubscribed": ""})
        assert bodies(outbox)[4]["email"] == "a@example.com"


def test_the_array_of_activities_is_found(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_text(
        '{"activities": [{"customer_id": "5", "name": "x", "timestamp": 1}], "next": ""}'
    )
    with Outbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
        assert migrate_events(path, outbox).queued == 1


def test_rows_of_attributes_are_turned_by_a_query(tmp_path: Path) -> None:
    (tmp_path / "attributes.csv").write_text(
        "internal_customer_id,attribute_name,attribute_value\n"
        "03a,plan,pro\n03a,email,a@example.com\n03b,city,Paris\n"
    )
    query = Query(f"""
        select internal_customer_id as identifier,
            max(attribute_value) filter (attribute_name = 'email') as email,
            map(list(attribute_name), list(attribute_value)) as data
        from '{tmp_path}/attributes.csv' group by identifier order by identifier""")
    with Outbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
        import_users(query, outbox, source_name="customerio")
        assert [(body.get("email"), body["data"]) for body in bodies(outbox)] == [
            ("a@example.com", {"plan": "pro", "email": "a@example.com"}),
            (None, {"city": "Paris"}),
        ]


def test_a_survey_in_numbers(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "5", "mixed": 1, "nested": {"a": True}},
        {"id": "6", "mixed": "x"},
    ]
    found = survey_people(rows_of(tmp_path, rows), mapping={"nested": "data.deep.er"})

    facts = {each.name: (each.becomes, each.filled, each.types) for each in found.attributes}
    assert facts == {
        "id": ("identifier, source default", 2, ["text"]),
        "mixed": ("data.mixed", 2, ["number", "text"]),
        "nested": ("data.deep.er", 1, ["object"]),
    }
    with pytest.raises(SourceError, match="id or email or cio_id"):
        survey_people(rows_of(tmp_path, [{"name": "x"}]))
