"""The screens of `airlock check FILES`, `airlock audit` and `airlock baseline`."""

from __future__ import annotations

from airlock.model.names import few
from airlock.report.style import Sign, View, count
from airlock.report.text.findings import findings_lines, tally
from airlock.report.values.check import AuditReport, BaselineReport, FilesReport


def lines(report: FilesReport | AuditReport | BaselineReport, view: View) -> list[str]:
    """Return the findings and a summary."""
    if isinstance(report, BaselineReport):
        return _baseline(report, view)
    shown = findings_lines(report.findings, view)
    sign = view.sign(Sign.FAIL if report.found or report.broken else Sign.OK)
    match report:
        case FilesReport():
            text = f"{count(report.files, 'file')} judged by their text alone"
            if report.files == 1:
                text = "1 file judged by its text alone"
            text += known(report.known)
        case AuditReport():
            text = f"{count(report.objects, 'object')} of {report.source} judged"
            if report.unmodelled:
                shown += [
                    *([""] if shown else []),
                    f"{view.sign(Sign.NOTE)} not looked at: {few(report.unmodelled)}",
                ]
    return [*shown, *([""] if shown else []), f"{sign} {text} · {tally(report.findings)}"]


def known(number: int) -> str:
    """Say how many findings the baseline holds."""
    return f" · {number:,} in the baseline" if number else ""


def _baseline(report: BaselineReport, view: View) -> list[str]:
    done = "wrote" if report.changed else "nothing changed in"
    what = count(report.findings, "finding")
    return [f"{view.sign(Sign.OK)} {done} {report.path}: {what} put to rest"]
