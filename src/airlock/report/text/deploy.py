"""Screens of the commands that run files on an environment: up, deploy, reset."""

from __future__ import annotations

from airlock.model.migration import How
from airlock.report.style import Sign, Tone, View, count, duration
from airlock.report.text.findings import failure_lines, findings_lines
from airlock.report.values.base import Report
from airlock.report.values.deploy import (
    DeployReport,
    FileRun,
    Proof,
    ResetReport,
    SeedsReport,
    Stage,
)


def lines(report: Report, view: View) -> list[str]:
    """Return the screen of the report."""
    match report:
        case DeployReport():
            return _deploy(report, view)
        case ResetReport():
            return _reset(report, view)
    raise AssertionError(report.command)


def _deploy(report: DeployReport, view: View) -> list[str]:
    found = findings_lines(report.findings, view)
    shown = [*found, *([""] if found else [])]
    if report.failure:
        shown += [*failure_lines(report.failure, view), ""]
    if report.dry_run and not report.failure:
        shown += _plan(report, view)
    else:
        shown += [] if view.told else [_ran(file, view) for file in report.applied]
        shown.append(_summary(report, view))
    return [*shown, *_seeds(report.seeds, report.command, report.environment, view)]


def _summary(report: DeployReport, view: View) -> str:
    where = view.paint(f"({report.place})", Tone.FAINT)
    number = len(report.applied)
    proof = f", {_proof(report.proof)}" if report.proof else ""
    if report.failure:
        return f"{view.sign(Sign.FAIL)} {_failed(report)}  {where}"
    if not number:
        state = f"{report.before:,} applied" if report.before else "there are no migrations"
        return f"{view.sign(Sign.OK)} {report.environment} is up to date: {state}  {where}"
    created = "created, " if report.created else ""
    return (
        f"{view.sign(Sign.OK)} {report.environment}: {created}{count(number, 'migration')} applied "
        f"in {duration(report.seconds)}{proof}  {where}"
    )


def _failed(report: DeployReport) -> str:
    """Say in one line how far it came."""
    path = report.failure.path if report.failure else ""
    number, total = len(report.applied), len(report.applied) + len(report.pending)
    match report.failed_in:
        case Stage.PROOF:
            return f"{report.environment} is as it was: {path} fails on a throw-away database"
        case Stage.SEEDS:
            return f"{report.environment}: every migration is applied, then {path} failed"
        case _:
            return f"{report.environment}: {number:,} of {total:,} applied, then {path} failed"


def _proof(proof: Proof) -> str:
    if proof.on_record:
        return "proved before"
    cached = f", {proof.restored:,} from cache" if proof.restored else ""
    return f"proved in {duration(proof.seconds)}{cached}"


def _plan(report: DeployReport, view: View) -> list[str]:
    where = view.paint(f"({report.place})", Tone.FAINT)
    if not report.pending:
        return [f"{view.sign(Sign.OK)} {report.environment}: nothing is pending  {where}"]
    shown: list[str] = []
    for file in report.pending:
        if len(file.transactions) <= 1:
            how = file.transactions[0] if file.transactions else "one transaction"
            shown.append(f"{view.sign(Sign.ADD)} {file.path}  {view.paint(how, Tone.FAINT)}")
            continue
        shown.append(f"{view.sign(Sign.ADD)} {file.path}")
        shown += [
            view.paint(f"    {number}. {text}", Tone.FAINT)
            for number, text in enumerate(file.transactions, start=1)
        ]
    proof = f", {_proof(report.proof)}" if report.proof else ", not proved"
    number = count(len(report.pending), "migration")
    return [
        *shown,
        f"{view.sign(Sign.NOTE)} {report.environment}: {number} would run{proof}; "
        f"nothing was changed  {where}",
    ]


def _reset(report: ResetReport, view: View) -> list[str]:
    found = findings_lines(report.findings, view)
    shown = [*found, *([""] if found else [])]
    where = view.paint(f"({report.place})", Tone.FAINT)
    if report.failure:
        shown += [*failure_lines(report.failure, view), ""]
    if report.failure:
        stopped = f"{report.environment} is as it was: {report.failure.path} failed"
        return [*shown, f"{view.sign(Sign.FAIL)} {stopped}  {where}"]
    shown.append(
        f"{view.sign(Sign.OK)} {report.environment} rebuilt from "
        f"{count(report.total, 'migration')} in {duration(report.seconds)}  {where}"
    )
    return [*shown, *_seeds(report.seeds, report.command, report.environment, view)]


def _seeds(seeds: SeedsReport, command: str, environment: str, view: View) -> list[str]:
    shown = [] if view.told else [_ran(file, view) for file in seeds.ran]
    if seeds.ran:
        shown.append(f"{view.sign(Sign.OK)} {count(len(seeds.ran), 'seed file')} run")
    if seeds.stale:
        listed = ", ".join(seeds.stale)
        verb = {"up": "up --seeds", "reset": "reset"}.get(command, f"deploy {environment} --seeds")
        shown.append(
            f"{view.sign(Sign.CHANGE)} {count(len(seeds.stale), 'seed file')} new or changed "
            f"({listed}): airlock {verb}"
        )
    return shown


def _ran(file: FileRun, view: View) -> str:
    how = "" if file.how is How.TRANSACTION else f", {file.how.value}"
    time = view.paint(f"{duration(file.seconds)}{how}", Tone.FAINT)
    return f"{view.sign(Sign.ADD)} {file.path}  {time}"
