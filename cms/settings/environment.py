"""Reads the operator's settings from the environment, and says in one line what is wrong with them."""

import contextlib
import importlib.util
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]

# WAL lets readers go on while somebody writes. IMMEDIATE takes the write lock at the start of a
# transaction, where waiting is possible, instead of failing half-way. FULL syncs at every commit: an
# editor's acknowledged save survives a power cut; it halves the write rate, which a CMS never reaches.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000; "
        "PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY;"
    ),
}


def data_dir() -> Path:
    """The folder that the site writes to (`DATA_DIR`, default `var`).

    Raises ImproperlyConfigured where it cannot be made or written.
    """
    path = Path(os.environ.get("DATA_DIR") or ROOT / "var").expanduser().resolve()
    try:
        # It holds password hashes and keys: nobody else's business.
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(path, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    if not writable:
        raise ImproperlyConfigured(
            f"数据目录无法写入：{path}。请修改该目录的权限，或用 DATA_DIR=另一目录 启动。"
        )
    return path


def secret_key(folder: Path) -> str:
    """`SECRET_KEY`, or the key kept in the data folder, made on first use (mode 600).

    The file appears whole or not at all: of two processes that start at once, one makes it and both read it.
    """
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = folder / "secret_key"
    if not path.exists() or not path.read_text().strip():
        descriptor, name = tempfile.mkstemp(dir=folder, prefix="secret_key.")  # mode 600
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        draft = Path(name)
        if path.exists():
            draft.replace(path)
        else:
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(draft)
            draft.unlink()
    return path.read_text().strip()


def database(folder: Path) -> dict[str, Any]:
    """Django's settings for `DATABASE_URL`, or for a SQLite file in the data folder."""
    url = os.environ.get("DATABASE_URL")
    config: dict[str, Any]
    if not url:
        config = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "portal.sqlite3")}
    else:
        try:
            config = dict(dj_database_url.parse(url))
        except (dj_database_url.ParseError, ValueError) as error:
            raise ImproperlyConfigured(
                "DATABASE_URL 无法识别。例：postgres://用户:密码@主机:5432/库名，或 sqlite:////绝对路径.sqlite3。"
            ) from error
    config |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {**SQLITE_OPTIONS, **config.get("OPTIONS", {})}
    elif config["ENGINE"].endswith("postgresql"):
        config.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    return config


def cache() -> dict[str, Any]:
    """Django's settings for `CACHE_URL` (redis://, rediss://, valkey://), or memory of one process."""
    url = os.environ.get("CACHE_URL")
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    scheme, _, rest = url.partition("://")
    if scheme not in {"redis", "rediss", "valkey", "valkeys", "unix"} or not rest:
        raise ImproperlyConfigured("CACHE_URL 无法识别。例：redis://127.0.0.1:6379/0。")
    scheme = {"valkey": "redis", "valkeys": "rediss"}.get(scheme, scheme)
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"{scheme}://{rest}",
        "KEY_PREFIX": "portal",
    }


def media_storage(folder: Path, prefix: str) -> dict[str, Any]:
    """Storage for uploads: `STORAGE_URL`, or the data folder.

    `file:///folder` or `s3://key:secret@endpoint/bucket`.
    """
    url = os.environ.get("STORAGE_URL")
    parts = split_url(url or "file:///", "STORAGE_URL", STORAGE_EXAMPLES)
    if parts.scheme == "file" and parts.path and not parts.netloc:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": unquote(parts.path) if url else str(folder / "media"),
                "base_url": f"{prefix}/media/",
            },
        }
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not bucket:
        raise ImproperlyConfigured(f"STORAGE_URL 无法识别。{STORAGE_EXAMPLES}")
    options: dict[str, Any] = {"bucket_name": bucket, "file_overwrite": False}
    if parts.hostname:
        port = f":{parts.port}" if parts.port else ""
        options["endpoint_url"] = f"https://{parts.hostname}{port}"
    if parts.username:
        options["access_key"] = unquote(parts.username)
        options["secret_key"] = unquote(parts.password or "")
    options.update({key: values[-1] for key, values in parse_qs(parts.query).items()})
    if importlib.util.find_spec("storages") is None:
        raise ImproperlyConfigured("STORAGE_URL=s3://… 需要：.venv/bin/pip install 'django-storages[s3]'。")
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def switch(variable: str) -> bool:
    """Whether the operator has switched something on: 1 or 0, off where unset. Raises ImproperlyConfigured."""
    text = os.environ.get(variable, "").strip()
    if text not in {"", "0", "1"}:
        raise ImproperlyConfigured(f"{variable} 只能是 1（开启）或 0（关闭）。")
    return text == "1"


def storage_origins(storage: dict[str, Any]) -> list[str]:
    """Origins that pictures come from when the storage is not this server."""
    options = storage["OPTIONS"]
    if "bucket_name" not in options:
        return []
    endpoint = options.get("endpoint_url", "https://s3.amazonaws.com")
    domain = options.get("custom_domain")
    host = urlsplit(endpoint).netloc
    return [f"https://{domain}"] if domain else [endpoint, f"https://{options['bucket_name']}.{host}"]


STORAGE_EXAMPLES = "例：file:///srv/media，或 s3://密钥:口令@端点主机/存储桶。"
BASE_EXAMPLES = "例：https://www.example.org，作为专栏时：https://www.example.org/chanye/。"


def split_url(url: str, variable: str, examples: str) -> SplitResult:
    """The parts of an address, its port checked. Raises ImproperlyConfigured, naming the variable."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{variable} 无法识别。{examples}") from error
    return parts


def base_url() -> tuple[str, str]:
    """The public address without a path, and its sub-path prefix, both from `BASE_URL`.

    `https://www.example.org/chanye/` gives (`https://www.example.org`, `/chanye`): the portal can be a
    column (专栏) under another site's address. Without `BASE_URL`: `("", "")`.
    """
    url = os.environ.get("BASE_URL", "").strip()
    if not url:
        return "", ""
    parts = split_url(url, "BASE_URL", BASE_EXAMPLES)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"BASE_URL 无法识别。{BASE_EXAMPLES}")
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")


def allowed_hosts(origin: str) -> list[str]:
    """`ALLOWED_HOSTS` (comma list), the host of `BASE_URL`, and the loopback names."""
    given = [h.strip() for h in os.environ.get("ALLOWED_HOSTS", "").split(",") if h.strip()]
    host = urlsplit(origin).hostname
    return [*given, *([host] if host else []), "localhost", "127.0.0.1", "[::1]"]
