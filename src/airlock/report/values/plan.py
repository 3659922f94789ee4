"""The report of `airlock plan`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airlock.model.finding import Finding
from airlock.plan.artifact import Artifact
from airlock.report.values.base import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReport(Report):
    """`airlock plan ENV` and `airlock plan show FILE`."""

    command: ClassVar[str] = "plan"
    path: str | None
    """The file that was written, or read."""
    fresh: bool
    """Whether the plan was made just now."""
    plan: Artifact
    protected: bool = False
    """Whether the environment is, as far as it is known: then the plan is for reviewing."""
    findings: tuple[Finding, ...] = ()

    @property
    def found(self) -> bool:
        """Whether something is pending; a plan that is only shown asks for nothing."""
        return self.fresh and bool(self.plan.files)
