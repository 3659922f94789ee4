"""The text of SQL: cut into statements on Postgres's grammar, and compared by what it means.

The only module that knows the parser. Others import it where they use it: it takes 0.1 s to load.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import islice, zip_longest
from typing import Any

import postgast
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError

from airlock.model.script import Piece, PieceKind, Running, Script, Span, Statement
from airlock.sources.commands import UNKNOWN, Command, describe, guess
from airlock.sources.lexing import BOM, Token, cuts, reads_client, rows, tokens, words
from airlock.sources.meaning import (
    FORMULA,
    normalised,
    normalised_statement,
    normalised_statements,
)
from airlock.sources.queries import shortened

__all__ = [
    "FORMULA",
    "Node",
    "Tree",
    "children",
    "cut",
    "cut_and_parsed",
    "history_statements",
    "is_keyword",
    "normalised",
    "normalised_statement",
    "normalised_statements",
    "shortened_query",
    "tree",
    "walk",
    "written",
]

Node = Any
"""A node of the grammar's tree: a message of `pg_query`, with the fields that Postgres's own
`parsenodes.h` gives it. Places (`location`) are bytes of the text that was parsed, or -1."""

_ROWS_OF_A_TABLE = {"insert": "INSERT", "update": "UPDATE", "delete": "DELETE"}
"""Commands known by their first word; a tree of a thousand rows would only be thrown away."""
_FOREIGN = frozenset({PieceKind.COPY_DATA, PieceKind.META})
_LARGE = 500_000
"""Characters of a file whose tree would take too much room at once."""
_SHORT = 400
"""Characters of a statement whose tree is kept for the next one that is the same."""
_END_OF_ROWS = "\\."
_MODIFIERS = frozenset(
    {"concurrently", "global", "local", "or", "recursive", "replace"}
    | {"temp", "temporary", "unique", "unlogged"}
)
_THREE_WORDS = frozenset({"materialized", "foreign", "event", "default"})
_TWO_WORDS = frozenset({"create", "alter", "drop", "refresh"})


def cut(path: str, text: str) -> Script:
    """Cut a file into pieces that together are the file; nothing in it makes this fail.

    Boundaries follow the scanner's rules, and the parser reads each statement: one that it
    refuses keeps its place, with an empty tag, for the server to report.
    """
    script, _, _ = _read(path, text)
    return script


def cut_and_parsed(path: str, text: str) -> tuple[Script, list[Tree | None]]:
    """Cut a file, and return the trees of its statements: None for each that is refused."""
    script, found, whole = _read(path, text)
    if whole is None:
        return script, [tree(each.text) if each.tag else None for each in script.statements]
    return script, [
        Tree(kind, node, piece.span.byte_start)
        for (kind, node), piece in zip(whole, found, strict=True)
    ]


def _read(path: str, text: str) -> tuple[Script, list[Piece], list[tuple[str, Node]] | None]:
    """Cut a file, and return the runs that are statements and their nodes; see `_whole`."""
    pieces = _pieces(text)
    found = [piece for piece in pieces if piece.kind is PieceKind.STATEMENT]
    whole = _whole(text, found, pieces)
    if whole is None:
        commands = (_command(piece.text) for piece in found)
    else:
        commands = (describe(kind, node) for kind, node in whole)
    statements = tuple(_statements(pieces, commands))
    script = Script(path=path, text=text, pieces=tuple(pieces), statements=statements)
    return script, found, whole


def _pieces(text: str) -> list[Piece]:
    """Cut a file into statements, rows, and what lies between."""
    pieces: list[Piece] = []
    ruler = _Ruler(text)
    for kind, start, end in cuts(text):
        if gap := ruler.measure(PieceKind.GAP, start):
            pieces.append(gap)
        piece = ruler.measure(kind, end)
        assert piece is not None, "a cut is not empty"
        pieces.append(piece)
    if gap := ruler.measure(PieceKind.GAP, len(text)):
        pieces.append(gap)
    return pieces


def _statements(pieces: list[Piece], commands: Iterator[Command]) -> list[Statement]:
    """Read the statements of a file, each with the rows that follow it."""
    statements: list[Statement] = []
    broken = False
    for number, piece in enumerate(pieces):
        if piece.kind is PieceKind.STATEMENT:
            statements.append(_statement(piece, next(commands), after_broken=broken))
            broken = broken or not statements[-1].tag
        elif piece.kind is PieceKind.COPY_DATA and _follows_copy(pieces[: number + 1]):
            statements[-1] = replace(statements[-1], copy_data=rows(piece.text))
    return statements


def _whole(
    text: str, statements: list[Piece], pieces: list[Piece]
) -> list[tuple[str, Node]] | None:
    """Parse a file in one go, which is five times as fast as its statements one by one.

    None where one of them does not parse, rows or psql's commands stand between them, or the
    file is so large that its tree is too.
    """
    foreign = any(piece.kind in _FOREIGN for piece in pieces)
    if foreign or "\0" in text or len(text) > _LARGE or text.startswith(BOM):
        return None
    try:
        parsed = postgast.parse(text).stmts
    except (postgast.PgQueryError, DecodeError):
        return None
    if len(parsed) != len(statements):
        return None
    kinds = [each.stmt.WhichOneof("node") for each in parsed]
    if not all(kinds):
        return None
    return [(kind, getattr(each.stmt, kind)) for kind, each in zip(kinds, parsed, strict=True)]


def shortened_query(text: str) -> str:
    """Return a query that an old Postgres printed as newer ones print it; see `queries`."""
    try:
        (parsed,) = postgast.parse(text).stmts
    except (postgast.PgQueryError, DecodeError, ValueError):
        return text
    return shortened(text, parsed.stmt.select_stmt)


def history_statements(script: Script) -> tuple[str, ...]:
    r"""Return what the Supabase CLI 3.1.0 records for the file in `statements`.

    Each element runs up to a semicolon that ends a statement, comments included, semicolons and
    outer white space taken off; what follows the last one is an element of its own. The CLI
    cannot run COPY data; here it stays with its COPY, up to the line `\.`.
    """
    elements: list[str] = []
    current: list[str] = []

    def close() -> None:
        if element := "".join(current).strip():
            elements.append(element)
        current.clear()

    for piece, following in zip_longest(script.pieces, script.pieces[1:]):
        text = piece.text.removeprefix(BOM)
        before_rows = following is not None and following.kind is PieceKind.COPY_DATA
        if piece.kind is PieceKind.GAP and not before_rows:
            start = 0
            for kind, begin, end in tokens(text):
                if kind is Token.MARK:
                    current.append(text[start:begin])
                    close()
                    start = end
            text = text[start:]
        current.append(text)
        if piece.kind is PieceKind.COPY_DATA:
            _end_rows(current)
            close()
    close()
    return tuple(elements)


def _end_rows(current: list[str]) -> None:
    """Close rows that ran to the end of their file."""
    data = current[-1].rstrip("\r\n")
    if data != _END_OF_ROWS and not data.endswith(("\n" + _END_OF_ROWS, "\r" + _END_OF_ROWS)):
        current.append(_END_OF_ROWS if current[-1].endswith("\n") else "\n" + _END_OF_ROWS)


class _Ruler:
    """Measures a text from its start to its end, piece by piece."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ascii = text.isascii()
        self._char = self._byte = 0
        self._line, self._line_start = 1, 0

    def measure(self, kind: PieceKind, end: int) -> Piece | None:
        """Return the piece from the last end to this one, None where it is empty."""
        start = self._char
        if end == start:
            return None
        text = self._text[start:end]
        span = Span(
            byte_start=self._byte,
            byte_end=self._byte + (len(text) if self._ascii else len(text.encode())),
            char_start=start,
            char_end=end,
            line=self._line,
            column=start - self._line_start + 1,
        )
        self._char, self._byte = end, span.byte_end
        if newlines := text.count("\n"):
            self._line += newlines
            self._line_start = start + text.rindex("\n") + 1
        return Piece(kind=kind, text=text, span=span)


