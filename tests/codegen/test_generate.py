"""What the generated clients promise, shown on one written from small.yaml."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import files
import generate
import pytest

Api = Callable[[str], ModuleType]

SMALL = Path(__file__).with_name("small.yaml")

FREE_FORM_FIELDS = [
    "unstated",
    "stated",
    "empty",
    "nullable",
    "any_of",
    "referred",
    "referred_or_null",
    "maybe",
]


@pytest.fixture(scope="session")
def small_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client written from small.yaml, tidied."""
    package = tmp_path_factory.mktemp("generated") / "small_api"
    generate.write_client(SMALL, package)
    files.tidy(package.parent)
    return package


@pytest.fixture(scope="session")
def small_api(small_package: Path) -> Iterator[Api]:
    """Import a module of that client, by its name inside the package."""
    sys.path.insert(0, str(small_package.parent))
    yield lambda name: importlib.import_module(f"small_api.{name}")
    sys.path.remove(str(small_package.parent))


@pytest.fixture(scope="session")
def thing(small_api: Api) -> Any:
    """The model that has every kind of field."""
    return small_api("models").Thing


def response(**fields: object) -> dict[str, object]:
    """What a server would send."""
    return {"name": "a", "unstated": {}, **fields}


@pytest.mark.parametrize("name", FREE_FORM_FIELDS)
def test_free_form_objects_are_plain_dicts_both_ways(thing: Any, name: str) -> None:
    content = {"camelCase": 1, "d": {"cls": [None, {"x-y": 0.5}]}}
    read = thing.from_dict(response(**{name: content}))
    assert getattr(read, name) == content
    assert type(getattr(read, name)) is dict
    assert read.to_dict() == response(**{name: content})


def test_free_form_objects_may_be_null_or_listed(thing: Any) -> None:
    fields = response(nullable=None, any_of=None, maybe=None, listed=[{"a": 1}, {}])
    assert thing.from_dict(fields).to_dict() == fields


def test_free_form_objects_have_no_class(small_package: Path) -> None:
    models = {module.stem for module in (small_package / "models").glob("*.py")}
    assert models == {"__init__", "color", "part", "thing"}


def test_a_body_and_an_answer_may_be_free_form(small_api: Api) -> None:
    endpoint = small_api("api.things.echo")
    body: dict[str, object] = {"a": 1}
    assert endpoint._get_kwargs(body=body)["json"] is body
    assert endpoint.sync.__annotations__["return"] == "dict[str, Any] | None"


@pytest.mark.parametrize("name", ["color", "color_or_null"])
def test_an_unknown_enum_value_passes_through(thing: Any, name: str) -> None:
    read = thing.from_dict(response(**{name: "ultraviolet"}))
    assert getattr(read, name) == "ultraviolet"
    assert read.to_dict() == response(**{name: "ultraviolet"})


def test_another_constant_passes_through(thing: Any) -> None:
    assert thing.from_dict(response(kind="other")).kind == "other"


def test_an_unknown_field_is_kept(thing: Any) -> None:
    read = thing.from_dict(response(brand_new={"a": 1}))
    assert read.additional_properties == {"brand_new": {"a": 1}}
    assert read.to_dict() == response(brand_new={"a": 1})


def test_what_is_left_out_is_left_out_on_the_wire(thing: Any, small_api: Api) -> None:
    made = thing(name="a", unstated={})
    assert made.to_dict() == response()
    assert made.size is small_api("types").UNSET
    assert small_api("api.things.make_thing")._get_kwargs(body=made)["params"] == {}


@pytest.mark.parametrize("text", ["2026-01-15T10:00:00Z", "2026-01-15T10:00:00.123456789+00:00"])
def test_dates_of_rfc_3339_are_read(thing: Any, text: str) -> None:
    read = thing.from_dict(response(made_at=text, sold_at=text))
    assert read.made_at == read.sold_at
    assert read.made_at.replace(microsecond=0) == datetime(2026, 1, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize("name", ["made_at", "sold_at"])
def test_a_bad_date_never_stays_a_string(thing: Any, name: str) -> None:
    with pytest.raises(ValueError, match="soon"):
        thing.from_dict(response(**{name: "soon"}))


def test_a_value_of_the_wrong_type_is_named_but_not_shown(thing: Any) -> None:
    with pytest.raises(TypeError, match="sold_at can't be a float"):
        thing.from_dict(response(sold_at=0.5))


def test_nullable_models_are_models_or_null(thing: Any, small_api: Api) -> None:
    part = small_api("models").Part(name="p")
    assert thing.from_dict(response(part_or_null={"name": "p"})).part_or_null == part
    assert thing.from_dict(response(part_or_null=None)).part_or_null is None
    assert thing(name="a", unstated={}, part_or_null=part).to_dict()["part_or_null"] == {
        "name": "p"
    }


def test_a_client_hides_what_is_secret(small_api: Api) -> None:
    secret = "hunter2"
    client = small_api("client").AuthenticatedClient(
        base_url="https://example.test",
        token=secret,
        headers={"x": secret},
        cookies={"x": secret},
        httpx_args={"auth": ("me", secret)},
    )
    client.get_httpx_client().close()
    assert secret not in repr(client)
    assert "https://example.test" in repr(client)


def loaded_by(package: Path, statement: str) -> set[str]:
    """List the modules that a fresh interpreter has after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=package.parent, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_an_endpoint_imports_only_its_own_models(small_package: Path) -> None:
    loaded = loaded_by(small_package, "import small_api.api.things.echo")
    assert "small_api.models.thing" not in loaded


def test_models_need_no_http_library(small_package: Path) -> None:
    loaded = loaded_by(small_package, "from small_api.models import Color")
    assert loaded.isdisjoint({"httpx", "small_api.client", "small_api.models.thing"})


def test_lazy_modules_know_their_names(small_api: Api) -> None:
    models = small_api("models")
    assert dir(models) == ["Color", "Part", "Thing"]
    assert models.Thing is models.Thing
    with pytest.raises(AttributeError, match=r"'small_api\.models' has no attribute 'Thong'"):
        _ = models.Thong


def test_type_checkers_are_content(small_package: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir=/dev/null", "small_api"]
    folder = small_package.parent
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_module_says_where_it_comes_from(small_package: Path) -> None:
    header = "# Written by `make generate` from small.yaml; never edited by hand.\n"
    assert all(module.read_text().startswith(header) for module in small_package.rglob("*.py"))
    assert (small_package / "py.typed").exists()


def test_twice_is_the_same_byte_for_byte(small_package: Path, tmp_path: Path) -> None:
    again = tmp_path / "small_api"
    generate.write_client(SMALL, again)
    files.tidy(tmp_path)
    assert not files.differences(small_package.parent, tmp_path, [Path("small_api")])


def test_what_the_generator_can_only_warn_of_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "odd.yaml"
    text = SMALL.read_text()
    document.write_text(text.replace("application/json", "application/x-odd"))
    with pytest.raises(SystemExit):
        generate.write_client(document, tmp_path / "odd_api")
    assert "Unsupported content type application/x-odd" in capsys.readouterr().err


def test_another_version_of_the_generator_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "GENERATOR_VERSION", "0.0.1")
    with pytest.raises(SystemExit, match=r"requires 0\.0\.1"):
        generate.assert_version()
