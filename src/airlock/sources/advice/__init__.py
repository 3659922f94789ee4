"""The fix of a common cause, in the user's own names.

A failure's SQLSTATE says which function knows about it. Each reads the server's message, looks
through the project's files where that helps, and returns a few lines with the exact SQL, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from airlock.model.failure import HIDDEN, Failure, StatementRefused
from airlock.model.migration import Migration
from airlock.sources.advice import existing, inquiry, missing, rows, writing
from airlock.sources.advice.case import Case

__all__ = ["ADVICE", "advise", "advised"]

ADVICE: Mapping[str, Callable[[Case], str | None]] = {
    "0A000": writing.not_supported,
    "22P02": rows.enum_value,
    "23502": rows.not_null,
    "23503": rows.foreign_key,
    "23505": rows.unique,
    "23514": rows.check,
    "23P01": rows.exclusion,
    "25001": writing.inside_transaction,
    "2BP01": writing.dependents,
    "2D000": writing.transaction_in_block,
    "3F000": missing.schema,
    "40P01": writing.deadlock,
    "42501": writing.not_allowed,
    "42601": writing.syntax,
    "42701": existing.duplicate_column,
    "42703": missing.column,
    "42704": missing.undefined_object,
    "42710": existing.duplicate_object,
    "42723": existing.duplicate_function,
    "42830": writing.no_unique,
    "42883": missing.function,
    "42P01": missing.relation,
    "42P06": existing.duplicate_schema,
    "42P07": existing.duplicate_relation,
    "42P10": writing.no_unique,
    "42P16": writing.view_columns,
    "55006": writing.in_use,
    "55P03": writing.lock_timeout,
    "55P04": writing.enum_at_once,
    "57014": writing.statement_timeout,
    "58P01": writing.missing_extension,
}
"""What knows about an error, by its SQLSTATE (PostgreSQL manual, Appendix A)."""

_ABOUT_NAMES = ("3F", "42")
"""Classes whose advice is of no use without the name that the message left out."""


def advise(failure: Failure, migrations: Sequence[Migration]) -> str | None:
    """Return the fix of a common cause.

    `migrations` are the project's files in the order in which they run; the one that failed is
    known by its path, and a file that is not among them counts as running after all.
    """
    if failure.about is not None:
        # What the server said is hidden, so nothing may be read out of it.
        return inquiry.inquiry(Case(failure, migrations))
    about = ADVICE.get(failure.sqlstate)
    if failure.sqlstate.startswith(_ABOUT_NAMES) and HIDDEN in failure.message:
        return None
    return about(Case(failure, migrations)) if about else None


def advised(failure: Failure, migrations: Sequence[Migration]) -> StatementRefused:
    """Return the error for a failure, with the fix of a common cause."""
    return StatementRefused(replace(failure, advice=advise(failure, migrations)))
