"""What operators may write into the environment, and what they are told when it is wrong."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import stat
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ConnectionHandler, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from cms.settings import environment

POSTGRES = "django.db.backends.postgresql"
SQLITE = "django.db.backends.sqlite3"
# Folders that people really have. Their names are no URLs.
FOLDERS = ["var", "有 空格", "C#", "100%", "a%41b", "what?", "数据"]


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "ALLOWED_HOSTS",
        "BASE_URL",
        "CACHE_URL",
        "DATABASE_URL",
        "DATA_DIR",
        "SECRET_KEY",
        "STORAGE_URL",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> Any:
    return monkeypatch.setenv


# The data folder


def test_data_folder_is_made_with_the_folders_above_it(tmp_path: Path, env: Any) -> None:
    env("DATA_DIR", str(tmp_path / "a" / "数据"))
    assert environment.data_dir() == tmp_path / "a" / "数据"
    assert (tmp_path / "a" / "数据").is_dir()
    assert environment.data_dir() == tmp_path / "a" / "数据"


def test_data_folder_may_start_at_home_or_be_relative(
    tmp_path: Path, env: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    env("HOME", str(tmp_path))
    env("DATA_DIR", "~/portal")
    assert environment.data_dir() == tmp_path / "portal"
    monkeypatch.chdir(tmp_path)
    env("DATA_DIR", "here")
    assert environment.data_dir() == tmp_path / "here"


@pytest.mark.parametrize("value", ["", None])
def test_data_folder_is_var_by_default(env: Any, value: str | None) -> None:
    if value is not None:
        env("DATA_DIR", value)
    assert environment.data_dir() == environment.ROOT / "var"


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_unusable_data_folder_is_named(tmp_path: Path, env: Any, where: str) -> None:
    (tmp_path / "file").write_text("")
    env("DATA_DIR", str(tmp_path / where))
    with pytest.raises(ImproperlyConfigured, match="数据目录无法写入") as refused:
        environment.data_dir()
    assert str(tmp_path / where) in str(refused.value)


# The secret key


def test_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = environment.secret_key(tmp_path)
    assert len(key) >= 50
    assert environment.secret_key(tmp_path) == key
    mode = stat.S_IMODE((tmp_path / "secret_key").stat().st_mode)
    assert mode == 0o600


def test_two_sites_have_two_secret_keys(tmp_path: Path) -> None:
    keys = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        keys.add(environment.secret_key(tmp_path / name))
    assert len(keys) == 2


def test_given_secret_key_is_used_and_not_written(tmp_path: Path, env: Any) -> None:
    env("SECRET_KEY", "given")
    assert environment.secret_key(tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []


def test_key_file_left_empty_by_a_crash_is_no_key(tmp_path: Path) -> None:
    """Also what a second process sees that starts between creation and writing."""
    (tmp_path / "secret_key").touch(mode=0o600)
    assert len(environment.secret_key(tmp_path)) >= 50


# The database


@pytest.mark.parametrize("name", FOLDERS)
def test_database_is_a_file_in_the_data_folder_by_default(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    config = environment.database(folder)
    assert config["ENGINE"] == SQLITE
    assert config["NAME"] == str(folder / "portal.sqlite3")


def test_sqlite_address_names_a_file(tmp_path: Path, env: Any) -> None:
    env("DATABASE_URL", f"sqlite:///{tmp_path}/x.sqlite3")
    assert environment.database(Path("/unused"))["NAME"] == f"{tmp_path}/x.sqlite3"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgres_address_is_taken_apart(env: Any, scheme: str) -> None:
    env("DATABASE_URL", f"{scheme}://user:p%40ss@db.example:5433/portal?sslmode=require")
    config = environment.database(Path("/unused"))
    parts = {name: config[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert parts == {
        "ENGINE": POSTGRES,
        "NAME": "portal",
        "USER": "user",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": 5433,
    }
    assert config["OPTIONS"] == {"sslmode": "require", "connect_timeout": 5}
    assert config["CONN_MAX_AGE"] > 0
    assert config["CONN_HEALTH_CHECKS"]


def test_postgres_may_be_a_socket(env: Any) -> None:
    env("DATABASE_URL", "postgres://user@%2Fvar%2Frun%2Fpostgresql/portal")
    assert environment.database(Path("/unused"))["HOST"] == "/var/run/postgresql"


def test_operators_own_database_options_win(env: Any) -> None:
    env("DATABASE_URL", "postgres://u@h/d?connect_timeout=30")
    assert environment.database(Path("/unused"))["OPTIONS"]["connect_timeout"] == 30
    env("DATABASE_URL", "sqlite:////tmp/x.sqlite3?timeout=3")
    options = environment.database(Path("/unused"))["OPTIONS"]
    assert options["timeout"] == 3
    assert options["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "foo://host/db",
        "/var/db.sqlite3",
        "postgres://u:geheim@h:port/db",
        "postgres://u:geheim@h:70000/db",
        "postgres://u:ge#heim@h/db",
        "postgres://u:geheim@[::1/db",
    ],
)
def test_unreadable_database_address_is_refused_without_its_password(env: Any, url: str) -> None:
    env("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL 无法识别.*例：") as refused:
        environment.database(Path("/unused"))
    assert "heim" not in str(refused.value)


@pytest.fixture
def connect(tmp_path: Path, django_db_blocker: Any) -> Iterator[Callable[[float], BaseDatabaseWrapper]]:
    """Opens real connections to one fresh file, with a timeout of the given seconds."""
    config = environment.database(tmp_path)
    opened: list[BaseDatabaseWrapper] = []

    def connect(timeout: float) -> BaseDatabaseWrapper:
        options = {**config["OPTIONS"], "timeout": timeout}
        connection = ConnectionHandler({"default": {**config, "OPTIONS": options}})["default"]
        opened.append(connection)
        return connection

    with django_db_blocker.unblock():
        yield connect
        for connection in opened:
            connection.close()


def fetch(connection: BaseDatabaseWrapper, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("cache_size", -64000),
        ("journal_size_limit", 67108864),
        ("temp_store", 2),  # MEMORY
        ("busy_timeout", 20_000),
        ("foreign_keys", 1),
    ],
)
def test_sqlite_options_are_active_on_a_real_connection(connect: Any, pragma: str, value: Any) -> None:
    timeout = environment.SQLITE_OPTIONS["timeout"]
    assert fetch(connect(timeout), f"PRAGMA {pragma}") == value


def test_sqlite_readers_go_on_while_somebody_writes(connect: Any) -> None:
    """And a second writer waits where it begins, instead of failing inside its transaction."""
    writer, other = connect(1), connect(0.05)
    writer.cursor().execute("CREATE TABLE t (n INTEGER)")
    writer._start_transaction_under_autocommit()
    writer.cursor().execute("INSERT INTO t VALUES (1)")
    assert fetch(other, "SELECT count(*) FROM t") == 0
    with pytest.raises(OperationalError, match="locked"):
        other._start_transaction_under_autocommit()
    writer.cursor().execute("COMMIT")
    assert fetch(other, "SELECT count(*) FROM t") == 1


# The cache


def test_cache_is_memory_by_default() -> None:
    assert environment.cache()["BACKEND"].endswith("LocMemCache")


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("rediss://:pw@cache.example:6380/1", "rediss://:pw@cache.example:6380/1"),
        ("valkey://cache/2", "redis://cache/2"),
        ("valkeys://cache/2", "rediss://cache/2"),
        ("unix:///run/valkey.sock?db=1", "unix:///run/valkey.sock?db=1"),
    ],
)
def test_cache_address_is_handed_to_the_client(env: Any, url: str, location: str) -> None:
    env("CACHE_URL", url)
    config = environment.cache()
    assert config["BACKEND"].endswith("RedisCache")
    assert config["LOCATION"] == location


@pytest.mark.parametrize("url", ["memcached://h", "redis://", "127.0.0.1:6379", "http://h", "://"])
def test_unreadable_cache_address_is_refused(env: Any, url: str) -> None:
    env("CACHE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=r"CACHE_URL 无法识别.*例："):
        environment.cache()


# Uploads


@pytest.mark.parametrize("name", FOLDERS)
def test_uploads_lie_in_the_data_folder_by_default(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    config = environment.media_storage(folder, "/chanye")
    assert config["BACKEND"].endswith("FileSystemStorage")
    assert config["OPTIONS"] == {"location": str(folder / "media"), "base_url": "/chanye/media/"}


def test_uploads_may_lie_in_another_folder(env: Any) -> None:
    env("STORAGE_URL", "file:///srv/%E5%9B%BE%E7%89%87")
    assert environment.media_storage(Path("/unused"), "")["OPTIONS"] == {
        "location": "/srv/图片",
        "base_url": "/media/",
    }


@pytest.fixture
def with_storages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The optional package for buckets is installed."""
    monkeypatch.setitem(sys.modules, "storages", types.ModuleType("storages"))
    sys.modules["storages"].__spec__ = importlib.machinery.ModuleSpec("storages", None)


