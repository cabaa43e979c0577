"""The fields of users that have a form: email, phone, time zone, locale."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from lunogram.user_attributes import timezone as check_timezone
from tests.calls.recorder import Recorder, rejected


def sent(**field: Any) -> Any:
    """What goes out for a field of a user."""
    recorder = Recorder()
    recorder.client().user.upsert("u", **field)
    return recorder.body[next(iter(field))]


class Kept(Enum):
    EMAIL = "ada@example.com"
    LOCALE = "nl-NL"


@pytest.mark.parametrize("field", ["email", "phone", "timezone", "locale"])
@pytest.mark.parametrize("value", ["", 5, True, b"x", ["x"], {}, 1.5, object(), "\0", "\ud800"])
def test_text_is_wanted(field: str, value: Any) -> None:
    with rejected(field) as client:
        client.user.upsert("u", **{field: value})


@pytest.mark.parametrize(
    "email",
    [
        "ada@example.com",
        "ada+news@example.co.uk",
        "Ada.Lovelace_1815%x@EXAMPLE.com",
        "ada@localhost",
        "ada@xn--exmple-cua.com",
        "ada@exämple.com",
        "ада@пример.рф",
        "आ@उदाहरण.भारत",
        "o'hara@example.com",
        "!#$%&'*+-/=?^_`{|}~@example.com",
        "a@b.c",
        "a" * 64 + "@example.com",
        "a@" + "b" * 250 + ".c",
    ],
)
def test_emails(email: str) -> None:
    assert sent(email=email) == email


@pytest.mark.parametrize(
    "email",
    [
        "ada",
        "@",
        "@example.com",
        "ada@",
        "ada@@example.com",
        "ada@b@example.com",
        "ada@example..com",
        "ada@.example.com",
        "ada@example.com.",
        ".ada@example.com",
        "ada.@example.com",
        "ada lovelace@example.com",
        " ada@example.com",
        "ada@example.com ",
        "ada@example.com\n",
        "ada@exam\u00a0ple.com",
        "Ada <ada@example.com>",
        "<ada@example.com>",
        "ada@example.com,bob@example.com",
        "ada@example.com;",
        "ada\t@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 251 + ".c",
    ],
)
def test_what_is_no_email(email: str) -> None:
    with rejected("email", "is ") as client:
        client.user.upsert("u", email=email)


@pytest.mark.parametrize("phone", ["+31612345678", "+14155552671", "+12", "+999999999999999"])
def test_phones(phone: str) -> None:
    assert sent(phone=phone) == phone


@pytest.mark.parametrize(
    "phone",
    [
        "31612345678",
        "0031612345678",
        "+0612345678",
        "+",
        "+1",
        "+9999999999999999",
        "+31 6 12345678",
        "+31-6-12345678",
        "+31(0)612345678",
        "+31612345678\n",
        " +31612345678",
        "+3161234567x",
        "++31612345678",
        "+٣١٦١٢٣٤٥٦٧٨",
        "tel:+31612345678",
    ],
)
def test_what_is_no_phone(phone: str) -> None:
    with rejected("phone", "is not in E.164 format") as client:
        client.user.upsert("u", phone=phone)


def test_every_time_zone_there_is() -> None:
    names = available_timezones() - {"localtime", "posixrules"}
    assert len(names) > 400
    assert {check_timezone(name, "timezone") for name in names} == names


@pytest.mark.parametrize("name", ["Europe/London", "UTC", "America/Argentina/Ushuaia", "Etc/GMT+5"])
def test_a_zone_may_be_a_name_or_a_zone_info(name: str) -> None:
    assert sent(timezone=name) == name
    assert sent(timezone=ZoneInfo(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        "Europe",
        "Europe/",
        "Europe/London/",
        "/Europe/London",
        "Europe//London",
        "./UTC",
        "Europe/../UTC",
        "../etc/passwd",
        "/etc/passwd",
        "/usr/share/zoneinfo/UTC",
        "europe/london",
        "Europe/Atlantis",
        "London",
        "GMT+5:30",
        "+01:00",
        "CET ",
        " UTC",
        "UTC\n",
        "tzdata.zi",
        "zone.tab",
        "__init__.py",
        "localtime",
        "posix/Europe/London",
        "right/Europe/London",
        "x" * 5000,
        "ü",
    ],
)
def test_what_is_no_time_zone(name: str) -> None:
    with rejected("timezone", "is not an IANA time zone") as client:
        client.user.upsert("u", timezone=name)


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=1)), timezone.utc])  # noqa: UP017
def test_a_zone_without_a_name_is_rejected(zone: timezone) -> None:
    with rejected("timezone", "must be a string, not timezone") as client:
        client.user.upsert("u", timezone=zone)


def test_a_zone_info_from_a_file_has_no_name() -> None:
    source = Path("/usr/share/zoneinfo/UTC")
    if not source.exists():
        pytest.skip("no time zone files")
    with rejected("timezone", "is missing") as client:
        client.user.upsert("u", timezone=ZoneInfo.from_file(BytesIO(source.read_bytes())))


# The first lines are the examples of RFC 5646, appendix A.
LOCALES = """
de fr ja i-enochian zh-Hant zh-Hans sr-Cyrl sr-Latn zh-cmn-Hans-CN cmn-Hans-CN zh-yue-HK yue-HK
zh-Hans-CN sr-Latn-RS sl-rozaj sl-rozaj-biske sl-nedis de-CH-1901 sl-IT-nedis hy-Latn-IT-arevela
de-DE en-US es-419 de-CH-x-phonebk az-Arab-x-AZE-derbend x-whatever qaa-Qaaa-QM-x-southern de-Qaaa
sr-Latn-QM sr-Qaaa-RS en-US-u-islamcal zh-CN-a-myext-x-private en-a-myext-b-another

en nl nl-NL pt-BR EN-us zh-Hant-TW ca-ES-valencia de-DE-u-co-phonebk ar-SA-u-nu-latn-ca-islamic
en-t-jp-m0-true de-1996-1901 en-x-a-b-a x-a tlh haw-US art-lojban zh-min-nan cel-gaulish
en-GB-oed sgn-BE-FR i-klingon zh-hakka en-a-aa-b-bb-x-a-a
"""
NO_LOCALES = """
de-419-DE a-DE ar-a-aaa-b-bbb-a-ccc

en_US en- -en - en--US e en-U en-USAX-1 12 en-u en-u- en-x en-x- x x- i-nonsense en.UTF-8 C.UTF-8
en_US.UTF-8 en-US-1 en-US-US de-DE-u-co-u-nu en-a-aa-b-bb-a-cc en-toolonglong en-US@euro nl,en *
"""
# The last two are the long s and the sign of the kelvin, which some take for an s and a k.
ODD_LOCALES = ["en US", " en", "en\n", "en-US ", "\u017fv", "\u212aa-GE"]


@pytest.mark.parametrize("locale", LOCALES.split())
def test_locales(locale: str) -> None:
    assert sent(locale=locale) == locale


@pytest.mark.parametrize("locale", [*NO_LOCALES.split(), *ODD_LOCALES])
def test_what_is_no_locale(locale: str) -> None:
    with rejected("locale", "is not a BCP 47 language tag") as client:
        client.user.upsert("u", locale=locale)


def test_a_long_locale_is_checked_in_no_time() -> None:
    with rejected("locale"):
        Recorder().client().user.upsert("u", locale="en" + "-a-aa-b-bb" * 2000 + "!")


def test_an_enum_counts_as_its_value() -> None:
    assert sent(email=Kept.EMAIL) == "ada@example.com"
    assert sent(locale=Kept.LOCALE) == "nl-NL"
