"""Runs the everyday commands on real projects and prints what came of it as a Markdown table.

    python scripts/real_projects.py FOLDER

FOLDER holds one folder per project, a clone for one. Nothing in it is changed: the migrations are
copied, and deployed to two databases on a server of Airlock's own that goes away at the end.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AIRLOCK = str(Path(sys.executable).with_name("airlock"))
STEPS = (("check",), ("up",), ("reset",), ("deploy", "staging"), ("status",))
TOML = "[project]\npostgres = 18\n\n[environments.local]\n\n[environments.staging]\n"
PLAIN_TOML = TOML.replace("postgres = 18", 'postgres = 18\nlayout = "plain"\nmigrations = "sql"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command on one project."""

    name: str
    code: int
    seconds: float
    report: dict[str, Any]

    @property
    def failure(self) -> str | None:
        """What stopped the command, with its place and its next step."""
        error = self.report.get("error") or {}
        failure = error.get("failure") or self.report.get("failure") or error
        if not failure:
            return None
        where = failure.get("where") or {}
        place = ":".join(str(where[key]) for key in ("path", "line", "column") if where.get(key))
        advice = failure.get("advice") or failure.get("hint") or ""
        return ". ".join(part for part in (place, failure.get("message", ""), advice) if part)


def main(arguments: list[str]) -> int:
    """Run everything; the exit code says only whether it could be run."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python scripts/real_projects.py FOLDER\n")
        return 2
    work = Path(tempfile.mkdtemp(prefix="airlock-real-"))
    variables = {**os.environ, "AIRLOCK_HOME": str(work / "home"), "NO_COLOR": "1"}
    notes: list[str] = []
    heads = ("project", "files", *(" ".join(words) for words in STEPS), "findings")
    sys.stdout.write("| " + " | ".join(heads) + " |\n")
    sys.stdout.write("| --- | ---: |" + " --- |" * (len(heads) - 2) + "\n")
    try:
        for source in sorted(Path(arguments[0]).iterdir()):
            copy = work / "projects" / source.name
            files = copied(source, copy)
            if not files:
                continue
            steps = [run(words, copy, variables) for words in STEPS]
            cells = [source.name, str(files), *(outcome(step) for step in steps)]
            sys.stdout.write("| " + " | ".join([*cells, findings(steps)]) + " |\n")
            sys.stdout.flush()
            notes += remarks(source.name, steps)
    finally:
        stop = [AIRLOCK, "db", "stop"]
        subprocess.run(stop, env=variables, check=False, capture_output=True, cwd=work)
        shutil.rmtree(work, ignore_errors=True)
    if notes:
        sys.stdout.write("\n" + "\n".join(f"- {note}" for note in notes) + "\n")
    return 0


def copied(source: Path, copy: Path) -> int:
    """Copy the migrations that a project holds and return their number."""
    folder, supabase = home_of_migrations(source)
    if folder is None:
        return 0
    if supabase:
        shutil.copytree(folder.parent, copy / "supabase", symlinks=True)
        (copy / "airlock.toml").write_text(TOML)
    else:
        shutil.copytree(folder, copy / "sql", symlinks=True)
        (copy / "airlock.toml").write_text(PLAIN_TOML)
    return sum(not path.name.endswith(".down.sql") for path in folder.glob("*.sql"))


def home_of_migrations(source: Path) -> tuple[Path | None, bool]:
    """Return the folder with the most migrations, and whether its layout is Supabase's."""
    supabase = [path for path in source.rglob("supabase/migrations") if path.is_dir()]
    if supabase:
        return max(supabase, key=lambda path: len(list(path.glob("*.sql")))), True
    plain = Counter(path.parent for path in source.rglob("*.up.sql"))
    # A project for several databases keeps a folder for each.
    ours = [folder for folder in plain if "postgres" in folder.as_posix()] or list(plain)
    return (max(ours, key=lambda folder: plain[folder]), False) if ours else (None, False)


def run(words: tuple[str, ...], project: Path, variables: dict[str, str]) -> Step:
    """Run one command and read its report."""
    began = time.perf_counter()
    done = subprocess.run(
        [AIRLOCK, *words, "--format", "json"],
        cwd=project,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    try:
        report = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["no output"])[0]
        report = {"error": {"message": last}}
    return Step(name=" ".join(words), code=done.returncode, seconds=seconds, report=report)


def outcome(step: Step) -> str:
    """Return a table cell."""
    if step.code == 0:
        return f"{step.seconds:.1f} s"
    return f"exit {step.code}, {step.seconds:.1f} s"


def findings(steps: list[Step]) -> str:
    """Return how often `check` found what."""
    found = steps[0].report.get("findings") or []
    counts = Counter(str(finding["code"]) for finding in found)
    return ", ".join(f"{code} {number}" for code, number in sorted(counts.items())) or "none"


def remarks(project: str, steps: list[Step]) -> Iterator[str]:
    """Yield what stopped the commands, each cause once."""
    told: set[str] = set()
    for step in steps:
        if (failure := step.failure) and failure not in told:
            told.add(failure)
            yield f"{project}, `{step.name}`: {failure}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