def test_bucket_without_the_optional_package_says_what_to_install(env: Any) -> None:
    env("STORAGE_URL", "s3://oss.example/bucket")
    if importlib.util.find_spec("storages") is None:
        with pytest.raises(ImproperlyConfigured, match=r"django-storages\[s3\]"):
            environment.media_storage(Path("/unused"), "")
    else:
        assert environment.media_storage(Path("/unused"), "")["OPTIONS"]["bucket_name"] == "bucket"


def test_pictures_from_a_bucket_are_allowed_by_the_policy(env: Any, with_storages: None) -> None:
    env("STORAGE_URL", "s3://oss.example:9000/bucket")
    storage = environment.media_storage(Path("/unused"), "")
    assert environment.storage_origins(storage) == [
        "https://oss.example:9000",
        "https://bucket.oss.example:9000",
    ]
    env("STORAGE_URL", "")
    assert environment.storage_origins(environment.media_storage(Path("/unused"), "")) == []


def test_uploads_may_lie_in_a_bucket(env: Any, with_storages: None) -> None:
    env("STORAGE_URL", "s3://k%2Fey:s%40cret@oss.example:9000/bucket?region_name=cn-north-1")
    config = environment.media_storage(Path("/unused"), "")
    assert config["BACKEND"] == "storages.backends.s3.S3Storage"
    assert config["OPTIONS"] == {
        "bucket_name": "bucket",
        "file_overwrite": False,
        "endpoint_url": "https://oss.example:9000",
        "access_key": "k/ey",
        "secret_key": "s@cret",
        "region_name": "cn-north-1",
    }


