"""Where output goes: reports to stdout, everything that is said to people to stderr."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

from airlock.report.style import ASCII, View

if TYPE_CHECKING:
    from airlock.errors import AirlockError
    from airlock.report.values.base import Report

_PIPE_WIDTH = 100
_NARROWEST = 40


class Format(StrEnum):
    """How a report is written; each command takes those that its report has."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    SQL = "sql"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"


FINDINGS = (
    Format.TEXT,
    Format.JSON,
    Format.JSONL,
    Format.SARIF,
    Format.GITHUB,
    Format.GITLAB,
    Format.JUNIT,
    Format.MARKDOWN,
)
"""The formats of a report that is a list of findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """How one command shows what it has to show."""

    format: Format = Format.TEXT
    quiet: bool = False
    verbose: bool = False

    def report(self, report: Report) -> None:
        """Write a report to stdout."""
        match self.format:
            case Format.JSON:
                from airlock.report import machine

                write(sys.stdout, machine.render(report))
            case Format.SQL:
                self._script(report)
            case Format.MARKDOWN:
                from airlock.report import markdown

                write(sys.stdout, markdown.render(report))
            case Format.TEXT:
                from airlock.report.text import render

                write(sys.stdout, render(report, self.view(sys.stdout)))
            case other:
                module = import_module(f"airlock.report.findings.{other.value}")
                write(sys.stdout, module.render(report))

    def _script(self, report: Report) -> None:
        """Write a report's SQL to stdout, and to people what the SQL cannot say."""
        from airlock.report.text import render
        from airlock.report.text.findings import findings_lines

        write(sys.stdout, report.script)
        sys.stdout.flush()
        view = self.view(sys.stderr)
        if not report.script and not self.quiet:
            write(sys.stderr, render(report, view))
        elif findings := getattr(report, "findings", ()):
            write(sys.stderr, "\n".join(findings_lines(findings, view)) + "\n")

    def error(self, error: AirlockError) -> None:
        """Write an error to stderr, and for machines to stdout."""
        from airlock.report.text.findings import error_lines

        self.tell_machine(error)
        sys.stdout.flush()
        write(sys.stderr, "\n".join(error_lines(error, self.view(sys.stderr))) + "\n")

    def tell_machine(self, error: AirlockError) -> None:
        """Write an error to stdout where a machine reads it."""
        if self.format is Format.JSON:
            from airlock.report import machine

            write(sys.stdout, machine.render_error(error))

    def view(self, stream: TextIO) -> View:
        """Return how a reader of the stream sees a report."""
        live = sys.stderr.isatty() and sys.stdout.isatty() and not self.quiet
        return View(
            colour=has_colour(stream),
            width=width(stream),
            verbose=self.verbose,
            told=live or self.verbose or self.quiet,
        )


def write(stream: TextIO, text: str) -> None:
    """Write text; where the encoding lacks the signs, stand-ins take their place."""
    encoding = stream.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(ASCII).encode(encoding, "backslashreplace").decode(encoding)
    stream.write(text)
    stream.flush()


def has_colour(stream: TextIO) -> bool:
    """Whether the stream's reader sees colours (no-color.org, force-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width(stream: TextIO) -> int:
    """Return the columns of a terminal, or a fair width for a file."""
    if (told := os.environ.get("COLUMNS", "")).isdecimal() and int(told) > 0:
        return max(int(told), _NARROWEST)
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, _NARROWEST)
    except (OSError, ValueError):
        return _PIPE_WIDTH
