"""Where a database is. Printing an address never prints its password."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from airlock.errors import ConfigError

_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PLACEHOLDER = "[YOUR-PASSWORD]"
"""What stands in the URLs that Supabase's dashboard shows."""
_SECRET_PARAMETERS = frozenset({"password", "sslpassword", "passfile", "sslkey"})


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
    def secrets(self) -> tuple[str, ...]:
        """Texts that must never stand in a message."""
        parts = urlsplit(self.url)
        found = {parts.password or "", unquote(parts.password or "")}
        for pair in parts.query.split("&"):
            name, _, value = pair.partition("=")
            if name in _SECRET_PARAMETERS:
                found |= {value, unquote(value)}
        return tuple(sorted((s for s in found if s), key=len, reverse=True))


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
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise fault(
            "the host or port of the connection URL cannot be read",
            "The port is a number from 1 to 65535; '/', '#' or '?' inside the password are "
            "written %2F, %23, %3F.",
        ) from None
    if parts.fragment:
        raise fault(
            "the connection URL holds a bare '#'",
            "Write '#' inside the password as %23.",
        )
    return Address(label=label, url=url)


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
