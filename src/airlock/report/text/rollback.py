"""The screen of `airlock rollback prepare`."""

from __future__ import annotations

from airlock.model.rollback import Grade
from airlock.report.style import Sign, Tone, View, count, duration
from airlock.report.text.findings import failure_lines, findings_lines
from airlock.report.values.rollback import Prepared, RollbackOf, RollbackReport

_SIGNS = {
    Prepared.WRITTEN: Sign.ADD,
    Prepared.KEPT: Sign.OK,
    Prepared.REFUSED: Sign.FAIL,
    Prepared.FAILED: Sign.FAIL,
}
_RESIDUE = 12
"""Lines of a difference that are shown, unless all are asked for."""


def lines(report: RollbackReport, view: View) -> list[str]:
    """Return a line per rollback with what it does to rows, what failed, and the summary."""
    shown = findings_lines(report.findings, view)
    shown += [""] if shown else []
    for each in report.rollbacks:
        shown += _rollback(each, view)
    return [*shown, _summary(report, view)]


def _rollback(each: RollbackOf, view: View) -> list[str]:
    grade = each.grade.value if each.grade else "no way back"
    tone = Tone.FAINT if each.grade is Grade.LOSSLESS else Tone.WARNING
    line = f"{view.sign(_SIGNS[each.prepared])} {each.rollback}  {view.paint(grade, tone)}"
    block = [line, *(f"    {text}" for text in each.reservations)]
    match each.prepared:
        case Prepared.REFUSED:
            block.append(f"    this file does not undo {each.path}{_when(each)}:")
        case Prepared.FAILED:
            block.append(f"    no way back from {each.path} was proved{_when(each)}:")
    if each.unplanned and not each.residue and not each.failure:
        block.append(f"      {each.unplanned}")
    if each.failure:
        block += ["", *failure_lines(each.failure, view), ""]
    residue = [line for text in each.residue for line in text.splitlines()]
    told = residue if view.verbose else residue[:_RESIDUE]
    block += [f"      {line}" for line in told]
    if len(told) < len(residue):
        block.append(f"      … {count(len(residue) - len(told), 'line')} more (-v shows all)")
    return block


def _when(each: RollbackOf) -> str:
    return ", since the migration does not run a second time after it" if each.again else ""


def _summary(report: RollbackReport, view: View) -> str:
    proved = sum(each.prepared in {Prepared.WRITTEN, Prepared.KEPT} for each in report.rollbacks)
    total = len(report.rollbacks)
    if not total:
        return f"{view.sign(Sign.OK)} no migration is pending: name a version to prepare another"
    sign = Sign.OK if proved == total else Sign.FAIL
    return (
        f"{view.sign(sign)} {proved} of {count(total, 'rollback')} proved up, down and up again in "
        f"{duration(report.seconds)} on {report.server}"
    )
