"""Values that stand for others: nobody's password."""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"your|change|example|replace|placeholder|dummy|sample|redacted|secret_?here|todo|insert|xxx"
    r"|\*\*\*|\.\.\.|<|\$\{|\{\{|\$\(|%s|%i|%l|\[\w|\bnull\b|\bnone\b|\bundefined\b|•|…"
    r"|current_setting|super-secret-jwt-token-with-at-least",
    re.IGNORECASE,
)
_NOTHING = frozenset({"", "password", "secret", "pass", "pw", "postgres", "test", "token", "key"})
_VARIABLE = re.compile(r"[$:%]\w+|\$\{?\w+\}?|:'\w+'")


def is_placeholder(value: str) -> bool:
    """Whether a value is a variable, a gap to be filled in, or a word in place of a password."""
    bare = value.strip()
    if bare.lower() in _NOTHING or len(set(bare)) < 3:  # noqa: PLR2004 - `xx`, `0000`
        return True
    return _VARIABLE.fullmatch(bare) is not None or _WORDS.search(bare) is not None
