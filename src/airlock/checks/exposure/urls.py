"""Passwords in URLs, tokens in headers, and URLs that are a key themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airlock.checks.exposure.found import Kind, Span
from airlock.checks.exposure.placeholders import is_placeholder

_PASSWORD = re.compile(
    r"://[^\s:/@'\"<>]{0,80}:(?P<password>[^\s/@'\"]{1,200})@"
    r"(?P<host>[^\s/:'\"?#]+)",
    re.IGNORECASE,
)
_HERE = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "db", "postgres", "host.docker.internal"})  # noqa: S104
_BEARER = re.compile(
    r"\b(?:bearer|basic|token)\s+(?P<token>[A-Za-z0-9._~+/=-]{16,})", re.IGNORECASE
)
_WEBHOOK = re.compile(
    r"hooks\.slack\.com/(?:services|workflows)/(?P<slack>T\w+/[\w/]{16,})"
    r"|discord(?:app)?\.com/api/webhooks/\d+/(?P<discord>[\w-]{30,})"
    r"|outlook\.office(?:365)?\.com/webhook/(?P<teams>[\w@/-]{36,})"
    r"|api\.telegram\.org/bot(?P<telegram>\d+:[\w-]{30,})"
)
_HOSTS = ("hooks.slack.com", "/api/webhooks/", "outlook.office", "api.telegram.org/bot")


def find(text: str) -> Iterator[Span]:
    """Find passwords between a URL's user and its host; those of one's own machine pass."""
    if "://" not in text:
        return
    for url in _PASSWORD.finditer(text):
        password = url["password"]
        if is_placeholder(password) or url["host"].lower() in _HERE:
            continue
        yield Span(Kind.URL_PASSWORD, *url.span("password"), "a password in a URL")


def find_headers(text: str) -> Iterator[Span]:
    """Find tokens after `Bearer`, and webhooks whose address lets anybody post."""
    lower = text.lower()
    if "bearer" in lower or "basic " in lower or "token " in lower:
        for header in _BEARER.finditer(text):
            token = header["token"]
            if not is_placeholder(token) and _is_random(token):
                yield Span(Kind.HEADER, *header.span("token"), "the token of a request")
    if any(host in text for host in _HOSTS):
        for hook in _WEBHOOK.finditer(text):
            name = hook.lastgroup
            if name and not is_placeholder(hook[name]):
                yield Span(Kind.HEADER, *hook.span(name), "the address of a webhook")


def _is_random(token: str) -> bool:
    return any(c.isdigit() for c in token) and any(c.isalpha() for c in token)
