"""Shows that Airlock and the Supabase CLI keep one history of one database.

    python scripts/interop_supabase.py PATH_OF_THE_CLI

The CLI is `bin/supabase` of the npm package `@supabase/cli-<system>`, which `npm install
supabase` brings; it needs no Docker for this. Everything happens on a server of this script's own,
on 127.0.0.1, which is gone at the end. Prints a line for each thing that was looked at, and exits
with 1 when one of them is not so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airlock.deploy.execute import Deployment, deploy, read_standings
from airlock.deploy.history import stored_statements
from airlock.model.migration import State
from airlock.server.baseline import Baseline
from airlock.server.builds import choose
from airlock.server.cluster import Cluster, Purpose, start, stop
from airlock.server.connect import Session, connect
from airlock.server.databases import Databases
from airlock.server.home import Home
from airlock.server.quarters import COMMON
from airlock.sources.project import read_project

OURS, THEIRS = "ours", "theirs"
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "careers"
FILES = {
    "20270101000000_plain": "-- first\ncreate table public.a (id int, t text);\n\n-- last words\n",
    "20270102000000_quotes": "insert into a values (1, 'it''s; \\ 100% {x} \"y\" ä€🙂');\n"
    "create function public.f() returns text language sql as $q$ select ';' || '$$' $q$;\n",
    "20270103000000_atomic": "create function public.g(a int) returns int language sql\n"
    "begin atomic\n  select a;\n  select a + 1;\nend;\n",
    "20270104000000_crlf": "-- one\r\nalter table a add column c int;\r\n\r\nselect 1;\r\n",
    "20270105000000_concurrently": "create index concurrently a_c on public.a (c);\nselect 1;\n",
    "20270106000000_own_transaction": "begin;\ncreate table public.b (id int);\ncommit;\n",
    "20270107000000_empty": "",
    "20270108000000_comment": "-- nothing to do /* here */\n",
}
"""What splits or records badly, if anything does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One thing that was looked at; `shown` is what was seen."""

    what: str
    passed: bool
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A project on disk, a server with two databases, and the CLI."""

    cli: Path
    root: Path
    home: Path
    cluster: Cluster

    def supabase(self, *arguments: str, database: str) -> dict[str, Any]:
        """Run the CLI on a database and return the object that it answers with."""
        url = self.cluster.address(database, role="postgres", tcp=True).url
        command = [str(self.cli), *arguments, "--output-format", "json", "--db-url", url]
        done = subprocess.run(
            command,
            cwd=self.root,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(self.home),
                "DO_NOT_TRACK": "1",
                "SUPABASE_TELEMETRY_DISABLED": "1",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        answers = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode or not answers:
            said = (done.stdout + done.stderr).replace(url, "URL").strip()
            raise SystemExit(f"supabase {' '.join(arguments)} failed: {said}")
        answer: dict[str, Any] = json.loads(answers[-1])
        return answer

    def session(self, database: str) -> Session:
        """Open a session on a database."""
        return connect(self.cluster.address(database))

    def deploy(self, database: str) -> Deployment:
        """Let Airlock apply what is pending."""
        with self.session(database) as session:
            return deploy(
                session, read_project(self.root), environment=database, tool="airlock interop"
            )

    def states(self, database: str) -> dict[str, State]:
        """Return what Airlock thinks of each version."""
        with self.session(database) as session:
            found = read_standings(session, read_project(self.root))
        return {standing.version: standing.state for standing in found}

    def recorded(self, database: str) -> dict[str, tuple[str, ...]]:
        """Return the statements that the history holds."""
        with self.session(database) as session:
            return stored_statements(session, list(self.states(database)))

    def write(self, name: str, text: str) -> None:
        """Put a file into the migrations folder."""
        path = self.root / "supabase" / "migrations" / f"{name}.sql"
        path.write_bytes(text.encode())


def after_airlock(bench: Bench) -> Iterator[Looked]:
    """Airlock deploys; the CLI looks, then applies one file more."""
    done = bench.deploy(OURS)
    versions = [migration.version for migration in done.pending]
    yield Looked(
        what="airlock deploys",
        passed=len(done.finished) == len(versions) > 0,
        shown=f"{len(done.finished)} files",
    )
    listed = bench.supabase("migration", "list", database=OURS)["migrations"]
    yield Looked(
        what="supabase migration list shows them as local and remote",
        passed=[(row["local"], row["remote"]) for row in listed]
        == [(version, version) for version in versions],
        shown=f"{len(listed)} rows",
    )
    yield _nothing_to_do(bench, OURS)
    bench.write("20280101000000_more", "create table public.more (id int);\n")
    pushed = bench.supabase("db", "push", "--yes", database=OURS)
    yield Looked(
        what="supabase db push applies the file that was added since",
        passed=_names(pushed) == ["20280101000000_more.sql"],
        shown=", ".join(_names(pushed)),
    )
    states = bench.states(OURS)
    yield Looked(
        what="airlock sees it applied, and nothing pending",
        passed=set(states.values()) == {State.APPLIED} and not bench.deploy(OURS).pending,
        shown=_counted(states),
    )


def after_the_cli(bench: Bench) -> Iterator[Looked]:
    """The CLI pushes everything; Airlock looks, and finds what is edited."""
    pushed = bench.supabase("db", "push", "--yes", database=THEIRS)
    states = bench.states(THEIRS)
    yield Looked(
        what="supabase db push applies all files",
        passed=len(_names(pushed)) == len(states) > 0,
        shown=f"{len(_names(pushed))} files",
    )
    yield Looked(
        what="airlock sees them applied, and nothing pending",
        passed=set(states.values()) == {State.APPLIED} and not bench.deploy(THEIRS).pending,
        shown=_counted(states),
    )
    ours, theirs = bench.recorded(OURS), bench.recorded(THEIRS)
    differing = sorted(version for version in theirs if theirs[version] != ours.get(version))
    yield Looked(
        what="both have recorded the same statements",
        passed=ours.keys() == theirs.keys() and not differing,
        shown=f"{len(theirs)} versions" + "".join(f", not {version}" for version in differing),
    )
    bench.write("20270101000000_plain", "create  table PUBLIC.a (id int, t text)")
    bench.write("20270102000000_quotes", "insert into a values (2, 'edited');\n")
    states = bench.states(THEIRS)
    edited = sorted(version for version, state in states.items() if state is State.EDITED)
    yield Looked(
        what="airlock finds the file that was edited, not the one that was re-formatted",
        passed=edited == ["20270102000000"],
        shown=_counted(states),
    )
    bench.write("20280102000000_last", "create table public.last (id int);\n")
    bench.write("20270102000000_quotes", FILES["20270102000000_quotes"])
    done = bench.deploy(THEIRS)
    yield Looked(
        what="airlock goes on where supabase stopped",
        passed=[migration.version for migration in done.pending] == ["20280102000000"],
        shown=f"{len(done.finished)} file",
    )
    yield _nothing_to_do(bench, THEIRS)


def _nothing_to_do(bench: Bench, database: str) -> Looked:
    answer = bench.supabase("db", "push", "--dry-run", database=database)
    return Looked(
        what="supabase db push --dry-run finds nothing to do",
        passed=answer["upToDate"] is True and not answer["migrations"],
        shown=answer["message"],
    )


def _names(pushed: dict[str, Any]) -> list[str]:
    """Return the file names in the CLI's answer, whichever way it lists them."""
    return [Path(each if isinstance(each, str) else each["path"]).name
            for each in pushed["migrations"]]  # fmt: skip


def _counted(states: dict[str, State]) -> str:
    counts = {state: sum(each is state for each in states.values()) for state in State}
    return ", ".join(f"{number} {state}" for state, number in counts.items() if number)


@contextmanager
def bench(cli: Path) -> Iterator[Bench]:
    """Make a project and a server with two empty databases; leave nothing of them."""
    with tempfile.TemporaryDirectory(prefix="airlock-interop-") as folder:
        root = Path(folder) / "project"
        shutil.copytree(EXAMPLE, root)
        home = Home.open(Path(folder) / "home")
        try:
            cluster = start(choose(None, home=home).build, Purpose.ENVIRONMENTS, home=home)
            with Databases(cluster) as databases:
                for name in (OURS, THEIRS):
                    databases.environment(name, baseline=Baseline.SUPABASE, expose_new_tables=False)
            made = Bench(cli=cli, root=root, home=Path(folder), cluster=cluster)
            for name, text in FILES.items():
                made.write(name, text)
            yield made
        finally:
            stop(home)
            for outside in (home.short(), home.memory(), COMMON / home.digest):
                if outside is not None:
                    shutil.rmtree(outside, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Look at everything and print it; return 1 when something is not so."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        sys.stderr.write(__doc__ or "")
        return 2
    failed = 0
    with bench(Path(arguments[0]).resolve()) as made:
        for part in (after_airlock, after_the_cli):
            for looked in part(made):
                failed += not looked.passed
                sign = "ok  " if looked.passed else "FAIL"
                sys.stdout.write(f"{sign} {looked.what}: {looked.shown}\n")
                sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
