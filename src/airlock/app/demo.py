"""`airlock demo`: the workflow of a team, played on an example project with the real commands."""

from __future__ import annotations

import re
import shutil
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import airlock
from airlock.app.check import check
from airlock.app.deploy import deploy
from airlock.app.diff import diff
from airlock.app.rollback import prepare
from airlock.app.servers import start, stop
from airlock.app.site import Site
from airlock.app.status import status
from airlock.app.up import up
from airlock.errors import ProjectError, Refused
from airlock.report.style import View, clip
from airlock.report.text import render
from airlock.report.text.findings import error_lines
from airlock.report.values.base import Reach, Report
from airlock.report.values.demo import DemoReport, DemoStep
from airlock.report.values.deploy import DeployReport
from airlock.report.values.rollback import Prepared
from airlock.server.home import Home

LATER = "20260216150000_add_availability.sql"
"""The migration that the second developer brings."""
EDITED = "20260119113000_add_profile_completeness.sql"
_CHANGES = 3
"""Objects that it brings or changes."""
_ABOUT_THE_PLAN = 3
"""Lines at the end of a difference: what it comes to, the proof, and the verdict."""
_WIDTH = 94
_PLACE = re.compile(r"  \(embedded, \w+\)$")
"""Where a database lies is of no interest here."""


class NoExample(ProjectError):
    """The example project is not where it should be."""

    code = "no-example"
    hint = "Install airlock anew, or run the demo in a checkout of its repository."


def demo(site: Site) -> DemoReport:
    """Play the workflow in a temporary folder on servers of its own, and say what it showed.

    Raises:
        NoExample: the example project did not come along.
    """
    began = time.perf_counter()
    with _stage(site) as stage:
        for play in _PLAYS:
            play(stage)
    return DemoReport(steps=tuple(stage.steps), seconds=time.perf_counter() - began)


@dataclass(slots=True, kw_only=True)
class _Stage:
    """The copy of the example, and the steps so far."""

    site: Site
    migrations: Path
    rollbacks: Path
    later: Path
    """Where the later migration waits."""
    total: int
    steps: list[DemoStep] = field(default_factory=list)

    def show(self, title: str, command: str, lines: list[str], *, passed: bool) -> None:
        """Add a step."""
        self.site.progress.note(title)
        self.steps.append(
            DemoStep(title=title, command=f"airlock {command}", outcome=tuple(lines), passed=passed)
        )

    def refused(self, title: str, command: str, action: Callable[[], Report]) -> None:
        """Add a step that is to be refused with exit code 3."""
        try:
            report = action()
        except Refused as error:
            said = error_lines(error, View(width=_WIDTH))
            heads = [line for line in said if line.startswith("error[")]
            lines = [
                part
                for line in (*heads, f"exit code {error.exit_code}")
                for part in textwrap.wrap(line, _WIDTH, subsequent_indent="  ")
            ]
            self.show(title, command, [_cut(line) for line in lines], passed=True)
        else:
            self.show(title, command, ["it was not refused", *_last(report, 1)], passed=False)


@contextmanager
def _stage(site: Site) -> Iterator[_Stage]:
    """Copy the example, without the later migration, and clean up after it."""
    with tempfile.TemporaryDirectory(prefix="airlock-demo-") as name:
        folder = Path(name).resolve()
        project = folder / "careers"
        shutil.copytree(_example(), project)
        own = replace(
            site,
            start=project,
            variables={
                **site.variables,
                "AIRLOCK_HOME": str(folder / "home"),
                # The demo leaves nothing on a server that the user gives.
                "AIRLOCK_SHADOW_URL": "",
            },
        )
        migrations = project / "supabase" / "migrations"
        (migrations / LATER).rename(folder / LATER)
        try:
            yield _Stage(
                site=own,
                migrations=migrations,
                rollbacks=project / "supabase" / "rollbacks",
                later=folder / LATER,
                total=len(list(migrations.glob("*.sql"))),
            )
        finally:
            stop(own)
            _clear(Home.open(folder / "home"))


def _clear(home: Home) -> None:
    """Remove what lies outside of a home that is about to go."""
    for outside in (home.short(), home.memory()):
        if outside is not None:
            shutil.rmtree(outside, ignore_errors=True)


def _example() -> Path:
    package = Path(airlock.__file__).resolve().parent
    for folder in (package / "examples" / "careers", package.parents[1] / "examples" / "careers"):
        if (folder / "supabase" / "migrations" / LATER).exists():
            return folder
    raise NoExample("the example project is not here")


def _environments(stage: _Stage) -> None:
    report = start(stage.site)
    passed = bool(report.message and report.message.endswith("created local, staging, production"))
    stage.show(
        "three environments on a Postgres of its own",
        "db start",
        [f"✓ {report.message}"],
        passed=passed,
    )


