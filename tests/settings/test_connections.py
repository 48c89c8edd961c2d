"""Addresses become databases, caches and storages with deadlines on everything."""

from typing import Any

import pytest
from redis.backoff import NoBackoff

from cms.settings import connections
from cms.settings.env import BASE_DIR, Environment, Refused


def environment(**texts: str) -> Environment:
    return Environment(texts, is_production=False)


def test_sqlite_waits_for_its_turn_and_never_blocks_readers() -> None:
    found = connections.databases(environment(DATABASE_URL="sqlite:///var/example.sqlite3"))

    assert found == {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": BASE_DIR / "var/example.sqlite3",
            "OPTIONS": {
                "timeout": 5,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }


def test_postgresql_has_a_pool_and_deadlines() -> None:
    url = "postgres://editor:p%40ss@db.test:5433/cms?sslmode=require"

    found = connections.databases(environment(DATABASE_URL=url, DATABASE_POOL_SIZE="3"))["default"]

    assert [found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "editor",
        "p@ss",
        "db.test",
        "5433",
        "cms",
    ]
    assert found["CONN_HEALTH_CHECKS"] is True
    assert found["OPTIONS"] == {
        "pool": {"min_size": 1, "max_size": 3, "timeout": 2},
        "connect_timeout": 2,
        "tcp_user_timeout": 5000,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "sslmode": "require",
    }


def test_delivery_reads_only_and_is_the_same_database_in_tests() -> None:
    found = connections.databases(
        environment(
            DATABASE_URL="postgres://cms@db/cms",
            DELIVERY_DATABASE_URL="postgres://delivery@db/cms",
        )
    )

    assert list(found) == ["default", "delivery"]
    assert found["delivery"]["USER"] == "delivery"
    assert found["delivery"]["OPTIONS"]["options"] == "-c default_transaction_read_only=on"
    assert found["delivery"]["TEST"] == {"MIRROR": "default"}
    assert "options" not in found["default"]["OPTIONS"]


def test_delivery_may_be_sqlite_too() -> None:
    found = connections.databases(environment(DELIVERY_DATABASE_URL="sqlite:///var/db.sqlite3"))

    assert found["delivery"] == {**found["default"], "TEST": {"MIRROR": "default"}}


@pytest.mark.parametrize(
    "url", ["mysql://db/cms", "postgres://db", "postgres://cms@db:port/cms", "cms.sqlite3"]
)
def test_another_kind_of_database_is_refused_by_name(url: str) -> None:
    with pytest.raises(Refused, match=r"^DATABASE_URL must look like sqlite:///path or postgres"):
        connections.databases(environment(DATABASE_URL=url))


def test_the_cache_is_in_process_by_default() -> None:
    found = connections.caches(environment())["default"]

    assert found["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"


def test_redis_has_short_time_outs_and_no_second_attempt() -> None:
    found = connections.caches(environment(CACHE_URL="redis://cache.test:6379/1"))["default"]

    options: dict[str, Any] = found["OPTIONS"]
    assert found["BACKEND"] == "cms.redis_cache.TolerantRedisCache"
    assert found["LOCATION"] == "redis://cache.test:6379/1"
    assert (options["socket_timeout"], options["socket_connect_timeout"]) == (0.2, 0.2)
    assert options["retry"] == type(options["retry"])(NoBackoff(), 0)


def test_another_kind_of_cache_is_refused() -> None:
    with pytest.raises(Refused, match="CACHE_URL"):
        connections.caches(environment(CACHE_URL="memcached://cache"))


def test_uploads_are_local_without_a_bucket() -> None:
    found = connections.storages(environment())

    assert found["default"]["BACKEND"] == "cms.storage.PrivateFileSystemStorage"


def test_a_bucket_is_private() -> None:
    found = connections.storages(environment(S3_BUCKET="files", S3_ENDPOINT_URL="https://s3.test"))

    assert found["default"] == {
        "BACKEND": "cms.s3_storage.PrivateS3Storage",
        "OPTIONS": {
            "bucket_name": "files",
            "endpoint_url": "https://s3.test",
            "region_name": None,
            "access_key": None,
            "secret_key": None,
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
