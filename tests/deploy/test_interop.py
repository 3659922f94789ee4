"""The Supabase CLI as a witness, where it is installed: see scripts/interop_supabase.py."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "interop_supabase.py"
CLI = os.environ.get("AIRLOCK_TEST_SUPABASE_CLI") or shutil.which("supabase")


@pytest.mark.skipif(
    CLI is None,
    reason="the Supabase CLI is neither on PATH nor named by AIRLOCK_TEST_SUPABASE_CLI",
)
def test_both_keep_one_history() -> None:
    assert CLI
    done = subprocess.run(
        [sys.executable, str(SCRIPT), CLI], capture_output=True, text=True, timeout=600, check=False
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(lines) == 11
    assert all(line.startswith("ok ") for line in lines)


def test_script_asks_for_the_cli() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "/nowhere"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "PATH_OF_THE_CLI" in done.stderr
