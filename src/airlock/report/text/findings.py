"""Findings, failures and errors: what happened, where, why it matters, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from airlock.errors import AirlockError
from airlock.model.failure import Failure, StatementRefused
from airlock.model.finding import Finding, Level
from airlock.report.frame import frame
from airlock.report.style import Tone, View, count

_TONES = {Level.ERROR: Tone.BAD, Level.WARNING: Tone.WARNING, Level.NOTE: Tone.NOTE}
_SHOWN = {Level.ERROR: 20, Level.WARNING: 3, Level.NOTE: 0}
"""Findings of one code that are shown in full, unless all are asked for."""


def error_lines(error: AirlockError, view: View) -> list[str]:
    """Return the block for an error; findings that it carries come first."""
    if isinstance(error, StatementRefused):
        return failure_lines(error.failure, view)
    findings: Sequence[Finding] = getattr(error, "findings", ())
    shown = findings_lines(findings, view)
    block = [_head("error", error.code, error.message, Tone.BAD, view)]
    if error.where is not None:
        block += frame("", error.where, 1, view, Tone.BAD)
    fixes = {finding.fix for finding in findings}
    block += _notes(view, help=None if error.hint in fixes else error.hint)
    return [*shown, *([""] if shown else []), *block]


def failure_lines(failure: Failure, view: View) -> list[str]:
    """Return the block for a refused statement."""
    state = f" (SQLSTATE {failure.sqlstate})" if failure.sqlstate else ""
    return [
        _head("error", "migration", failure.message + state, Tone.BAD, view),
        *frame(failure.text, failure.where, failure.length, view, Tone.BAD),
        *_notes(
            view,
            detail=failure.detail,
            context=failure.context if view.verbose else None,
            hint=failure.hint,
            undone=failure.undone or None,
            help=failure.advice,
        ),
    ]


def findings_lines(findings: Iterable[Finding], view: View) -> list[str]:
    """Return the blocks of findings, worst first; many of one code are folded into a line."""
    groups: dict[tuple[Level, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.level, finding.code), []).append(finding)
    shown: list[str] = []
    for (level, _), group in sorted(groups.items(), key=lambda item: -item[0][0]):
        full = group if view.verbose else group[: _SHOWN[level]]
        for finding in full:
            shown += [*([""] if shown else []), *finding_lines(finding, view)]
        if folded := group[len(full) :]:
            shown += [*([""] if shown and full else []), _folded(folded, bool(full), view)]
    return shown


def finding_lines(finding: Finding, view: View) -> list[str]:
    """Return the block for one finding."""
    tone = _TONES[finding.level]
    place = (
        frame(finding.source, finding.where, finding.length, view, tone) if finding.where else []
    )
    return [
        _head(finding.level.name.lower(), finding.code, finding.message, tone, view),
        *place,
        *_notes(view, why=finding.why, help=finding.fix),
    ]


def tally(findings: Iterable[Finding], *, failures: int = 0) -> str:
    """Return how many there are of each level, failures among the errors: `1 error, 0 warnings`."""
    levels = [finding.level for finding in findings] + [Level.ERROR] * failures
    if not levels:
        return "no findings"
    return ", ".join(
        count(levels.count(level), level.name.lower())
        for level in (Level.ERROR, Level.WARNING, Level.NOTE)
    )


def _folded(group: Sequence[Finding], others: bool, view: View) -> str:
    """Return one line for findings that are not shown in full."""
    first = group[0]
    head = view.paint(f"{first.level.name.lower()}[{first.code}]", _TONES[first.level])
    if len(group) == 1 and not others:
        return f"{head}: {first.message}" + (f"  --> {first.where}" if first.where else "")
    more = f"{len(group):,} more" if others else f"{len(group):,} places"
    files = len({finding.where.path for finding in group if finding.where})
    where = f" in {count(files, 'file')}" if files else ""
    return f"{head}: {more}{where}, the first: {first.message} (-v shows all)"


def _head(kind: str, code: str, message: str, tone: Tone, view: View) -> str:
    return f"{view.paint(f'{kind}[{code}]', tone)}: {view.paint(message, Tone.STRONG)}"


def _notes(view: View, **notes: str | None) -> list[str]:
    """Return `  = name: text` for each note that says something; later lines are indented."""
    shown: list[str] = []
    for name, text in notes.items():
        if text:
            first, *rest = text.splitlines()
            label = view.paint(f"= {name}:", Tone.FAINT)
            shown += [f"  {label} {first}", *(" " * (len(name) + 6) + line for line in rest)]
    return shown
