"""Turn the addresses of the environment into Django's databases, caches and storages."""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from redis.backoff import NoBackoff
from redis.retry import Retry

from cms.settings.env import BASE_DIR, Environment, Refused

Options = dict[str, Any]

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
READ_ONLY = "-c default_transaction_read_only=on"


def databases(environment: Environment) -> dict[str, Options]:
    """Return the databases: ``default``, and ``delivery`` when it has an address of its own."""
    pool_size = environment.number("DATABASE_POOL_SIZE")
    found = {"default": database("DATABASE_URL", environment.text("DATABASE_URL"), pool_size)}
    if url := environment.text("DELIVERY_DATABASE_URL"):
        delivery = database("DELIVERY_DATABASE_URL", url, pool_size)
        if "postgresql" in delivery["ENGINE"]:
            delivery["OPTIONS"]["options"] = READ_ONLY
        found["delivery"] = {**delivery, "TEST": {"MIRROR": "default"}}
    return found


def database(name: str, url: str, pool_size: int) -> Options:
    """Return one database from its address.

    Raises: Refused when the address is neither SQLite nor PostgreSQL.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme == "sqlite":
        return sqlite(parts)
    if parts.scheme in {"postgres", "postgresql"} and parts.path.strip("/"):
        return postgresql(parts, pool_size)
    raise Refused(f"{name} must look like sqlite:///path or postgres://user:password@host/name.")


def sqlite(parts: SplitResult) -> Options:
    """Return a SQLite database; a relative path starts beside manage.py.

    One writer at a time that waits up to 5 s for its turn, readers that never wait.
    """
    path = BASE_DIR / unquote(parts.path.removeprefix("/"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 5,
            "transaction_mode": "IMMEDIATE",
            "init_command": SQLITE_PRAGMAS,
        },
    }


def postgresql(parts: SplitResult, pool_size: int) -> Options:
    """Return a PostgreSQL database behind a pool.

    Units: seconds, but ``tcp_user_timeout`` is in milliseconds.
    Source: a frozen server ignores ``statement_timeout``, so the client's socket has deadlines too.
    """
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": pool_size, "timeout": 2},
            "connect_timeout": 2,
            "tcp_user_timeout": 5000,
            "keepalives": 1,
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            **dict(parse_qsl(parts.query)),
        },
    }


def caches(environment: Environment) -> dict[str, Options]:
    """Return the cache; Redis may be slow or absent without anybody seeing an error.

    Raises: Refused when the address is neither in process nor Redis.
    """
    url = environment.text("CACHE_URL")
    scheme = urlsplit(url).scheme
    if scheme == "locmem":
        backend = "django.core.cache.backends.locmem.LocMemCache"
        return {"default": {"BACKEND": backend, "OPTIONS": {"MAX_ENTRIES": 10_000}}}
    if scheme not in {"redis", "rediss", "unix"}:
        raise Refused("CACHE_URL must look like locmem:// or redis://host:port/number.")
    options = {
        "socket_timeout": 0.2,
        "socket_connect_timeout": 0.2,
        "retry": Retry(NoBackoff(), 0),
    }
    backend = "cms.redis_cache.TolerantRedisCache"
    return {"default": {"BACKEND": backend, "LOCATION": url, "OPTIONS": options}}


def front_caches(environment: Environment) -> dict[str, Options]:
    """Return Wagtail's backends for the caches in front of the frontends; empty when none is set."""
    backends = "wagtail.contrib.frontend_cache.backends"
    found: dict[str, Options] = {
        f"varnish-{number}": {"BACKEND": f"{backends}.HTTPBackend", "LOCATION": address}
        for number, address in enumerate(environment.names("PURGE_VARNISH_URLS"), start=1)
    }
    if zone := environment.text("PURGE_CLOUDFLARE_ZONE"):
        found["cloudflare"] = {
            "BACKEND": f"{backends}.CloudflareBackend",
            "ZONEID": zone,
            "BEARER_TOKEN": environment.text("PURGE_CLOUDFLARE_TOKEN"),
        }
    return found


def storages(environment: Environment) -> dict[str, Options]:
    """Return where uploads and static files are kept."""
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    if not environment.text("S3_BUCKET"):
        local = {"BACKEND": "cms.storage.PrivateFileSystemStorage"}
        return {"default": local, "staticfiles": static}
    options = {
        "bucket_name": environment.text("S3_BUCKET"),
        "endpoint_url": environment.text("S3_ENDPOINT_URL") or None,
        "region_name": environment.text("S3_REGION") or None,
        "access_key": environment.text("S3_ACCESS_KEY_ID") or None,
        "secret_key": environment.text("S3_SECRET_ACCESS_KEY") or None,
        "default_acl": "private",
        "file_overwrite": False,
    }
    bucket = {"BACKEND": "cms.s3_storage.PrivateS3Storage", "OPTIONS": options}
    return {"default": bucket, "staticfiles": static}
