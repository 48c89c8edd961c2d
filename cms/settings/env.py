"""The single table of environment variables: name, type, default, meaning.

A variable that is not in the table is not read. ``.env.example`` is checked against the table by a
test. A variable whose default would be unsafe in production has none there: production collects
everything that is missing or unsafe and refuses to start with one message that names all of it.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from cms.settings import graphql_variables, log_in_variables, rate_variables
from cms.settings.refusals import (
    DEVELOPMENT_KEY,
    refuse_loopback,
    refuse_open_hosts,
    refuse_outside,
    refuse_plain_http,
    refuse_plain_origins,
    refuse_short_token,
    refuse_unknown_format,
    refuse_unknown_level,
    refuse_weak_former_keys,
    refuse_weak_key,
)
from cms.settings.variables import REQUIRED, Absent, Value, Variable

BASE_DIR = Path(__file__).resolve().parent.parent.parent


class Refused(Exception):
    """Say that the environment is not fit to start with, naming every reason."""


TABLE: tuple[Variable, ...] = (
    Variable(
        "SECRET_KEY",
        str,
        DEVELOPMENT_KEY,
        REQUIRED,
        "Signs sessions, cursors and tokens. At least 50 random characters.",
        refuse_weak_key,
    ),
    Variable(
        "SECRET_KEY_FALLBACKS",
        tuple,
        (),
        (),
        "Former signing keys, comma separated, still accepted while a key is being changed.",
        refuse_weak_former_keys,
    ),
    Variable(
        "ALLOWED_HOSTS",
        tuple,
        ("localhost", "127.0.0.1", "[::1]"),
        REQUIRED,
        "Host names this server answers to, comma separated.",
        refuse_open_hosts,
    ),
    Variable(
        "ADMIN_BASE_URL",
        str,
        "http://localhost:8000",
        REQUIRED,
        "Public address of the admin, without a trailing slash. Used in mails and for log-in.",
        refuse_plain_http,
    ),
    Variable(
        "FRONTEND_BASE_URL",
        str,
        "http://localhost:3000",
        REQUIRED,
        "Address of the decoupled frontend, used when a site has none of its own.",
        refuse_plain_http,
    ),
    Variable(
        "FILES_BASE_URL",
        str,
        "",
        "",
        "Public base address of files, calendars and OAI-PMH. Empty means ADMIN_BASE_URL.",
        refuse_plain_http,
    ),
    Variable(
        "SITE_NAME",
        str,
        "ICT Cluster CMS",
        "ICT Cluster CMS",
        "Name shown in the admin.",
    ),
    Variable(
        "DATABASE_URL",
        str,
        "sqlite:///var/db.sqlite3",
        REQUIRED,
        "Database: sqlite:///path or postgres://user:password@host:port/name.",
    ),
    Variable(
        "DATABASE_POOL_SIZE",
        int,
        4,
        8,
        "Most PostgreSQL connections of one process per database alias, beside those of GraphQL.",
        refuse_outside(1),
    ),
    Variable(
        "ITEM_CACHE_BYTES",
        int,
        32 * 1024 * 1024,
        32 * 1024 * 1024,
        "Bytes of published things that one process keeps decoded, and of what it rendered of them. "
        "0 keeps none.",
        refuse_outside(0),
    ),
    Variable(
        "DELIVERY_DATABASE_URL",
        str,
        "",
        "",
        "The same PostgreSQL database through a role that may read only published tables. "
        "Empty means that delivery uses DATABASE_URL.",
    ),
    Variable(
        "CACHE_URL",
        str,
        "locmem://",
        "locmem://",
        "Cache: locmem:// for one process, redis://host:port/number for more.",
    ),
    Variable(
        "ANSWER_CACHE_BYTES",
        int,
        16 * 1024 * 1024,
        16 * 1024 * 1024,
        "How much memory whole GraphQL answers may take in each process; 0 keeps none.",
        refuse_outside(0),
    ),
    Variable(
        "ANSWER_MAX_AGE_SECONDS",
        int,
        5,
        5,
        "How long browsers may use the answer to a GET without asking again.",
        refuse_outside(0),
    ),
    Variable(
        "ANSWER_SHARED_MAX_AGE_SECONDS",
        int,
        60,
        60,
        "How long a CDN may do so. Raise it once the CDN is told of changes (PURGE_URL).",
        refuse_outside(0),
    ),
    Variable(
        "ANSWER_STALE_SECONDS",
        int,
        30,
        30,
        "How long after that a CDN may still use it while it fetches a new one.",
        refuse_outside(0),
    ),
    Variable(
        "ANSWER_TAG_HEADERS",
        tuple,
        ("Surrogate-Key", "Cache-Tag"),
        ("Surrogate-Key", "Cache-Tag"),
        "Headers that tell a CDN what an answer depends on, comma separated; - for none.",
    ),
    Variable(
        "MEDIA_ROOT",
        Path,
        Path("var/media"),
        REQUIRED,
        "Folder of uploaded files; must outlive a deployment. Not used with S3_BUCKET.",
    ),
    Variable(
        "STATIC_ROOT",
        Path,
        Path("var/static"),
        Path("var/static"),
        "Folder into which collectstatic gathers the admin's styles and scripts.",
    ),
    Variable(
        "S3_BUCKET",
        str,
        "",
        "",
        "Bucket of uploaded files. Empty means that files are in MEDIA_ROOT.",
    ),
    Variable("S3_ENDPOINT_URL", str, "", "", "Address of the object storage; empty means AWS."),
    Variable("S3_REGION", str, "", "", "Region of the bucket, if the storage has regions."),
    Variable("S3_ACCESS_KEY_ID", str, "", "", "Who writes to the bucket."),
    Variable("S3_SECRET_ACCESS_KEY", str, "", "", "The password of S3_ACCESS_KEY_ID."),
    Variable(
        "IMAGE_RENDITION_AVIF",
        bool,
        True,
        True,
        "Whether pictures are also offered as AVIF: smaller files, half a second per upload.",
    ),
    Variable(
        "CSRF_TRUSTED_ORIGINS",
        tuple,
        (),
        (),
        "Further origins the admin's forms may be sent from, comma separated, with scheme.",
        refuse_plain_origins,
    ),
    Variable(
        "BEHIND_TLS_PROXY",
        bool,
        False,
        True,
        "Whether a proxy ends TLS and sets X-Forwarded-Proto itself (see deploy/nginx.conf).",
    ),
    Variable(
        "HSTS_SECONDS",
        int,
        0,
        31_536_000,
        "How long browsers must use https for this host, in seconds.",
        refuse_outside(0),
    ),
    Variable(
        "OUTBOUND_ALLOW_HTTP",
        bool,
        False,
        False,
        "Whether webhooks may also go to http:// addresses, on port 80. Otherwise https alone.",
    ),
    Variable(
        "OUTBOUND_ALLOW_LOOPBACK",
        bool,
        False,
        False,
        "Whether this machine itself may be called, on any port; for development and tests.",
        refuse_loopback,
    ),
    Variable(
        "PURGE_URL",
        str,
        "",
        "",
        "Where changes are told to the cache in front: POST, JSON with tags and urls. Empty: nowhere.",
        refuse_plain_http,
    ),
    Variable("PURGE_TOKEN", str, "", "", "Sent to PURGE_URL as a bearer token."),
    Variable(
        "PURGE_VARNISH_URLS",
        tuple,
        (),
        (),
        "Addresses of Varnish or similar that take PURGE requests, comma separated.",
    ),
    Variable("PURGE_CLOUDFLARE_ZONE", str, "", "", "Zone at Cloudflare that is purged by address."),
    Variable("PURGE_CLOUDFLARE_TOKEN", str, "", "", "The token for PURGE_CLOUDFLARE_ZONE."),
    Variable(
        "GRAPHQL_CORS_ORIGINS",
        tuple,
        ("*",),
        ("*",),
        "Origins whose pages may read the API in a browser, comma separated, with scheme; "
        "* means any. Cookies are never taken.",
    ),
    Variable(
        "GRAPHQL_SCHEMA_PUBLIC",
        bool,
        True,
        True,
        "Whether anybody may read the GraphQL schema, by introspection and as a file.",
    ),
    Variable(
        "GRAPHQL_TRUSTED_ONLY",
        bool,
        False,
        False,
        "Whether the API answers only the documents registered in frontend_contract/operations.",
    ),
    Variable(
        "EMAIL_HOST",
        str,
        "",
        "",
        "Mail server. Empty: no mail is sent; the log names subjects.",
    ),
    Variable(
        "EMAIL_PORT",
        int,
        587,
        587,
        "Port of the mail server; STARTTLS is used.",
        refuse_outside(1, 65535),
    ),
    Variable("EMAIL_HOST_USER", str, "", "", "Login at the mail server."),
    Variable("EMAIL_HOST_PASSWORD", str, "", "", "Password at the mail server."),
    Variable(
        "DEFAULT_FROM_EMAIL",
        str,
        "cms@localhost",
        "cms@localhost",
        "Sender of the mails to editors.",
    ),
    Variable(
        "SYNC_RETENTION_DAYS",
        int,
        400,
        400,
        "How many days portals can hear of a withdrawal; who asks later has to start again.",
        refuse_outside(400),
    ),
    Variable(
        "LOG_LEVEL", str, "INFO", "INFO", "DEBUG, INFO, WARNING or ERROR.", refuse_unknown_level
    ),
    Variable(
        "LOG_FORMAT",
        str,
        "line",
        "line",
        "How the log is written: line for people, json for one JSON object a line.",
        refuse_unknown_format,
    ),
    Variable(
        "METRICS_TOKEN",
        str,
        "",
        "",
        "Who sends it as a bearer token may read /metrics. At least 20 characters; empty: nobody.",
        refuse_short_token,
    ),
    Variable(
        "METRICS_ON_LOOPBACK",
        bool,
        True,
        False,
        "Whether this machine itself may read /metrics without the token. Not behind a local proxy.",
    ),
    Variable(
        "METRICS_DIR",
        str,
        "",
        "",
        "Empty folder in which the processes of one server add up their metrics; made by "
        "deploy/start. Empty: each process tells of itself alone.",
    ),
    Variable(
        "SLOW_OPERATION_MILLISECONDS",
        int,
        500,
        500,
        "A GraphQL operation that takes longer is logged as a warning; 0 switches that off.",
        refuse_outside(0),
    ),
    Variable(
        "API_USAGE_DAYS",
        int,
        400,
        400,
        "How many days it is kept which operations and fields were asked for; 0 counts nothing.",
        refuse_outside(0),
    ),
    Variable(
        "TRACES_URL",
        str,
        "",
        "",
        "Collector of OpenTelemetry traces (OTLP over HTTP). Needs deploy/requirements-otel.txt.",
    ),
    *graphql_variables.TABLE,
    *rate_variables.TABLE,
    *log_in_variables.TABLE,
)

BY_NAME: dict[str, Variable] = {variable.name: variable for variable in TABLE}


def parse(variable: Variable, text: str) -> Value:
    """Turn the text of a variable into its type.

    Raises: ValueError when the text is not of that type.
    """
    text = text.strip()
    if variable.kind is int:
        return int(text)
    if variable.kind is bool:
        return parse_bool(text)
    if variable.kind is Path:
        return Path(text)
    if variable.kind is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def parse_bool(text: str) -> bool:
    """Turn true/false, yes/no, on/off or 1/0 into a boolean.

    Raises: ValueError for anything else.
    """
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError(text)


def read_file(path: Path) -> dict[str, str]:
    """Read ``NAME=value`` lines; a missing file is an empty one."""
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


class Environment:
    """Answer what each variable of the table is, for one mapping of texts."""

    def __init__(self, texts: Mapping[str, str], *, is_production: bool) -> None:
        """Read the whole table at once.

        Raises: Refused, naming every missing, unreadable or (in production) unsafe variable.
        """
        self.is_production = is_production
        self._values: dict[str, Value] = {}
        problems = [problem for variable in TABLE if (problem := self._load(variable, texts))]
        if problems:
            raise Refused("The environment is not fit to start with:\n" + "\n".join(problems))

    def _load(self, variable: Variable, texts: Mapping[str, str]) -> str | None:
        """Store the value of one variable, or return the line that says why not."""
        default = variable.production if self.is_production else variable.development
        text = texts.get(variable.name, "")
        if not text.strip():
            if isinstance(default, Absent):
                return f"- {variable.name} is missing. {variable.meaning}"
            self._values[variable.name] = default
            return None
        try:
            value = parse(variable, text)
        except ValueError:
            return f"- {variable.name} is not a valid {variable.kind.__name__}."
        if value == () and isinstance(default, Absent):
            return f"- {variable.name} is missing. {variable.meaning}"
        self._values[variable.name] = value
        refusal = variable.refuse(value) if self.is_production and variable.refuse else None
        return f"- {variable.name} {refusal}." if refusal else None

    def text(self, name: str) -> str:
        """Return a variable of type str."""
        value = self._values[name]
        assert isinstance(value, str), name
        return value

    def number(self, name: str) -> int:
        """Return a variable of type int."""
        value = self._values[name]
        assert isinstance(value, int), name
        return value

    def flag(self, name: str) -> bool:
        """Return a variable of type bool."""
        value = self._values[name]
        assert isinstance(value, bool), name
        return value

    def names(self, name: str) -> list[str]:
        """Return a variable of type tuple as a list."""
        value = self._values[name]
        assert isinstance(value, tuple), name
        return list(value)

    def path(self, name: str) -> Path:
        """Return a variable of type Path; a relative one starts beside manage.py."""
        value = self._values[name]
        assert isinstance(value, Path), name
        return BASE_DIR / value


def current() -> Environment:
    """Return the environment this process was started with.

    Which settings module was asked for decides the defaults. A ``.env`` file beside manage.py is
    read too, except by tests; a real variable wins over the file.
    """
    module = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    texts = {} if module == "cms.settings.test" else read_file(BASE_DIR / ".env")
    return Environment({**texts, **os.environ}, is_production=module == "cms.settings.production")
