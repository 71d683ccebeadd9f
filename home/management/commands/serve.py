"""Everything between a fresh clone and a portal that answers."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from wagtail.models import Site

from cms.core.health import probe_cache
from cms.core.models import LoadedRecord, User
from cms.core.staticfiles import fingerprint

ADMIN_NAME = "admin"
# Size of the buffer for a request's headers; what does not fit is refused (431).
HEADER_BYTES = 16_384
# Any number that no other program on the database takes a lock by.
PREPARATION_LOCK = 0x4343_1957
THREADS = 8
CARDS_AT_START = 300


class Command(BaseCommand):
    help = "准备数据库、静态文件、首批内容和管理员，然后启动网站。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址")
        parser.add_argument("--port", default="8000", help="监听端口")
        parser.add_argument("--dev", action="store_true", help="开发服务器，代码改动后自动重启")
        parser.add_argument("--prepare-only", action="store_true", help="只做准备，不启动")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], port_number(options["port"])
        # The development server's reloader starts this command again in a child process.
        reloaded = os.environ.get("RUN_MAIN") == "true"
        if not reloaded:
            if not options["prepare_only"]:
                require_free_port(host, port)
            self.prepare(collect=not options["dev"])
        if options["prepare_only"]:
            return
        if not reloaded:
            self.welcome(host, port)
        os.environ["PORTAL_CLOCK"] = "1"
        if options["dev"]:
            call_command("runserver", f"{host}:{port}", skip_checks=True)
        else:
            start_server(host, port)

    def prepare(self, *, collect: bool) -> None:
        require_database()
        require_cache()
        with one_at_a_time():
            self.migrate()
            if collect:
                self.collect_static()
            self.load_first_content()
            call_command("set_up_roles", stdout=self.stdout)
            call_command("load_word_rules", stdout=self.stdout)
            point_site_at_base_url()
            self.ensure_administrator()
            # About 30 ms each; what is left in a portal that lost its pictures is `draw_share_cards`' to do.
            call_command("draw_share_cards", limit=CARDS_AT_START)

    def load_first_content(self) -> None:
        """A mistake in newer content files does not keep a filled portal from starting."""
        filled = LoadedRecord.objects.exists()
        try:
            call_command("load_content", if_changed=True)
        except CommandError as error:
            if not filled:
                raise
            self.stderr.write(f"内容文件没有载入，网站以原有内容启动：{error}")

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("正在准备数据库……")
            call_command("migrate", verbosity=0, interactive=False)

    def collect_static(self) -> None:
        stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
        current = fingerprint()
        if stamp.exists() and stamp.read_text() == current:
            return
        self.stdout.write("正在整理静态文件……")
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(current)

    def ensure_administrator(self) -> None:
        """On first start: an administrator whose password is printed once and kept in the data folder."""
        if User.objects.filter(is_superuser=True).exists():
            return
        if User.objects.filter(username=ADMIN_NAME).exists():
            raise CommandError(f"账号 {ADMIN_NAME} 已存在但不是管理员，请用 manage.py createsuperuser 另建。")
        password = os.environ.get("ADMIN_PASSWORD") or secrets.token_urlsafe(12)
        path = credentials_file()
        with transaction.atomic():
            User.objects.create_superuser(ADMIN_NAME, password=password)
            path.unlink(missing_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{ADMIN_NAME}\n{password}\n")
        self.stdout.write(f"已创建管理员：{ADMIN_NAME}，密码：{password}（保存在 {path}）")

    def welcome(self, host: str, port: int) -> None:
        address = settings.BASE_URL or f"http://{host}:{port}"
        hint = f"，账号和密码见 {credentials_file()}" if credentials_file().exists() else ""
        self.stdout.write(f"网站：{address}/\n后台：{address}/admin/{hint}\n按 Ctrl-C 停止。")
        self.stdout.flush()


def credentials_file() -> Path:
    return Path(settings.DATA_DIR) / "admin.txt"


def port_number(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65_536:
        raise CommandError(f"PORT={text} 不是端口号，应为 1—65535 的整数。")
    return int(text)


def require_free_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror as error:
            raise CommandError(f"不认识监听地址 {host}。") from error
        except OSError as error:
            raise CommandError(port_problem(host, port, error.errno)) from error


def other_port(port: int) -> int:
    return port + 1 if port < 65_535 else port - 1


def port_problem(host: str, port: int, number: int | None) -> str:
    match number:
        case errno.EADDRINUSE:
            return f"端口 {port} 已被占用（{host}）。请停掉占用它的程序，或换一个端口，例如 PORT={other_port(port)}。"
        case errno.EACCES:
            return f"没有权限使用端口 {port}。请换一个大于 1023 的端口，例如 PORT=8001。"
        case errno.EADDRNOTAVAIL:
            return f"本机没有地址 {host}，不能在上面监听。"
    return f"不能在 {host} 的端口 {port} 上监听（错误 {number}）。"


def require_database() -> None:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        where = connection.settings_dict.get("HOST") or connection.settings_dict["NAME"]
        raise CommandError(
            f"连接不上数据库（{where}）。请检查 DATABASE_URL 和数据库是否已启动：{reason}"
        ) from error


def require_cache() -> None:
    if not probe_cache():
        raise CommandError("连接不上缓存。请检查 CACHE_URL 和缓存服务是否已启动。")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Nodes that start together prepare one after another: the first does the work, the rest find it done.

    A lock in the database where nodes share one, else a lock on a file in the data folder they share.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARATION_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARATION_LOCK])
    else:
        with (Path(settings.DATA_DIR) / "prepare.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def point_site_at_base_url() -> None:
    """Absolute addresses in feeds, sitemap and emails follow `BASE_URL`."""
    parts = urlsplit(settings.BASE_URL)
    if parts.hostname:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        site = Site.objects.filter(is_default_site=True).first()
        if site and (site.hostname, site.port) != (parts.hostname, port):
            site.hostname, site.port = parts.hostname, port
            site.save()


def workers() -> int:
    """Processes only share a cache where `CACHE_URL` names one; without it, one process is consistent."""
    return (os.cpu_count() or 1) if os.environ.get("CACHE_URL") else 1


def start_server(host: str, port: int) -> None:
    """Becomes granian: a signal to this process reaches the server itself, and nothing is left behind."""
    connection.close()
    sys.stdout.flush()
    arguments = [
        sys.executable,
        "-m",
        "granian",
        "--interface=wsgi",
        f"--host={host}",
        f"--port={port}",
        f"--workers={workers()}",
        f"--blocking-threads={THREADS}",
        "--http=1",
        "--no-ws",
        f"--http1-buffer-size={HEADER_BYTES}",
        "--log-level=error",
        f"--working-dir={settings.ROOT}",
        "cms.wsgi:application",
    ]
    os.execv(sys.executable, arguments)  # noqa: S606 - fixed arguments, no shell to trust
