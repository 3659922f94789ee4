"""Making a plan: the pending files of an environment, tried statement by statement on a copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from airlock import __version__
from airlock.app.clones import NoCopy, SourceFailed
from airlock.app.naming import shown
from airlock.app.planned import groups, lost, statements, strongest, tally
from airlock.app.proving import unproved
from airlock.app.rollout import major_finding
from airlock.app.trials import Trial, start, undo_all
from airlock.app.workspace import Workspace
from airlock.config import Environment, Use
from airlock.deploy import standing
from airlock.deploy.boundary import refuse_answers
from airlock.deploy.execute import read_standings
from airlock.diff.compare import addresses, compare
from airlock.kinds._spec import Style
from airlock.model.catalog import EMPTY, Catalog
from airlock.model.failure import StatementRefused
from airlock.model.finding import Finding, Level
from airlock.model.fingerprint import Fingerprint, fingerprint
from airlock.model.migration import How, Migration, Standing
from airlock.model.names import few
from airlock.model.script import Script
from airlock.model.step import Loss, Verb
from airlock.plan.artifact import (
    FORMAT,
    Artifact,
    Copied,
    Evidence,
    FilePlan,
    Hazard,
    PlannedRollback,
    Standpoint,
)
from airlock.plan.script import in_one_line
from airlock.server.ledger import NoLedger
from airlock.sources.project import rollback_path
from airlock.sources.source import Cloned, Source

if TYPE_CHECKING:
    from airlock.deploy.measure import Cost, Fate
    from airlock.server.address import Address

_DIGITS = 16
"""Of an object's digest: enough to tell that it has changed."""
_RESIDUE = 10
_COPIES = {Cloned.DUMP: Copied.DUMP, Cloned.CATALOG: Copied.CATALOG}
_HOLDS_ROWS = frozenset({"column", "table"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A plan, and what was found on the way to it."""

    artifact: Artifact
    findings: tuple[Finding, ...]


def make(workspace: Workspace, environment: Environment, *, out_of_order: bool) -> Made:
    """Plan what a deployment to an environment would do; nothing there is changed.

    Raises:
        HistoryRefused: files and history do not fit together.
        AnswersRefused: a pending file would have a protected environment answer with rows.
        StatementRefused: a pending file fails on top of what is there.
        ConnectionFailed, ConfigError: the environment cannot be looked at.
    """
    return _Maker(workspace=workspace, environment=environment, out_of_order=out_of_order).run()


def standpoint(catalog: Catalog, *, exists: bool = True) -> Standpoint:
    """Return what a plan keeps of the schema that it starts from."""
    hashes = Fingerprint(catalog=catalog)
    return Standpoint(
        exists=exists,
        fingerprint=hashes.whole,
        objects={shown(id): each.hex()[:_DIGITS] for id, each in hashes.objects.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """A throw-away database to try files on."""

    address: Address
    on: Copied
    before: Catalog
    roles: set[str]
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """What came of running the pending files on a copy."""

    files: tuple[tuple[Migration, Script, How, dict[int, Cost]], ...]
    before: Catalog
    after: Catalog
    fates: tuple[Fate, ...]


class _Half(NoLedger):
    """Lets a file go on after the statements that are committed."""

    def __init__(self, done: int) -> None:
        self.done = done
        self.resuming = done > 0


@dataclass(slots=True, kw_only=True)
class _Maker:
    """A plan in the making."""

    workspace: Workspace
    environment: Environment
    out_of_order: bool
    findings: list[Finding] = field(default_factory=list)
    applied: tuple[Migration, ...] = ()
    pending: tuple[Migration, ...] = ()
    half: dict[str, int] = field(default_factory=dict)
    """Statements that are committed of files that stopped half-way, by version."""

    def run(self) -> Made:
        workspace, environment = self.workspace, self.environment
        project = workspace.runnable
        with ExitStack() as stack:
            source = None
            if workspace.exists(environment):
                from airlock.app.sources import open_source

                self._look()
                source = stack.enter_context(open_source(workspace, environment.name))
            else:
                self.pending = project.migrations
            if environment.protected or (source and source.protected):
                refuse_answers(self.pending, environment=environment.name)
            artifact = self._artifact(source)
            if self.pending:
                artifact = self._filled(artifact, source)
        configured = (*workspace.config.findings, *self.findings)
        return Made(
            artifact=artifact, findings=tuple({each.key: each for each in configured}.values())
        )

    def _look(self) -> None:
        """Hold the files against the environment's history."""
        name = self.environment.name
        with self.workspace.session(self.environment, Use.INSPECT) as session:
            found: Sequence[Standing] = read_standings(session, self.workspace.project)
        forbidden = standing.obstacles(
            found, environment=name, allow_out_of_order=self.out_of_order
        )
        if forbidden:
            raise standing.HistoryRefused(name, forbidden)
        self.findings += standing.remarks(found, environment=name)
        self.applied = standing.applied_files(found)
        self.pending = standing.pending_files(found)
        self.half = {s.version: s.applied.done or 0 for s in found if s.applied and s.applied.half}

    def _artifact(self, source: Source | None) -> Artifact:
        """Return the plan that does nothing."""
        catalog = source.catalog if source else EMPTY
        here = standpoint(catalog, exists=source is not None)
        return Artifact(
            format=FORMAT,
            tool=f"airlock {__version__}",
            environment=self.environment.name,
            postgres=catalog.major,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            out_of_order=self.out_of_order,
            summary=in_one_line((0, 0, 0), hazards=0, lock=None, on=""),
            source=here,
            target=here.fingerprint,
            files=(),
            hazards=(),
            evidence=None,
        )

    def _filled(self, artifact: Artifact, source: Source | None) -> Artifact:
        engine = self.workspace.engine
        self.findings += self.workspace.engine_findings
        major = source.catalog.major if source else None
        if finding := major_finding(self.workspace, self.environment, major):
            self.findings.append(finding)
        with self._copied(source) as copy:
            tried = self._try(copy)
        if source is None:
            artifact = replace(
                artifact, postgres=engine.major, source=standpoint(tried.before, exists=False)
            )
        residue = self._residue(copy, tried.after)
        rollbacks = self._rollbacks()
        hazards, tally = self._weighed(tried)
        most = strongest((script, costs) for _, script, _, costs in tried.files)
        return replace(
            artifact,
            target=fingerprint(tried.after) if copy.same else None,
            summary=in_one_line(
                tally,
                hazards=len(hazards),
                lock=most.lock.sql if most else None,
                on=most.on if most else "",
            ),
            files=tuple(
                FilePlan(
                    version=migration.version,
                    path=migration.path,
                    sha256=migration.sha256,
                    how=how,
                    done=self.half.get(migration.version, 0),
                    statements=tuple(statements(script, costs)),
                    groups=tuple(groups(script, how)),
                    rollback=rollbacks[migration.path],
                )
                for migration, script, how, costs in tried.files
            ),
            hazards=hazards,
            evidence=Evidence(
                server=f"Postgres {engine.version} ({engine.origin.value})",
                on=copy.on,
                same=copy.same,
                converged=not residue,
                residue=residue,
            ),
        )

    # The copy --------------------------------------------------------------------------------

    @contextmanager
    def _copied(self, source: Source | None) -> Iterator[_Copy]:
        """Replay what is applied; if that is not what is there, copy what is there."""
        template, roles = start(self.workspace, self.applied)
        databases = self.workspace.stock.databases
        with databases.shadow(template) as name:
            address = databases.cluster.address(name, label="shadow")
            before = _read(address, source)
            there = source.catalog if source else before
            same = fingerprint(before) == fingerprint(there)
            if source is None or same or there.major != before.major:
                yield _Copy(
                    address=address, on=Copied.REPLAY, before=before, roles=roles, same=same
                )
                return
        self._say_drift(there, before)
        with ExitStack() as stack:
            try:
                address = stack.enter_context(source.clone())
            except (SourceFailed, NoCopy):
                if not source.hidden:
                    raise
                # What hides its values cannot always be made again: then what is applied serves.
                self.findings.append(unproved(source))
                name = stack.enter_context(databases.shadow(template))
                address = databases.cluster.address(name, label="shadow")
                before = _read(address, source)
                yield _Copy(
                    address=address, on=Copied.REPLAY, before=before, roles=roles, same=False
                )
                return
            before = _read(address, source)
            yield _Copy(
                address=address,
                on=_COPIES[source.cloned],
                before=before,
                roles={id.path[0] for id in there.nodes if id.kind == "role"},
                same=fingerprint(before) == fingerprint(there),
            )

    def _say_drift(self, there: Catalog, replayed: Catalog) -> None:
        if self.half:
            return
        name = self.environment.name
        found = [shown(addresses(change)) for change in compare(replayed, there)]
        number = "one object differs" if len(found) == 1 else f"{len(found):,} objects differ"
        self.findings.append(
            Finding(
                code="plan-drift",
                level=Level.WARNING,
                message=f"{name} is not what its migrations make: {number}: {few(found)}",
                key=f"plan-drift:{name}",
                why="Something was changed there by hand. The plan was tried on a copy of what is "
                "there.",
                fix=f"airlock pull {name} makes a migration of it, or undo it there.",
            )
        )

    def _try(self, copy: _Copy) -> _Tried:
        """Run the pending files, and look at every statement."""
        from airlock.deploy.measure import Gauge, fates, holders
        from airlock.server.connect import connect
        from airlock.server.statements import Runner
        from airlock.sources.advice import advised
        from airlock.sources.remarks import remarks
        from airlock.sources.sqltext import cut

        resumes = copy.on is not Copied.REPLAY
        files = []
        with connect(copy.address) as session:
            held = holders(session)
            gauge = Gauge(session=session)
            runner = Runner(session, throw_away=True, own_roles=copy.roles, watch=gauge)
            for migration in self.pending:
                self.workspace.progress.note(f"trying {migration.path}")
                script = cut(migration.path, migration.raw.decode())
                gauge.begin()
                done = self.half.get(migration.version, 0) if resumes else 0
                try:
                    run = runner.run(script, _Half(done))
                except StatementRefused as refused:
                    undone = "This was a throw-away database: nothing else was touched."
                    failure = replace(refused.failure, undone=undone, remaining=0)
                else:
                    self.findings += [*remarks(migration, script), *run.findings]
                    files.append((migration, script, run.how, gauge.costs))
                    continue
                raise advised(failure, (*self.applied, *self.pending))
            lost = fates(held, holders(session))
        after = _read(copy.address, None, role=copy.before.role)
        return _Tried(files=tuple(files), before=copy.before, after=after, fates=lost)

    def _residue(self, copy: _Copy, after: Catalog) -> tuple[str, ...]:
        """Name what is not as the project's migrations make it in their own order."""
        migrations = self.workspace.runnable.migrations
        if copy.on is Copied.REPLAY and (*self.applied, *self.pending) == migrations:
            return ()
        try:
            template, _ = start(self.workspace, migrations)
        except StatementRefused as refused:
            return (f"{refused.failure.path} fails in the project's own order",)
        databases = self.workspace.stock.databases
        with databases.shadow(template) as name:
            address = databases.cluster.address(name, label="shadow")
            wanted = _read(address, None, role=after.role)
        found = [shown(addresses(change)) for change in compare(after, wanted)]
        more = (f"{len(found) - _RESIDUE:,} more",) if len(found) > _RESIDUE else ()
        return (*found[:_RESIDUE], *more)

    # What it means ---------------------------------------------------------------------------

    def _rollbacks(self) -> dict[str, PlannedRollback]:
        """Try the way back from each pending file."""
        self.workspace.progress.note("proving the rollbacks")
        migrations = self.workspace.runnable.migrations
        found: dict[str, PlannedRollback] = {}
        problem = "it was not tried"
        try:
            wanted = [migrations.index(each) for each in self.pending]
            with closing(undo_all(self.workspace, wanted)) as trials:
                for trial in trials:
                    found[trial.migration.path] = self._rollback(trial)
        except StatementRefused as refused:
            problem = f"{refused.failure.path} fails in the project's own order"
        for each in self.pending:
            if each.path not in found:
                found[each.path] = PlannedRollback(
                    path=rollback_path(self.workspace.project, each),
                    written=each.rollback is not None,
                    sql="",
                    sha256="",
                    grade="",
                    reservations=(),
                    proved=False,
                    problem=problem,
                )
        return found

    def _rollback(self, trial: Trial) -> PlannedRollback:
        from airlock.sources.secrets import shown_script
        from airlock.sources.sqltext import cut

        undone, way, sql = trial.undone, trial.undone.reverse, trial.undone.sql or ""
        path = rollback_path(self.workspace.project, trial.migration)
        problem = undone.unplanned if undone.sql is None else None
        if undone.failure is not None:
            problem = f"it fails: {undone.failure.message}"
        elif undone.residue:
            problem = f"pg_dump sees {len(undone.residue):,} statements that are not as before"
        if problem and undone.again:
            problem = f"on the way up again, {problem}"
        return PlannedRollback(
            path=path,
            written=trial.written is not None,
            sql=shown_script(cut(path, sql)),
            sha256=sha256(sql.encode()).hexdigest(),
            grade=way.grade.value if way else "",
            reservations=undone.reservations,
            proved=undone.proved,
            problem=problem,
        )

    def _weighed(self, tried: _Tried) -> tuple[tuple[Hazard, ...], tuple[int, int, int]]:
        """Return what has to be weighed, and how many objects come, change and go."""
        from airlock.plan.order import Cycle
        from airlock.plan.planner import plan

        costs = (cost for _, _, _, found in tried.files for cost in found.values())
        hazards = [*lost(tried.fates, costs)]
        renamed = {fate.now: fate for fate in tried.fates if fate.now is not None}
        try:
            made = plan(tried.before, tried.after, style=Style.ONLINE)
        except Cycle:
            # The files have run, so that there is a way; only the account of it is shorter.
            return tuple(hazards), tally(tried.before, tried.after)
        for step in made.steps:
            if step.target.kind in _HOLDS_ROWS:
                address = shown(step.target).partition(" ")[2]
                inside = address in renamed or address.rpartition(".")[0] in renamed
                if step.verb is Verb.DROP or inside:
                    continue
            if step.hazard or step.loss is Loss.DATA:
                loses = step.loss is Loss.DATA
                text = step.hazard or "rows are lost that no rollback brings back"
                hazards.append(Hazard(object=shown(step.target), text=text, loses_data=loses))
        created, altered, dropped = made.tally
        moves = min(len(renamed), created, dropped)
        unique = dict.fromkeys(sorted(hazards, key=lambda each: (each.object, each.text)))
        return tuple(unique), (created - moves, altered + moves, dropped - moves)


def _read(address: Address, source: Source | None, *, role: str = "") -> Catalog:
    """Read what is in scope of a throw-away database, as if the environment's role ran plans."""
    from airlock.server.connect import connect
    from airlock.sources.live import read_catalog
    from airlock.sources.scope import in_scope, run_by

    with connect(address) as session:
        found = in_scope(read_catalog(session))
    return run_by(found, (source.catalog.role if source else role) or found.role)
