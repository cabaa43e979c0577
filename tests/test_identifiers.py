"""The forms in which somebody can be named, and what is rejected in them."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lunogram import ExternalID
from lunogram.identifiers import Identifiers, external_ids
from tests.calls.recorder import Recorder, rejected

ID = UUID("9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d")


class Source(StrEnum):
    STRIPE = "stripe"


class Key(str):
    __slots__ = ()


def name(external_id: str, source: str | None = None, **more: Any) -> dict[str, Any]:
    return {"external_id": external_id, **({"source": source} if source else {}), **more}


FORMS: list[tuple[Any, list[dict[str, Any]]]] = [
    ("u", [name("u")]),
    (" ", [name(" ")]),
    ("ü/🎉?&", [name("ü/🎉?&")]),
    (Key("u"), [name("u")]),
    (ID, [name(str(ID))]),
    (("stripe", "cus_1"), [name("cus_1", "stripe")]),
    (("stripe", ID), [name(str(ID), "stripe")]),
    ((Source.STRIPE, "cus_1"), [name("cus_1", "stripe")]),
    (("default", "u"), [name("u")]),
    (("", "u"), [name("u")]),
    ((None, "u"), [name("u")]),
    (("anonymous", "a"), [name("a", "anonymous")]),
    (ExternalID("u"), [name("u")]),
    (ExternalID("u", ""), [name("u")]),
    (ExternalID("u", "crm"), [name("u", "crm")]),
    (ExternalID(ID), [name(str(ID))]),  # type: ignore[arg-type]
    (ExternalID("u", metadata={}), [name("u", metadata={})]),
    (ExternalID("u", metadata={"id": ID}), [name("u", metadata={"id": str(ID)})]),
    ({"external_id": "u"}, [name("u")]),
    ({"external_id": "u", "source": "default"}, [name("u")]),
    ({"external_id": ID, "source": ""}, [name(str(ID))]),
    ({"external_id": "u", "source": None, "metadata": None}, [name("u")]),
    (MappingProxyType({"external_id": "u", "metadata": {"camelCase": 1}}),
     [name("u", metadata={"camelCase": 1})]),
    (["u"], [name("u")]),
    ([ID], [name(str(ID))]),
    (["u", ("s", "v"), ExternalID("w", "t"), {"external_id": "x"}, ID],
     [name("u"), name("v", "s"), name("w", "t"), name("x"), name(str(ID))]),
    ([("s", "u"), ("s", "u")], [name("u", "s"), name("u", "s")]),
    (["u", ("s", "u")], [name("u"), name("u", "s")]),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::lunogram.LunogramWarning")  # of odd identifiers
@pytest.mark.parametrize(("given", "expected"), FORMS)
def test_every_form_names_somebody(given: Identifiers, expected: list[dict[str, Any]]) -> None:
    recorder = Recorder()
    recorder.client().user.delete(given)
    assert recorder.body == {"identifier": expected}


@pytest.mark.parametrize(("given", "expected"), [each for each in FORMS if len(each[1]) == 1])
def test_one_name_reads_an_inbox(given: Identifiers, expected: list[dict[str, Any]]) -> None:
    recorder = Recorder()
    recorder.client().user.inbox.count(given)
    assert recorder.last.url.params["external_id"] == expected[0]["external_id"]
    assert recorder.last.url.params["source"] == expected[0].get("source", "default")


REFUSED: list[tuple[Any, str, str]] = [
    ([], "identifier", "is an empty list; pass at least one identifier"),
    ("", "identifier", "is empty"),
    (None, "identifier", "must be an id, (source, id) or an ExternalID, not NoneType"),
    (5, "identifier", "not int"),
    (True, "identifier", "not bool"),
    (b"u", "identifier", "not bytes"),
    ({"u"}, "identifier", "not set"),
    (1.5, "identifier", "not float"),
    (ExternalID, "identifier", "not type"),
    (iter(["u"]), "identifier", "not list_iterator"),
    ((), "identifier", "is a tuple of 0 items; (source, id) has two"),
    (("u",), "identifier", "is a tuple of 1"),
    (("s", "u", {}), "identifier", "is a tuple of 3"),
    (("s", ""), "identifier.external_id", "is empty"),
    (("s", None), "identifier.external_id", "is missing"),
    (("s", 5), "identifier.external_id", "must be a string, not int"),
    (("s", b"u"), "identifier.external_id", "must be a string, not bytes"),
    ((("s", "u"), ("t", "v")), "identifier.external_id", "must be a string, not tuple"),
    ((5, "u"), "identifier.source", "must be a string, not int"),
    ((0, "u"), "identifier.source", "must be a string, not int"),
    (([], "u"), "identifier.source", "must be a string, not list"),
    ((ID, "u"), "identifier.source", "must be a string, not UUID"),
    (("s\0", "u"), "identifier.source", "NUL"),
    (("\ud800", "u"), "identifier.source", "surrogate"),
    ("u\0", "identifier", "contains a NUL character"),
    ("\udcff", "identifier", "contains a lone surrogate"),
    (ExternalID(""), "identifier.external_id", "is empty"),
    (ExternalID(5), "identifier.external_id", "not int"),  # type: ignore[arg-type]
    (ExternalID("u", 5), "identifier.source", "not int"),  # type: ignore[arg-type]
    (ExternalID("u", metadata=[]), "identifier.metadata", "a mapping, not list"),  # type: ignore[arg-type]
    (ExternalID("u", metadata="m"), "identifier.metadata", "a mapping, not str"),  # type: ignore[arg-type]
    (ExternalID("u", metadata={"a": {1}}), "identifier.metadata.a", "is of type set"),
    ({}, "identifier.external_id", "is missing"),
    ({"source": "s"}, "identifier.external_id", "is missing"),
    ({"external_id": None}, "identifier.external_id", "is missing"),
    ({"external_id": 5}, "identifier.external_id", "must be a string, not int"),
    ({"externalId": "u"}, "identifier", "has no field externalId; its fields are"),
    ({"external_id": "u", "id": 1, "Source": 2}, "identifier", "has no field Source, id;"),
    ({"external_id": "u", 5: 1}, "identifier", "has no field 5;"),
    ({"external_id": "u", "metadata": 5}, "identifier.metadata", "a mapping, not int"),
    (["u", ""], "identifier[1]", "is empty"),
    (["u", None], "identifier[1]", "not NoneType"),
    (["u", 5], "identifier[1]", "not int"),
    (["u", ["v"]], "identifier[1]", "not list"),
    (["u", ("s", "")], "identifier[1].external_id", "is empty"),
    ([("s", "u"), ("s", "u", "v")], "identifier[1]", "is a tuple of 3"),
    (["u", {"external_id": "v", "x": 1}], "identifier[1]", "has no field x"),
    (["u", ExternalID("v", metadata={"a": [1j]})], "identifier[1].metadata.a[0]", "complex"),
]


@pytest.mark.parametrize(("given", "field", "words"), REFUSED)
def test_what_names_nobody_is_rejected(given: Any, field: str, words: str) -> None:
    with rejected(field, words) as client:
        client.user.delete(given)


@pytest.mark.parametrize(
    ("given", "field", "words"), [each for each in REFUSED if not hasattr(each[0], "__next__")]
)
def test_the_path_is_that_of_the_argument(given: Any, field: str, words: str) -> None:
    with rejected(field.replace("identifier", "user", 1), words) as client:
        client.organization.add_user("o", given)


def test_identifiers_are_not_in_the_error() -> None:
    with rejected("identifier[1].external_id") as client:
        client.user.delete(["ada@example.com", ("ada@example.com", "")])


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
pairs = st.tuples(texts, texts)
forms = st.one_of(
    texts.map(lambda text: (text, ("default", text))),
    st.uuids().map(lambda uuid: (uuid, ("default", str(uuid)))),
    pairs.map(lambda pair: (pair, pair)),
    texts.map(lambda text: (("", text), ("default", text))),
    pairs.map(lambda pair: (ExternalID(pair[1], pair[0]), pair)),
    pairs.map(lambda pair: ({"source": pair[0], "external_id": pair[1]}, pair)),
)


@pytest.mark.filterwarnings("ignore::lunogram.LunogramWarning")  # of odd identifiers
@settings(derandomize=True, max_examples=200)
@given(st.lists(forms, min_size=1))
@pytest.mark.slow
def test_any_list_of_forms_keeps_its_pairs(listed: list[Any]) -> None:
    names = [form for form, _ in listed]
    expected = [pair for _, pair in listed]
    assert [(each.source, each.external_id) for each in external_ids(names)] == expected
    recorder = Recorder()
    recorder.client().user.delete(names)
    identifier = recorder.body["identifier"]
    assert [(n.get("source", "default"), n["external_id"]) for n in identifier] == expected


def test_an_external_id_is_a_value() -> None:
    assert ExternalID("u", "s", metadata={"a": 1}) == ExternalID("u", "s", metadata={"a": 1})
    assert ExternalID("u") == ExternalID("u", "default")
    assert repr(ExternalID("u", metadata={"a": 1})) == "ExternalID(source='default')"
