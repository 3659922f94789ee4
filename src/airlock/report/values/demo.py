"""The report of `airlock demo`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airlock.report.values.base import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStep:
    """One step of the demo."""

    title: str
    command: str
    outcome: tuple[str, ...]
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport(Report):
    """`airlock demo`."""

    command: ClassVar[str] = "demo"
    steps: tuple[DemoStep, ...]
    seconds: float

    @property
    def found(self) -> bool:
        """Whether a step did not do what it says."""
        return not all(step.passed for step in self.steps)
