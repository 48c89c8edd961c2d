"""The table of variables: complete, documented, and strict where it matters."""

import subprocess
import sys
from pathlib import Path

import pytest

from cms.settings import env
from cms.settings.env import BASE_DIR, TABLE, Environment, Refused, read_file
from cms.settings.refusals import DEVELOPMENT_KEY
from cms.settings.variables import Absent, Value, Variable

SAFE = {
    "SECRET_KEY": "rZ4!nX8sQ2vB6mK1tY9wE3pL7cJ5hG0dF-aUoIiRkWlMzNxTbVeS",
    "ALLOWED_HOSTS": "cms.cluster.test",
    "ADMIN_BASE_URL": "https://cms.cluster.test",
    "FRONTEND_BASE_URL": "https://cluster.test",
    "DATABASE_URL": "postgres://cms:secret@db/cms",
    "MEDIA_ROOT": "/srv/media",
}


def shown(value: Value) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def entry(variable: Variable) -> str:
    return f"# {variable.name}={shown(variable.development)}"


def test_the_example_lists_every_variable_with_its_default_in_the_order_of_the_table() -> None:
    lines = (BASE_DIR / ".env.example").read_text(encoding="utf-8").splitlines()

    listed = [line for line in lines if line.startswith("# ") and line[2:].split("=")[0].isupper()]

    assert listed == [entry(variable) for variable in TABLE]


@pytest.mark.parametrize("variable", TABLE, ids=lambda variable: variable.name)
def test_the_example_explains_every_variable(variable: Variable) -> None:
    blocks = (BASE_DIR / ".env.example").read_text(encoding="utf-8").split("\n\n")
    block = next(block for block in blocks if entry(variable) in block.splitlines())
    text = " ".join(line.removeprefix("# ") for line in block.splitlines())
    is_required = isinstance(variable.production, Absent)

    assert variable.meaning in text
    assert ("In production: REQUIRED." in text) is is_required


def test_development_needs_no_variable() -> None:
    environment = Environment({}, is_production=False)

    assert environment.text("DATABASE_URL") == "sqlite:///var/db.sqlite3"


