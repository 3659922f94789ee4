"""Secrets by the name that they are given to: `api_key := '…'`, `"client_secret": "…"`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airlock.checks.exposure.found import Kind, Span, entropy
from airlock.checks.exposure.placeholders import is_placeholder

_WORDS = (
    "secret",
    "token",
    "password",
    "passwd",
    "pwd",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    "private_key",
    "service_key",
    "service_role",
    "signing_key",
    "encryption_key",
    "credential",
    "passphrase",
)
_SECRET = re.compile(
    "secret|passw(?:or)?d|pwd|api_?-?key|(?:access|private|service|signing|encryption|auth)_?key"
    r"|service_role|credential|passphrase|(?:^|_|-|\.)(?:token|jwt)$|(?:Token|Secret|Key)$",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(
    r"(?:_|-)(?:id|type|name|names|hint|expir\w*|at|count|length|url|uri|path|status|kind|hash"
    r"|policy|label|format|column|table|field|limit|usage|prefix|version|ref|ttl|reset\w*|attempts"
    r"|enabled|required|public_key)$|(?:^|\.)(?:max|min|has|is|num|total|count|skip|use|enable|allow)_|public|publishable",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[\w-]*[\"']?(?:\s*::\s*\w+)?(?:\s+(?:constant\s+)?(?:text|varchar|character varying)"
    r"(?:\(\d+\))?(?:\s+not\s+null)?)?"
    r"\s*(?::=|=>|=|:|,|\bto\b|\bdefault\b|\bis\b)?\s*(?:crypt\()?(?P<quote>[\"'])"
    r"(?P<value>[^\s'\"]{8,300})(?P=quote)",
    re.IGNORECASE,
)
_BARE = re.compile(r"[\w-]*\s*[:=]\s*(?P<value>[^\s'\",;()]{12,300})(?![\w.(])")
_NAME_START = re.compile(r"[\w-]*\Z")
_WORDED = re.compile(r"[A-Za-z]+\d{0,2}(?:[_\-. :/#@,]+[A-Za-z]+\d{0,2})*[.:/_-]?\d{0,2}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_CODE = re.compile(r"[(){}|\\]|::|^https?://(?![^/]*@)|^/|^\w+\.\w+$|^[\w.-]+@")
_LEAST = {"password": 2.5, "other": 3.0}


def find(text: str) -> Iterator[Span]:
    """Find values that are long and random enough to be meant, behind a name for secrets."""
    lower = text.lower()
    seen = -1
    for word in _WORDS:
        at = lower.find(word)
        while at >= 0:
            found = _value_after(text, at, len(word))
            if found and found[0] != seen:
                seen = found[0]
                yield Span(Kind.SECRET, *found, "what looks like a secret")
            at = lower.find(word, at + len(word))


def _value_after(text: str, at: int, length: int) -> tuple[int, int] | None:
    after = _AFTER.match(text, at + length) or _BARE.match(text, at + length)
    if after is None:
        return None
    begin = _NAME_START.search(text, max(0, at - 60), at)
    start = begin.start() if begin else at
    tail = re.compile(r"[\w-]*").match(text, at + length)
    name = text[start : tail.end() if tail else at + length]
    if not is_for_secrets(name) or not is_secret(name, after["value"]):
        return None
    return after.span("value")


def is_for_secrets(name: str) -> bool:
    """Whether a name says that what it holds is secret."""
    return _SECRET.search(name) is not None and not _NO_SECRET.search(name)


def is_secret(name: str, value: str) -> bool:
    """Whether a value under such a name is meant: not a word, a reference or a gap."""
    if is_placeholder(value) or _UUID.fullmatch(value) or _CODE.search(value):
        return False
    if _WORDED.fullmatch(value):
        return False
    password = re.search("passw|pwd|passphrase", name, re.IGNORECASE)
    if not password and not any(character.isdigit() for character in value):
        return False
    return entropy(value) >= _LEAST["password" if password else "other"]
