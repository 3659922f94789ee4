"""What the rules take to judge a large folder by its text, beside other linters."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench import history, peers
from bench.bench import Bench, in_turn
from bench.measure import Command, run
from bench.peers import PeerMissing
from bench.table import Group, Row

_FILES = 2000
_FEW = 100
"""Files for a tool that takes a tenth of a second for each."""
_COLD = "airlock check FILES, cold"
_WARM = "airlock check FILES, nothing changed"
_SQUAWK = "squawk"
_PGRUBIC = "pgrubic"
_FOUND = frozenset({0, 1})


def rules(bench: Bench) -> list[Group]:
    """Judge files in turn; a cold run has no answers kept from before."""
    bench.say(f"writing {_FILES:,} files")
    folder = history.write_linted(bench.work / "linted", _FILES)
    few = history.write_linted(bench.work / "few", _FEW)
    return [_beside_squawk(bench, folder), _beside_pgrubic(bench, few)]


def _beside_squawk(bench: Bench, folder: Path) -> Group:
    commands = {_COLD: _cold(bench, folder), _WARM: _warm(bench, folder)}
    missing = []
    try:
        commands[_SQUAWK] = peers.squawk(folder, bench.cache)
    except PeerMissing as error:
        missing.append(Row(label=_SQUAWK, fault=str(error)))
    bench.say("judging them")
    run(commands[_WARM])
    rows = {row.label: row for row in in_turn(commands, rounds=bench.rounds, pid=0)}
    cold, warm = rows[_COLD], rows[_WARM]
    size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    return Group(
        title=f"Rules on {_FILES:,} files ({size:.1f} MB), by their text",
        rows=(
            *(rows[name] for name in (_SQUAWK,) if name in rows),
            *missing,
            Row(label=_COLD, samples=cold.samples, beside=_SQUAWK, fault=cold.fault),
            Row(
                label=f"{_COLD}, CPU",
                samples=cold.samples,
                beside=_SQUAWK,
                by_cpu=True,
                aim="at most 3x squawk's CPU",
                fault=cold.fault,
            ),
            Row(
                label=_WARM,
                samples=warm.samples,
                beside=_SQUAWK,
                aim="below squawk's wall",
                fault=warm.fault,
            ),
        ),
    )


def _beside_pgrubic(bench: Bench, folder: Path) -> Group:
    title = f"Rules on {_FEW} files"
    try:
        other = peers.pgrubic(folder, bench.cache)
    except PeerMissing as error:
        return Group(title=title, rows=(Row(label=_PGRUBIC, fault=str(error)),))
    commands = {_COLD: _cold(bench, folder), _PGRUBIC: other}
    rows = {row.label: row for row in in_turn(commands, rounds=1, pid=0)}
    ours, its = rows[_COLD], rows[_PGRUBIC]
    return Group(
        title=title,
        rows=(
            its,
            Row(
                label=_COLD,
                samples=ours.samples,
                beside=_PGRUBIC,
                by_cpu=True,
                aim="at most 1/40 (0.025x)",
                fault=ours.fault,
            ),
        ),
    )


def _cold(bench: Bench, folder: Path) -> Command:
    """Return the command that starts without any answer; its home is made and thrown away."""
    home = bench.work / "cold-home"
    shell = shutil.which("sh") or "/bin/sh"
    airlock = bench.airlock("check", str(folder), "-q", project=folder, accepts=_FOUND)
    script = 'rm -rf "$0"; AIRLOCK_HOME="$0" exec "$@"'
    return Command(
        words=[shell, "-c", script, str(home), *airlock.words], folder=folder, accepts=_FOUND
    )


def _warm(bench: Bench, folder: Path) -> Command:
    home = bench.work / "warm-home"
    airlock = bench.airlock("check", str(folder), "-q", project=folder, accepts=_FOUND)
    return Command(
        words=airlock.words,
        folder=folder,
        variables={"AIRLOCK_HOME": str(home)},
        accepts=_FOUND,
    )
