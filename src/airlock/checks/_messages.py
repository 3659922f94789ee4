"""What PL/pgSQL says to the outside: the values in RAISE, and where errors of others go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from airlock.checks.act import Act
from airlock.checks.syntax import options, value
from airlock.sources.lexing import Token, tokens
from airlock.sources.plpgsql import PartKind

_PERSONAL = re.compile(
    r"(?:.*_)?(?:e_?mail|phone|mobile|passw(?:or)?d|secret|token|api_?key|ssn|aadha?ar|iban|dob"
    r"|card|birth(?:day|date|_?date)|(?:full|first|last)_?name|address|salary|ip)"
    r"(?:_?(?:address|number|no|value|plain))?",
    re.IGNORECASE,
)
_ROWS = frozenset({"new", "old"})
_TO_TEXT = frozenset({"row_to_json", "to_json", "to_jsonb", "hstore"})


def raised(act: Act) -> Iterator[tuple[int, str, Sequence[tuple[int, str]]]]:
    """Yield each RAISE of a body: where it is, its level, and the words of its values.

    Names with dots come as one word, in lower case.
    """
    for start, part in act.parts:
        if part.kind is not PartKind.RAISE or part.text[:5].lower() != "raise":
            continue
        found = list(_dotted(part.text))
        level = found[1][1] if len(found) > 1 else ""
        if level not in {"debug", "log", "info", "notice", "warning", "exception"}:
            level = "exception"
        yield start, level, [(start + at, word) for at, word in found[1:]]


def _dotted(text: str) -> Iterator[tuple[int, str]]:
    """Yield words, those that dots join as one."""
    word, begin, joined = "", 0, False
    for kind, start, end in tokens(text):
        sign = text[start:end]
        if kind in {Token.WORD, Token.NAME}:
            plain = sign.strip('"').lower()
            if joined:
                word, joined = f"{word}.{plain}", False
                continue
            if word:
                yield begin, word
            word, begin = plain, start
        elif sign == "." and word:
            joined = True
        elif kind is not Token.COMMENT:
            if word:
                yield begin, word
            word, joined = "", False
            if sign == "(":
                yield start, sign
    if word:
        yield begin, word


def rows_in(words: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the words that stand for a row, or for a column that tells of a person."""
    for number, (at, word) in enumerate(words):
        following = words[number + 1][1] if number + 1 < len(words) else ""
        *owner, last = word.split(".")
        if following == "(":
            continue
        whole = word in _ROWS or (not owner and number > 1 and _is_turned(words, number))
        if whole or _PERSONAL.fullmatch(last):
            yield at, word


def _is_turned(words: Sequence[tuple[int, str]], number: int) -> bool:
    return words[number - 1][1] == "(" and words[number - 2][1] in _TO_TEXT


def is_served(act: Act) -> bool:
    """Whether roles of the API can call a function, by its schema and what the file says of it."""
    names = [part.string.sval for part in act.node.funcname]
    schema = names[-2] if len(names) > 1 else "public"
    returns = [part.string.sval for part in act.node.return_type.names]
    if schema not in act.context.exposed or returns[-1:] in (["trigger"], ["event_trigger"]):
        return False
    return not any(_takes_away(each, names[-1]) for each in act.file.acts)


def _takes_away(act: Act, name: str) -> bool:
    """Whether it revokes the function from all."""
    if act.kind != "grant_stmt" or act.node.is_grant:
        return False
    from_public = any(
        grantee.role_spec.rolename in {"", "public", "anon"} for grantee in act.node.grantees
    )
    return from_public and any(
        each.object_with_args.objname[-1].string.sval == name
        for each in act.node.objects
        if each.WhichOneof("node") == "object_with_args" and each.object_with_args.objname
    )


def language(act: Act) -> str:
    """Return the language of a function."""
    found = options(act.node.options)
    return value(found["language"]).lower() if "language" in found else ""
