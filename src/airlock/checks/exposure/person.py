"""Names of people: only where a column says that it holds them, since any word can be one."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

_FOR_NAMES = re.compile(
    r"(?:full|first|last|middle|given|family|sur|maiden|legal|customer|patient|employee|student"
    r"|contact|owner|author|person|father|mother|guardian)_?name\Z|\Asurname\Z",
    re.IGNORECASE,
)
_PLAIN_NAME = re.compile(r"\A(?:name|display_?name|user_?name)\Z", re.IGNORECASE)
_BESIDE = re.compile(
    r"e_?mail|phone|mobile|\bdob\b|birth|gender|ssn|aadha?ar|passport|salary", re.IGNORECASE
)
_WRITTEN = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:[ '’.-]+[^\W\d_][^\W\d_'’.-]*){0,4}\.?")
_MADE_UP = re.compile(
    r"\b(?:test\w*|demo|example|sample|users?|admin\w*|doe|foo|bar|dummy|fake|unknown|anonymous"
    r"|system|default|guest|support|bot|team|inc|ltd|llc|gmbh|company|corp|org\w*|null|none|n/?a"
    r"|developer|customer|tester|owner|member|service|account|mr|lorem|ipsum|placeholder|tmp|temp|old|new|fresh|recent)\b",
    re.IGNORECASE,
)


def is_for_names(column: str, beside: AbstractSet[str]) -> bool:
    """Whether a column holds names of people, judged with those beside it."""
    if _FOR_NAMES.search(column):
        return True
    personal = any(_BESIDE.search(other) for other in beside if other != column)
    return personal and _PLAIN_NAME.search(column) is not None


def is_name(value: str) -> bool:
    """Whether a value reads like a person's name, and not like one that is made up for a test."""
    found = _WRITTEN.fullmatch(value)
    return found is not None and value[0].isupper() and not _MADE_UP.search(value)
