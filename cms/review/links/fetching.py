"""One polite and careful request to an address that somebody typed.

Careful: every hop goes to a public address of the Internet, the very one that was looked at, on the ordinary
ports. Polite: says who asks, reads no more than it must, and leaves a second between requests to one host.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings

TIMEOUT = 10.0
# From the connection's start to its end, however slowly the other side sends.
LONGEST = 30.0
MOST_REDIRECTS = 5
MOST_BYTES = 4096
BETWEEN_REQUESTS = 1.0
LONGEST_PAUSE = 24 * 3600.0
PORTS = frozenset({80, 443})
# Network addresses that carry another address of IPv4 inside.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
TOO_MANY = {429, 503}
HUNG_UP = "连接中断"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(Exception):
    """The address is none that a server should be sent to; the text says why, in Chinese."""


class Paused(Exception):
    """The host asked to be left alone for a while."""


@dataclass(frozen=True)
class Answer:
    """Status of the last hop; 0 and a problem (Chinese) where there was no answer."""

    status: int
    problem: str = ""


@dataclass
class Fetcher:
    """`private` lets it go to any address and port: for tests against a server of their own, never from settings."""

    private: bool = False
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    # When each host may be asked again, by the clock.
    ready_at: dict[str, float] = field(default_factory=dict)

    def fetch(self, url: str) -> Answer:
        """HEAD, and GET where that was not answered well. Raises NotAllowed, Paused."""
        answer = self.follow("HEAD", url)
        if 200 <= answer.status < 300 or answer.status in TOO_MANY:
            return answer
        # Some servers hang up on HEAD; where no connection was made at all, GET would make none either.
        return answer if answer.status == 0 and answer.problem != HUNG_UP else self.follow("GET", url)

    def follow(self, method: str, url: str) -> Answer:
        """The answer at the end of at most five redirects."""
        for _ in range(MOST_REDIRECTS + 1):
            try:
                status, headers = self.ask(method, url)
            except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
                return Answer(0, said_of(error))
            location = headers.get("Location", "")
            if status not in {301, 302, 303, 307, 308} or not location:
                return Answer(status)
            url = urljoin(url, as_typed(location))
        return Answer(0, f"跳转超过{MOST_REDIRECTS}次")

    def ask(self, method: str, url: str) -> tuple[int, http.client.HTTPMessage]:
        """One request, one answer. Raises NotAllowed, Paused, OSError, HTTPException, ValueError."""
        parts = urlsplit(url)
        host = (
            (parts.hostname or "")
            .encode("idna" if not (parts.hostname or "").isascii() else "ascii")
            .decode()
        )
        if parts.scheme not in {"http", "https"} or not host:
            raise NotAllowed("不是http或https地址")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if not self.private and port not in PORTS:
            raise NotAllowed(f"端口{port}不在允许之列")
        ip = self.address_of(host, port)
        self.wait_for(host)
        connection = connect(parts.scheme, host, port, ip)
        deadline = threading.Timer(LONGEST, cut_off, args=(connection,))
        deadline.daemon = True
        deadline.start()
        try:
            target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
                f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
            )
            connection.request(method, target, headers={"User-Agent": user_agent(), "Accept": "*/*"})
            response = connection.getresponse()
            if method == "GET":
                response.read(MOST_BYTES)
            if response.status in TOO_MANY:
                self.pause(host, response.headers.get("Retry-After", ""))
            return response.status, response.headers
        finally:
            deadline.cancel()
            connection.close()
            self.ready_at[host] = max(self.ready_at.get(host, 0), self.clock() + BETWEEN_REQUESTS)

    def address_of(self, host: str, port: int) -> str:
        """The address to connect to. Raises NotAllowed where any address of that name is not public."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        ips = [str(entry[4][0]) for entry in found]
        if not self.private and not all(is_public(ip) for ip in ips):
            raise NotAllowed("指向内部网络或保留的地址")
        return ips[0]

    def wait_for(self, host: str) -> None:
        """Raises Paused rather than waiting for long."""
        seconds = self.ready_at.get(host, 0) - self.clock()
        if seconds > BETWEEN_REQUESTS:
            raise Paused(host)
        if seconds > 0:
            self.sleep(seconds)

    def pause(self, host: str, retry_after: str) -> None:
        """Leaves the host alone as long as it asked (seconds), an hour where it did not say or named a date."""
        seconds = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 3600.0
        self.ready_at[host] = self.clock() + min(seconds, LONGEST_PAUSE)


def is_public(text: str) -> bool:
    """Whether an address is one of the public Internet, also the one that an IPv6 address may carry inside."""
    ip: Address = ipaddress.ip_address(text.partition("%")[0])
    inner: Address | None = None
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def connect(scheme: str, host: str, port: int, ip: str) -> http.client.HTTPConnection:
    """A connection to that very address, under the host's name: a name that changes its mind cannot mislead."""
    raw = socket.create_connection((ip, port), timeout=TIMEOUT)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        secure = scheme == "https"
        connection.sock = (
            ssl.create_default_context().wrap_socket(raw, server_hostname=host) if secure else raw
        )
        # What the Host header leaves out is the scheme's own port, not always 80.
        connection.default_port = 443 if secure else 80
    except (OSError, ValueError):
        raw.close()
        raise
    return connection


def as_typed(location: str) -> str:
    """A header's text; some servers send Chinese as it is, in UTF-8."""
    try:
        return location.encode("latin-1").decode()
    except UnicodeError:
        return location


def cut_off(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def user_agent() -> str:
    """Who asks, and where to find them."""
    where = f" (+{settings.BASE_URL}/)" if settings.BASE_URL else ""
    return f"ChangchunIndustryPortal-LinkCheck/1.0{where}"


def said_of(error: Exception) -> str:
    """Why there was no answer, in words for an editor."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "安全证书有问题"
    if isinstance(error, ssl.SSLError):
        return "建立不了安全连接（HTTPS）"
    if isinstance(error, socket.gaierror):
        return "域名解析不到"
    if isinstance(error, TimeoutError):
        return f"{TIMEOUT:.0f}秒内没有应答"
    if isinstance(error, ConnectionRefusedError):
        return "拒绝连接"
    if isinstance(error, (UnicodeError, ValueError)):
        return "地址写法不对"
    return HUNG_UP
