"""`manage.py serve`: from a fresh clone to a portal that answers, or to one line that says what is wrong."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg
import pytest
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from wagtail.models import Site

from cms.core.models import User
from home.management.commands.serve import Command, point_site_at_base_url

ROOT = Path(django_settings.ROOT)
OWN_FILES = "django.contrib.staticfiles.finders.FileSystemFinder"
START_SECONDS = 180


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port: int = probe.getsockname()[1]
        return port


def environment(**values: str) -> dict[str, str]:
    """This process's, without what belongs to the test run."""
    ours = ("DATABASE_URL", "CACHE_URL", "DATA_DIR")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"DJANGO_SETTINGS_MODULE": "cms.settings.production"} | values


def serve(*options: str, **values: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve", *options],
        cwd=ROOT,
        env=environment(**values),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# What an operator may get wrong


def test_taken_port_is_named_before_anything_is_done() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        with pytest.raises(CommandError) as error:
            call_command("serve", port=str(port))
    assert str(error.value) == (
        f"端口 {port} 已被占用（127.0.0.1）。请停掉占用它的程序，或换一个端口，例如 PORT={port + 1}。"
    )


@pytest.mark.parametrize("port", ["", "abc", "0", "-1", "65536", "80.5", "８０００号"])
def test_nonsense_is_no_port(port: str) -> None:
    with pytest.raises(CommandError) as error:
        call_command("serve", port=port)
    assert str(error.value) == f"PORT={port} 不是端口号，应为 1—65535 的整数。"


def test_highest_port_is_not_followed_by_an_impossible_one() -> None:
    try:
        other = socket.create_server(("127.0.0.1", 65_535))
    except OSError:
        pytest.skip("port 65535 is taken on this machine")
    with closing(other), pytest.raises(CommandError) as error:
        call_command("serve", port="65535")
    assert "PORT=65536" not in str(error.value)


@pytest.mark.parametrize("host", ["192.0.2.1", "meiyou.invalid"])
def test_address_that_is_not_this_machines_is_not_called_taken(host: str) -> None:
    """192.0.2.1 belongs to nobody (RFC 5737)."""
    with pytest.raises(CommandError) as error:
        call_command("serve", host=host, port=str(free_port()))
    assert host in str(error.value)
    assert "已被占用" not in str(error.value)


def test_unreachable_database_is_one_clear_line(tmp_path: Path) -> None:
    closed = free_port()
    process = serve(
        f"--port={free_port()}",
        DATABASE_URL=f"postgres://portal:mimi@127.0.0.1:{closed}/portal",
        DATA_DIR=str(tmp_path),
    )
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output == ""
    lines = errors.strip().splitlines()
    assert len(lines) == 1
    assert "连接不上数据库（127.0.0.1）。请检查 DATABASE_URL 和数据库是否已启动" in lines[0]
    assert "mimi" not in errors


# What it prepares


@pytest.fixture
def data_dir(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_first_start_makes_an_administrator(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Command().ensure_administrator()
    path = data_dir / "admin.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    name, password = path.read_text().splitlines()
    user = authenticate(username=name, password=password)
    assert isinstance(user, User)
    assert user.is_superuser
    assert len(password) >= 16
    printed = capsys.readouterr().out
    assert password in printed
    assert str(path) in printed


@pytest.mark.django_db
def test_password_is_another_on_every_machine(data_dir: Path) -> None:
    passwords = set()
    for _ in range(2):
        User.objects.all().delete()
        Command().ensure_administrator()
        passwords.add((data_dir / "admin.txt").read_text())
    assert len(passwords) == 2


@pytest.mark.django_db
def test_operator_may_choose_the_password(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "口令 with space")
    Command().ensure_administrator()
    assert authenticate(username="admin", password="口令 with space")
    assert (data_dir / "admin.txt").read_text() == "admin\n口令 with space\n"


@pytest.mark.django_db
def test_second_start_leaves_the_administrator_alone(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Command().ensure_administrator()
    before, made = (data_dir / "admin.txt").read_text(), User.objects.get()
    capsys.readouterr()
    monkeypatch.setenv("ADMIN_PASSWORD", "another-password")
    Command().ensure_administrator()
    assert (data_dir / "admin.txt").read_text() == before
    assert User.objects.get().password == made.password
    assert capsys.readouterr().out == ""


@pytest.mark.django_db
def test_readable_credentials_file_of_others_is_closed(data_dir: Path) -> None:
    path = data_dir / "admin.txt"
    path.write_text("旧内容")
    path.chmod(0o644)
    Command().ensure_administrator()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_static_files_are_collected_only_after_a_change(settings: Any, tmp_path: Path) -> None:
    from django.contrib.staticfiles import finders

    sources, settings.STATIC_ROOT = tmp_path / "sources", tmp_path / "collected"
    settings.STATICFILES_DIRS, settings.STATICFILES_FINDERS = [sources], [OWN_FILES]
    sources.mkdir()
    (sources / "a.css").write_text("p {}")
    finders.get_finder.cache_clear()
    collected = settings.STATIC_ROOT / "a.css"
    try:
        Command().collect_static()
        assert collected.read_text() == "p {}"
        collected.unlink()
        Command().collect_static()
        assert not collected.exists()
        (sources / "a.css").write_text("p { color: red; }")
        Command().collect_static()
        assert collected.read_text() == "p { color: red; }"
    finally:
        finders.get_finder.cache_clear()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("https://www.example.org", "www.example.org", 443),
        ("http://127.0.0.1:8123", "127.0.0.1", 8123),
        ("http://chanye.example.org/lanmu", "chanye.example.org", 80),
    ],
)
def test_site_follows_base_url(settings: Any, address: str, host: str, port: int) -> None:
    settings.BASE_URL = address
    point_site_at_base_url()
    site = Site.objects.get(is_default_site=True)
    assert (site.hostname, site.port) == (host, port)


@pytest.mark.django_db
def test_without_base_url_the_site_stays(settings: Any) -> None:
    settings.BASE_URL = ""
    before = Site.objects.get(is_default_site=True)
    point_site_at_base_url()
    after = Site.objects.get(is_default_site=True)
    assert (after.hostname, after.port) == (before.hostname, before.port)


# The whole way


@pytest.fixture
def services() -> dict[str, str]:
    """In a run with --postgres, a database of its own there, and the cache; else nothing, which is SQLite."""
    if "DATABASE_URL" not in os.environ:
        return {}
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE serve")
    return {"DATABASE_URL": f"{server}/serve", "CACHE_URL": os.environ["CACHE_URL"]}


@contextmanager
def running(port: int, folder: Path, services: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    address = f"http://127.0.0.1:{port}"
    process = serve(f"--port={port}", DATA_DIR=str(folder), BASE_URL=address, **services)
    try:
        deadline = time.monotonic() + START_SECONDS
        while fetch(f"{address}/healthz/ready")[0] != 200:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "not ready in time"
            time.sleep(0.2)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def fetch(address: str) -> tuple[int, Any, str]:
    """Status, headers and text; status 0 where nobody answers."""
    try:
        with urlopen(address, timeout=20) as response:
            return response.status, response.headers, response.read().decode()
    except HTTPError as error:
        return error.code, error.headers, ""
    except (URLError, ConnectionError):
        return 0, None, ""


def family(pid: int) -> set[int]:
    """The process and all that descend from it."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    parents = {int(child): int(parent) for child, parent in map(str.split, listed.stdout.splitlines())}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_fresh_clone_serves_stops_and_serves_again_at_once(tmp_path: Path, services: dict[str, str]) -> None:
    port, folder = free_port(), tmp_path / "数据 目录"
    with running(port, folder, services) as process:
        check_portal(f"http://127.0.0.1:{port}")
        name, password = (folder / "admin.txt").read_text().split()
        assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
        output = stop(process, port)
    assert f"已创建管理员：{name}，密码：{password}" in output
    assert f"网站：http://127.0.0.1:{port}/" in output

    started = time.monotonic()
    with running(port, folder, services) as process:
        seconds = time.monotonic() - started
        output = stop(process, port)
    for already_done in ("正在准备数据库", "正在整理静态文件", "内容已载入", "已创建管理员"):
        assert already_done not in output
    assert seconds < 30


def check_portal(address: str) -> None:
    """The home page, with its style sheet as one file that browsers may keep for ever."""
    status, headers, text = fetch(f"{address}/")
    assert status == 200
    assert "长春产业" in text
    assert "Set-Cookie" not in headers
    link = re.search(r'<link rel="stylesheet" href="(/static/css/portal\.[0-9a-f]{12}\.css)">', text)
    assert link
    status, headers, sheet = fetch(address + link[1])
    assert status == 200
    assert "max-age=315360000" in headers["Cache-Control"]
    assert "immutable" in headers["Cache-Control"]
    assert "@import" not in sheet
    assert "@layer" in sheet
    for path, expected in (("/admin/login/", 200), ("/meiyou/", 404), ("/static/css/portal.css", 200)):
        assert fetch(address + path)[0] == expected


def stop(process: subprocess.Popen[str], port: int) -> str:
    """Ctrl-C; what the process printed. Nothing may be left behind."""
    members = family(process.pid)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors
    deadline = time.monotonic() + 5
    while left := [pid for pid in members if alive(pid)]:
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.1)
    socket.create_server(("127.0.0.1", port)).close()
    return output
