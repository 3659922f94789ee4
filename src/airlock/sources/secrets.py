"""SQL to be shown to others: without passwords, keys and rows.

A file of the project can hold all of these. What is shown of it elsewhere is its shape: of a
statement that writes rows or sets up a login, every constant is left out.
"""

from __future__ import annotations

import re
from itertools import count

from airlock.model.script import PieceKind, Script, Statement
from airlock.sources.lexing import Token, tokens

HIDDEN = "…"
_LONGEST = 4_000
"""Characters of one statement."""
_CONSTANTS = frozenset({Token.STRING, Token.ESCAPED, Token.DOLLAR, Token.OPEN})
_ROWS = frozenset(
    {"CALL", "COPY", "CREATE TABLE AS", "DELETE", "EXECUTE", "INSERT", "MERGE", "PREPARE"}
    | {"SELECT", "SELECT INTO", "UPDATE", ""}
)
"""Statements about rows, and those that the grammar does not know."""
_LOGINS = frozenset(
    f"{verb} {kind}"
    for verb in ("ALTER", "CREATE")
    for kind in (
        "FOREIGN DATA WRAPPER",
        "FOREIGN TABLE",
        "ROLE",
        "SERVER",
        "SUBSCRIPTION",
        "USER MAPPING",
    )
)
_SETTINGS = frozenset({"ALTER DATABASE", "ALTER SYSTEM", "COMMENT", "SECURITY LABEL", "SET"})
"""What sets a value of any sort; it is hidden where its name says that it is a secret."""
_SECRET_NAME = re.compile(r"secret|passw|token|credential|api_?key|private|service_role|jwt", re.I)
_PASSWORD = re.compile(r"(\bpassword\s*(?:=|:=|=>|to)?\s*)(?:[eE]?'(?:[^']|'')*')", re.I)
_URL = re.compile(r"([a-z][a-z0-9+.-]*://[^\s:/@']*:)[^\s@']+(@)", re.I)
_KEY = re.compile(
    r"\beyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?"
    r"|\b(?:sk|pk|rk|sb|sbp|ghp|gho|xox[abp])[_-][\w-]{12,}"
)


def shown(statement: Statement) -> str:
    """Return the text of a statement as others may see it."""
    tag, text = statement.tag, statement.text
    if tag in _ROWS or tag in _LOGINS or (tag in _SETTINGS and _SECRET_NAME.search(text)):
        text = _without_constants(text)
    elif tag == "DO":
        text = _without_constants(text, inside=True)
    else:
        text = _PASSWORD.sub(rf"\1'{HIDDEN}'", text)
    text = _KEY.sub(HIDDEN, _URL.sub(rf"\1{HIDDEN}\2", text))
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}{HIDDEN} ({len(text) - _LONGEST:,} characters more)"
    return text


def shown_script(script: Script) -> str:
    """Return the text of a file as others may see it, without its comments' secrets and rows."""
    parts: list[str] = []
    numbers = count()
    for piece in script.pieces:
        match piece.kind:
            case PieceKind.STATEMENT:
                parts.append(shown(script.statements[next(numbers)]))
            case PieceKind.COPY_DATA:
                parts.append(f"{HIDDEN}\n\\.\n")
            case _:
                parts.append(_KEY.sub(HIDDEN, _URL.sub(rf"\1{HIDDEN}\2", piece.text)))
    return "".join(parts)


def _without_constants(text: str, *, inside: bool = False) -> str:
    """Leave out every constant; with `inside` a body is kept, without those that are in it."""
    parts: list[str] = []
    position = 0
    for kind, begin, end in tokens(text):
        if inside and kind is Token.DOLLAR:
            mark = text[begin : text.index("$", begin + 1) + 1]
            body = text[begin + len(mark) : end - len(mark)]
            parts += [text[position:begin], mark, _without_constants(body), mark]
            position = end
        elif kind in _CONSTANTS or kind is Token.NUMBER:
            parts += [text[position:begin], HIDDEN if kind is Token.NUMBER else f"'{HIDDEN}'"]
            position = end
    return "".join([*parts, text[position:]])
