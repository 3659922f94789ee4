"""JSON Web Tokens, decoded: what they allow says how bad it is that they stand in a file."""

from __future__ import annotations

import binascii
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator

from airlock.checks.exposure.found import Kind, Span
from airlock.model.finding import Level

_WRITTEN = re.compile(r"eyJ[\w-]{8,}\.(?P<claims>eyJ[\w-]{4,})\.[\w-]{8,}")
_HEAD = "eyJ"
_DEMO = "supabase-demo"
"""Who issues the tokens of every Supabase that is run on one's own machine."""


def find(text: str) -> Iterator[Span]:
    """Find tokens."""
    if _HEAD not in text:
        return
    for token in _WRITTEN.finditer(text):
        what, level = _judged(_claims(token["claims"]))
        yield Span(Kind.TOKEN, token.start(), token.end(), what, level)


def _claims(part: str) -> dict[str, object]:
    try:
        found = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _judged(claims: dict[str, object]) -> tuple[str, Level]:
    if claims.get("iss") == _DEMO:
        return "the demonstration token of a local Supabase", Level.NOTE
    match claims.get("role"):
        case "service_role" | "supabase_admin" | "postgres":
            return "a token of the service role, which row-level security does not bind", (
                Level.ERROR
            )
        case "anon":
            return "the token that every visitor gets", Level.NOTE
        case _:
            return "a signed token", Level.WARNING
