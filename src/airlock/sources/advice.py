"""The fix of a common cause, in the user's own names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from airlock.model.failure import Failure, StatementRefused
from airlock.model.migration import Migration


def advise(failure: Failure, migrations: Sequence[Migration]) -> str | None:
    """Placeholder until the table of causes is written; the RUN part replaces this file."""
    del failure, migrations
    return None


def advised(failure: Failure, migrations: Sequence[Migration]) -> StatementRefused:
    return StatementRefused(replace(failure, advice=advise(failure, migrations)))
