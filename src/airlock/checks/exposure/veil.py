"""The text of a file as it may be shown: without secrets, personal data and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from airlock.checks.act import File, remembered
from airlock.checks.exposure.cells import cells
from airlock.checks.exposure.scan import exposed
from airlock.model.script import PieceKind

_SHOWN = re.compile(r"[^\s,;()]")
_MARK = "•"
_SHORTEST = 4
"""Values that are shorter are no secret, and would be found in any word."""


@remembered
def veiled(file: File) -> str:
    """Return the text with a mark in place of each character that may not be shown.

    All else stays where it is, so that places in the one are places in the other.
    """
    text = file.text
    pieces: list[str] = []
    shown_from = 0
    for start, end in sorted(_hidden(file)):
        begin = max(start, shown_from)
        if begin >= end:
            continue
        pieces += [text[shown_from:begin], _SHOWN.sub(_MARK, text[begin:end])]
        shown_from = end
    return "".join([*pieces, text[shown_from:]])


def conceal(file: File, words: str) -> str:
    """Return words of a finding without what may not be shown of the file."""
    for start, end in _hidden(file):
        value = file.text[start:end].strip("'")
        if len(value) >= _SHORTEST and value in words:
            words = words.replace(value, _SHOWN.sub(_MARK, value))
    return words


@remembered
def _hidden(file: File) -> Sequence[tuple[int, int]]:
    """Return the places of all that may not be shown."""
    return tuple(_places(file))


def _places(file: File) -> Iterator[tuple[int, int]]:
    for each in exposed(file):
        yield each.span.start, each.span.end
    for cell in cells(file):
        yield cell.start, cell.end
    for piece in file.script.pieces:
        if piece.kind is PieceKind.COPY_DATA:
            yield piece.span.char_start, piece.span.char_end
