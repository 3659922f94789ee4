"""The screen of `airlock pull`."""

from __future__ import annotations

from airlock.report.style import Sign, View
from airlock.report.text import diff
from airlock.report.values.pull import PullReport


def lines(report: PullReport, view: View) -> list[str]:
    """Return what differs, the file that was written, and what is left to do."""
    shown = diff.lines(report.diff, view)
    if report.path is None:
        return shown
    shown.append(f"{view.sign(Sign.ADD)} wrote {report.path}")
    if report.marked:
        shown.append(f"{view.sign(Sign.OK)} {report.environment} has it already, and now says so")
    else:
        again = f"airlock pull {report.environment} --mark-applied"
        shown.append(
            f"{view.sign(Sign.WARN)} {report.environment} has it already, but its history does "
            f"not say so ({again} would have noted it)"
        )
    return shown
