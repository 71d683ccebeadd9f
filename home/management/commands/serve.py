"""Everything between a fresh clone and a portal that answers."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from wagtail.models import Site

from cms.core.models import User
from cms.core.staticfiles import fingerprint

ADMIN_NAME = "admin"
# Headers larger than this are refused; browsers stay below 16 KB.
HEADER_BYTES = 32_768
THREADS = 8


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
        if options["dev"]:
            call_command("runserver", f"{host}:{port}", skip_checks=True)
        else:
            start_server(host, port)

    def prepare(self, *, collect: bool) -> None:
        require_database()
        self.migrate()
        if collect:
            self.collect_static()
        call_command("load_content", if_changed=True)
        point_site_at_base_url()
        self.ensure_administrator()

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
        password = os.environ.get("ADMIN_PASSWORD") or secrets.token_urlsafe(12)
        path = credentials_file()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{ADMIN_NAME}\n{password}\n")
        path.chmod(0o600)
        User.objects.create_superuser(ADMIN_NAME, password=password)
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
        except PermissionError as error:
            raise CommandError(
                f"没有权限使用端口 {port}。请换一个大于 1023 的端口，例如 PORT=8001。"
            ) from error
        except OSError as error:
            raise CommandError(
                f"端口 {port} 已被占用（{host}）。请停掉占用它的程序，或换一个端口，例如 PORT={port + 1}。"
            ) from error


def require_database() -> None:
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        where = connection.settings_dict.get("HOST") or connection.settings_dict["NAME"]
        raise CommandError(
            f"连接不上数据库（{where}）。请检查 DATABASE_URL 和数据库是否已启动：{reason}"
        ) from error


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
        "cms.wsgi:application",
    ]
    os.execv(sys.executable, arguments)  # noqa: S606 - fixed arguments, no shell to trust