def test_production_names_everything_that_is_missing_at_once() -> None:
    with pytest.raises(Refused) as refused:
        Environment({}, is_production=True)

    named = [line.split()[1] for line in str(refused.value).splitlines() if line.startswith("- ")]
    assert sorted(named) == sorted(SAFE)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", DEVELOPMENT_KEY, "SECRET_KEY is the key of development"),
        ("SECRET_KEY", "short", "SECRET_KEY is too easy to guess"),
        ("SECRET_KEY", "a" * 80, "SECRET_KEY is too easy to guess"),
        ("ALLOWED_HOSTS", "cms.test,*", "ALLOWED_HOSTS must list host names"),
        ("ADMIN_BASE_URL", "http://cms.test", "ADMIN_BASE_URL must start with https://"),
        ("ADMIN_BASE_URL", "http://localhost.evil.test", "ADMIN_BASE_URL must start with https://"),
        ("ADMIN_BASE_URL", "https://[::1", "ADMIN_BASE_URL must start with https://"),
        ("ADMIN_BASE_URL", "https://", "ADMIN_BASE_URL must start with https:// and name a host"),
        ("ALLOWED_HOSTS", " , ", "ALLOWED_HOSTS is missing"),
        ("SECRET_KEY_FALLBACKS", DEVELOPMENT_KEY, "SECRET_KEY_FALLBACKS holds a key that is"),
        ("SECRET_KEY_FALLBACKS", f"{SAFE['SECRET_KEY']},short", "SECRET_KEY_FALLBACKS holds a key"),
        ("CSRF_TRUSTED_ORIGINS", "http://cms.test", "CSRF_TRUSTED_ORIGINS must list origins"),
        ("CSRF_TRUSTED_ORIGINS", "https://*", "CSRF_TRUSTED_ORIGINS must list origins"),
        ("DATABASE_POOL_SIZE", "0", "DATABASE_POOL_SIZE must be 1 or more"),
        ("HSTS_SECONDS", "-5", "HSTS_SECONDS must be 0 or more"),
        ("EMAIL_PORT", "99999", "EMAIL_PORT must be 1 to 65535"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR"),
        ("FRONTEND_BASE_URL", "ftp://x", "FRONTEND_BASE_URL must start with https://"),
        ("FILES_BASE_URL", "http://files.test", "FILES_BASE_URL must start with https://"),
        ("EMAIL_PORT", "many", "EMAIL_PORT is not a valid int"),
        ("BEHIND_TLS_PROXY", "perhaps", "BEHIND_TLS_PROXY is not a valid bool"),
    ],
)
def test_production_refuses_an_unsafe_value(name: str, value: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        Environment({**SAFE, name: value}, is_production=True)

    assert reason in str(refused.value)
    assert len(str(refused.value).splitlines()) == 2
    assert value not in str(refused.value).replace(reason, "")


def test_a_safe_environment_is_read_in_its_types() -> None:
    texts = {
        **SAFE,
        "EMAIL_PORT": "25",
        "BEHIND_TLS_PROXY": "no",
        "ALLOWED_HOSTS": "a.test, b.test",
        "SECRET_KEY_FALLBACKS": SAFE["SECRET_KEY"],
        "CSRF_TRUSTED_ORIGINS": "https://*.cluster.test,http://localhost:8000",
    }

    environment = Environment(texts, is_production=True)

    assert environment.number("EMAIL_PORT") == 25
    assert environment.flag("BEHIND_TLS_PROXY") is False
    assert environment.names("ALLOWED_HOSTS") == ["a.test", "b.test"]
    assert environment.path("MEDIA_ROOT") == Path("/srv/media")
    assert environment.path("STATIC_ROOT") == BASE_DIR / "var/static"


@pytest.mark.parametrize("address", ["https://cms.test", "http://localhost:8000"])
def test_an_address_is_https_or_this_machine(address: str) -> None:
    environment = Environment({**SAFE, "ADMIN_BASE_URL": address}, is_production=True)

    assert environment.text("ADMIN_BASE_URL") == address


@pytest.mark.parametrize("text", ["true", "Yes", "on", "1"])
def test_a_flag_has_several_spellings(text: str) -> None:
    environment = Environment({"BEHIND_TLS_PROXY": text}, is_production=False)

    assert environment.flag("BEHIND_TLS_PROXY") is True


def test_tests_ignore_a_file_of_variables_and_production_judges_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(env, "read_file", lambda path: {**SAFE, "SITE_NAME": "From the file"})
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    in_tests = env.current()
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "cms.settings.production")
    in_production = env.current()
    monkeypatch.setenv("SITE_NAME", "From the environment")
    overridden = env.current()

    assert in_tests.text("SITE_NAME") == "ICT Cluster CMS"
    assert in_production.text("SITE_NAME") == "From the file"
    assert (in_tests.is_production, in_production.is_production) == (False, True)
    assert overridden.text("SITE_NAME") == "From the environment"


def test_a_file_of_variables_is_read(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\n\nSITE_NAME = 'My cluster'\nDATABASE_URL=postgres://a:b=c@h/n\n")

    texts = read_file(file)

    assert texts == {"SITE_NAME": "My cluster", "DATABASE_URL": "postgres://a:b=c@h/n"}
    assert read_file(tmp_path / "absent") == {}


def start_production(texts: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    variables = {"DJANGO_SETTINGS_MODULE": "cms.settings.production", "PATH": "/usr/bin", **texts}
    return subprocess.run(
        command, cwd=BASE_DIR, env=variables, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_a_production_process_without_variables_does_not_start() -> None:
    ended = start_production({})

    assert ended.returncode != 0
    assert all(f"- {name} is missing." in ended.stderr for name in SAFE)


@pytest.mark.slow
def test_a_production_process_with_safe_variables_passes_djangos_deployment_check() -> None:
    ended = start_production({**SAFE, "DATABASE_URL": "sqlite:///var/check.sqlite3"})

    assert (ended.returncode, ended.stdout) == (
        0,
        "System check identified no issues (3 silenced).\n",
    ), ended.stderr
