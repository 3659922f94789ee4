"""What `airlock check` has the rules look at: the pending files, and the schemas around them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from airlock import __version__
from airlock.app.asked import Asked
from airlock.app.proofs import chain_of, recall_findings, record_findings
from airlock.app.rules_stamp import rules_stamp
from airlock.app.trials import start
from airlock.app.workspace import Workspace
from airlock.config import Environment, Use
from airlock.model.finding import Finding, Level
from airlock.model.migration import Layout, Migration
from airlock.sources.sizes import Size, read_sizes

if TYPE_CHECKING:
    from airlock.app.judging import Judgement
    from airlock.model.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What the rules say of pending files."""

    findings: tuple[Finding, ...]
    """What the baseline holds is among them."""
    wanted: tuple[int, ...]
    """Numbers of the files that were looked at."""


@dataclass(kw_only=True)
class Review:
    """Pending files, given by their numbers in the history, to be judged."""

    workspace: Workspace
    wanted: Sequence[int]
    asked: Asked
    runs: bool
    """Whether the whole history runs, so that there are schemas to look at."""
    environments: Sequence[Environment] = ()
    """Where the files are pending: how large tables are there says what a lock matters."""
    migrations: Sequence[Migration] = field(init=False)

    def __post_init__(self) -> None:
        self.migrations = self.workspace.runnable.migrations

    def run(self) -> Reviewed:
        """Judge them, unless that was done before with all the same."""
        name = self._name()
        findings = recall_findings(self.workspace, name)
        if findings is None:
            findings = self.judge().findings
            record_findings(self.workspace, name, findings)
        return Reviewed(findings=findings, wanted=tuple(self.wanted))

    def judge(self) -> Judgement:
        """Judge them."""
        from airlock.app.judging import Judgement, SchemaJudge, chosen, context_of, texts_of

        workspace, config = self.workspace, self.workspace.config
        if not self.wanted:
            return Judgement()
        rules = chosen(config.checks, self.asked)
        before = after = None
        if self.runs:
            workspace.progress.note("reading the schema before and after")
            before = self._schema(self.migrations[: self.wanted[0]])
            after = self._schema(self.migrations)
        context = context_of(
            config.checks,
            major=config.postgres or workspace.engine.major,
            supabase=workspace.project.layout is Layout.SUPABASE,
            expose_new_tables=config.expose_new_tables,
            before=before,
            after=after,
        )
        texts = texts_of([self.migrations[index] for index in self.wanted])
        judge = SchemaJudge(rules=rules, context=context, texts=texts, sizes=self._sizes)
        return judge.judge()

    def level_of(self, code: str, default: Level) -> Level | None:
        """Return how much a rule matters here; None where it is off."""
        checks, asked = self.workspace.config.checks, self.asked
        set_here = (checks.select, checks.ignore, checks.levels, asked.select, asked.ignore)
        if not any(set_here):
            return default  # Nothing has to be loaded to know that.
        from airlock.app.judging import chosen

        return chosen(checks, asked).levels.get(code)

    @cached_property
    def _sizes(self) -> dict[tuple[str, str], tuple[Size, str]]:
        """Return the largest class of each table, and the environment where it is that."""
        found: dict[tuple[str, str], tuple[Size, str]] = {}
        for environment in self.environments:
            with self.workspace.session(environment, Use.INSPECT) as session:
                for table, size in read_sizes(session).items():
                    if table not in found or size > found[table][0]:
                        found[table] = (size, environment.name)
        return found

    def _schema(self, migrations: Sequence[Migration]) -> Catalog:
        from airlock.server.connect import connect
        from airlock.sources.live import read_catalog
        from airlock.sources.scope import in_scope

        template, _ = start(self.workspace, migrations)
        databases = self.workspace.stock.databases
        with (
            databases.shadow(template) as name,
            connect(databases.cluster.address(name, label="shadow")) as session,
        ):
            return in_scope(read_catalog(session))

    def _name(self) -> str:
        """Return a hash of all that the answer hangs on."""
        checks = self.workspace.config.checks
        asked = {
            "airlock": __version__,
            "chain": chain_of(self.workspace, self.migrations),
            "wanted": [self.migrations[index].path for index in self.wanted],
            "asked": asdict(self.asked),
            "rules": rules_stamp(),
            "checks": asdict(checks),
            "major": self.workspace.config.postgres,
            "runs": self.runs,
            "sizes": sorted([*table, *known] for table, known in self._sizes.items()),
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
