"""E-mail addresses of people; those that nobody can have pass (RFC 2606, RFC 6761)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airlock.checks.exposure.found import Kind, Span
from airlock.model.finding import Level

_AT = re.compile(r"@(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24})")
_LOCAL = re.compile(r"[A-Za-z0-9](?:[\w.+-]*\w)?\Z")
_LONGEST_LOCAL = 64
_RESERVED_ENDS = frozenset(
    {"test", "example", "invalid", "localhost", "local", "localdomain", "internal", "lan"}
)
_MADE_UP = frozenset({"test", "example", "domain", "yourdomain", "yourcompany", "email", "foo"})
"""What stands before the end of a domain that is meant as an example."""
_FILES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "ts", "sql", "json"})
_ROLES = re.compile(
    r"(?:no-?reply|do-?not-?reply|support|info|admin|hello|contact|sales|help|security|billing"
    r"|privacy|legal|team|office|dev|test|tests?-?\w*|postmaster|webmaster|system|root|service"
    r"|notifications?|alerts?|news|newsletter|abuse|mailer-daemon|bot|demo)",
    re.IGNORECASE,
)
_SERVICES = re.compile(r"(?:\.iam)?\.gserviceaccount\.com\Z|\Ausers\.noreply\.github\.com\Z", re.I)


def find(text: str) -> Iterator[Span]:
    """Find addresses that somebody may have; those of an office or a machine matter less."""
    if "@" not in text:
        return
    for at in _AT.finditer(text):
        start = at.start()
        local = _LOCAL.search(text, max(0, start - _LONGEST_LOCAL), start)
        domain = at["domain"].lower()
        if local is None or _is_reserved(domain) or _is_url(text, local.start()):
            continue
        if local[0] == "git" or _SERVICES.search(domain):
            continue
        role = _ROLES.fullmatch(local[0]) is not None
        yield Span(
            kind=Kind.EMAIL,
            start=local.start(),
            end=at.end(),
            what="an office's e-mail address" if role else "an e-mail address",
            level=Level.NOTE if role else None,
        )


def _is_reserved(domain: str) -> bool:
    *before, end = domain.split(".")
    if end in _RESERVED_ENDS or end in _FILES:
        return True
    return not _MADE_UP.isdisjoint(before[-2:])


def _is_url(text: str, start: int) -> bool:
    """Whether it is the end of `scheme://user:password`."""
    line = text.rfind("://", max(0, start - 200), start)
    return line >= 0 and not re.search(r"[\s'\"/]", text[line + 3 : start])
