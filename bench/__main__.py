"""`python -m bench`: runs the measurements and prints their table."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from airlock.errors import AirlockError
from bench import cases, peers
from bench.bench import Bench
from bench.engine import engine
from bench.measure import CommandFailed
from bench.rules import rules
from bench.server import servers
from bench.table import Group, Row, render

_ROOT = Path(__file__).resolve().parent.parent
_CACHE = _ROOT / ".bench"
_CASES = {
    "deploy": cases.deploy,
    "edit": cases.edit,
    "shadow": cases.shadow,
    "memory": cases.memory,
    "engine": engine,
    "rules": rules,
}


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("case", nargs="*", help=f"one of: {', '.join(_CASES)}; all by default")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each tool (5)")
    parser.add_argument("--files", type=int, default=500, help="migrations to apply (500)")
    asked = parser.parse_args(arguments)
    names = asked.case or list(_CASES)
    if unknown := set(names) - set(_CASES):
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    _CACHE.mkdir(exist_ok=True)
    # Beside the cache, not in /tmp, which lies in memory on some systems.
    work = Path(tempfile.mkdtemp(prefix="run-", dir=_CACHE))
    try:
        groups = _measure(names, work, rounds=asked.rounds, files=asked.files)
    finally:
        shutil.rmtree(work)
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    sys.stdout.write(
        f"{os.cpu_count()} processors, load {load}; Python {platform.python_version()}, embedded "
        f"Postgres, dbmate {peers.DBMATE}, alembic {peers.ALEMBIC}, migra {peers.MIGRA}, "
        f"pg-delta {peers.PG_DELTA}, squawk {peers.SQUAWK}.\n"
        "Medians of runs in turn; CPU is user and system time.\n\n"
    )
    sys.stdout.write(render(groups))
    return 0


def _measure(names: Sequence[str], work: Path, *, rounds: int, files: int) -> list[Group]:
    groups: list[Group] = []
    with servers(work) as home:
        for name in names:
            folder = work / name
            folder.mkdir()
            bench = Bench(
                home=home, work=folder, cache=_CACHE, rounds=rounds, files=files, say=_say
            )
            try:
                groups += _CASES[name](bench)
            except (AirlockError, CommandFailed) as error:
                groups.append(Group(title=name, rows=(Row(label="", fault=str(error)),)))
    return groups


def _say(text: str) -> None:
    sys.stderr.write(f"... {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
