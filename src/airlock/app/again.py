"""Whether pending files can run twice: each is run a second time on a throw-away database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from airlock.app.proofs import chain_of, recall_findings, record_findings
from airlock.app.trials import start
from airlock.app.workspace import Workspace
from airlock.errors import Location
from airlock.model.failure import Failure, StatementRefused
from airlock.model.finding import Finding, Level
from airlock.model.migration import Migration

CODE = "AL840"
AT_MOST = 10
"""So many of the newest pending files are tried."""
_WHY = (
    "A file that stops half-way, a history that was lost or a database that was restored make it "
    "run again, and then it stops here."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """What came of running files twice."""

    tried: int
    findings: tuple[Finding, ...]
    """One for each that failed, at its first statement that did."""


def run_twice(workspace: Workspace, wanted: Sequence[int]) -> Repeated:
    """Run each of these migrations twice, as far as that is not known yet.

    `wanted` are numbers in the history, which is known to run.
    """
    migrations = workspace.runnable.migrations
    chosen = wanted[-AT_MOST:]
    known: dict[int, tuple[Finding, ...]] = {}
    for index in chosen:
        found = recall_findings(workspace, _name(workspace, migrations[: index + 1]))
        if found is not None:
            known[index] = found
    left = [index for index in chosen if index not in known]
    while left:
        for index, failure in _walk(workspace, migrations, left):
            left.remove(index)
            told = failure is not None and not _is_allowed(failure)
            known[index] = (_finding(workspace, failure),) if failure and told else ()
            record_findings(workspace, _name(workspace, migrations[: index + 1]), known[index])
    return Repeated(
        tried=len(chosen),
        findings=tuple(finding for index in chosen for finding in known[index]),
    )


def _name(workspace: Workspace, migrations: Sequence[Migration]) -> str:
    return f"twice-{chain_of(workspace, migrations)}"


def _walk(
    workspace: Workspace, migrations: Sequence[Migration], left: Sequence[int]
) -> Iterator[tuple[int, Failure | None]]:
    """Go on as long as the database is what the history makes of it."""
    from airlock.server.connect import connect
    from airlock.server.statements import Runner
    from airlock.sources.sqltext import cut

    wanted, first, last = set(left), left[0], left[-1]
    template, roles = start(workspace, migrations[:first])
    databases = workspace.stock.databases
    with (
        databases.shadow(template) as name,
        connect(databases.cluster.address(name, label="shadow")) as session,
    ):
        runner = Runner(session, own_roles=roles, throw_away=True)
        for index in range(first, last + 1):
            script = cut(migrations[index].path, migrations[index].raw.decode())
            try:
                runner.run(script)
            except StatementRefused:
                if index == first:
                    raise
                return  # What a file did a second time is in the way of this one.
            if index not in wanted:
                continue
            workspace.progress.note(f"running {script.path} a second time")
            try:
                runner.run(script)
            except StatementRefused as refused:
                yield index, refused.failure
                if refused.failure.remaining:
                    return
            else:
                yield index, None


def _is_allowed(failure: Failure) -> bool:
    """Whether a comment in the file allows that its statement fails the second time."""
    from airlock.checks.act import Context, read
    from airlock.checks.allow import Allow, allows

    file = read(failure.path, failure.text, Context())
    start = failure.statement.span.char_start
    return any(isinstance(each, Allow) and each.covers(CODE, start) for each in allows(file))


def _finding(workspace: Workspace, failure: Failure) -> Finding:
    from airlock.sources.advice import advise
    from airlock.sources.sqltext import normalised

    place = failure.statement.span
    return Finding(
        code=CODE,
        level=Level.WARNING,
        message=f"{failure.path} cannot run twice: {failure.message}",
        key=f"{CODE}:{normalised(failure.statement.text)[:16]}",
        where=Location(path=failure.path, line=place.line, column=place.column),
        source=failure.text,
        length=len(failure.statement.text.split("\n", 1)[0]),
        why=_WHY,
        fix=advise(failure, workspace.runnable.migrations),
    )
