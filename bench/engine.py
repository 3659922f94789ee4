"""What the engine takes to read a schema, compare two, and prove the way between them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from airlock.server.cluster import Purpose
from bench import history, peers, schemas
from bench.bench import Bench, in_turn
from bench.measure import Command, CommandFailed, Sample, run
from bench.peers import PeerMissing
from bench.server import Server, server
from bench.table import Group, Row

_SIZES = (1000, 5000)
_DUMP = "pg_dump -s"
_SNAPSHOT = "airlock snapshot"
_DIFF = "airlock diff --no-prove"
_FINGERPRINTS = "fingerprints alone"
_MIGRA = "migra"
_PG_DELTA = "pg-delta"
_LOADS = "two loads of the schema, psql"
_PROVED = "airlock diff, proved"
_HERE = Path(__file__).resolve().parent.parent
_DIFFERENT = frozenset({1})


def engine(bench: Bench) -> list[Group]:
    """Read and compare schemas of two sizes beside other tools, in turn on one server."""
    project = history.write_project(bench.work / "engine", history.trivial(1))
    # Not as the one who made the server, whom a copy could not take the objects from.
    environments = server(bench.home, Purpose.ENVIRONMENTS).run_by("bench")
    groups: list[Group] = []
    memory: list[Row] = []
    for tables in _SIZES:
        bench.say(f"making two schemas of {tables:,} tables")
        pair = _Pair.of(tables, bench.work, environments)
        # A round of the large ones takes minutes.
        rounds = bench.rounds if tables == min(_SIZES) else (bench.rounds + 1) // 2
        groups.append(_reading(bench, pair, project, environments, rounds))
        compared = _comparing(bench, pair, project, environments, rounds)
        groups.append(compared)
        memory += _memory(tables, compared)
        if tables == min(_SIZES):
            groups.append(_proving(bench, pair, project, environments, rounds))
        environments.drop_all()
    return [*groups, Group(title="Memory of a comparison: the client at its peak", rows=(*memory,))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Two databases, one table of a hundred changed in the second; `script` made the first."""

    tables: int
    script: Path
    old: str
    new: str

    @classmethod
    def of(cls, tables: int, work: Path, environments: Server) -> _Pair:
        """Make both, with statistics as autovacuum would bring them."""
        script = work / f"schema-{tables}.sql"
        script.write_text(schemas.many(tables))
        old = environments.fresh()
        run(_psql(environments, script, old))
        changes = work / f"changes-{tables}.sql"
        changes.write_text(schemas.changed(tables))
        analyze = work / "analyze.sql"
        analyze.write_text("vacuum analyze;\n")
        run(_psql(environments, analyze, old))
        new = environments.copy(old)
        run(_psql(environments, changes, new))
        return cls(tables=tables, script=script, old=old, new=new)


def _psql(environments: Server, script: Path, url: str) -> Command:
    words = [str(environments.psql), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script), url]
    return Command(words=words, folder=script.parent)


def _reading(bench: Bench, pair: _Pair, project: Path, environments: Server, rounds: int) -> Group:
    """Write a snapshot, beside a dump of the same schema."""
    output = bench.work / "schema.json"
    dump = [str(environments.psql.with_name("pg_dump")), "-s", "-f", "/dev/null", pair.old]
    commands = {
        _DUMP: Command(words=dump, folder=bench.work),
        _SNAPSHOT: bench.airlock("snapshot", pair.old, "-o", str(output), project=project),
    }
    bench.say(f"reading {pair.tables:,} tables")
    rows = in_turn(commands, rounds=rounds, pid=environments.pid, beside=_DUMP)
    return Group(
        title=f"Read a schema of {pair.tables:,} tables",
        rows=(*rows, *_by_cpu(rows, _SNAPSHOT, {_DUMP: "1.5x"})),
    )


