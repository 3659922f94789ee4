"""Where a database is. Printing an address never prints its password."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from airlock.errors import ConfigError

_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PLACEHOLDER = "[YOUR-PASSWORD]"
"""What stands in the URLs that Supabase's dashboard shows."""
_SECRET_PARAMETERS = frozenset({"password", "sslpassword", "passfile", "sslkey"})
_PORT = "5432"
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})
_DIRECT = re.compile(r"db\.(\w+)\.supabase\.(?:co|com)")
_POOLER = re.compile(r"[\w.-]+\.pooler\.supabase\.(?:co|com)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A connection string and the name under which people know it.

    `embedded` says that the database lives on Airlock's own server, or on one that is given for
    shadows and nothing else. No production row can be there: so the platform's rights are at hand,
    and a message may quote a row.
    """

    label: str
    url: str = field(repr=False)
    embedded: bool = False
    data: Path | None = None
    """Where the server keeps its files, if it is Airlock's own."""
    protected: bool = False
    """Whether real rows live there: then nothing that the server says is repeated, see `redact`."""

    def __str__(self) -> str:
        """`label (host:port/database)`, without user information or parameters."""
        return f"{self.label} ({self.place})"

    @property
    def place(self) -> str:
        """Host, port and database, for messages."""
        parts = urlsplit(self.url)
        host = parts.hostname or ("local socket" if self.embedded else "default host")
        port = f":{parts.port}" if parts.port else ""
        return f"{host}{port}{unquote(parts.path)}"

    @property
    def user(self) -> str:
        """Who logs in; empty where the URL leaves it open."""
        parts = urlsplit(self.url)
        named = [pair[5:] for pair in parts.query.split("&") if pair.startswith("user=")]
        return unquote(parts.username or (named[0] if named else ""))

    @property
    def targets(self) -> frozenset[tuple[str, str, str]]:
        """Host, port and database of every server that the URL may lead to, to be compared.

        A project of the hosted platform has an address of its own and one at the pooler; both
        give the project's name.
        """
        parts = urlsplit(self.url)
        query = {
            name: unquote(value)
            for name, _, value in (pair.partition("=") for pair in parts.query.split("&"))
        }
        user = unquote(parts.username or "") or query.get("user", "")
        database = unquote(parts.path[1:]) or query.get("dbname", "") or user
        place = parts.netloc.rpartition("@")[2]
        pairs = [_host_and_port(unquote(each)) for each in place.split(",")]
        hosts = (query.get("hostaddr") or query.get("host") or "").split(",")
        ports = query.get("port", "").split(",")
        if hosts != [""]:
            pairs = [(host, pairs[0][1]) for host in hosts]
        found = set()
        for number, (host, port) in enumerate(pairs):
            other = ports[number] if len(ports) == len(pairs) else ports[0]
            found.add((*_server(host.lower(), other or port or _PORT, user), database))
        return frozenset(found)

    def leads_to(self, other: Address) -> bool:
        """Whether both are addresses of one database, as far as their texts tell."""
        return bool(self.targets & other.targets)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that must never stand in a message."""
        parts = urlsplit(self.url)
        found = {parts.password or "", unquote(parts.password or "")}
        for pair in parts.query.split("&"):
            name, _, value = pair.partition("=")
            if name in _SECRET_PARAMETERS:
                found |= {value, unquote(value)}
        return tuple(sorted((s for s in found if s), key=len, reverse=True))


def _host_and_port(text: str) -> tuple[str, str]:
    """Cut `host:port`; an address of version 6 stands in brackets."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        return host, port.removeprefix(":")
    host, _, port = text.partition(":")
    return host, port


def _server(host: str, port: str, user: str) -> tuple[str, str]:
    """Return what is the same for all addresses of one server."""
    if found := _DIRECT.fullmatch(host):
        return found[1], "supabase"
    if _POOLER.fullmatch(host) and "." in user:
        return user.rpartition(".")[2], "supabase"
    return "localhost" if host in _HERE else host, port


def parse_address(url: str, *, label: str, origin: str) -> Address:
    """Check a URL by hand, since libpq's own messages quote the part that it cannot read.

    Raises:
        ConfigError: the text is not a usable `postgresql://` URL. The message names `origin`
            (a file and key, or a variable) and the fault, and quotes nothing of the URL.
    """

    def fault(what: str, hint: str) -> ConfigError:
        return ConfigError(f"{origin}: {what}", hint=hint)

    form = "Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
    url = url.strip()
    if not url:
        raise fault("the connection URL is empty", form)
    if not url.startswith(("postgresql://", "postgres://")):
        raise fault("the connection URL does not start with postgresql://", form)
    if odd := _password_fault(url.split("://", 1)[1]):
        raise fault(*odd)
    if bad := _ESCAPE.search(url):
        raise fault(
            f"the connection URL has a malformed percent-escape at character {bad.start() + 1}",
            "Write a '%' that stands for itself as %25.",
        )
    if "\0" in unquote(url):
        raise fault("the connection URL holds a NUL character", form)
    # Raised outside of `except`: Python's own error quotes what may be a part of the password.
    if (parts := _split(url)) is None:
        raise fault(
            "the host or port of the connection URL cannot be read",
            "The port is a number from 1 to 65535; '/', '#' or '?' inside the password are "
            "written %2F, %23, %3F.",
        )
    if parts.fragment:
        raise fault(
            "the connection URL holds a bare '#'",
            "Write '#' inside the password as %23.",
        )
    return Address(label=label, url=url)


def _split(url: str) -> SplitResult | None:
    """Return the parts of a URL whose host and port can be read."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.port != 0:
            return parts
    return None


def _password_fault(rest: str) -> tuple[str, str] | None:
    """Return what is wrong with the password of a URL without its scheme, and what to do."""
    if _PLACEHOLDER in rest:
        return (
            f"the connection URL holds the placeholder {_PLACEHOLDER}",
            "Put the database's password in its place.",
        )
    authority = rest.split("/", 1)[0].split("?", 1)[0]
    if authority.count("@") > 1:
        return (
            "the user name or password of the connection URL holds a bare '@'",
            "Write '@' as %40, ':' as %3A, '/' as %2F and '%' as %25 inside the password.",
        )
    if "@" in rest.removeprefix(authority):
        # Host, port and path are shown: here they could be the halves of a password.
        return (
            "an '@' stands after the host of the connection URL, as if the user name or password "
            "held a bare '/' or '?'",
            "Write '/' as %2F and '?' as %3F inside the password; elsewhere write '@' as %40.",
        )
    return None
