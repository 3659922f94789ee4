"""Where a place of a file is: in a literal, in a comment, in the rows of a COPY."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from airlock.checks.act import File, remembered
from airlock.model.script import PieceKind
from airlock.sources.lexing import Token, tokens


class Where(StrEnum):
    """What a run of a file is; the values say it in messages."""

    LITERAL = "in a literal"
    COMMENT = "in a comment"
    ROWS = "in the rows of a COPY"
    NAME = "in a name"
    CODE = "in the code"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of characters of a file; the text between the marks around it is inside."""

    start: int
    end: int
    where: Where


_LITERALS = frozenset({Token.STRING, Token.ESCAPED, Token.OPEN})
_MARKS = ("'", "--", '"', "$", "/*")
_BODY_WORDS = ("as", "do", "begin", "language")


@remembered
def runs(file: File) -> Sequence[Run]:
    """Return all that is more than code in a file, in order, bodies looked into."""
    found: list[Run] = []
    for piece in file.script.pieces:
        start = piece.span.char_start
        match piece.kind:
            case PieceKind.COPY_DATA:
                found.append(Run(start, piece.span.char_end, Where.ROWS))
            case PieceKind.META:
                found.append(Run(start, piece.span.char_end, Where.LITERAL))
            case _:
                found.extend(_inside(piece.text, start))
    return found


def where(file: File, at: int) -> Run | None:
    """Return the run that holds a place; None in code."""
    all_runs = runs(file)
    number = bisect_right(all_runs, at, key=lambda run: run.start) - 1
    if number >= 0 and all_runs[number].end > at:
        return all_runs[number]
    return None


def _inside(text: str, offset: int) -> Iterator[Run]:
    """Yield the runs of SQL; a dollar-quoted text that is no body is a literal as a whole."""
    if not any(mark in text for mark in _MARKS):
        return
    for kind, start, end in tokens(text, landmarks=True):
        if kind is Token.COMMENT:
            yield Run(offset + start, offset + end, Where.COMMENT)
        elif kind in _LITERALS:
            yield Run(offset + start, offset + end, Where.LITERAL)
        elif kind is Token.NAME:
            yield Run(offset + start, offset + end, Where.NAME)
        elif kind is Token.DOLLAR:
            mark = text.index("$", start + 1) + 1 - start
            if _is_body(text, start):
                yield from _inside(text[start + mark : end - mark], offset + start + mark)
            else:
                yield Run(offset + start, offset + end, Where.LITERAL)


def _is_body(text: str, start: int) -> bool:
    """Whether the word before a dollar quote says that SQL follows."""
    before = text[max(0, start - 80) : start].lower().split()
    return bool(before) and (before[-1] in _BODY_WORDS or before[-2:-1] == ["language"])
