"""The command line in a project of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import Airlock, Result, check_clean

from airlock.cli.main import run
from airlock.server.home import Home


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A Supabase project without migrations."""
    folder = tmp_path / "shop"
    (folder / "supabase/migrations").mkdir(parents=True)
    return folder


@pytest.fixture
def airlock(
    root: Path, home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Airlock:
    """Run a command line in this process, in the project's root; the home is the test run's."""
    monkeypatch.chdir(root)
    monkeypatch.setenv("AIRLOCK_HOME", str(home.path))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "AIRLOCK_DEBUG", "AIRLOCK_SHADOW_URL"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> Result:
        capsys.readouterr()
        code = run(list(arguments))
        said = capsys.readouterr()
        result = Result(code, said.out, said.err)
        check_clean(result)
        return result

    return call
