"""What a rule looks at: one thing that SQL does, with its place in the file around it.

An act is a statement of a file, or one inside a DO block or a function: bodies in PL/pgSQL and SQL
are parsed like everything else. What an act needs to be judged is worked out when it is asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, wraps
from typing import Any, TypeVar

from airlock.checks.syntax import Name, enum, made, renamed, routine_body
from airlock.model.catalog import Catalog
from airlock.model.script import Piece, PieceKind, Running, Script, Statement
from airlock.sources.lexing import Token, tokens
from airlock.sources.plpgsql import Part, PartKind, parts
from airlock.sources.sqltext import Node, cut, cut_and_parsed, tree, walk

T = TypeVar("T")

_NEWLINE = re.compile(r"\n")


class Place(StrEnum):
    """Where an act stands."""

    FILE = "file"
    BLOCK = "block"
    """In a DO block: it runs when the file runs."""
    BODY = "body"
    """In a function's body: it runs when somebody calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known beside the files: all that a rule's answer may hang on."""

    major: int = 18
    """Major version of production's Postgres."""
    supabase: bool = True
    expose_new_tables: bool = False
    """Whether a new table in public is granted to the roles of the API by itself."""
    exposed: frozenset[str] = frozenset({"public", "graphql_public"})
    """Schemas that the Data API serves."""
    lookup_tables: frozenset[str] = frozenset()
    """Tables whose rows belong to the schema: `schema.table`, or the table's name alone."""
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What else the project has set, by the key under `[checks]`."""
    before: Catalog | None = None
    """The schema as it is before the first pending file; None where no server was asked."""
    after: Catalog | None = None
    """The schema after the last one."""


@dataclass(eq=False)
class File:
    """A file and everything it does, in order; acts inside a statement follow it."""

    script: Script
    context: Context
    acts: list[Act] = field(default_factory=list)
    known: dict[object, Any] = field(default_factory=dict)
    """Answers of questions that are `remembered`."""

    def forget(self) -> None:
        """Let go of what points back to the file, so that it goes at once with all its trees."""
        for act in self.acts:
            act.known.clear()
        self.acts.clear()
        self.known.clear()

    @property
    def path(self) -> str:
        """How the user names it."""
        return self.script.path

    @property
    def text(self) -> str:
        """All of it."""
        return self.script.text

    @cached_property
    def line_starts(self) -> Sequence[int]:
        """Where each line starts, in characters."""
        return (0, *(found.end() for found in _NEWLINE.finditer(self.text)))

    @cached_property
    def comments(self) -> Sequence[tuple[int, str]]:
        """Each comment and where it starts, those inside of statements and bodies included."""
        return tuple(_comments(self.script))

    @cached_property
    def rows(self) -> Sequence[tuple[int, str]]:
        """The rows that follow each COPY, and where they start."""
        return tuple(
            (piece.span.char_start, piece.text)
            for piece in self.script.pieces
            if piece.kind is PieceKind.COPY_DATA
        )

    @cached_property
    def made(self) -> Mapping[Name, int]:
        """The relations that the file makes, and the number of the act that does.

        One that it gives another name afterwards is among them by both.
        """
        found: dict[Name, int] = {}
        for act in self.acts:
            if act.runs and (name := made(act.kind, act.node)):
                found.setdefault(name, act.index)
            elif act.runs and (names := renamed(act.kind, act.node)) and names[0] in found:
                found.setdefault(names[1], act.index)
        return found

    @cached_property
    def controls(self) -> bool:
        """Whether it opens or closes transactions itself."""
        return self.script.controls_transactions

    @cached_property
    def transactions(self) -> Mapping[int, int]:
        """The number of the transaction in which a statement runs, by that of its act.

        A file runs in one transaction, but for statements that cannot; those that it holds BEGIN
        and COMMIT for itself run in these, and its others alone.
        """
        found: dict[int, int] = {}
        number, opened = 0, not self.controls
        for act in self.acts:
            if act.statement is None:
                continue
            if act.kind == "transaction_stmt":
                opened = _OPENED.get(enum(act.node, "kind"), opened)
                number += enum(act.node, "kind") in _OPENED
            elif act.statement.running is Running.ALONE and not self.controls:
                number += 1
            elif opened:
                found[act.index] = number
        return found


_OPENED = {
    "TRANS_STMT_BEGIN": True,
    "TRANS_STMT_START": True,
    "TRANS_STMT_COMMIT": False,
    "TRANS_STMT_ROLLBACK": False,
    "TRANS_STMT_PREPARE": False,
}
"""What a statement leaves behind: whether a transaction is open. Savepoints change nothing."""


@dataclass(eq=False)
class Act:
    """One thing that SQL does. `node` is the grammar's, and `kind` its field: `index_stmt`."""

    file: File
    index: int
    """Its number in `file.acts`."""
    kind: str
    node: Node
    text: str
    """What was parsed; `location`s count its bytes, from `base` on."""
    start: int
    """Where in the file that text starts, in characters; less than that of its first own
    character where a word was put before it."""
    lead: int = 0
    """Characters of `text` that do not stand in the file."""
    base: int = 0
    place: Place = Place.FILE
    guarded: bool = False
    """Whether it runs under a condition of its block, or where an error is caught."""
    dynamic: bool = False
    """Whether it is the text of a string that EXECUTE runs."""
    part: PartKind | None = None
    """What it is in PL/pgSQL; None outside of it."""
    owner: Act | None = None
    """The DO block or the function around it."""
    statement: Statement | None = None
    """The file's own statement, where it is one."""
    known: dict[object, Any] = field(default_factory=dict)
    """Answers of questions that are asked `once`, or are `remembered`."""
    parts: list[tuple[int, Part]] = field(default_factory=list)
    """Of a body in PL/pgSQL each part, and where in the file it starts; RAISE too, no act."""

    @property
    def runs(self) -> bool:
        """Whether it runs when the file does."""
        return self.place is not Place.BODY

    @property
    def outermost(self) -> Act:
        """The statement of the file that holds it, which may be itself."""
        return self if self.owner is None else self.owner.outermost

    @property
    def context(self) -> Context:
        """What is known beside the files."""
        return self.file.context

    @property
    def before(self) -> Sequence[Act]:
        """What the file does before it, nearest last; a statement's inner acts follow it."""
        return self.file.acts[: self.index]

    @property
    def after(self) -> Sequence[Act]:
        """What the file does after it; its own inner acts come first."""
        return self.file.acts[self.index + 1 :]

    @property
    def transaction(self) -> int | None:
        """The number of the transaction that it shares with statements around it, if it may."""
        return self.file.transactions.get(self.outermost.index)

    @property
    def in_transaction(self) -> bool:
        """Whether it shares a transaction with the statements around it."""
        return self.transaction is not None

    @property
    def opened(self) -> bool:
        """Whether the file itself has opened a transaction that is not closed before it."""
        return self.in_transaction and self.file.controls

    @property
    def may_run_alone(self) -> bool:
        """Whether it could run outside of a transaction: not in a block, nor after a BEGIN."""
        return self.statement is not None and not self.opened

    def is_new(self, relation: Name) -> bool:
        """Whether the same file made a relation before this act, or only its session sees it."""
        if relation.schema == "pg_temp":
            return True
        return self.file.made.get(relation, self.index) < self.index

    def offset(self, location: int) -> int:
        """Return the place in the file, in characters, of a `location`."""
        location -= self.base
        if location <= 0:
            return self.start + self.lead
        location -= bisect_left(self._trailing, location)
        return self.start + max(location, self.lead)

    @cached_property
    def _trailing(self) -> Sequence[int]:
        """Bytes of the text that begin no character."""
        if self.text.isascii():
            return ()
        encoded = self.text.encode()
        return [place for place, byte in enumerate(encoded) if byte & 0xC0 == 0x80]  # noqa: PLR2004

    def word(self, word: str, nth: int = 1) -> tuple[int, int]:
        """Return where in the file the nth such keyword of the text starts and ends.

        Raises:
            LookupError: it is not there so often.
        """
        for kind, start, end in tokens(self.text):
            if kind is Token.WORD and self.text[start:end].lower() == word:
                nth -= 1
                if nth == 0:
                    return self.start + start, self.start + end
        raise LookupError(word)

    def nodes(self, *kinds: str) -> Iterator[Node]:
        """Yield the nodes of these types (`FuncCall`) below the act's own, in order of the text.

        Bodies in strings are acts of their own and not among them.
        """
        found = self._nodes
        if len(kinds) == 1:
            yield from found.get(kinds[0], ())
            return
        for kind in kinds:
            yield from found.get(kind, ())

    @cached_property
    def _nodes(self) -> Mapping[str, Sequence[Node]]:
        found: dict[str, list[Node]] = {}
        for kind, node in walk(self.node):
            found.setdefault(kind, []).append(node)
        return found