def test_bucket_without_host_or_key_leaves_both_to_the_cloud(env: Any, with_storages: None) -> None:
    env("STORAGE_URL", "s3:///bucket")
    options = environment.media_storage(Path("/unused"), "")["OPTIONS"]
    assert options == {"bucket_name": "bucket", "file_overwrite": False}


@pytest.mark.parametrize(
    "url",
    [
        "/srv/media",
        "file://",
        "file://srv/media",
        "s3://host",
        "s3://host/",
        "http://host/bucket",
        "s3://host:port/bucket",
        "s3://[::1/bucket",
    ],
)
def test_unreadable_storage_address_is_refused(env: Any, url: str) -> None:
    """`file://srv/media` too: the folder that is meant cannot be told from a host."""
    env("STORAGE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=r"STORAGE_URL 无法识别.*例："):
        environment.media_storage(Path("/unused"), "")


# The public address


@pytest.mark.parametrize(
    ("url", "origin", "prefix"),
    [
        ("", "", ""),
        ("  ", "", ""),
        ("https://www.example.org", "https://www.example.org", ""),
        ("https://www.example.org/", "https://www.example.org", ""),
        (" http://127.0.0.1:8000 ", "http://127.0.0.1:8000", ""),
        ("https://www.example.org/chanye", "https://www.example.org", "/chanye"),
        ("https://www.example.org/chanye/", "https://www.example.org", "/chanye"),
        ("https://www.example.org/a/b/", "https://www.example.org", "/a/b"),
        ("https://[::1]:8000/x", "https://[::1]:8000", "/x"),
    ],
)
def test_public_address_is_origin_and_prefix(env: Any, url: str, origin: str, prefix: str) -> None:
    env("BASE_URL", url)
    assert environment.base_url() == (origin, prefix)


@pytest.mark.parametrize(
    "url",
    [
        "www.example.org",
        "//www.example.org",
        "ftp://www.example.org",
        "https://",
        "https:///path",
        "https://www.example.org/?a=1",
        "https://www.example.org/#top",
        "https://[::1",
        "https://www.example.org:port",
    ],
)
def test_unreadable_public_address_is_refused(env: Any, url: str) -> None:
    env("BASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=r"BASE_URL 无法识别.*例："):
        environment.base_url()


def test_hosts_are_the_given_ones_the_public_one_and_loopback(env: Any) -> None:
    loopback = ["localhost", "127.0.0.1", "[::1]"]
    assert environment.allowed_hosts("") == loopback
    assert environment.allowed_hosts("https://www.example.org:444") == ["www.example.org", *loopback]
    env("ALLOWED_HOSTS", " a.example , ,.b.example,")
    assert environment.allowed_hosts("") == ["a.example", ".b.example", *loopback]


@pytest.mark.parametrize(("text", "on"), [("", False), ("0", False), ("1", True), (" 1 ", True)])
def test_a_switch_is_off_unless_it_is_on(env: Any, text: str, on: bool) -> None:
    env("LINK_CHECK", text)
    assert environment.switch("LINK_CHECK") is on


def test_a_switch_is_on_or_off_and_nothing_between(env: Any) -> None:
    env("LINK_CHECK", "yes")
    with pytest.raises(ImproperlyConfigured, match="LINK_CHECK 只能是 1"):
        environment.switch("LINK_CHECK")
