"""Files that people have brought, each with the command and its result."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from lunogram.cli.imports import import_, parsed
from lunogram.importing import ImportResult, Query, SourceError, api
from lunogram.outbox import Outbox
from tests.support.import_files import queued

FILES = Path(__file__).parent / "cases"
_DELIVERY = ("outbox_url", "no_relay", "api_key", "base_url", "project_id")
_RELAY = ("concurrency", "rate", "batch")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line: str, outbox: Outbox) -> ImportResult:
    """Import as a command line says, into an outbox without a relay."""
    name, *words = shlex.split(line)
    for file in FILES.iterdir():
        if file.name in line:
            shutil.copy(file, file.name)
    given = import_.commands[name].make_context(name, words).params
    source, query, database = (given.pop(key) for key in ("source", "query", "database"))
    for key in (*_DELIVERY, *_RELAY):
        given.pop(key)
    what = Query(query, database) if query else source[0]
    result: ImportResult = getattr(api, f"import_{name}")(what, outbox, **parsed(given))
    return result


def arrived(outbox: Outbox) -> list[dict[str, Any]]:
    """The body of each call, with identifiers as text; the anonymous ones have their source."""
    return [{**body, "identifier": _shown(body["identifier"])} for _, body in queued(outbox)]


def _shown(identifiers: list[dict[str, str]]) -> str:
    return " ".join(":".join(reversed(each.values())) for each in identifiers)


def user(identifier: str, data: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {"identifier": identifier, **fields, **({} if data is None else {"data": data})}


ADA: dict[str, Any] = {"email": "ada@example.com"}
BOB: dict[str, Any] = {"email": "bob@example.com"}
ADA_PRO, BOB_FREE = user("u1", {"plan": "pro"}, **ADA), user("u2", {"plan": "free"}, **BOB)
U1, U2 = user("u1"), user("u2")
PHONE = "+31612345678"
SHOP = [user("1", {"zip": "00123"}, **ADA), user("2", {"zip": "01234"}, **BOB)]


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        (
            "users a01_platform_template.csv",
            [
                user(f"u-{n}", email=f"{who}@example.com", phone=f"+3161234560{n}",
                     timezone=zone, locale="en")
                for n, who, zone in (
                    (1, "ada", "Europe/Amsterdam"), (2, "bob", "Etc/GMT-2"),
                    (3, "cy", "America/New_York"), (4, "di", "America/Los_Angeles"),
                    (5, "ed", "Etc/GMT-8"),
                )
            ],
        ),
        (
            ("users a02_header_case.csv --map Identifier=identifier --map Email=email "
            "--map Phone=phone"),
            [user("u1", {"Plan": "pro"}, **ADA, phone=PHONE)],
        ),
        ("users a04_header_zwsp.csv", [user("u1", **ADA)]),
        (
            "users a05_header_dots.csv",
            [user("u1", {"No. of orders": 3, "St.": "Oak", ".hidden": "x", "a..b": "y",
                         "E": {"mail": "z"}})],
        ),
        (
            "users a06_header_dup_case.csv --map Email=data.Email",
            [user("u1", {"Email": "old@example.com"}, email="new@example.com")],
        ),
        ("users a07_trailing_comma_all.csv", [ADA_PRO, BOB_FREE]),
        (
            "users a08_pandas_index.csv --map 'column 1='",
            [user("u1", {"score": 1.5}, **ADA), user("u2", **BOB)],
        ),
        ("users a10_short_rows.csv --short-rows", [ADA_PRO, user("u2", **BOB)]),
        ("users a11_header_linebreak.csv", [user("u1", {"Date of birth": "1990-01-05"}, **ADA)]),
        ("users a12_title_rows.csv --skip 2", [ADA_PRO]),
        ("users a13_blank_first_line.csv", [ADA_PRO]),
        ("users a17_excel_blank_rows.csv", [ADA_PRO, BOB_FREE]),
        ("users a18_spaces_line_end.csv", [ADA_PRO]),
        (
            "users a19_concatenated.csv",
            [user("u1", {"plan": "pro", "n": 1}), user("u2", {"plan": "free", "n": 2})],
        ),
        (
            "users b01_cp1252.csv --encoding windows-1252",
            [user("u1", {"name": "Zoë “Zed” O\N{RIGHT SINGLE QUOTATION MARK}Neil", "price": "€5"})],
        ),
        ("users b03_utf16le_bom_tabs.txt", [user("u1", {"name": "Zoë"}, **ADA)]),
        ("users b04_utf16le_nobom.csv --encoding utf-16-le", [user("u1", **ADA)]),
        ("users b05_shift_jis.csv --encoding shift_jis", [user("u1", {"name": "山田太郎"})]),
        ("users b09_ctrl_z.csv", [user("u1", {"name": "Ada"})]),
        ("users b12_gzip_named_csv.csv", [user("u1", **ADA)]),
        (
            "users b15_crlf_cr_cell.csv",
            [user("u1", {"note": "first\rété"}), user("u2", {"note": "Zoë"})],
        ),
        ("users c02_sep_line.csv", [user("u1", {"spent": "12,50"}, **ADA)]),
        (
            "users c03_tsv_header_commas.tsv",
            [user("u1", {"Name (last, first, middle)": "Lovelace"})],
        ),
        (r"users c05_backslash_escape.csv --escape '\'", [user("u1", {"note": 'say "hi" now'})]),
        (r"users c06_mysql_null.csv --null '\N'", [user("u1", {"score": 5}, **ADA), U2]),
        ("users c07_null_words.csv --null NULL", [user("u1", {"score": 5}, **ADA), U2]),
        (
            "users c09_space_after_comma_quote.csv",
            [user("u1", {"name": "Lovelace, Ada"}, **ADA)],
        ),
        ("users c18_formula_prefix.csv", [user("00123", phone=PHONE)]),
        (
            "users d02_scientific_ids.csv",
            [user("1.23457E+15", **ADA), user("1.23457E+15", **BOB)],
        ),
        (
            "users d04_phones.csv",
            [
                user("u1", phone=PHONE), user("u2", phone=PHONE),
                user("u3", {"phone": "0031612345678"}), user("u4", {"phone": "06-12345678"}),
                user("u5", {"phone": "(555) 123-4567"}), user("u6", {"phone": "31612345678"}),
                user("u7", phone=PHONE), user("u8", {"phone": "+1 (555) 123-4567 ext. 9"}),
            ],
        ),
        (
            "users d05_emails.csv",
            [
                user("u1", **ADA), user("u2", email="ADA@EXAMPLE.COM"),
                user("u4", email="jürgen@müller.example"), user("u8", email="ada@example"),
                user("u11", **ADA),
            ],
        ),
        (
            "users d09_versions.csv",
            [
                user("u1", {"app_version": "1.10", "price": "10.00"}),
                user("u2", {"app_version": "1.9", "price": "12.50"}),
                user("u3", {"app_version": "1.1", "price": "3.00"}),
            ],
        ),
        (
            "users d09_versions.csv --type price=number --map app_version=",
            [user("u1", {"price": 10}), user("u2", {"price": 12.5}), user("u3", {"price": 3})],
        ),
        ("users d16_json_deep_data.csv", [user("u2", {"b": 1})]),
        (
            "users d19_timezones.csv",
            [
                user(f"u{n}", timezone=zone)
                for n, zone in enumerate(
                    [
                        "America/Los_Angeles", "America/New_York", "Etc/GMT-2", "Europe/London",
                        "UTC", "Etc/GMT-2", "Europe/Berlin", "US/Pacific", "Europe/Kyiv",
                    ],
                    1,
                )
            ],
        ),
        ("users d27_text_typo.csv --text zip", [user("u1", {"zip": "90210"})]),
        (
            ("events e01_segment.jsonl --map event=name --map userId=identifier "
            "--map properties=data --map messageId= --map context="),
            [
                user("u1", {"total": 9.99, "type": "gift", "timestamp": "own",
                            "anonymous_id": "a-1"}, name="Order Completed"),
                user("anonymous:a-2", {"total": 5, "type": "track",
                                       "timestamp": "2026-01-05T11:00:00.000Z"},
                     name="Order Refunded"),
            ],
        ),
        (
            "events e02_segment_mixed.jsonl --preset segment",
            [
                user("u1", {"total": 9.99}, name="Order Completed"),
                user("u1", {"path": "/pricing"}, name="Pricing"),
                user("u1", {"plan": "pro"}),
            ],
        ),
        (
            ("events e03_mixpanel.jsonl --map event=name "
            "--map properties.distinct_id=identifier --map properties=data"),
            [
                user("u1", {"time": 1767571200, "distinct_id": "u1", "$insert_id": "i1",
                            "plan": "pro"}, name="Signed up"),
                user("u2", {"time": 1767571300, "distinct_id": "u2", "$insert_id": "i2",
                            "amount": 5}, name="Paid"),
            ],
        ),
        ("users e06_wrapped.json --map id=identifier", [user("cus_1", **ADA)]),
        ("users e09_surrogate.jsonl", [U1]),
        ("users e13_pretty_lines.jsonl --format json", [U1, U2]),
        ("users e14_array_named_jsonl.jsonl --format json", [U1, U2]),
        ("users e24_bom_array.json", [U1, U2]),
        ("users e26_utf16.json", [U1]),
        (
            ("users --query \"select id as identifier, * exclude id from 'h01_query.jsonl'"
            ' order by id"'),
            [
                user(f"0012{n}", {"at": f"2026-01-0{day}T10:00:00+02:00", "day": f"2026-01-0{day}",
                                  "ref": f"6F9619FF-8B86-D011-B42D-00CF4FC964F{end}",
                                  "big": big, "props": props})
                for n, day, end, big, props in (
                    (3, 5, "F", 12345678901234567890, {"a": 1}), (4, 6, "E", 1, {"b": "x"}),
                )
            ],
        ),
        (
            ("users --query \"select id as identifier, zip, eu_date, ver from 'h02_query.csv'"
            ' order by id"'),
            [
                user("00123", {"zip": "01234", "eu_date": "05/01/2026", "ver": "1.10"}),
                user("00124", {"zip": "90210", "eu_date": "13/01/2026", "ver": "1.9"}),
            ],
        ),
        (
            ("users --database j01_shop.sqlite --query "
            '"select id as identifier, email, zip from customers order by id"'),
            SHOP,
        ),
        (
            "users j01_shop.sqlite --map id=identifier --map blobby= --map created= --map score=",
            SHOP,
        ),
        ("users j02_people.xlsx", [user("u1", **ADA)]),
        (
            "users l01_mailchimp.csv --map 'Email Address=email' --map 'Email Address=identifier'",
            [user("ada@example.com", {"First Name": "Ada", "TAGS": '"VIP","beta"'}, **ADA)],
        ),
        ("users m01_ctrl_a.csv", [ADA_PRO, BOB_FREE]),
        (
            "users n01_thirty_columns.csv",
            [user("u1", {f"c{n}": "x" for n in range(29)})],
        ),
    ],
)  # fmt: skip
def test_it_is_read(outbox: Outbox, line: str, rows: list[dict[str, Any]]) -> None:
    run(line, outbox)
    assert arrived(outbox) == rows


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "users a02_header_case.csv",
            "--map 'Identifier=identifier' --map 'Email=email' --map 'Phone=phone'",
        ),
        ("users a06_header_dup_case.csv", "'Email' is similar to the field 'email'; .*--map"),
        ("users a08_pandas_index.csv", "omit it with --map 'column 1='"),
        ("users a10_short_rows.csv", "line 3 has 2 cells, .*: --short-rows"),
        ("users a12_title_rows.csv", "line 3 seems to be one: --skip 2"),
        ("users a14_no_header.csv", "the first line seems to be data, not a header"),
        ("users b01_cp1252.csv", "line 2 is not UTF-8; .*--encoding windows-1252"),
        ("users b04_utf16le_nobom.csv", "looks like UTF-16-LE: --encoding utf-16-le"),
        ("users b05_shift_jis.csv", "line 2 is not UTF-8; .*shift_jis"),
        ("users c05_backslash_escape.csv", r"line 2 .*--escape '\\'"),
        ("users d27_text_typo.csv --text zpi", "there is no column 'zpi'"),
        ("users e13_pretty_lines.jsonl", "none of its lines is a JSON object; .*format json"),
        ("users e14_array_named_jsonl.jsonl", "none of its lines is a JSON object; .*format json"),
        ("users e25_trailing_comma.json", "line 3 lacks a value"),
        ("users e28_truncated.json", "line 1 ends too early"),
        ("users e29_two_arrays.json", "line 1 has content after the end of its array"),
        ("users e31_array_of_arrays.json", "none of its elements is a JSON object"),
        ("users g05_bad_crc.csv.gz", "is damaged: its compressed data is not valid"),
        ("users j01_shop.sqlite --format csv", "is a SQLite database: --format sqlite"),
        ("users j02_people.xlsx --format csv", "is an Excel workbook: --format xlsx"),
        ("users j01_shop.sqlite --table x", "no table 'x'; name one: --table 'customers'"),
        ("users j02_people.xlsx --table x", "no sheet 'x'; name one: --table 'Sheet1'"),
        ("users k03_no_checksum_end.csv.zst", "is truncated"),
        ("users k06_truncated_block.csv.zst", "is truncated"),
        ("users k07_truncated_mid_row.csv.zst", "is truncated"),
        ("users k08_truncated.jsonl.zst", "is truncated"),
        ("users --query \"from 'k07_truncated_mid_row.csv.zst'\"", "is truncated"),
        ("users --query \"from read_csv('k07_truncated_mid_row.csv.zst')\"", "is truncated"),
        ("users --query \"from read_csv(['g05_bad_crc.csv.gz'])\"", "is damaged"),
    ],
)
def test_it_is_rejected_with_advice(outbox: Outbox, line: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as error:
        run(line, outbox)
    assert "@example" not in str(error.value)
    assert arrived(outbox) == []


def test_strict_rejects_ids_that_a_spreadsheet_has_rounded(outbox: Outbox) -> None:
    assert run("users d02_scientific_ids.csv --strict", outbox).rejected == 2
    assert (
        "identifier: was rounded by a spreadsheet"
        in Path("d02_scientific_ids.rejected.csv").read_text()
    )
    assert arrived(outbox) == []


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("users a05_header_dots.csv", "'E.mail' is data.E.mail"),
        ("users a19_concatenated.csv", "line 3 repeats the header"),
        ("users c07_null_words.csv", "'score' is text, because of line 3"),
        ("users d02_scientific_ids.csv", "'identifier' has a number such as 1.23E+15 in line 2"),
        ("users d04_phones.csv", "values of phone that are invalid: 5; they are kept"),
        ("users d15_json_deep.csv", "'tags' is text, because of line 2"),
        ("users d09_versions.csv", "'app_version' is text, because of line 2"),
    ],
)
def test_it_is_noted(outbox: Outbox, line: str, note: str) -> None:
    assert re.search(re.escape(note), " ".join(run(line, outbox).notes))
