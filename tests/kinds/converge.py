"""`make converge`: turns random schemas into each other at length, and every case directory.

    python tests/kinds/converge.py [--seconds N] [--seed N] [--major N] [--into FOLDER]

Each pair goes from the old schema to the new one and back, and is judged as the tests do: by
`pg_dump -s`, by our own catalog, and by a second plan that has to be empty. A failure is shrunk to
the few statements that it needs and written to a folder of its own under FOLDER. The exit code
is 1 when anything failed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from crossing import NEW, OLD, Crossing, Ground, cross, role_names
from schemas.pairs import Pair, draw_pair, render
from schemas.shrink import shrunk
from schemas.thing import standing

from airlock.diff.compare import compare
from airlock.errors import AirlockError
from airlock.kinds._spec import Style
from airlock.server.builds import choose
from airlock.server.cluster import Purpose, start
from airlock.server.home import Home

_FOLDER = Path(__file__).parent / "cases"
_HEADS = {
    "ok": "converged",
    "silent": "dump differs",
    "residue": "both differ",
    "restless": "re-diff not empty",
    "refused": "refused",
    "no plan": "no plan",
    "crashed": "crashed",
    "unloadable": "did not load",
}
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SHRINK_S = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A way that did not lead where it should."""

    name: str
    style: Style
    old: str
    new: str
    crossing: Crossing

    @property
    def signature(self) -> str:
        """What two failures of one cause have in common."""
        return _signature(self.crossing)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of all pairs; `failures` are the first of each signature."""

    into: Path
    ways: dict[str, Counter[str]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def add(self, group: str, crossing: Crossing) -> None:
        self.ways.setdefault(group, Counter())[crossing.status] += 1

    def keep(self, failure: Failure) -> None:
        """Write a failure's SQL, and what went wrong, to a folder."""
        self.failures.append(failure)
        folder = self.into / failure.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / OLD).write_text(failure.old)
        (folder / NEW).write_text(failure.new)
        crossing = failure.crossing
        told = f"{crossing.status} ({failure.style.value})\n\n{crossing.detail}\n\n{crossing.text}"
        (folder / "failure.txt").write_text(told)


def main(arguments: list[str]) -> int:
    """Run for as long as was asked; the exit code is 1 when anything failed."""
    parser = argparse.ArgumentParser(prog="converge", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=300, help="how long for random pairs (300)")
    parser.add_argument("--seed", type=int, default=0, help="the first pair's number (0)")
    parser.add_argument("--pairs", type=int, default=sys.maxsize, help="how many pairs at most")
    parser.add_argument("--size", type=int, default=30, help="things in a schema (30)")
    parser.add_argument("--edits", type=int, default=8, help="edits between two schemas (8)")
    parser.add_argument("--major", type=int, default=18, help="major version of Postgres (18)")
    parser.add_argument("--into", type=Path, default=Path(".converge"), help="for the failures")
    parser.add_argument("--no-cases", action="store_true", help="random pairs only")
    parser.add_argument("--no-shrink", action="store_true", help="write failures as they are")
    asked = parser.parse_args(arguments)
    tally = Tally(into=asked.into)
    shutil.rmtree(asked.into, ignore_errors=True)
    with grounds(asked.major) as ground:
        if not asked.no_cases:
            _run_cases(ground, tally)
        _run_random(ground, tally, asked)
    sys.stdout.write(table(tally))
    return 1 if tally.failures else 0


@contextmanager
def grounds(major: int) -> Iterator[Ground]:
    """Yield two servers in memory that go away at the end."""
    sys.path.append(str(Path(__file__).parent.parent))
    from conftest import _close_home, _new_home

    installed = Home.open(Path(os.environ.get("AIRLOCK_HOME", "~/.airlock")).expanduser())
    build = choose(major, home=installed, strict=True).build
    homes = [_new_home(), _new_home()]
    try:
        left, right = (start(build, Purpose.SHADOW, home=home) for home in homes)
        yield Ground(left=left, right=right)
    finally:
        for home in homes:
            _close_home(home)


def _run_cases(ground: Ground, tally: Tally) -> None:
    for path in sorted(path.parent for path in _FOLDER.glob(f"*/*/{OLD}")):
        since = path / "since"
        if since.exists() and int(since.read_text()) > ground.left.build.major:
            continue
        old, new = (path / OLD).read_text(), (path / NEW).read_text()
        for style in Style:
            for way, crossing in zip(("there", "back"), both(ground, old, new, style), strict=True):
                tally.add(f"cases, {style.value}", crossing)
                if crossing.status != "ok":
                    sides = (old, new) if way == "there" else (new, old)
                    name = f"{path.parent.name}-{path.name}-{way}-{style.value}"
                    failure = _failure(name, style, sides, crossing)
                    tally.seen[failure.signature] += 1
                    tally.keep(failure)


