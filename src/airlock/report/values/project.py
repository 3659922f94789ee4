"""Reports of the commands that deal with files alone: init, new, config show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airlock.model.finding import Finding
from airlock.model.migration import Skipped
from airlock.report.values.base import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """A command to run next, and what it does."""

    command: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InitReport(Report):
    """`airlock init`."""

    command: ClassVar[str] = "init"
    root: str
    layout: str
    folder: str
    migrations: int
    """Files found."""
    wrote: tuple[str, ...]
    kept: tuple[str, ...]
    """Files that stood there already and were left alone."""
    skipped: tuple[Skipped, ...]
    next: tuple[NextStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport(Report):
    """`airlock new`."""

    command: ClassVar[str] = "new"
    path: str
    template: str
    """The template's name, or `stdin` where the SQL was piped in."""
    rollback: str | None = None
    """The file that is to undo it, where the project keeps the two side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSetting:
    """A key with its value and where it comes from; of a connection only the place is shown."""

    key: str
    value: str | int | bool | tuple[str, ...] | None
    origin: str
    doc: str
    absent: str = ""
    """What happens without a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigReport(Report):
    """`airlock config show`."""

    command: ClassVar[str] = "config show"
    root: str
    settings: tuple[ShownSetting, ...]
    findings: tuple[Finding, ...]
