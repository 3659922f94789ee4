"""Reports as text for people: `render` finds the screen of a report by its command."""

from __future__ import annotations

from importlib import import_module

from airlock.report.style import View
from airlock.report.values.base import Report

_SCREENS = {
    "init": "project",
    "new": "project",
    "config show": "project",
    "doctor": "doctor",
    "status": "status",
    "up": "deploy",
    "deploy": "deploy",
    "plan": "plan",
    "reset": "deploy",
    "check": "check",
    "check FILES": "judged",
    "audit": "judged",
    "baseline": "judged",
    "explain": "rules",
    "db status": "servers",
    "db url": "servers",
    "db install": "servers",
    "rollback prepare": "rollback",
    "new --from-diff": "diff",
    "pull": "pull",
    "demo": "demo",
    "diff": "diff",
    "snapshot": "diff",
}
"""Command to module; a screen is imported when it is shown."""


def render(report: Report, view: View) -> str:
    """Return the report as text that ends with a line end."""
    screen = import_module(f"{__name__}.{_SCREENS[report.command]}")
    lines: list[str] = screen.lines(report, view)
    return "\n".join(lines) + "\n" if lines else ""
