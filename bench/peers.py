"""Other tools, installed outside of the project's own environment."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

from bench import history
from bench.measure import Command

Files = list[tuple[str, str]]
Tool = Callable[[str], Command]
"""Returns the command that brings the database at a URL up to date."""

ALEMBIC = "1.20.1"
DBMATE = "2.36.0"
MIGRA = "3.0.1663481299"
PG_DELTA = "1.0.0-alpha.34"
PGRUBIC = "4.1.0"
SQUAWK = "2.70.0"
_DRIVER = "psycopg[binary]==3.3.9"


class PeerMissing(Exception):
    """A tool could not be installed here; the message says why."""


def floor(files: Files, work: Path) -> Tool:
    """Return the bare loop, as a tool."""
    history.write_psql(work / "floor", files)
    here = Path(__file__).resolve().parent.parent

    def command(url: str) -> Command:
        words = [sys.executable, "-m", "bench.floor", str(work / "floor"), url]
        return Command(words=words, folder=here)

    return command


def psql(files: Files, work: Path, program: Path) -> Tool:
    """Return psql including every file in one connection, as a tool."""
    script = history.write_psql(work / "psql", files)

    def command(url: str) -> Command:
        words = [str(program), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script), url]
        return Command(words=words, folder=work)

    return command


def dbmate(files: Files, work: Path, cache: Path) -> Tool:
    """Return dbmate, as a tool.

    Raises:
        PeerMissing: npm is missing, or fails.
    """
    program = _dbmate_program(cache / "dbmate")
    folder = history.write_dbmate(work / "dbmate", files)

    def command(url: str) -> Command:
        words = [str(program), "--url", url, "--migrations-dir", str(folder)]
        return Command(words=[*words, "--no-dump-schema", "migrate"], folder=work)

    return command


def alembic(files: Files, work: Path, cache: Path) -> Tool:
    """Return alembic, as a tool.

    Raises:
        PeerMissing: pip fails.
    """
    packages = (f"alembic=={ALEMBIC}", _DRIVER)
    program = _python_program(cache / "alembic", "alembic", packages)
    folder = history.write_alembic(work / "alembic", files)

    def command(url: str) -> Command:
        variables = {"DATABASE_URL": url.replace("postgresql://", "postgresql+psycopg://")}
        words = [str(program), "upgrade", "head"]
        return Command(words=words, folder=folder, variables=variables)

    return command


def migra(old: str, new: str, work: Path, cache: Path) -> Command:
    """Return the command that compares two databases with migra.

    Raises:
        PeerMissing: pip fails.
    """
    # The last versions of what it stands on that it works with.
    packages = (f"migra=={MIGRA}", "psycopg2-binary", "setuptools<81", "sqlalchemy<2")
    program = _python_program(cache / "migra", "migra", packages)
    words = [str(program), "--unsafe", "--with-privileges", old, new]
    return Command(words=words, folder=work, accepts=frozenset({2}))


def pg_delta(old: str, new: str, work: Path, cache: Path) -> Command:
    """Return the command that plans the way between two databases with pg-delta.

    Raises:
        PeerMissing: npm is missing, or fails.
    """
    program = cache / "pg-delta" / "node_modules" / ".bin" / "pgdelta"
    _node_program(cache / "pg-delta", program, (f"@supabase/pg-delta@{PG_DELTA}", "pg"))
    words = [str(program), "plan", "--source", old, "--desired", new, "--renames", "off"]
    return Command(words=[*words, "--out", str(work / "pg-delta.json")], folder=work)


def squawk(folder: Path, cache: Path) -> Command:
    """Return the command that judges the files of a folder with squawk.

    Raises:
        PeerMissing: pip fails.
    """
    program = _python_program(cache / "squawk", "squawk", (f"squawk-cli=={SQUAWK}",))
    files = sorted(map(str, folder.glob("*.sql")))
    words = [str(program), "--reporter", "json", *files]
    return Command(words=words, folder=folder, accepts=frozenset({0, 1}))


def pgrubic(folder: Path, cache: Path) -> Command:
    """Return the command that judges a folder with pgrubic.

    Raises:
        PeerMissing: this Python is too old for it, or pip fails.
    """
    newer = next(filter(None, map(shutil.which, ("python3.13", "python3.12"))), None)
    if newer is None:
        raise PeerMissing("it needs Python 3.12")
    program = cache / "pgrubic" / "bin" / "pgrubic"
    if not program.exists():
        _install([newer, "-m", "venv", "--clear", str(cache / "pgrubic")])
        python = str(cache / "pgrubic" / "bin" / "python")
        _install([python, "-m", "pip", "install", "--quiet", f"pgrubic=={PGRUBIC}"])
    words = [str(program), "lint", "--no-cache", str(folder)]
    return Command(words=words, folder=folder, accepts=frozenset({0, 1}))


def _dbmate_program(cache: Path) -> Path:
    system = platform.system().lower()
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    package = f"@dbmate/{system}-{machine}"
    program = cache / "node_modules" / package / "bin" / "dbmate"
    return _node_program(cache, program, (f"{package}@{DBMATE}",))


def _node_program(cache: Path, program: Path, packages: tuple[str, ...]) -> Path:
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise PeerMissing("npm is not installed")
        cache.mkdir(parents=True, exist_ok=True)
        _install([npm, "install", "--prefix", str(cache), "--no-save", *packages])
    return program


def _python_program(cache: Path, name: str, packages: tuple[str, ...]) -> Path:
    program = cache / "bin" / name
    if not program.exists():
        venv.create(cache, with_pip=True, clear=True)
        python = str(cache / "bin" / "python")
        _install([python, "-m", "pip", "--disable-pip-version-check", "install", *packages])
    return program


def _install(words: list[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines() or ["no message"]
        raise PeerMissing(f"{Path(words[0]).name} failed: {last[-1]}")
