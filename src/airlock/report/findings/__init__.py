"""Findings in the formats of other programs: one module each, all of them pure functions.

`told` is what each of them starts from: the findings of a report, and a finding for each file that
failed.
"""

from __future__ import annotations

from collections.abc import Iterator

from airlock.model.failure import Failure
from airlock.model.finding import Finding, Level
from airlock.report.values.base import Report
from airlock.report.values.check import CheckReport

FAILED = "migration"
"""The code of a statement that Postgres refused."""


def told(report: Report) -> tuple[Finding, ...]:
    """Return everything that a report has found, in its order."""
    findings: tuple[Finding, ...] = getattr(report, "findings", ())
    return (*(_finding(failure) for failure in _failures(report)), *findings)


def _failures(report: Report) -> Iterator[Failure]:
    if isinstance(report, CheckReport):
        found = [report.failure, *(each.failure for each in report.environments)]
        yield from (failure for failure in found if failure)


def _finding(failure: Failure) -> Finding:
    return Finding(
        code=FAILED,
        level=Level.ERROR,
        message=failure.message,
        key=f"{FAILED}:{failure.path}:{failure.sqlstate}",
        where=failure.where,
        source=failure.text,
        length=failure.length,
        why=failure.detail,
        fix=failure.advice or failure.hint,
    )
