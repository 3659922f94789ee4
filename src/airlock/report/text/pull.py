"""The screen of `airlock pull`."""

from __future__ import annotations

from airlock.report.style import Sign, View
from airlock.report.text import diff
from airlock.report.values.pull import PullReport


def lines(report: PullReport, view: View) -> list[str]:
    """Return what differs, the file that was written, and what is left to do."""
    shown = diff.written(report.diff, report.path, view)
    if report.path is None:
        return shown
    name = report.environment
    if report.marked:
        shown.append(f"{view.sign(Sign.OK)} {name} has it already, and its history now says so")
    else:
        shown += [
            f"{view.sign(Sign.WARN)} {name} has it already, and its history does not say so: a "
            "deployment would run it again",
            f"  to note it there, remove the file and run airlock pull {name} --mark-applied",
        ]
    return shown
