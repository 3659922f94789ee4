"""The screen of `airlock status`: versions down, environments across."""

from __future__ import annotations

from collections.abc import Sequence

from airlock.model.migration import State
from airlock.model.names import few
from airlock.report.style import Sign, Tone, View, clip, columns, count, pad
from airlock.report.values.base import Reach
from airlock.report.values.status import EnvironmentStatus, StatusReport, VersionStatus

SIGNS = {
    State.APPLIED: Sign.OK,
    State.PENDING: Sign.NOTE,
    State.OUT_OF_ORDER: Sign.WARN,
    State.EDITED: Sign.FAIL,
    State.RESTYLED: Sign.CHANGE,
    State.HALF_APPLIED: Sign.FAIL,
    State.DUPLICATE: Sign.FAIL,
    State.MISSING: Sign.REMOVE,
    State.REMOTE_ONLY: Sign.ADD,
}
_TROUBLES = (
    State.EDITED,
    State.HALF_APPLIED,
    State.OUT_OF_ORDER,
    State.DUPLICATE,
    State.MISSING,
    State.REMOTE_ONLY,
)
_REACH_SIGNS = {
    Reach.REACHED: Sign.OK,
    Reach.ABSENT: Sign.NOTE,
    Reach.NOT_SET: Sign.UNKNOWN,
    Reach.UNREACHABLE: Sign.UNKNOWN,
}
_FOLDED_FROM = 4
"""A run of rows shorter than this is not worth folding."""
_NAME_WIDTH = 48


def lines(report: StatusReport, view: View) -> list[str]:
    """Return the table, a line per environment, and findings."""
    shown = _table(report, view)
    shown += [""] if shown else []
    width = max(columns(environment.name) for environment in report.environments)
    for environment in report.environments:
        states = [row.states.get(environment.name) for row in report.versions]
        troubles = [
            f"{number:,} {state.value}" for state in _TROUBLES if (number := states.count(state))
        ]
        shown += _environment(environment, troubles, width, view)
    if report.findings:
        from airlock.report.text.findings import findings_lines  # noqa: PLC0415 - seldom

        shown += ["", *findings_lines(report.findings, view)]
    return shown


def _table(report: StatusReport, view: View) -> list[str]:
    if not report.versions:
        return ["no migrations"]
    names = [environment.name for environment in report.environments]
    cells = {name: _cells(report.versions, name) for name in names}
    widths = {
        name: max(columns(name), *(columns(cell) + 2 for cell in cells[name])) for name in names
    }
    first = max(7, *(columns(row.version) for row in report.versions))
    second = min(_NAME_WIDTH, max(columns(row.name) for row in report.versions))
    head = "  ".join(
        [pad("version", first), pad("", second), *(pad(name, widths[name]) for name in names)]
    )
    shown = [view.paint(head.rstrip(), Tone.STRONG)]
    for run in _runs(report.versions, names, fold=not (view.verbose or report.all)):
        if len(run) >= _FOLDED_FROM:
            span = f"{run[0].version} to {run[-1].version}"
            everywhere = " everywhere" if len(names) > 1 else ""
            text = f"… {len(run):,} applied{everywhere}: {span}"
            shown.append(view.paint(text, Tone.FAINT))
            continue
        for row in run:
            fields = [pad(row.version, first), pad(clip(row.name, second), second)]
            fields += [_cell(row.states.get(name), widths[name], view) for name in names]
            shown.append("  ".join(fields).rstrip())
    return shown


def _runs(
    versions: Sequence[VersionStatus], names: Sequence[str], *, fold: bool
) -> list[list[VersionStatus]]:
    """Cut the rows into runs; only a run of rows that are applied everywhere is longer than one."""
    runs: list[list[VersionStatus]] = []
    folding = False
    for row in versions:
        settled = fold and all(row.states.get(name) is State.APPLIED for name in names)
        if settled and folding:
            runs[-1].append(row)
        else:
            runs.append([row])
        folding = settled
    return runs


def _cells(versions: Sequence[VersionStatus], name: str) -> list[str]:
    return [row.states[name].value for row in versions if name in row.states] or ["unknown"]


def _cell(state: State | None, width: int, view: View) -> str:
    sign = SIGNS[state] if state else Sign.UNKNOWN
    word = state.value if state else "unknown"
    return f"{view.sign(sign)} {pad(word, width - 2)}"


def _environment(
    environment: EnvironmentStatus, troubles: Sequence[str], width: int, view: View
) -> list[str]:
    sign = _REACH_SIGNS[environment.reach]
    pending = environment.pending
    if environment.reach is Reach.REACHED:
        sign = Sign.NOTE if pending else Sign.OK
        sign = Sign.FAIL if troubles else sign
        parts = [f"{environment.applied:,} applied"]
        if environment.last_version:
            at = f" at {environment.last_at:%Y-%m-%d %H:%M %Z}" if environment.last_at else ""
            parts.append(f"last {environment.last_version}{at.rstrip()}")
        parts += [*troubles, f"{pending:,} pending" if pending else "nothing pending"]
    else:
        parts = [environment.reach.value, *([environment.problem] if environment.problem else [])]
    if environment.protected:
        parts.append("protected")
    name = pad(environment.name, width)
    place = view.paint(f"({environment.place})", Tone.FAINT)
    tail = f"  {place}" if environment.place else ""
    shown = [f"{view.sign(sign)} {name}  {' · '.join(parts)}{tail}"]
    if stale := environment.stale_seeds:
        number = count(len(stale), "seed file")
        shown.append(f"{view.sign(Sign.CHANGE)} {name}  {number} changed: {few(stale)}")
    return shown
