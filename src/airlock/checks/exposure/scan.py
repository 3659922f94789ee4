"""All that a file tells of people and all its secrets, found in one pass that the rules share."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from airlock.checks.act import File, remembered
from airlock.checks.exposure import (
    account,
    address,
    assigned,
    email,
    identity,
    keys,
    options,
    token,
    urls,
)
from airlock.checks.exposure.card import card
from airlock.checks.exposure.cells import Cell, cells
from airlock.checks.exposure.found import Kind, Span
from airlock.checks.exposure.identity import identity_in
from airlock.checks.exposure.numbers import digits_of, runs
from airlock.checks.exposure.person import is_for_names, is_name
from airlock.checks.exposure.phone import phone, phone_in
from airlock.checks.exposure.placeholders import is_placeholder
from airlock.checks.exposure.places import Where, where
from airlock.checks.syntax import Name
from airlock.model.finding import Level


@dataclass(frozen=True, slots=True)
class Exposed:
    """A span of a file and where it stands; `table` is the one that it is written to."""

    span: Span
    where: Where
    table: Name | None = None


Detector = Callable[[str], Iterator[Span]]

_SURE: tuple[Detector, ...] = (
    token.find,
    keys.find_private,
    keys.find,
    urls.find,
    urls.find_headers,
)
"""What knows its own by the shape; where two find the same, it is what the first one says."""
_LIKELY: tuple[Detector, ...] = (
    assigned.find,
    email.find,
    account.find,
    identity.find,
    address.find,
)
_CONFIGURATION = re.compile(
    r"config|settings?\Z|secrets?\Z|credential|api_?keys?|tokens?\Z|integration|env(?:ironment)?"
    r"(?:_var\w*)?\Z|parameters?\Z|options?\Z",
    re.IGNORECASE,
)
_FOR_KEYS = re.compile(r"\A(?:key|name|setting|config_key|parameter|option|k)\Z", re.IGNORECASE)
_FOR_VALUES = re.compile(r"\A(?:value|val|setting_value|config_value|v|data)\Z", re.IGNORECASE)
_SHORTEST = 8


@remembered
def exposed(file: File) -> Sequence[Exposed]:
    """Return what a file exposes, in order; no two of them overlap."""
    taken: list[Exposed] = []
    claimed: set[int] = set()
    for each in _all(file):
        reach = range(each.span.start, each.span.end)
        if not claimed.isdisjoint(reach):
            continue
        claimed.update(reach)
        taken.append(each)
    return sorted(taken, key=lambda each: each.span.start)


def _all(file: File) -> Iterator[Exposed]:
    """Yield all there is, the surest first."""
    yield from _placed(file, _found(file.text, _SURE))
    for act in file.acts:
        for span in options.find(act):
            yield Exposed(span, Where.LITERAL)
    yield from _configured(file)
    yield from _placed(file, _found(file.text, _LIKELY))
    yield from _placed(file, _numbers(file.text))
    for cell in cells(file):
        for span in _in_cell(cell):
            yield Exposed(span, Where.LITERAL, cell.table)


def _placed(file: File, spans: Iterable[Span]) -> Iterator[Exposed]:
    """Yield spans with their places; what is code is none."""
    for span in spans:
        run = where(file, span.start)
        if run is not None:
            yield Exposed(span, run.where, _table_of(file, span))


def _table_of(file: File, span: Span) -> Name | None:
    written = cells(file)
    number = bisect_right(written, span.start, key=lambda cell: cell.start) - 1
    if number >= 0 and span.end <= written[number].end:
        return written[number].table
    return None


def _found(text: str, detectors: Iterable[Detector]) -> Iterator[Span]:
    for detector in detectors:
        yield from detector(text)


def _numbers(text: str) -> list[Span]:
    """Return what runs of digits are by the way they are written."""
    found: list[Span] = []
    for start, _, run in runs(text):
        span = (
            card(start, run)
            or identity.identity(start, run)
            or address.address(text, start, run)
            or phone(start, run)
        )
        if span:
            found.append(span)
    return found


def _in_cell(cell: Cell) -> Iterator[Span]:
    """Yield what a value is because of its column."""
    inner = cell.start + (
        0 if cell.value[:1].isdigit() and cell.end - cell.start == len(cell.value) else 1
    )
    digits = digits_of(cell.value)
    if len(digits) >= _SHORTEST and len(cell.value) <= len(digits) + 8:
        run = cell.value.strip()
        span = (
            phone_in(cell.column, inner, run)
            or identity_in(cell.column, inner, run)
            or card(inner, run)
        )
        if span:
            yield span
            return
    if is_for_names(cell.column, cell.columns) and is_name(cell.value):
        yield Span(Kind.PERSON, inner, inner + len(cell.value), "a person's name")
    elif assigned.is_for_secrets(cell.column) and assigned.is_secret(cell.column, cell.value):
        yield Span(Kind.SECRET, inner, inner + len(cell.value), "what looks like a secret")


def _configured(file: File) -> Iterator[Exposed]:
    """Yield secrets in rows of tables for settings: a key that says so and its value."""
    found = [cell for cell in cells(file) if _CONFIGURATION.search(cell.table.name)]
    keyed = {cell.row: cell.value for cell in found if _FOR_KEYS.search(cell.column)}
    for cell in found:
        if len(cell.value) < _SHORTEST or is_placeholder(cell.value):
            continue
        name = cell.column or cell.table.name
        if _FOR_VALUES.search(cell.column):
            name = keyed.get(cell.row, "")
        if assigned.is_for_secrets(name.rstrip("s")) and not re.search(r"\s|://", cell.value):
            level = None if assigned.is_secret(name, cell.value) else Level.WARNING
            span = Span(
                Kind.CONFIGURATION, cell.start + 1, cell.end - 1, "a secret for settings", level
            )
            yield Exposed(span, Where.LITERAL, cell.table)
