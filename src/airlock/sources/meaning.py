"""A hash of what SQL means: unchanged by comments, white space, line ends and letter case.

It is stored with every applied file, so it depends on nothing but this module and `lexing`: not
on the parser's version. Whoever changes what either yields raises `FORMULA`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from airlock.model.script import PieceKind
from airlock.sources.lexing import BOM, Token, cuts, rows, tokens

FORMULA = 1
"""The version of the formula; hashes of different versions say nothing about each other."""

_FREE_FORM = frozenset({"plpgsql", "sql"})
"""Languages whose bodies have Postgres's tokens; in Python, white space is meaning."""
_PSQL_GUARDS = re.compile(r"\\(un)?restrict\b")
_BODIES = frozenset({Token.DOLLAR, Token.STRING})
_TRAILING_SIGNS = re.compile(r"[+-]+$")
_KEEPS_SIGN = re.compile(r"[~!@#^&|`?%]")
_ESCAPED_PART = re.compile(
    r"'([^'\\]*+(?:(?:''|\\[\s\S])[^'\\]*+)*)'(?!')(?:[ \t\n\f\v]|--[^\n]*+)*"
)
_ROUTINE_HEAD = re.compile(r"(do|create)\b", re.IGNORECASE)
_END = b"\0"
# No token starts with these, so that no SQL can be taken for them.
_BODY, _BODY_END, _ROWS, _PSQL = b"\1body", b"\1end", b"\1rows", b"\1psql"
_BATCH = 4096


def normalised(text: str) -> str:
    r"""Return the SHA-256 of a file's tokens, as hex.

    Out: comments, white space between tokens, a byte-order mark, empty statements, closing
    semicolons, psql's `\restrict` lines, and the same inside the bodies of functions and DO
    blocks in SQL or PL/pgSQL. Folded: line ends everywhere, the case of words without quotes.
    A literal that nothing closes counts as written, up to the end of the file.
    """
    return normalised_statements((text,))


def normalised_statement(statement: str) -> str:
    """Return what `normalised` gives for a text that is one statement, as files are cut."""
    found = _statement(statement.replace("\r\n", "\n").replace("\r", "\n"))
    return hashlib.sha256(_END.join([*found, b";", b""])).hexdigest()


def normalised_statements(statements: Sequence[str]) -> str:
    """Return what `normalised` gives for the file that was recorded as these statements."""
    digest = hashlib.sha256()
    for text in statements:
        for part in _parts(text.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n")):
            digest.update(part + _END)
    return digest.hexdigest()


def _parts(text: str) -> Iterator[bytes]:
    """Yield what of a text is hashed, in runs of many tokens."""
    for kind, start, end in cuts(text):
        run = text[start:end]
        match kind:
            case PieceKind.STATEMENT:
                found = _statement(run)
                while batch := list(islice(found, _BATCH)):
                    yield _END.join(batch)
                yield b";"
            case PieceKind.COPY_DATA:
                yield _ROWS + rows(run).encode()
            case PieceKind.META if not _PSQL_GUARDS.match(run):
                yield _PSQL + run.rstrip().encode()
            case _:
                continue


def _statement(text: str) -> Iterator[bytes]:
    """Yield a statement's tokens, those of a function's body included."""
    bodies = _bodies(text) if _ROUTINE_HEAD.match(text) else frozenset()
    for kind, start, end in tokens(text):
        if kind is Token.WORD or kind is Token.NUMBER:
            # Postgres folds the case of ASCII alone, as bytes do.
            yield text[start:end].encode().lower()
        elif start in bodies:
            yield _BODY
            yield from _block(_unquoted(kind, text[start:end]))
            yield _BODY_END
        elif kind is not Token.COMMENT:
            yield from _folded(kind, text[start:end])


def _block(body: str) -> Iterator[bytes]:
    """Yield the tokens of a function's body; runs of semicolons are one, at its ends none."""
    pending = started = False
    for kind, start, end in tokens(body):
        if kind is Token.COMMENT:
            continue
        if kind is Token.MARK and body[start] == ";":
            pending = started
            continue
        if pending:
            yield b";"
        pending, started = False, True
        yield from _folded(kind, body[start:end])


def _folded(kind: Token, token: str) -> Iterator[bytes]:
    """Yield a token without what does not matter in it."""
    match kind:
        case Token.WORD | Token.NUMBER:
            yield token.encode().lower()
        case Token.ESCAPED:
            # Over several lines it is one string, however far its parts are apart.
            yield ("e'" + "".join(_ESCAPED_PART.findall(token, 1)) + "'").encode()
        case Token.STRING | Token.NAME:
            quote = token.index('"' if kind is Token.NAME else "'")
            yield (token[:quote].lower() + token[quote:]).encode()
        case Token.OPERATOR:
            yield from _operators(token)
        case _:
            yield token.encode()


def _operators(run: str) -> Iterator[bytes]:
    """Split a run of operator characters as Postgres does (PostgreSQL manual, 4.1.3).

    An operator of several characters ends in a sign only if it holds one of ~ ! @ # % ^ & | ` ?.
    """
    signs = _TRAILING_SIGNS.search(run)
    if not signs or len(run) == 1 or _KEEPS_SIGN.search(run):
        yield run.encode()
        return
    head = run[: max(signs.start(), 1)]
    yield head.encode()
    for sign in run[len(head) :]:
        yield sign.encode()


def _bodies(text: str) -> frozenset[int]:
    """Return where in a statement code starts in a language that has Postgres's tokens."""
    found = (entry for entry in tokens(text) if entry[0] is not Token.COMMENT)
    first = list(islice(found, 4))
    heads = [text[start:end].lower() for _, start, end in first]
    block = heads[0] == "do"
    if not block and {"function", "procedure"}.isdisjoint(heads[1:]):
        return frozenset()
    language = "plpgsql" if block else "sql"
    code: set[int] = set()
    before = ""
    for kind, start, end in chain(first, found):
        if before == "language":
            language = _unquoted(kind, text[start:end]).lower()
        elif kind in _BODIES and (block or before == "as"):
            code.add(start)
        before = text[start:end].lower() if kind is Token.WORD else ""
    return frozenset(code) if language in _FREE_FORM else frozenset()


def _unquoted(kind: Token, token: str) -> str:
    """Return what a word, a plain string, a quoted name or a dollar-quoted string says."""
    match kind:
        case Token.DOLLAR:
            tag = token.index("$", 1) + 1
            return token[tag:-tag]
        case Token.STRING if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        case Token.NAME:
            return token.strip('"')
        case _:
            return token
