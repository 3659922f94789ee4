"""What all reports have."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from airlock.model.finding import Finding, Level


class Report:
    """Base of all reports: `found` says whether the command found something that needs a hand."""

    __slots__ = ()
    command: ClassVar[str]

    @property
    def script(self) -> str:
        """The report as SQL, of a command that has that form."""
        raise AssertionError(f"{self.command} has no form in SQL")

    @property
    def found(self) -> bool:
        """Whether the exit code is 1."""
        return False

    @property
    def broken(self) -> bool:
        """Whether what was to be reported could not be made out, so that the exit code is 2."""
        return False


class Reach(StrEnum):
    """Whether an environment could be looked at."""

    REACHED = "reached"
    ABSENT = "not created yet"
    """It lives on the embedded server, and nothing was deployed to it so far."""
    NOT_SET = "not set here"
    """Its URL stands in a variable that is not set on this machine."""
    UNREACHABLE = "unreachable"


def errors(findings: tuple[Finding, ...]) -> int:
    """Count the findings that make a command exit with 1."""
    return sum(finding.level is Level.ERROR for finding in findings)
