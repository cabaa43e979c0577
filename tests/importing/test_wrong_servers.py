"""Imports whose URL leads to another server: no row is rejected or lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lunogram import Lunogram
from lunogram.importing import ImportResult, import_events, import_users
from lunogram.outbox import Outbox
from tests.support.faults import Fault, empty, html, json_answer, right
from tests.support.faulty_server import FaultyServer

OTHERS: dict[str, Fault] = {
    "404, a page": html(404),
    "400, empty": empty(400),
    "200, a page": html(200),
    "422, another API": json_answer({"detail": [{"msg": "field required"}]}, 422),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("work", [import_users, import_events])
def test_an_import_waits_for_the_right_server(
    tmp_path: Path, outbox: Outbox, other: Fault, work: Callable[..., ImportResult]
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("identifier,name\n" + "".join(f"u{n},it.happened\n" for n in range(50)))
    told: list[str] = []
    with FaultyServer(other) as server:

        def mend(error: Exception) -> None:
            told.append(str(error))
            assert (outbox.stats().pending, outbox.stats().dead) == (50, 0)
            server.plan(right())

        client = Lunogram("sk_x", base_url=server.base_url)
        with client, outbox.relay(client, on_error=mend):
            result = work(str(file), outbox, wait=True)
        assert (result.complete, result.delivered, result.dead) == (True, 50, 0)
        assert "check base_url" in told[0]
