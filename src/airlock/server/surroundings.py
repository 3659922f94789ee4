"""What a program that Airlock starts gets to see of this process's variables."""

from __future__ import annotations

import os

_NAMES = frozenset({"HOME", "LANG", "LANGUAGE", "LOGNAME", "NETRC", "PATH", "TMPDIR", "TZ", "USER"})
_BEGINNINGS = (
    "CURL_",
    "DYLD_",
    "GIT_",
    "LC_",
    "LD_",
    "PIP_",
    "PYTHON",
    "REQUESTS_",
    "SSH_",
    "SSL_",
    "XDG_",
)
_PROXY = "_PROXY"


def surroundings() -> dict[str, str]:
    """Return the variables that programs need to find themselves, their files and the network.

    No other is handed on: any could hold the URL of a database, and a child's variables may end up
    in its crash report or log.
    """
    return {name: value for name, value in os.environ.items() if _is_needed(name)}


def _is_needed(name: str) -> bool:
    return name in _NAMES or name.startswith(_BEGINNINGS) or name.upper().endswith(_PROXY)