S = TypeVar("S", Act, File)


def once(question: Callable[[Act], Iterable[T]]) -> Callable[[Act], Sequence[T]]:
    """Ask a question about an act once, whatever the number of rules that want to know."""

    @wraps(question)
    def answer(act: Act) -> Sequence[T]:
        if (found := act.known.get(question)) is None:
            found = act.known[question] = tuple(question(act))
        return found

    return answer


def remembered(question: Callable[[S], T]) -> Callable[[S], T]:
    """Ask a question about an act or a file once; the answer goes when that goes."""

    @wraps(question)
    def answer(subject: S) -> T:
        known = subject.known
        if question in known:
            found: T = known[question]
            return found
        found = known[question] = question(subject)
        return found

    return answer


def read(path: str, text: str, context: Context) -> File:
    """Read a file; a statement that does not parse is no act, its place stays in the script."""
    script, trees = cut_and_parsed(path, text)
    file = File(script=script, context=context)
    for statement, parsed in zip(script.statements, trees, strict=True):
        if parsed is None:
            continue
        act = Act(
            file=file,
            index=len(file.acts),
            kind=parsed.kind,
            node=parsed.node,
            base=parsed.base,
            text=statement.text,
            start=statement.span.char_start,
            statement=statement,
        )
        file.acts.append(act)
        _read_body(act)
    return file