def _replayed(stage: _Stage) -> None:
    report = check(stage.site)
    passed = not report.found and report.total == stage.total
    stage.show(
        "every migration runs on a throw-away Postgres", "check", _last(report, 1), passed=passed
    )


def _local(stage: _Stage) -> None:
    report = up(stage.site, seeds=True, allow_out_of_order=False)
    passed = len(report.applied) == stage.total and bool(report.seeds.ran)
    stage.show(
        "they reach local, then its seed rows",
        "up --seeds",
        _last(report, 2),
        passed=passed,
    )


def _staging(stage: _Stage) -> None:
    report = _deploy(stage, "staging")
    passed = len(report.applied) == stage.total
    stage.show("staging gets what was proved", "deploy staging", _last(report, 1), passed=passed)


def _second_developer(stage: _Stage) -> None:
    stage.later.rename(stage.migrations / LATER)
    stage.total += 1
    report = check(stage.site)
    passed = not report.found and report.restored == stage.total - 1
    stage.show(
        "a colleague adds a migration: only that one runs",
        "check",
        _last(report, 1),
        passed=passed,
    )


def _difference(stage: _Stage) -> None:
    report = diff(stage.site, "staging", "migrations", style=None, proof=True)
    passed = len(report.changes) == _CHANGES and report.proof is not None and report.proof.holds
    said = [line.partition(";")[0] for line in _last(report, _ABOUT_THE_PLAN)]
    stage.show("what does it change?", "diff staging migrations", said[:-1], passed=passed)


def _way_back(stage: _Stage) -> None:
    (stage.rollbacks / LATER).unlink()
    version = LATER.partition("_")[0]
    report = prepare(stage.site, [version], every=False, rewrite=False)
    (done,) = report.rollbacks
    stage.show(
        "write what undoes it, proved up, down and up",
        f"rollback prepare {version[:8]}",
        _last(report, 3)[:-1],
        passed=done.prepared is Prepared.WRITTEN and (stage.rollbacks / LATER).exists(),
    )


def _local_again(stage: _Stage) -> None:
    report = up(stage.site, seeds=False, allow_out_of_order=False)
    passed = [file.path.endswith(LATER) for file in report.applied] == [True]
    stage.show("it reaches local", "up", _last(report, 1), passed=passed)


def _dry_run(stage: _Stage) -> None:
    report = _deploy(stage, "staging", dry_run=True)
    passed = len(report.pending) == 1 and not report.applied
    stage.show(
        "what would staging get?", "deploy staging --dry-run", _last(report, 2), passed=passed
    )


def _staging_again(stage: _Stage) -> None:
    report = _deploy(stage, "staging")
    passed = len(report.applied) == 1 and not report.pending
    stage.show("it reaches staging", "deploy staging", _last(report, 1), passed=passed)


def _overview(stage: _Stage) -> None:
    report = status(stage.site, (), everything=False)
    reach = {each.name: (each.reach, each.applied) for each in report.environments}
    passed = reach == {
        "local": (Reach.REACHED, stage.total),
        "staging": (Reach.REACHED, stage.total),
        "production": (Reach.REACHED, 0),
    }
    stage.show("what is applied where", "status", _last(report, 3), passed=passed)


def _edited(stage: _Stage) -> None:
    path = stage.migrations / EDITED
    text = path.read_bytes()
    path.write_bytes(text + b"\ndrop table public.users;\n")
    stage.refused(
        "an applied file was edited: refused",
        "deploy staging",
        lambda: _deploy(stage, "staging"),
    )
    path.write_bytes(text)


def _production(stage: _Stage) -> None:
    stage.refused(
        "production is protected: refused",
        "deploy production",
        lambda: _deploy(stage, "production"),
    )


_PLAYS = (
    _environments,
    _replayed,
    _local,
    _staging,
    _second_developer,
    _difference,
    _way_back,
    _local_again,
    _dry_run,
    _staging_again,
    _overview,
    _edited,
    _production,
)


def _deploy(stage: _Stage, environment: str, *, dry_run: bool = False) -> DeployReport:
    return deploy(
        stage.site,
        environment,
        dry_run=dry_run,
        seeds=False,
        allow_out_of_order=False,
        proof=True,
        strict_major=False,
    )


def _last(report: Report, number: int) -> list[str]:
    """Return the last lines of a report's screen, as the command would show them."""
    lines = render(report, View(width=_WIDTH, told=True)).splitlines()
    return [_cut(line) for line in lines[-number:]]


def _cut(line: str) -> str:
    return clip(_PLACE.sub("", line), _WIDTH)
