"""The screen of `airlock check`."""

from __future__ import annotations

from airlock.model.failure import Failure
from airlock.model.names import few
from airlock.model.rollback import Grade
from airlock.report.style import Sign, View, columns, count, duration, pad
from airlock.report.text.findings import failure_lines, findings_lines, tally
from airlock.report.text.judged import known
from airlock.report.values.base import Reach
from airlock.report.values.check import CheckReport, EnvironmentCheck, Mended
from airlock.report.values.rollback import Prepared, RollbackCheck, RollbackChecks
from airlock.server.remarks import STUBBED_EXTENSION

_AT_A_PRICE = {
    Grade.LOSES: "would lose what is written after the migration",
    Grade.CANNOT: "cannot bring back what the migration took away",
}


def lines(report: CheckReport, view: View) -> list[str]:
    """Return findings and failures, a line per environment, and the summary."""
    # One line names all extensions that are stubbed.
    told = [f for f in report.findings if view.verbose or f.code != STUBBED_EXTENSION.code]
    shown = findings_lines(told, view)
    for failure in _failures(report):
        shown += [*([""] if shown else []), *failure_lines(failure, view)]
    shown += [""] if shown else []
    width = max((columns(each.name) for each in report.environments), default=0)
    shown += [_environment(each, width, view) for each in report.environments]
    shown += _rollbacks(report.rollbacks, view) if report.rollbacks else []
    if report.stubbed:
        shown.append(
            f"{view.sign(Sign.NOTE)} stubbed: DDL is proved, behaviour is not: "
            + ", ".join(report.stubbed)
        )
    shown += [_mended(each, view) for each in report.mended]
    if report.judged is not None:
        text = f"{count(report.judged, 'pending file')} {'judged' if report.judged else 'to judge'}"
        if report.repeated:
            every = report.repeated == report.judged
            text += " and run twice" if every else f", {report.repeated:,} of them run twice"
        text += known(report.known)
        shown.append(f"{view.sign(Sign.OK)} {text}")
    shown += _checklist(report, view)
    return [*shown, _summary(report, view)]


def _checklist(report: CheckReport, view: View) -> list[str]:
    """Return the boxes with their evidence."""
    boxes = report.checklist
    if not boxes:
        return []
    signs = {True: Sign.OK, False: Sign.WARN, None: Sign.UNKNOWN}
    width = max(columns(box.text) for box in boxes)
    return [
        "",
        "review checklist",
        *(
            f"{view.sign(signs[box.ticked])} {pad(box.text, width)}  {box.evidence}"
            for box in boxes
        ),
        "",
    ]


def _mended(file: Mended, view: View) -> str:
    what = f"{file.path}: {count(file.edits, 'edit')} ({', '.join(file.rules)})"
    if file.proved:
        return f"{view.sign(Sign.ADD)} mended {what}, proved"
    return f"{view.sign(Sign.WARN)} left as it is {what}: with them it makes another schema"


def _failures(report: CheckReport) -> list[Failure]:
    found = [report.failure, *(environment.failure for environment in report.environments)]
    return [failure for failure in found if failure]


def _environment(check: EnvironmentCheck, width: int, view: View) -> str:
    name = pad(check.name, width)
    pending = f"{check.pending:,} pending" if check.pending else "nothing pending"
    if check.failing:
        return f"{view.sign(Sign.FAIL)} {name}  {pending}: {check.failing} fails there"
    if check.blocked:
        text = f"{pending}, and {count(check.blocked, 'thing')} to mend before"
        return f"{view.sign(Sign.WARN)} {name}  {text}"
    match check.reach:
        case Reach.REACHED if check.replayed:
            text = f"{pending}, replayed in its own order in {duration(check.seconds)}"
            return f"{view.sign(Sign.OK)} {name}  {text}"
        case Reach.REACHED | Reach.ABSENT:
            absent = "not created yet, " if check.reach is Reach.ABSENT else ""
            return f"{view.sign(Sign.OK)} {name}  {absent}{pending}"
        case _:
            problem = f": {check.problem}" if check.problem else ""
            return f"{view.sign(Sign.UNKNOWN)} {name}  {check.reach.value}{problem}"


def _rollbacks(checks: RollbackChecks, view: View) -> list[str]:
    """Return how many are proved, what has no file, and what comes at the price of rows."""
    told = [_how_many(checks, view)]
    if missing := _of(checks, Prepared.PLANNED):
        verb = "has" if len(missing) == 1 else "have"
        text = f"{len(missing):,} {verb} no file yet: airlock check --fix writes what is proved"
        told.append(f"{view.sign(Sign.NOTE)} {text}")
    written = _of(checks, Prepared.WRITTEN)
    told += [f"{view.sign(Sign.ADD)} wrote {each.rollback}" for each in written]
    for grade, what in _AT_A_PRICE.items():
        costly = [each for each in reversed(checks.rollbacks) if each.grade is grade]
        if view.verbose:
            told += [
                f"{view.sign(Sign.WARN)} {each.rollback}: {text}"
                for each in costly
                for text in each.reservations
            ]
        elif costly:
            names = few([each.version for each in costly])
            told.append(f"{view.sign(Sign.WARN)} {count(len(costly), 'rollback')} {what}: {names}")
    return told


def _how_many(checks: RollbackChecks, view: View) -> str:
    proved = len(_of(checks, Prepared.PLANNED, Prepared.WRITTEN, Prepared.KEPT))
    known = len(checks.rollbacks)
    number = count(known, "rollback")
    if proved < known:
        number = f"{proved:,} of {number}"
    sign = Sign.OK if proved == known > 0 else Sign.WARN
    if _of(checks, Prepared.REFUSED):
        sign = Sign.FAIL
    text = f"{number} proved up, down and up again"
    text += f" in {duration(checks.seconds)}" if checks.tried else " (on record)"
    if older := checks.pending - known:
        text += f"; {older:,} more not tried: airlock rollback prepare"
    return f"{view.sign(sign)} {text}"


def _of(checks: RollbackChecks, *states: Prepared) -> list[RollbackCheck]:
    return [each for each in checks.rollbacks if each.prepared in states]


def _summary(report: CheckReport, view: View) -> str:
    if report.failure:
        text = f"{report.failure.path} failed"
    else:
        cached = f" ({report.restored:,} from cache)" if report.restored else ""
        text = f"{count(report.total, 'migration')} replayed in {duration(report.seconds)}{cached}"
    sign = Sign.FAIL if report.found else Sign.OK
    told = tally(report.findings, failures=len(_failures(report)))
    return f"{view.sign(sign)} {text} on {report.server} · {told}"
