"""Where a URL stands if not in the file itself: a service file, or the machine's keyring."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from airlock.errors import ConfigError
from airlock.server.address import Address

KEYRING_SERVICE = "airlock"
"""Under which name URLs stand in the keyring."""
_SERVICE_FILE = "PGSERVICEFILE"
_SYSTEM_FOLDER = "PGSYSCONFDIR"
_PASSWORDS = frozenset({"password", "sslpassword"})


class CredentialMissing(ConfigError):
    """A URL stands elsewhere, and is not there."""

    code = "credential-missing"


def holds_password(address: Address) -> bool:
    """Whether a URL has a password in it, be it among the parameters."""
    parts = urlsplit(address.url)
    names = (pair.partition("=")[0] for pair in parts.query.split("&"))
    return bool(parts.password) or not _PASSWORDS.isdisjoint(names)


# Service files ----------------------------------------------------------------------------------


def url_of_service(name: str, variables: Mapping[str, str], *, origin: str) -> str:
    """Return the URL that a service of libpq's stands for (PostgreSQL manual, 34.17).

    Raises:
        CredentialMissing: no service file has it. Nothing of the file is quoted.
    """
    places = list(_service_files(variables))
    for place in places:
        if (found := _service(place, name, origin)) is not None:
            return _as_url(found)
    looked = ", ".join(str(place) for place in places)
    raise CredentialMissing(
        f"{origin}: no service file has a service [{name}]",
        hint=f"Looked at: {looked}. Write host, port, dbname, user there; the password can stand "
        "in ~/.pgpass.",
    )


def _service_files(variables: Mapping[str, str]) -> Iterator[Path]:
    """Yield the files that libpq looks at, in its order."""
    if own := variables.get(_SERVICE_FILE):
        yield Path(own)
    elif home := variables.get("HOME"):
        yield Path(home) / ".pg_service.conf"
    if folder := variables.get(_SYSTEM_FOLDER):
        yield Path(folder) / "pg_service.conf"


def _service(place: Path, name: str, origin: str) -> dict[str, str] | None:
    """Return the parameters of a service; None where the file, or the service, is not there."""
    inside = False
    found: dict[str, str] | None = None
    for number, raw in enumerate(_lines(place, origin), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            inside = line == f"[{name}]" and found is None
            found = {} if inside else found
        elif inside and found is not None:
            keyword, mark, value = line.partition("=")
            if not mark or keyword.strip() == "service":
                raise CredentialMissing(f"{origin}: line {number} of {place} is no parameter=value")
            found[keyword.strip()] = value.strip()
    return found


def _lines(place: Path, origin: str) -> list[str]:
    """Return the lines of a service file; none where it is not there."""
    try:
        return place.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError):
        pass
    raise CredentialMissing(
        f"{origin}: the service file {place} cannot be read",
        hint="It is UTF-8, and yours to read: chmod 600.",
    )


def _as_url(found: Mapping[str, str]) -> str:
    rest = dict(found)
    user, password = rest.pop("user", ""), rest.pop("password", "")
    host, port = rest.pop("host", ""), rest.pop("port", "")
    login = quote(user, safe="")
    if password:
        login += ":" + quote(password, safe="")
    if host.startswith("/") or "," in host + port:
        rest |= {"host": host} | ({"port": port} if port else {})
        place = ""
    else:
        place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    database = quote(rest.pop("dbname", ""), safe="")
    query = urlencode(rest, quote_via=quote)
    return f"postgresql://{login}{'@' if login else ''}{place}/{database}" + (
        f"?{query}" if query else ""
    )


# Keyrings ---------------------------------------------------------------------------------------


def url_of_keyring(name: str, *, origin: str) -> str:
    """Return the URL that the machine's keyring keeps under a name.

    Raises:
        CredentialMissing: the package is not installed, the keyring is locked, or has no such
            entry.
    """
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        keyring = None
    if keyring is None:
        raise CredentialMissing(
            f"{origin}: a keyring is asked for, and the package keyring is not installed",
            hint="pip install 'pgairlock[keyring]'",
        )
    failed, found = False, None
    try:
        found = keyring.get_password(KEYRING_SERVICE, name)
    except Exception:
        # Each backend raises what it likes, and may quote anything.
        failed = True
    if failed:
        raise CredentialMissing(
            f"{origin}: the keyring cannot be read",
            hint='Unlock it, or set the URL in a variable: { env = "NAME" }.',
        )
    if not found:
        raise CredentialMissing(
            f"{origin}: the keyring has no entry {name} of {KEYRING_SERVICE}",
            hint=f"keyring set {KEYRING_SERVICE} {name}, and paste the URL when it asks.",
        )
    return str(found)
