"""What is measured."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path

from airlock.server.baseline import Baseline
from airlock.server.cluster import Purpose
from airlock.server.databases import Databases
from bench import history, peers
from bench.bench import Bench, in_turn, turned
from bench.measure import Command, CommandFailed, Sample, folder_mb, run, server_cpu, server_mb
from bench.peers import PeerMissing, Tool
from bench.server import Server, server
from bench.table import Group, Row

_FLOOR = "bare psycopg loop"
_DEPLOY = "airlock deploy"
_PSQL = "psql, every file in a transaction"


def deploy(bench: Bench) -> list[Group]:
    """Apply trivial migrations to fresh databases, each tool in turn, then find nothing to do."""
    files = history.trivial(bench.files)
    project = history.write_project(bench.work / "deploy", files)
    environments = server(bench.home, Purpose.ENVIRONMENTS)
    faults: dict[str, str] = {}
    tools = _tools(bench, files, project, environments, faults)
    bench.say("proving the files, so that deploy finds them proved")
    try:
        run(bench.airlock("check", project=project))
    except CommandFailed as error:
        faults[_DEPLOY] = str(error)
    samples: dict[str, list[Sample]] = {name: [] for name in tools}
    urls: dict[str, str] = {}
    for number in range(bench.rounds):
        environments.drop_all()
        for name in turned(list(tools), number):
            if name in faults:
                continue
            bench.say(f"round {number + 1} of {bench.rounds}: {name}")
            urls[name] = environments.fresh()
            try:
                samples[name].append(run(tools[name](urls[name]), server=environments.pid))
            except CommandFailed as error:
                faults[name] = str(error)
    rows = [
        Row(
            label=name,
            samples=tuple(samples.get(name, ())),
            beside=_FLOOR,
            aim="1.3x" if name == _DEPLOY else "",
            fault=faults.get(name),
        )
        for name in [*tools, *(name for name in faults if name not in tools)]
    ]
    for peer, aim in (("dbmate", "1.1x"), ("alembic", "1x")):
        if samples.get(peer) and samples[_DEPLOY]:
            label = f"{_DEPLOY}, beside {peer}"
            rows.append(Row(label=label, samples=tuple(samples[_DEPLOY]), beside=peer, aim=aim))
    applied = Group(
        title=f"Apply {bench.files} migrations (table and index) to a fresh database",
        rows=tuple(rows),
    )
    ready = {name: tool for name, tool in tools.items() if name not in faults}
    nothing = _nothing_pending(bench, ready, urls, project, environments)
    environments.drop_all()
    return [applied, nothing]


def _tools(
    bench: Bench,
    files: peers.Files,
    project: Path,
    environments: Server,
    faults: dict[str, str],
) -> dict[str, Tool]:
    """Return every tool that is at hand; `faults` tells about the others."""
    tools: dict[str, Tool] = {
        _FLOOR: peers.floor(files, bench.work),
        _DEPLOY: lambda url: bench.airlock("deploy", "staging", project=project, url=url),
        _PSQL: peers.psql(files, bench.work, environments.psql),
    }
    for name, make in (("dbmate", peers.dbmate), ("alembic", peers.alembic)):
        try:
            tools[name] = make(files, bench.work, bench.cache)
        except PeerMissing as error:
            faults[name] = str(error)
    return tools


def _nothing_pending(
    bench: Bench,
    tools: Mapping[str, Tool],
    urls: Mapping[str, str],
    project: Path,
    environments: Server,
) -> Group:
    """Run the tools again where everything is applied, and what costs next to nothing."""
    commands = {
        name: tool(urls[name]) for name, tool in tools.items() if name != _PSQL and name in urls
    }
    aims = {_DEPLOY: "300 ms", "airlock status": "300 ms", "airlock --help": "150 ms"}
    if _DEPLOY in commands:
        # The local database is not there, so one environment stands behind the other.
        commands["airlock status"] = bench.airlock(
            "status", project=project, url=urls[_DEPLOY], accepts=frozenset({0, 1})
        )
    commands["airlock --help"] = bench.airlock("--help", project=project)
    commands["python -c pass"] = Command(words=[sys.executable, "-c", "pass"], folder=bench.work)
    bench.say("nothing pending")
    rows = in_turn(commands, rounds=3 * bench.rounds, pid=environments.pid, beside=_FLOOR)
    return Group(
        title="Nothing pending",
        rows=tuple(_with_aim(row, aims.get(row.label, "")) for row in rows),
    )


def edit(bench: Bench) -> list[Group]:
    """Replay a history cold, then again and again after an edit of its last file."""
    first = history.write_project(bench.work / "warm", history.trivial(1))
    run(bench.airlock("check", project=first))
    shadow = server(bench.home, Purpose.SHADOW)
    rows: dict[str, list[Sample]] = {}
    for number in range(bench.rounds):
        bench.say(f"round {number + 1} of {bench.rounds}: replay {bench.files} files")
        files = history.trivial(bench.files)
        name, sql = files[0]
        # Another first file is another history: nothing of an earlier round is of use.
        files[0] = (name, f"{sql}-- round {number}\n")
        script = history.write_psql(bench.work / f"replay-psql-{number}", files)
        words = [str(shadow.psql), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script)]
        psql = Command(words=[*words, shadow.fresh()], folder=bench.work)
        rows.setdefault(_PSQL, []).append(run(psql, server=shadow.pid))
        project = history.write_project(bench.work / f"replay-{number}", files)
        check = bench.airlock("check", project=project)
        replay = bench.airlock("check", "--no-rollbacks", project=project)
        rows.setdefault("airlock check, cold", []).append(run(replay, server=shadow.pid))
        rows.setdefault("airlock check, first rollbacks", []).append(run(check, server=shadow.pid))
        last = project / "supabase" / "migrations" / files[-1][0]
        last.write_text(files[-1][1].replace("name text", "title text, name text"))
        edited = "airlock check, last file edited"
        rows.setdefault(edited, []).append(run(check, server=shadow.pid))
        last.write_text(files[-1][1].replace("name text", "label text, name text"))
        replayed = f"{edited}, no rollbacks"
        rows.setdefault(replayed, []).append(run(replay, server=shadow.pid))
        last.write_text(files[-1][1].replace("name text", "title text, name text"))
        rows.setdefault("airlock check, unchanged", []).append(run(check, server=shadow.pid))
        shadow.drop_all()
    aims = {
        "airlock check, cold": "1.5x psql",
        "airlock check, last file edited": "3 s",
        "airlock check, last file edited, no rollbacks": "1 s",
    }
    return [
        Group(
            title=f"Replay {bench.files} migrations on the shadow server",
            rows=tuple(
                Row(label=name, samples=tuple(samples), beside=_PSQL, aim=aims.get(name, ""))
                for name, samples in rows.items()
            ),
        )
    ]


def shadow(bench: Bench) -> list[Group]:
    """Make shadow databases on a warm server, each with a connection of its own."""
    warm = server(bench.home, Purpose.SHADOW)
    rows = []
    for baseline in (Baseline.SUPABASE, Baseline.PLAIN):
        bench.say(f"shadow databases with the {baseline.value} baseline")
        samples = [_shadow(warm, baseline) for _ in range(3 * bench.rounds + 1)]
        # The first one builds the template.
        label = f"a database with the {baseline.value} baseline"
        rows.append(Row(label=label, samples=tuple(samples[1:]), aim="100 ms"))
    return [Group(title="A shadow database ready, warm server", rows=tuple(rows))]


def _shadow(warm: Server, baseline: Baseline) -> Sample:
    before = server_cpu(warm.pid)
    began = time.perf_counter()
    with Databases(warm.cluster) as databases:
        template = databases.baseline(baseline, expose_new_tables=False)
        with databases.shadow(template):
            seconds = time.perf_counter() - began
    after = server_cpu(warm.pid)
    cpu = None if before is None or after is None else after - before
    return Sample(seconds=seconds, server_cpu=cpu)


def memory(bench: Bench) -> list[Group]:
    """Weigh the client on a long history, then the servers at rest."""
    files = history.large()
    project = history.write_project(bench.work / "large", files)
    environments = server(bench.home, Purpose.ENVIRONMENTS)
    url = environments.fresh()
    rows = []
    for words in (("check",), ("deploy", "staging"), ("status",)):
        bench.say(f"airlock {words[0]} on {len(files)} files")
        command = bench.airlock(*words, project=project, url=url, accepts=frozenset({0, 1}))
        sample = run(command)
        label = f"airlock {words[0]}, {len(files)} files, {sample.seconds:.1f} s"
        rows.append(Row(label=label, megabytes=sample.peak_mb, aim="120 MB"))
    environments.drop_all()
    for purpose in Purpose:
        idle = server(bench.home, purpose)
        label = f"idle {purpose.value} server, after all that"
        alone = server_mb(idle.pid)
        if alone is None:
            rows.append(Row(label=label, fault="this system does not tell"))
            continue
        rows.append(Row(label=label, megabytes=alone + idle.shared_mb, aim="100 MB"))
        data = f"its data, in {'memory' if _in_memory(idle.cluster.data) else 'files'}"
        rows.append(Row(label=data, megabytes=folder_mb(idle.cluster.data)))
    title = "Memory: clients at their peak; servers with all that they share"
    return [Group(title=title, rows=tuple(rows))]


def _in_memory(folder: Path) -> bool:
    return Path("/dev/shm") in folder.parents  # noqa: S108 - only looked at


def _with_aim(row: Row, aim: str) -> Row:
    return Row(label=row.label, samples=row.samples, beside=row.beside, aim=aim, fault=row.fault)