def _comparing(
    bench: Bench, pair: _Pair, project: Path, environments: Server, rounds: int
) -> Group:
    """Compare the two schemas, each tool in turn."""
    commands = {
        _DIFF: bench.airlock(
            "diff", "--no-prove", pair.old, pair.new, project=project, accepts=_DIFFERENT
        ),
        _FINGERPRINTS: Command(
            words=[sys.executable, "-m", "bench.fingerprints", pair.old, pair.new],
            folder=_HERE,
            accepts=_DIFFERENT,
        ),
    }
    missing: list[Row] = []
    for name, make in ((_MIGRA, peers.migra), (_PG_DELTA, peers.pg_delta)):
        try:
            commands[name] = make(pair.old, pair.new, bench.work, bench.cache)
        except PeerMissing as error:
            missing.append(Row(label=name, fault=str(error)))
    bench.say(f"comparing two schemas of {pair.tables:,} tables")
    rows = in_turn(commands, rounds=rounds, pid=environments.pid, beside=_DIFF)
    found = {row.label: row for row in rows}
    for peer, aim in ((_MIGRA, "0.67x"), (_PG_DELTA, "0.5x")):
        if peer in found and found[peer].samples:
            label = f"{_DIFF}, beside {peer}"
            rows.append(replace(found[_DIFF], label=label, beside=peer, aim=aim))
    return Group(
        title=f"Compare two schemas of {pair.tables:,} tables, 1 % of them changed",
        rows=(*rows, *missing, *_by_cpu(rows, _DIFF, {_MIGRA: "1x", _PG_DELTA: ""})),
    )


def _by_cpu(rows: list[Row], label: str, peers: Mapping[str, str]) -> list[Row]:
    """Return the row again for each peer, by the processor time of client and server together."""
    found = {row.label: row for row in rows}
    return [
        replace(
            found[label],
            label=f"{label}, CPU beside {peer}",
            beside=peer,
            aim=aim,
            by_cpu=True,
        )
        for peer, aim in peers.items()
        if peer in found and found[peer].samples and found[label].samples
    ]


def _proving(bench: Bench, pair: _Pair, project: Path, environments: Server, rounds: int) -> Group:
    """Prove the plan, beside what it takes to load the schema twice."""
    samples: dict[str, list[Sample]] = {}
    fault: str | None = None
    for number in range(rounds):
        bench.say(f"round {number + 1} of {rounds}: prove the way between them")
        loads = [run(_psql(environments, pair.script, environments.fresh())) for _ in range(2)]
        seconds = sum(load.seconds for load in loads)
        samples.setdefault(_LOADS, []).append(Sample(seconds=seconds))
        try:
            for label, words in ((_DIFF, ("--no-prove",)), (_PROVED, ())):
                command = bench.airlock(
                    "diff", *words, pair.old, pair.new, project=project, accepts=_DIFFERENT
                )
                samples.setdefault(label, []).append(run(command))
        except CommandFailed as error:
            fault = str(error)
            break
    rows = [
        Row(label=label, samples=tuple(found), beside=_LOADS) for label, found in samples.items()
    ]
    if fault is None:
        pairs = zip(samples[_PROVED], samples[_DIFF], strict=True)
        added = tuple(Sample(seconds=proved.seconds - bare.seconds) for proved, bare in pairs)
        rows.append(Row(label="what the proof adds", samples=added, beside=_LOADS, aim="1x"))
    else:
        rows.append(Row(label=_PROVED, fault=fault))
    return Group(title=f"Prove a plan between schemas of {pair.tables:,} tables", rows=(*rows,))


def _memory(tables: int, compared: Group) -> list[Row]:
    """Return what comparing takes at most, by the runs that were measured already."""
    aims = {_DIFF: "600 MB", _FINGERPRINTS: "300 MB"} if tables == max(_SIZES) else {}
    return [
        Row(
            label=f"{row.label}, {tables:,} tables",
            megabytes=max(sample.peak_mb or 0 for sample in row.samples),
            aim=aims.get(row.label, ""),
        )
        for row in compared.rows
        if row.label in {_DIFF, _FINGERPRINTS, _MIGRA, _PG_DELTA} and row.samples
    ]