def _run_random(ground: Ground, tally: Tally, asked: argparse.Namespace) -> None:
    end = time.monotonic() + asked.seconds
    for seed in count(asked.seed):
        if time.monotonic() > end or seed - asked.seed >= asked.pairs:
            return
        style = list(Style)[seed % 2]
        pair = draw_pair(Random(seed), size=asked.size, edits=asked.edits, major=asked.major)
        texts = [render(side, asked.major) for side in pair]
        for way, crossing in enumerate(both(ground, *texts, style)):
            tally.add(f"random, {style.value}", crossing)
            if crossing.status == "ok":
                continue
            sides = pair if way == 0 else Pair(pair.new, pair.old)
            name = f"{seed}-{('there', 'back')[way]}"
            signature = _signature(crossing)
            tally.seen[signature] += 1
            sys.stderr.write(f"{name} {style.value}: {signature}\n")
            if tally.seen[signature] > 1:
                continue
            if not asked.no_shrink:
                sides = smallest(ground, sides, style, signature, asked.major)
            old, new = (render(side, asked.major) for side in sides)
            again = one(ground, old, new, style)
            tally.keep(_failure(name, style, (old, new), again))


def _failure(name: str, style: Style, sides: tuple[str, str], crossing: Crossing) -> Failure:
    return Failure(name=name, style=style, old=sides[0], new=sides[1], crossing=crossing)


def both(ground: Ground, old: str, new: str, style: Style) -> tuple[Crossing, Crossing]:
    """Go there and back; what goes wrong in ourselves is an outcome, too."""
    try:
        return ground.both_ways(old, new, style=style)
    except AirlockError as error:
        return (_unloadable(error),) * 2
    except Exception:
        return one(ground, old, new, style), one(ground, new, old, style)


def one(ground: Ground, old: str, new: str, style: Style) -> Crossing:
    """Go there alone."""
    try:
        with ground.sides(old, new) as (left, right):
            expected = right.dumped(role_names(right.catalog))
            return cross(left, right.catalog, expected, style=style)
    except AirlockError as error:
        return _unloadable(error)
    except Exception as error:
        return Crossing(status="crashed", detail=f"{type(error).__name__}: {error}")


def _unloadable(error: AirlockError) -> Crossing:
    failure = getattr(error, "failure", None)
    statement = f"\n{failure.statement.text}" if failure else ""
    return Crossing(status="unloadable", detail=f"{error.message}{statement}")


def same(ground: Ground, text: str) -> list[str]:
    """Load a schema twice and return how the two catalogs differ: they should not."""
    with ground.sides(text, text) as (left, right):
        return [str(change) for change in compare(left.catalog, right.catalog)]


def smallest(ground: Ground, pair: Pair, style: Style, signature: str, major: int) -> Pair:
    """Shrink a failing pair for a while."""
    end = time.monotonic() + _SHRINK_S

    def fails(candidate: Pair) -> bool:
        if time.monotonic() > end:
            return False
        try:
            old, new = (render(side, major) for side in candidate)
        except Exception:  # a value was made too plain
            return False
        return _signature(one(ground, old, new, style)) == signature

    return shrunk(Pair(*map(standing, pair)), fails)


def _signature(crossing: Crossing) -> str:
    lines = [line for line in crossing.detail.splitlines() if line.strip()]
    first = lines[0] if lines else ""
    if crossing.status in {"no plan", "ok"}:
        return crossing.status
    if crossing.status == "refused":
        first = first.rpartition("sql:")[2].lstrip("0123456789: ")
    words = _QUOTED.sub("…", first).split()
    return f"{crossing.status}: {' '.join(words if crossing.status == 'refused' else words[:3])}"


def table(tally: Tally) -> str:
    """Return the figures as a Markdown table, and the failures below."""
    heads = list(_HEADS.values())
    lines = ["| ways | all | " + " | ".join(heads) + " |", "|---" * (len(heads) + 2) + "|"]
    for group, found in tally.ways.items():
        cells = [str(found[status]) for status in _HEADS]
        lines.append(f"| {group} | {found.total()} | " + " | ".join(cells) + " |")
    lines.append("")
    for failure in tally.failures:
        times = tally.seen[failure.signature]
        lines.append(f"{times} × {failure.signature} (first: {tally.into / failure.name})")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
