"""Running the command line and reading what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSWORD = "c4nary-passw0rd"
"""Never to be seen in any output."""


@dataclass(frozen=True)
class Result:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Airlock = Callable[..., Result]


def check_clean(result: Result) -> None:
    """Nothing that a command says holds a traceback or the password."""
    for text in (result.out, result.err):
        assert "Traceback" not in text
        assert "error[internal]" not in text
        assert PASSWORD not in text


def process(
    *arguments: str,
    cwd: Path,
    home: Path,
    stdin: bytes | int | None = subprocess.DEVNULL,
    **variables: str,
) -> Result:
    """Run a command line as a process, with an environment of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "AIRLOCK_HOME": str(home),
        "LC_ALL": "C.UTF-8",
        **variables,
    }
    given: dict[str, Any] = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
    done = subprocess.run(
        [sys.executable, "-m", "airlock", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
        **given,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def migration(root: Path, version: str, name: str, text: str) -> Path:
    """Write a migration."""
    path = root / "supabase/migrations" / f"{version}_{name}.sql"
    path.write_text(text, encoding="utf-8")
    return path
