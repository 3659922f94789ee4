"""The screens of `airlock diff` and `airlock snapshot`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from airlock.model.names import few
from airlock.report.style import Sign, Tone, View, count, duration, size
from airlock.report.text.findings import failure_lines, findings_lines
from airlock.report.values.base import Report
from airlock.report.values.diff import (
    DiffReport,
    GeneratedReport,
    ObjectChange,
    PlannedStep,
    PlanProof,
    Side,
    SnapshotReport,
    Sort,
)

SIGNS = {Sort.ADDED: Sign.ADD, Sort.CHANGED: Sign.CHANGE, Sort.REMOVED: Sign.REMOVE}
_RESIDUE_SHOWN = 40


def lines(report: Report, view: View) -> list[str]:
    """Return the screen of the report."""
    match report:
        case DiffReport():
            return list(_diff(report, view))
        case GeneratedReport():
            return written(report.diff, report.path, view)
        case SnapshotReport():
            return list(_snapshot(report, view))
    raise AssertionError(report.command)


def written(report: DiffReport, path: str | None, view: View) -> list[str]:
    """Return the screen of a difference of which a migration is made; None where none was."""
    shown = list(_diff(report, view, kept=True))
    if path is not None:
        shown.append(f"{view.sign(Sign.ADD)} wrote {path}")
    elif not report.broken:
        shown.append(f"{view.sign(Sign.NOTE)} nothing to write")
    return shown


def parts(changes: Sequence[ObjectChange]) -> dict[tuple[str, str], str]:
    """Return what each added or removed object brings or takes along: `4 columns, 1 index`."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for change in changes:
        if change.within is not None:
            found.setdefault((change.sort, change.within), Counter())[change.kind] += 1
    return {
        key: ", ".join(count(kinds[kind], kind, _plural(kind)) for kind in sorted(kinds))
        for key, kinds in found.items()
    }


def hazards(report: DiffReport) -> list[tuple[str, PlannedStep]]:
    """Return what a reviewer has to weigh, each with its step."""
    return [
        (step.hazard or "rows are lost that no rollback brings back", step)
        for step in report.steps
        if step.hazard or step.loses_data
    ]


def _diff(report: DiffReport, view: View, *, kept: bool = False) -> Iterator[str]:
    if report.findings:
        yield from findings_lines(report.findings, view)
        yield ""
    if report.changes:
        yield from _changes(report, view)
        yield ""
        for text, step in hazards(report):
            yield f"{view.sign(Sign.WARN)} {step.target}: {text}"
        yield f"{view.sign(Sign.CHANGE)} {report.summary}"
    for side in _with_leftovers(report):
        yield _unmodelled(side, view)
    if report.proof:
        yield from _proof(report.proof, view)
    yield _verdict(report, view, kept=kept)


def _changes(report: DiffReport, view: View) -> Iterator[str]:
    brought = {} if view.verbose else parts(report.changes)
    for change in report.changes:
        if change.within is not None and not view.verbose:
            continue
        tail = ""
        if change.attributes:
            tail = f"  {', '.join(change.attributes)}"
        elif (along := brought.get((change.sort, f"{change.kind} {change.name}"))) is not None:
            tail = f"  with {along}"
        tail = view.paint(tail, Tone.FAINT)
        yield f"{view.sign(SIGNS[change.sort])} {change.kind} {change.name}{tail}"


def _with_leftovers(report: DiffReport) -> list[Side]:
    """Return the sides that hold what is not compared, each text once."""
    sides = [side for side in (report.old, report.new) if side.unmodelled]
    return sides[:1] if len({side.unmodelled for side in sides}) == 1 else sides


def _unmodelled(side: Side, view: View) -> str:
    shown = ", ".join(side.unmodelled) if view.verbose else few(side.unmodelled)
    number = count(len(side.unmodelled), "object")
    return f"{view.sign(Sign.NOTE)} not compared in {side.source}: {number}: {shown}"


def _proof(proof: PlanProof, view: View) -> Iterator[str]:
    for text in proof.surprises:
        yield f"{view.sign(Sign.WARN)} measured: {text}"
    if proof.failure:
        yield ""
        yield from failure_lines(proof.failure, view)
        yield f"{view.sign(Sign.FAIL)} the plan does not run on a copy"
    elif proof.converged:
        told = f"proved in {duration(proof.seconds)}: {'; '.join(proof.covered)}"
        yield f"{view.sign(Sign.OK)} {told}"
    else:
        yield ""
        shown = proof.residue if view.verbose else proof.residue[:_RESIDUE_SHOWN]
        yield from (f"  {line}" for text in shown for line in text.splitlines())
        if more := len(proof.residue) - len(shown):
            yield f"  … {more:,} more (-v shows all)"
        yield f"{view.sign(Sign.FAIL)} the plan does not lead there: the above is left over"
    for text in proof.not_covered if view.verbose else ():
        yield f"{view.sign(Sign.NOTE)} not covered: {text}"


def _verdict(report: DiffReport, view: View, *, kept: bool) -> str:
    old, new = report.old.source, report.new.source
    if not report.changes and report.broken:
        return f"{view.sign(Sign.FAIL)} {old} and {new} differ, and Airlock cannot say in what"
    if not report.changes:
        number = count(report.new.objects, "object")
        return f"{view.sign(Sign.OK)} {old} and {new} are equal: {number} compared"
    number = count(len(report.changes), "object")
    differ = f"{old} and {new} differ in {number}"
    if report.broken:
        return f"{view.sign(Sign.FAIL)} {differ}; do not use this plan"
    proved = "" if report.proof else ", not proved"
    how = f"{count(len(report.steps), 'statement')}{proved}"
    tail = "" if kept else " (--format sql shows the way)"
    return f"{view.sign(Sign.CHANGE)} {differ}: {how}{tail}"


def _snapshot(report: SnapshotReport, view: View) -> Iterator[str]:
    if report.findings:
        yield from findings_lines(report.findings, view)
        yield ""
    side = report.side
    if side.unmodelled:
        yield _unmodelled(side, view)
    what = f"{count(side.objects, 'object')}, {size(report.bytes)}"
    state = "wrote" if report.changed else "unchanged:"
    mark = view.paint(side.fingerprint[:14], Tone.FAINT)
    sign = Sign.OK if report.changed else Sign.NOTE
    yield f"{view.sign(sign)} {state} {report.path}: {side.source}, {what}  {mark}"


def _plural(kind: str) -> str:
    if kind.endswith("y"):
        return f"{kind[:-1]}ies"
    return f"{kind}es" if kind.endswith(("x", "s")) else f"{kind}s"
