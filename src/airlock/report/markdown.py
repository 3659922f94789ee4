"""Reports as Markdown, for pull requests and job summaries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from airlock.model.finding import Finding
from airlock.plan.artifact import FilePlan
from airlock.report.findings import told
from airlock.report.text.diff import hazards, parts
from airlock.report.text.findings import tally
from airlock.report.text.plan import doubts, how, rewrites, strongest, tried, way_back
from airlock.report.values.base import Report
from airlock.report.values.check import AuditReport, Box, CheckReport, FilesReport
from airlock.report.values.diff import DiffReport, Sort
from airlock.report.values.plan import PlanReport

_SIGNS = {Sort.ADDED: "+", Sort.CHANGED: "~", Sort.REMOVED: "-"}
_LONGEST = 50_000
"""Characters of SQL; a comment on GitHub has 65,536 at most."""
_FENCE = re.compile(r"`{3,}")


def render(report: Report) -> str:
    """Return a report as Markdown."""
    match report:
        case DiffReport():
            lines = _diff(report)
        case PlanReport():
            lines = _plan(report)
        case CheckReport() | FilesReport() | AuditReport():
            lines = _judged(report)
        case _:
            raise AssertionError(f"{report.command} has no form in Markdown")
    return "\n".join(lines) + "\n"


def _diff(report: DiffReport) -> Iterator[str]:
    old, new = _code(report.old.source), _code(report.new.source)
    yield f"### {old} → {new}"
    yield ""
    yield from _findings(report.findings)
    if not report.changes:
        if report.broken:
            yield "They differ in what Airlock does not see."
            yield ""
            yield from _proof(report)
        else:
            yield f"Equal: {report.new.objects:,} objects compared."
            yield ""
        yield from _leftovers(report)
        return
    yield f"**{_text(report.summary)}**"
    yield ""
    if found := hazards(report):
        yield "| hazard | on |"
        yield "| --- | --- |"
        yield from (f"| {_cell(text)} | {_cell(step.target)} |" for text, step in found)
        yield ""
    yield "| | object | |"
    yield "| --- | --- | --- |"
    brought = parts(report.changes)
    for change in report.changes:
        if change.within is not None:
            continue
        name = f"{change.kind} {change.name}"
        along = brought.get((change.sort, name))
        more = ", ".join(change.attributes) or (f"with {along}" if along else "")
        yield f"| `{_SIGNS[change.sort]}` | {_cell(name)} | {_cell(more)} |"
    yield ""
    yield from _proof(report)
    yield from _leftovers(report)
    yield from _sql(report)


def _judged(report: CheckReport | FilesReport | AuditReport) -> Iterator[str]:
    """Yield findings as a table, worst first, and the checklist; cut where a comment would be."""
    found = sorted(told(report), key=lambda finding: -finding.level)
    title = f"airlock audit {report.source}" if isinstance(report, AuditReport) else "airlock check"
    yield f"### {_code(title)}"
    yield ""
    yield f"**{_text(tally(found))}**"
    yield ""
    room = _LONGEST
    if found:
        yield "| | rule | where | |"
        yield "| --- | --- | --- | --- |"
    for number, finding in enumerate(found):
        where = _code(str(finding.where)) if finding.where else ""
        row = (
            f"| {finding.level.name.lower()} | {finding.code} | {where} | "
            f"{_cell(finding.message)} |"
        )
        if (room := room - len(row)) < 0:
            yield ""
            yield f"{len(found) - number:,} more: `airlock check` tells them all."
            break
        yield row
    yield ""
    if isinstance(report, CheckReport) and report.checklist:
        yield "#### Review checklist"
        yield ""
        yield from (
            f"- {_box(box)} {_text(box.text)}: {_text(box.evidence)}" for box in report.checklist
        )
        yield ""


def _box(box: Box) -> str:
    return {True: "[x]", False: "[ ]", None: "[ ] (open)"}[box.ticked]


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        yield f"> **{finding.level.name.lower()}** {_text(finding.message)}"
        yield ""


def _proof(report: DiffReport) -> Iterator[str]:
    proof = report.proof
    if proof is None:
        yield "Not proved."
    elif proof.failure:
        yield f"**The plan does not run on a copy:** {_text(proof.failure.message)}"
    elif proof.converged:
        yield f"Proved: {'; '.join(map(_text, proof.covered))}."
    else:
        yield "**Left over when the plan has run:**"
        yield ""
        yield from _fenced("\n".join(proof.residue), "diff")
    yield ""
    for text in proof.surprises if proof else ():
        yield f"Measured: {_text(text)}."
        yield ""


def _leftovers(report: DiffReport) -> Iterator[str]:
    for side in (report.old, report.new):
        if side.unmodelled:
            listed = ", ".join(map(_text, side.unmodelled))
            yield f"Not compared in {_code(side.source)}: {listed}."
            yield ""


def _sql(report: DiffReport) -> Iterator[str]:
    title = "SQL that does not lead there" if report.broken else "SQL"
    yield f"<details><summary>{title}</summary>"
    yield ""
    shown = report.sql[:_LONGEST]
    yield from _fenced(shown, "sql")
    if len(report.sql) > len(shown):
        yield "Cut off: the whole is what `--format sql` prints."
    yield ""
    yield "</details>"


def _plan(report: PlanReport) -> Iterator[str]:
    plan = report.plan
    yield f"### Plan for {_code(plan.environment)}"
    yield ""
    yield from _findings(report.findings)
    if not plan.files:
        yield "Nothing is pending."
        return
    yield f"**{_text(plan.summary)}**"
    yield ""
    if plan.hazards:
        yield "| hazard | on |"
        yield "| --- | --- |"
        for hazard in plan.hazards:
            lost = "**data loss** " if hazard.loses_data else ""
            yield f"| {lost}{_cell(hazard.text)} | {_cell(hazard.object)} |"
        yield ""
    yield "| migration | runs in | locks | way back |"
    yield "| --- | --- | --- | --- |"
    for file in plan.files:
        back = "; ".join((way_back(file.rollback), *file.rollback.reservations))
        yield f"| {_code(file.path)} | {how(file)} | {_cell(_locks(file))} | {_cell(back)} |"
    yield ""
    if plan.evidence:
        said = _text(tried(plan.evidence))
        yield f"{said[:1].upper()}{said[1:]}."
        yield ""
    for doubt in doubts(plan):
        yield f"> **warning** {_text(doubt)}"
        yield ""
    room = _LONGEST
    for file in plan.files:
        room -= (shown := min(room, sum(len(each.sql) for each in file.statements)))
        if shown <= 0:
            yield "More is in the plan's file."
            return
        yield f"<details><summary>{_text(file.path)}</summary>"
        yield ""
        sql = "".join(f"{each.sql};\n" for each in file.statements)
        yield from _fenced(sql[:_LONGEST], "sql")
        yield ""
        yield "</details>"
        yield ""


def _locks(file: FilePlan) -> str:
    lock, names = strongest(file), rewrites(file)
    said = [f"{lock.lock} on {lock.on}"] if lock else []
    said += [f"writes {', '.join(names)} anew"] if names else []
    return "; ".join(said)


def _fenced(text: str, language: str) -> Iterator[str]:
    """Yield a code block that nothing inside can close."""
    longest = max((len(run) for run in _FENCE.findall(text)), default=2)
    fence = "`" * (longest + 1)
    yield f"{fence}{language}"
    yield text.rstrip("\n")
    yield fence


def _code(text: str) -> str:
    return f"`{' '.join(text.replace('`', chr(39)).split())}`"


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|")


def _text(text: str) -> str:
    """Return text that stands in Markdown as it is."""
    return re.sub(r"([\\`*_<>\[\]])", r"\\\1", " ".join(text.split()))