def _read_body(act: Act) -> None:
    """Add what a DO block or a function holds."""
    if act.kind == "create_function_stmt" and act.node.HasField("sql_body"):
        return  # It is part of the statement's own tree.
    body = routine_body(act.kind, act.node)
    if body is None:
        return
    start = _place_of(act, body.text)
    if start is None:
        return
    place = Place.BLOCK if act.kind == "do_stmt" and act.runs else Place.BODY
    match body.language:
        case "plpgsql":
            for part in parts(body.text):
                _add_part(act, part, start, place)
        case "sql":
            for piece in cut("", body.text).statements:
                _add(act, piece.text, start + piece.span.char_start, place)


def _add_part(owner: Act, part: Part, start: int, place: Place) -> None:
    owner.parts.append((start + part.start, part))
    query, lead = part.query
    if not query:
        return
    at = start + part.start - lead
    _add(owner, query, at, place, lead=lead, guarded=part.guarded, part=part.kind)


def _add(
    owner: Act,
    text: str,
    start: int,
    place: Place,
    *,
    lead: int = 0,
    guarded: bool = False,
    part: PartKind | None = None,
    dynamic: bool = False,
) -> None:
    parsed = tree(text)
    if parsed is None:
        return
    file = owner.file
    act = Act(
        file=file,
        index=len(file.acts),
        kind=parsed.kind,
        node=parsed.node,
        text=text,
        start=start,
        lead=lead,
        place=place,
        guarded=guarded or owner.guarded,
        dynamic=dynamic or owner.dynamic,
        part=part,
        owner=owner,
    )
    file.acts.append(act)
    if part is PartKind.EXECUTE:
        _read_dynamic(act)
    elif act.kind in {"do_stmt", "create_function_stmt"}:
        _read_body(act)


def _read_dynamic(act: Act) -> None:
    """Add the statement that a plain string given to EXECUTE holds."""
    text = act.text[act.lead :]
    found = [token for token in tokens(text) if token[0] is not Token.COMMENT]
    if len(found) != 1 or found[0][0] not in {Token.STRING, Token.DOLLAR}:
        return
    kind, start, end = found[0]
    mark = text.index("$", start + 1) + 1 - start if kind is Token.DOLLAR else 1
    inner = text[start + mark : end - mark]
    if kind is Token.STRING and "''" in inner:
        return  # Its places are not those of the file.
    at = act.start + act.lead + start + mark
    for piece in cut("", inner).statements:
        _add(act, piece.text, at + piece.span.char_start, act.place, dynamic=True)


def _place_of(act: Act, body: str) -> int | None:
    """Return where in the file a body's text starts; None where its quotes changed it."""
    found = act.text.rfind(body)
    return act.start + found if found >= 0 and body.strip() else None


def _comments(script: Script) -> Iterator[tuple[int, str]]:
    """Yield the comments of a file, from gaps, statements and the bodies of functions."""
    for piece in script.pieces:
        if piece.kind in {PieceKind.GAP, PieceKind.STATEMENT} and _may_hold(piece):
            yield from _comments_of(piece.text, piece.span.char_start)


def _may_hold(piece: Piece) -> bool:
    return "--" in piece.text or "/*" in piece.text


def _comments_of(text: str, start: int) -> Iterator[tuple[int, str]]:
    for kind, begin, end in tokens(text):
        if kind is Token.COMMENT:
            yield start + begin, text[begin:end]
        elif kind is Token.DOLLAR:
            mark = text.index("$", begin + 1) + 1 - begin
            yield from _comments_of(text[begin + mark : end - mark], start + begin + mark)
