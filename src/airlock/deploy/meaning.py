"""Whether a file still means what a database has of it, where its bytes do not say so."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import accumulate

from airlock.model.migration import Applied, Migration
from airlock.model.script import Script
from airlock.sources.meaning import FORMULA, normalised, normalised_statements

_BETWEEN = " \t\r\n\f\v;\ufeff"
"""What may stand between two statements as the Supabase CLI stores them."""


def same_file(migration: Migration, row: Applied) -> bool:
    """Whether a file means what Airlock applied.

    A hash by another formula says nothing, so the file counts as changed.
    """
    return row.formula == FORMULA and normalised(_text(migration)) == row.normalised


def same_beginning(migration: Migration, row: Applied) -> bool:
    """Whether the statements of a half-applied file that are committed mean what they did."""
    from airlock.sources.sqltext import cut

    done = row.done or 0
    script = cut(migration.path, _text(migration))
    if row.formula != FORMULA or done > len(script.statements):
        return False
    return Beginnings(script).of(done) == row.normalised


def same_as_stored(migration: Migration, stored: Sequence[str]) -> bool:
    """Whether a file means what the statements say that another tool stored."""
    text = _text(migration)
    return _is_cut_into(text, stored) or normalised(text) == normalised_statements(stored)


def _is_cut_into(text: str, parts: Sequence[str]) -> bool:
    """Whether a text is exactly these parts with nothing but white space and semicolons between.

    Files that nobody has touched need no closer look.
    """
    position = 0
    for part in parts:
        found = text.find(part, position)
        if found < 0 or text[position:found].strip(_BETWEEN):
            return False
        position = found + len(part)
    return not text[position:].strip(_BETWEEN)


class Beginnings:
    """Hashes of the first statements of a file, each made from the one before."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._links: list[str] = []

    def of(self, count: int) -> str:
        """Return the hash of what the first `count` statements mean."""
        if not self._links:
            meanings = (
                normalised(statement.text) + (statement.copy_data or "")
                for statement in self._script.statements
            )
            self._links = list(accumulate(meanings, _link, initial=""))
        return self._links[count]


def _link(before: str, meaning: str) -> str:
    return hashlib.sha256(f"{before}\0{meaning}".encode()).hexdigest()


def _text(migration: Migration) -> str:
    return migration.raw.decode()
