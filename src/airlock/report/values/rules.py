"""The report of `airlock explain`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airlock.model.finding import Level
from airlock.report.values.base import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """A rule; `text` is its page as Markdown, without the title."""

    code: str
    name: str
    theme: str
    level: Level
    opt_in: bool
    since: int
    title: str
    text: str
    peers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesReport(Report):
    """`airlock explain`."""

    command: ClassVar[str] = "explain"
    rules: tuple[ShownRule, ...]
    whole: bool
    """Whether pages are shown, and not the list alone."""