def _follows_copy(pieces: list[Piece]) -> bool:
    r"""Whether the rows that were just cut belong to a statement, not to psql's own `\copy`."""
    before = [piece for piece in pieces[-3:-1] if piece.kind is not PieceKind.GAP]
    return bool(before) and before[-1].kind is PieceKind.STATEMENT


def _statement(piece: Piece, command: Command, *, after_broken: bool) -> Statement:
    """Read a statement; after one that does not parse, an END is not transaction control.

    It is the rest of a function whose quotes are broken, and must not take the file out of the
    transaction in which the server will refuse it.
    """
    running = command.running
    if command is UNKNOWN:
        running = guess(_head(piece.text))
    elif after_broken and running is Running.CONTROL and piece.text[:3].lower() == "end":
        running = Running.TRANSACTION
    return Statement(
        text=piece.text,
        span=piece.span,
        running=running,
        tag=command.tag,
        subject=command.subject,
        copy_data="" if reads_client(piece.text) else None,
    )


def _command(statement: str) -> Command:
    """Ask the grammar; `UNKNOWN` where it refuses the statement."""
    if "\0" in statement:  # would end the text for the parser
        return UNKNOWN
    try:
        if tag := _ROWS_OF_A_TABLE.get(statement[:6].lower()):
            return Command(tag, None, Running.TRANSACTION) if postgast.split(statement) else UNKNOWN
        parsed = postgast.parse(statement).stmts
    except postgast.PgQueryError:
        return UNKNOWN
    except DecodeError:  # nested more deeply than protobuf reads
        return _shallow(statement)
    if len(parsed) != 1:
        return UNKNOWN
    node = parsed[0].stmt
    kind = node.WhichOneof("node")
    return describe(kind, getattr(node, kind)) if kind else UNKNOWN


