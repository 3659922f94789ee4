"""The screen of `airlock plan`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from airlock.model.migration import How
from airlock.model.names import few
from airlock.model.rollback import Grade
from airlock.model.step import Lock
from airlock.plan.artifact import (
    Artifact,
    Evidence,
    FilePlan,
    Hazard,
    LockOn,
    PlannedRollback,
    PlannedStatement,
)
from airlock.report.style import Sign, Tone, View, clip, count
from airlock.report.text.findings import findings_lines
from airlock.report.values.plan import PlanReport

_GRADES = {
    Grade.LOSSLESS.value: "lossless",
    Grade.LOSES.value: "loses data",
    Grade.CANNOT.value: "cannot bring all rows back",
}
_FILES = 20
_HAZARDS = 10
_RESERVATIONS = 3
"""Lines that are shown, unless all are asked for."""
_STRENGTH = {lock.sql: lock for lock in Lock}
_NARROW = 48


def lines(report: PlanReport, view: View) -> list[str]:
    """Return a line per file, what has to be weighed, the summary, and what is proved."""
    return list(_plan(report, view))


def strongest(file: FilePlan) -> LockOn | None:
    """Return the first of a file's strongest locks that anybody but a schema change waits for."""
    taken = [
        lock
        for statement in file.statements
        for lock in statement.locks
        if _STRENGTH.get(lock.lock, Lock.NONE) > Lock.ACCESS_SHARE
    ]
    return max(taken, key=lambda each: _STRENGTH[each.lock], default=None)


def how(file: FilePlan) -> str:
    """Say in which transactions a file runs."""
    match file.how:
        case How.TRANSACTION:
            text = "one transaction"
        case How.SEGMENTS:
            alone = sum(not group.transactional for group in file.groups)
            together = len(file.groups) - alone
            parts = [count(together, "transaction")] if together else []
            parts += [f"{count(alone, 'statement')} outside of any"] if alone else []
            text = ", ".join(parts)
        case How.AS_WRITTEN:
            text = "its own BEGIN and COMMIT"
    return f"{text}, from statement {file.done + 1} on" if file.done else text


def rewrites(file: FilePlan) -> tuple[str, ...]:
    """Return the tables that a file writes anew."""
    return tuple(sorted({name for each in file.statements for name in each.rewrites}))


def way_back(rollback: PlannedRollback) -> str:
    """Say what there is to say of a rollback."""
    if not rollback.proved:
        return f"rollback not proved: {rollback.problem}"
    written = "" if rollback.written else ", not written yet"
    grade = _GRADES.get(rollback.grade, rollback.grade)
    return f"rollback {grade}{written}"


def tried(evidence: Evidence) -> str:
    """Say what the files were tried on."""
    return f"tried on {evidence.server}, on {evidence.on.value}"


def doubts(plan: Artifact) -> Iterator[str]:
    """Yield what the trial leaves open."""
    evidence = plan.evidence
    if evidence is None:
        return
    if not evidence.same:
        yield f"that copy is not exactly what {plan.environment} is: its fingerprint is another"
    if not evidence.converged:
        listed = "; ".join(evidence.residue)
        yield f"after it {plan.environment} is not what the project's migrations make: {listed}"


def _plan(report: PlanReport, view: View) -> Iterator[str]:
    plan = report.plan
    if report.findings:
        yield from findings_lines(report.findings, view)
        yield ""
    files = plan.files if view.verbose else plan.files[:_FILES]
    for file in files:
        yield from _file(file, view)
    if more := len(plan.files) - len(files):
        yield f"  … {count(more, 'file')} more (-v shows all)"
    yield from _hazards(plan.hazards, view)
    if plan.files:
        yield f"{view.sign(Sign.CHANGE)} {plan.summary}"
    if plan.evidence:
        yield f"{view.sign(Sign.OK)} {tried(plan.evidence)}{_rollbacks(plan.files)}"
    for doubt in doubts(plan):
        yield f"{view.sign(Sign.WARN)} {doubt}"
    yield _verdict(report, view)


def _file(file: FilePlan, view: View) -> Iterator[str]:
    yield f"{view.sign(Sign.ADD)} {file.path}  {view.paint(how(file), Tone.FAINT)}"
    if view.verbose:
        for number, statement in enumerate(file.statements, start=1):
            yield _statement(number, statement, view)
    elif lock := strongest(file):
        yield f"    {lock.lock} on {lock.on}"
    if names := rewrites(file):
        yield view.paint(f"    writes {_few(names, view)} anew", Tone.WARNING)
    back = file.rollback
    calm = back.proved and back.grade == Grade.LOSSLESS
    yield f"    {view.paint(way_back(back), Tone.FAINT if calm else Tone.WARNING)}"
    shown = back.reservations if view.verbose else back.reservations[:_RESERVATIONS]
    yield from (f"      {text}" for text in shown)
    if more := len(back.reservations) - len(shown):
        yield f"      … {more:,} more (-v shows all)"


def _statement(number: int, statement: PlannedStatement, view: View) -> str:
    """Return a statement's line: what it is, how it runs, what it locks."""
    said = [f"{lock.lock} on {lock.on}" for lock in statement.locks]
    if statement.running in {"alone", "boundary"}:
        said.append("by itself" if statement.running == "alone" else "a commit follows")
    sql = clip(" ".join(statement.sql.split()), max(_NARROW, view.width // 2))
    tail = f"  {'; '.join(said)}" if said else ""
    return f"    {number}. {sql}{view.paint(tail, Tone.FAINT)}"


def _hazards(hazards: Sequence[Hazard], view: View) -> Iterator[str]:
    ordered = sorted(hazards, key=lambda each: not each.loses_data)
    shown = ordered if view.verbose else ordered[:_HAZARDS]
    for hazard in shown:
        sign = Sign.REMOVE if hazard.loses_data else Sign.WARN
        yield f"{view.sign(sign)} {hazard.object}: {hazard.text}"
    if more := len(ordered) - len(shown):
        yield f"  … {count(more, 'hazard')} more (-v shows all)"


def _rollbacks(files: Sequence[FilePlan]) -> str:
    proved = sum(file.rollback.proved for file in files)
    if proved == len(files):
        return "; each rollback is proved" if len(files) > 1 else "; its rollback is proved"
    return f"; {proved:,} of {count(len(files), 'rollback')} proved"


def _few(names: Sequence[str], view: View) -> str:
    return ", ".join(names) if view.verbose else few(names)


def _verdict(report: PlanReport, view: View) -> str:
    plan = report.plan
    name = plan.environment
    state = "" if plan.source.exists else ", which is not created yet"
    wrote = f"; wrote {report.path}" if report.path and report.fresh else ""
    if not plan.files:
        return f"{view.sign(Sign.OK)} nothing is pending in {name}{state}{wrote}"
    number = count(len(plan.files), "migration")
    verb = "is" if len(plan.files) == 1 else "are"
    if not report.fresh:
        made = view.paint(f"({plan.made}, {plan.tool})", Tone.FAINT)
        return f"{view.sign(Sign.NOTE)} a plan for {name}{state}: {number}  {made}"
    if not report.path:
        then = f" (keep it: airlock plan {name} -o FILE)"
    elif report.protected:
        then = ""
    else:
        then = f" (apply it: airlock deploy {name} --plan {report.path})"
    return f"{view.sign(Sign.CHANGE)} {number} {verb} pending in {name}{state}{wrote}{then}"
