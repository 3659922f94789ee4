"""The screen of `airlock check`."""

from __future__ import annotations

from airlock.model.failure import Failure
from airlock.report.style import Sign, View, columns, count, duration, pad
from airlock.report.text.findings import failure_lines, findings_lines, tally
from airlock.report.values.base import Reach
from airlock.report.values.check import CheckReport, EnvironmentCheck
from airlock.server.remarks import STUBBED_EXTENSION


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
    if report.stubbed:
        shown.append(
            f"{view.sign(Sign.NOTE)} stubbed: DDL is proved, behaviour is not: "
            + ", ".join(report.stubbed)
        )
    return [*shown, _summary(report, view)]


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


def _summary(report: CheckReport, view: View) -> str:
    if report.failure:
        text = f"{report.failure.path} failed"
    else:
        cached = f" ({report.restored:,} from cache)" if report.restored else ""
        text = f"{count(report.total, 'migration')} replayed in {duration(report.seconds)}{cached}"
    sign = Sign.FAIL if report.found else Sign.OK
    told = tally(report.findings, failures=len(_failures(report)))
    return f"{view.sign(sign)} {text} on {report.server} · {told}"
