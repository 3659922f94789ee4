"""Code frames: the place in a file, two lines around it, and a caret under what is meant."""

from __future__ import annotations

from airlock.errors import Location
from airlock.report.style import Tone, View, columns

CONTEXT_LINES = 2
TAB = 4
_LONGEST_CARET = 60
_WINDOW = 1_000
"""Characters of a line that are looked at on each side of the mark."""


def frame(source: str, where: Location, length: int, view: View, tone: Tone) -> list[str]:
    """Return `  --> path:line:column` and, where the source is known, the lines around it.

    `length` counts characters; the caret ends with the line. A line wider than the view is
    clipped around the caret. Characters that would move the cursor are shown as `·`.
    """
    head = f"{view.paint('  -->', Tone.FAINT)} {where}"
    lines = _around(source, where.line) if source and where.line else []
    if not lines or where.line is None:
        return [head]
    gutter = len(str(lines[-1][0]))
    room = view.width - gutter - 3
    bar = view.paint(f"{' ' * gutter} |", Tone.FAINT)
    shown = [head, bar]
    for number, text in lines:
        margin = view.paint(f"{number:>{gutter}} |", Tone.FAINT)
        if number != where.line:
            line, _ = _clip(_visible(text[:_WINDOW]), 0, room)
            shown.append(f"{margin} {line}".rstrip())
            continue
        part, column = _window(text, where.column or 1)
        before, marked = _marked(part, column, length)
        line, start = _clip(_visible(part), before, room)
        carets = "^" * max(1, min(marked, room - start, _LONGEST_CARET))
        shown += [f"{margin} {line}".rstrip(), f"{bar} {' ' * start}{view.paint(carets, tone)}"]
    return [*shown, bar]


def _around(source: str, line: int) -> list[tuple[int, str]]:
    """Return the numbered lines around one, without splitting a large file into all its lines."""
    start = 0
    first = max(1, line - CONTEXT_LINES)
    for _ in range(first - 1):
        start = source.find("\n", start) + 1
        if start == 0:
            return []
    found: list[tuple[int, str]] = []
    for number in range(first, line + CONTEXT_LINES + 1):
        end = source.find("\n", start)
        text = source[start:] if end < 0 else source[start:end]
        found.append((number, text.rstrip("\r")))
        if end < 0:
            break
        start = end + 1
    if len(found) > 1 and not found[-1][1] and found[-1][0] > line:
        found.pop()
    return found if found[-1][0] >= line else []


def _window(text: str, column: int) -> tuple[str, int]:
    """Keep what can be seen of a line that may be the whole of a large file."""
    first = max(0, column - 1 - _WINDOW)
    return text[first : column - 1 + _WINDOW], column - first


def _marked(text: str, column: int, length: int) -> tuple[int, int]:
    """Return the columns before the mark, and those that it takes."""
    start = min(column - 1, len(text))
    before = _visible(text[:start])
    both = _visible(text[: start + length])
    return columns(before), columns(both) - columns(before)


def _visible(text: str) -> str:
    """Expand tabs; show as `·` what would move the cursor, hide, or turn the text around."""
    if text.isprintable():
        return text
    shown = ""
    at = 0
    for character in text:
        if character == "\t":
            piece = " " * (TAB - at % TAB)
        else:
            piece = character if character.isprintable() else "·"
        shown += piece
        at += columns(piece)
    return shown


def _clip(text: str, at: int, room: int) -> tuple[str, int]:
    """Cut a line to `room` columns so that column `at` shows; return it and where `at` is now."""
    total = columns(text)
    if total <= room and at < room:
        return text, at
    first = at - room // 3 if at > room - 12 else 0
    tail = "…" if total - first > room else ""
    kept = "…" if first else ""
    filled, used = len(kept), 0
    for character in text:
        wide = columns(character)
        offset = used - first
        used += wide
        if offset < filled:
            continue
        if offset + wide > room - len(tail):
            break
        # A wide character that is cut in half leaves a blank, so that the caret stays in place.
        kept += " " * (offset - filled) + character
        filled = offset + wide
    return kept + tail, at - first
