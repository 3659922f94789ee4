"""What every measurement has: where it works, how often, and taking turns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from airlock.server.home import Home
from bench.measure import Command, CommandFailed, Sample, run
from bench.table import Row

_AIRLOCK = str(Path(sys.executable).with_name("airlock"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where and how much; `say` tells a person what is going on."""

    home: Home
    work: Path
    """An empty folder."""
    cache: Path
    """Where peers are installed, kept from run to run."""
    rounds: int
    files: int
    say: Callable[[str], None]

    def airlock(
        self, *words: str, project: Path, url: str = "", accepts: frozenset[int] = frozenset({0})
    ) -> Command:
        """Return an `airlock` command line in a project; `url` is where staging is."""
        variables = {"AIRLOCK_HOME": str(self.home.path)}
        if url:
            variables["STAGING_DATABASE_URL"] = url
        return Command(
            words=[_AIRLOCK, *words], folder=project, variables=variables, accepts=accepts
        )


def in_turn(
    commands: Mapping[str, Command], *, rounds: int, pid: int, beside: str | None = None
) -> list[Row]:
    """Run commands in turn, another one first each round; a row for each."""
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    faults: dict[str, str] = {}
    for number in range(rounds):
        for name in turned(list(commands), number):
            if name not in faults:
                try:
                    samples[name].append(run(commands[name], server=pid))
                except CommandFailed as error:
                    faults[name] = str(error)
    return [
        Row(label=name, samples=tuple(samples[name]), beside=beside, fault=faults.get(name))
        for name in commands
    ]


def turned(names: list[str], number: int) -> list[str]:
    """Return the names with another one in front each round, so that none is always first."""
    start = number % len(names)
    return names[start:] + names[:start]
