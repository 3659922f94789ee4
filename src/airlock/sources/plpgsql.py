"""PL/pgSQL cut into its statements (PostgreSQL manual, 43), on Postgres's lexical rules.

What stands inside is SQL again, and each part keeps its place in the body, so that it can be
parsed, judged and shown by itself. Nothing here fails: what is no PL/pgSQL comes out as parts that
do not parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from airlock.sources.lexing import Token, tokens


class PartKind(StrEnum):
    """What a part of a body is."""

    SQL = "sql"
    """A statement that runs as it stands, but for its INTO."""
    EXPRESSION = "expression"
    """A condition, or the right side of an assignment."""
    EXECUTE = "execute"
    """An expression whose value runs as SQL."""
    RAISE = "raise"
    """RAISE or ASSERT, whole."""
    RETURN = "return"
    """The expression that a function returns."""
    OTHER = "other"
    """What moves no data: NULL, EXIT, GET DIAGNOSTICS, OPEN, FETCH, COMMIT …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a body: `text` starts at `start`, in characters of the body."""

    kind: PartKind
    text: str
    start: int
    guarded: bool = False
    """Whether it runs under a condition, or where an EXCEPTION clause catches what it raises."""

    @property
    def query(self) -> tuple[str, int]:
        """SQL that the grammar takes, and how many characters come before the part's own.

        Variables that take a result are blanked out, so that every place stays what it is.
        """
        match self.kind:
            case PartKind.SQL:
                return _without_into(self.text), 0
            case PartKind.EXPRESSION | PartKind.EXECUTE | PartKind.RETURN:
                return _LEAD + self.text, len(_LEAD)
            case _:
                return "", 0


@dataclass(frozen=True, slots=True)
class _Word:
    """A token: lower-case text of words, and its bounds."""

    kind: Token
    text: str
    start: int
    end: int


_LEAD = "select "
_INTO = re.compile(
    r"""into\s+(strict\s+)?[\w".$\[\]]+(\s*,\s*[\w".$\[\]]+)*""",
    re.IGNORECASE,
)
_UNTIL = {
    "if": "then",
    "elsif": "then",
    "elseif": "then",
    "case": "when",
    "when": "then",  # of a CASE, or a handler of the EXCEPTION clause
    "while": "loop",
    "for": "loop",
    "foreach": "loop",
}
"""Control structures that open with an expression, and the word that ends it."""
_CONDITIONS = frozenset({"if", "case"})
_OPENERS = frozenset({"begin", "else", "loop", "exception"})
_DEEPER = frozenset({"if", "case", "loop", "begin"})


@lru_cache(maxsize=64)
def parts(body: str) -> Sequence[Part]:
    """Cut the body of a function or a DO block."""
    return tuple(_Reader(body, _words(body)).read())


def _words(body: str) -> list[_Word]:
    return [
        _Word(kind, body[start:end].lower() if kind is Token.WORD else body[start:end], start, end)
        for kind, start, end in tokens(body)
        if kind is not Token.COMMENT
    ]


class _Reader:
    """Reads statement after statement; `at` is the next token."""

    def __init__(self, body: str, words: Sequence[_Word]) -> None:
        self.body = body
        self.words = words
        self.at = 0
        self.depth = 0
        """Open conditions; inside any, what runs is guarded."""
        self.caught = _caught(words)

    def read(self) -> Iterator[Part]:
        while self.at < len(self.words):
            yield from self._statement()

    def _statement(self) -> Iterator[Part]:
        word = self.words[self.at]
        match word.text:
            case ";":
                self.at += 1
            case "<<":
                self.at = self._find(">>", self.at) + 1
            case "#":
                self._directive(word)
            case "declare":
                self.at += 1
                yield from self._declarations()
            case "end":
                if self._text(1) in {"if", "case"}:
                    self.depth = max(self.depth - 1, 0)
                self.at = self._find(";", self.at) + 1
            case opener if opener in _UNTIL:
                self.depth += opener in _CONDITIONS
                yield from self._head(self.at + 1, _UNTIL[opener], opener)
            case opener if opener in _OPENERS and not self._is_transaction():
                self.at += 1
            case _:
                yield from self._simple()

    def _directive(self, word: _Word) -> None:
        """Pass over `#option value`, which takes its line."""
        newline = self.body.find("\n", word.start)
        end = newline if newline >= 0 else len(self.body)
        while self.at < len(self.words) and self.words[self.at].start < end:
            self.at += 1

    def _is_transaction(self) -> bool:
        return self._text(1) in {"transaction", "work"}

    def _head(self, start: int, until: str, opener: str) -> Iterator[Part]:
        """Yield what stands between a word that opens a structure and its end."""
        end = self._find(until, start)
        self.at = end if until == "when" else end + 1
        if opener == "foreach":
            start = self._find("array", start) + 1
        elif opener == "for":
            start = min(self._find("in", start) + 1, end)
            if start < end and self.words[start].text == "reverse":
                start += 1
            yield from self._loop(start, end)
            return
        yield from self._part(PartKind.EXPRESSION, start, end)

    def _loop(self, start: int, end: int) -> Iterator[Part]:
        if start >= end:
            return
        first = self.words[start].text
        if first == "execute":
            yield from self._part(PartKind.EXECUTE, start + 1, self._find("using", start, end))
        elif first in {"select", "with", "insert", "update", "delete", "merge", "values"}:
            yield from self._part(PartKind.SQL, start, end)
        else:
            yield from self._part(PartKind.EXPRESSION, start, self._find("..", start, end))

    def _declarations(self) -> Iterator[Part]:
        """Yield the values that variables start with, up to BEGIN."""
        while self.at < len(self.words) and self.words[self.at].text != "begin":
            end = self._find(";", self.at)
            for position in range(self.at, end):
                if self.words[position].text in {":=", "default"}:
                    yield from self._part(PartKind.EXPRESSION, position + 1, end)
                    break
            self.at = end + 1

    def _simple(self) -> Iterator[Part]:
        """Yield a statement that ends at its semicolon."""
        start = self.at
        end = self._find(";", start)
        self.at = end + 1
        match self.words[start].text:
            case "perform":
                yield from self._part(PartKind.EXPRESSION, start + 1, end)
            case "execute":
                stop = min(self._find("into", start, end), self._find("using", start, end))
                yield from self._part(PartKind.EXECUTE, start + 1, stop)
            case "raise" | "assert":
                yield from self._part(PartKind.RAISE, start, end)
            case "return":
                yield from self._return(start, end)
            case "null" | "exit" | "continue" | "get" | "open" | "fetch" | "move" | "close":
                yield from self._part(PartKind.OTHER, start, end)
            case _:
                sign = self._assignment(start, end)
                if sign is None:
                    yield from self._part(PartKind.SQL, start, end)
                else:
                    yield from self._part(PartKind.EXPRESSION, sign + 1, end)

    def _return(self, start: int, end: int) -> Iterator[Part]:
        if self._text(1, start) == "query":
            if self._text(2, start) == "execute":
                yield from self._part(PartKind.EXECUTE, start + 3, self._find("using", start, end))
            else:
                yield from self._part(PartKind.SQL, start + 2, end)
        else:
            skip = 2 if self._text(1, start) == "next" else 1
            yield from self._part(PartKind.RETURN, start + skip, end)

    def _assignment(self, start: int, end: int) -> int | None:
        """Return the place of `:=` or `=` where a statement is an assignment."""
        for position in range(start, end):
            word = self.words[position]
            if word.text in {":=", "="}:
                return position
            named = word.kind in {Token.WORD, Token.NAME, Token.PARAMETER, Token.NUMBER}
            if not named and word.text not in {".", "[", "]", ":"}:
                return None
            if position > start and named and self.words[position - 1].text not in {".", "[", ":"}:
                return None
        return None

    def _part(self, kind: PartKind, start: int, end: int) -> Iterator[Part]:
        if start >= min(end, len(self.words)):
            return
        first, last = self.words[start], self.words[min(end, len(self.words)) - 1]
        yield Part(
            kind=kind,
            text=self.body[first.start : last.end],
            start=first.start,
            guarded=self.depth > 0 or any(a <= first.start < b for a, b in self.caught),
        )

    def _text(self, ahead: int, start: int | None = None) -> str:
        position = (self.at if start is None else start) + ahead
        return self.words[position].text if position < len(self.words) else ""

    def _find(self, wanted: str, start: int, end: int | None = None) -> int:
        """Return the place of a word outside of parentheses and CASE, or the end."""
        stop = len(self.words) if end is None else end
        depth = cases = 0
        for position in range(start, stop):
            text = self.words[position].text
            if depth == 0 and cases == 0 and text == wanted:
                return position
            if text in {"(", "["}:
                depth += 1
            elif text in {")", "]"}:
                depth -= 1
            elif text == "case":
                cases += 1
            elif text == "end" and cases:
                cases -= 1
            elif text == ";" and end is None and depth <= 0 and wanted != "end":
                # The head of a structure never holds one: what was meant is not there.
                return position
        return stop


def _caught(words: Sequence[_Word]) -> tuple[tuple[int, int], ...]:
    """Return the runs of a body, in characters, whose errors an EXCEPTION clause catches."""
    found: list[tuple[int, int]] = []
    blocks: list[tuple[str, int]] = []
    previous = ";"
    for position, word in enumerate(words):
        if word.kind is not Token.WORD:
            previous = word.text
            continue
        following = words[position + 1].text if position + 1 < len(words) else ""
        if word.text in _DEEPER and previous != "end":
            if word.text != "begin" or following not in {"transaction", "work"}:
                blocks.append((word.text, word.start))
        elif word.text == "end" and blocks:
            blocks.pop()
        elif word.text == "exception" and previous in {";", "begin"} and blocks:
            found.append((blocks[-1][1], word.start))
        previous = word.text
    return tuple(found)


def _without_into(text: str) -> str:
    """Blank out the variables that take a statement's result."""
    depth, previous = 0, ""
    for kind, start, end in tokens(text):
        word = text[start:end].lower()
        if kind is Token.COMMENT:
            continue
        if kind is Token.MARK:
            depth += {"(": 1, ")": -1}.get(word, 0)
        if kind is Token.WORD and word == "into" and depth == 0:
            found = _INTO.match(text, start)
            if found and previous not in {"insert", "merge"}:
                return text[:start] + " " * len(found[0]) + text[found.end() :]
        previous = word
    return text
