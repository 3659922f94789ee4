"""The report of `airlock pull`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airlock.report.values.base import Report
from airlock.report.values.diff import DiffReport


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport(Report):
    """`airlock pull ENV`: `diff` leads from the project's migrations to the environment."""

    command: ClassVar[str] = "pull"
    environment: str
    path: str | None
    """The migration that was written; None where there is nothing to bring in."""
    marked: bool
    """Whether the environment's history says that it is applied there."""
    diff: DiffReport

    @property
    def broken(self) -> bool:
        """Whether the plan does not lead where it should, so that nothing was written."""
        return self.diff.broken