def _shallow(statement: str) -> Command:
    """Name a statement, known to parse, by its words."""
    found = _head(statement)
    named = [word for word in found if word not in _MODIFIERS]
    length = 3 if named[1:2] and named[1] in _THREE_WORDS else 2
    tag = named[: length if named[0] in _TWO_WORDS else 1]
    return Command(" ".join(tag).upper(), None, guess(found))


def _head(statement: str) -> list[str]:
    """Return enough of a statement's words to know it by."""
    return list(islice(words(statement), 40))


@dataclass(frozen=True, slots=True)
class Tree:
    """A statement by the grammar: `kind` is the field of its node, such as `index_stmt`.

    `base` is where the statement starts in what was parsed, in bytes: `location`s count from the
    start of that.
    """

    kind: str
    node: Node
    base: int = 0


def tree(statement: str) -> Tree | None:
    """Parse one statement; None where the grammar refuses it, or it is none or several."""
    return _short_tree(statement) if len(statement) <= _SHORT else _tree(statement)


def _tree(statement: str) -> Tree | None:
    if "\0" in statement:
        return None
    try:
        parsed = postgast.parse(statement).stmts
    except (postgast.PgQueryError, DecodeError):
        return None
    if len(parsed) != 1:
        return None
    kind = parsed[0].stmt.WhichOneof("node")
    return Tree(kind, getattr(parsed[0].stmt, kind)) if kind else None


@lru_cache(maxsize=4096)
def is_keyword(word: str) -> bool:
    """Whether the grammar knows a word, reserved or not: `select`, `view`, `name`."""
    if not word.isascii() or not word.isidentifier():
        return False
    scanned = postgast.scan(word.lower()).tokens
    return len(scanned) == 1 and scanned[0].keyword_kind != postgast.pg_query_pb2.NO_KEYWORD


_short_tree = lru_cache(maxsize=1024)(_tree)
"""Functions say the same few things: `return new`, `now()`. Nobody changes a tree."""


def written(expression: Node) -> str:
    """Return an expression of a tree as SQL."""
    carrier = postgast.parse("select 1")
    carrier.stmts[0].stmt.select_stmt.target_list[0].res_target.val.CopyFrom(expression)
    return str(postgast.deparse(carrier)).removeprefix("SELECT ")


def walk(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield a node and all below it with the names of their types, such as `FuncCall`.

    Each comes before what is inside it, in the order of the text as far as the tree keeps it.
    """
    stack = [node]
    while stack:
        current = stack.pop()
        kind = current.DESCRIPTOR
        if kind.name == "Node":
            field = current.WhichOneof("node")
            if field is None:
                continue
            current = getattr(current, field)
            kind = current.DESCRIPTOR
        yield kind.name, current
        for name, repeated in _inner(kind):
            if repeated:
                if found := getattr(current, name):
                    stack.extend(reversed(found))
            elif current.HasField(name):
                stack.append(getattr(current, name))


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes right below a node, in the order of its fields, none wrapped in a `Node`."""
    if node.DESCRIPTOR.name == "Node":
        if field := node.WhichOneof("node"):
            yield getattr(node, field)
        return
    for name, repeated in reversed(_inner(node.DESCRIPTOR)):
        if repeated:
            yield from getattr(node, name)
        elif node.HasField(name):
            yield getattr(node, name)


@cache
def _inner(kind: Descriptor) -> tuple[tuple[str, bool], ...]:
    """Return the fields of a type that hold nodes, last first, and whether they hold many."""
    return tuple(
        (field.name, field.is_repeated)
        for field in reversed(kind.fields)
        if field.message_type is not None
    )
