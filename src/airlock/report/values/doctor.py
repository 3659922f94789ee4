"""The report of `airlock doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from airlock.report.values.base import Report


class Verdict(StrEnum):
    """How a single examination ended."""

    FINE = "fine"
    DOUBTFUL = "doubtful"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One thing that `airlock doctor` looked at."""

    name: str
    verdict: Verdict
    detail: str
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorReport(Report):
    """`airlock doctor`."""

    command: ClassVar[str] = "doctor"
    probes: tuple[Probe, ...]

    @property
    def found(self) -> bool:
        """Whether something is broken."""
        return any(probe.verdict is Verdict.BROKEN for probe in self.probes)
