"""What runs in GitHub Actions, run here: the script of action.yml with a `gh` that writes down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from airlock.server.home import Home

ROOT = Path(__file__).resolve().parent.parent
TABLE = (
    "create table public.orders (id bigint generated always as identity primary key);\n"
    "grant select on public.orders to anon;\n"
)
GH = """#!/bin/sh
echo "$@" >> "$GH_LOG"
case "$*" in *--paginate*) cat "$GH_KNOWN" ;; esac
for word; do case "$word" in body=@*) cp "${word#body=@}" "$GH_LOG.body" ;; esac; done
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "supabase/migrations"
    folder.mkdir(parents=True)
    (folder / "20250101000000_orders.sql").write_text(TABLE)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "gh").write_text(GH)
    (tools / "airlock").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m airlock "$@"\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    (tmp_path / "known").write_text("")
    return tmp_path


def act(place: Path, home: Home, **more: str) -> subprocess.CompletedProcess[str]:
    variables = {
        "PATH": f"{place / 'tools'}:{os.environ['PATH']}",
        "AIRLOCK_HOME": str(home.path),
        "TMPDIR": str(place),
        "INPUT_ARGUMENTS": "--no-rollbacks --select AL101,AL601",
        "GITHUB_OUTPUT": str(place / "output"),
        "GITHUB_STEP_SUMMARY": str(place / "summary"),
        "GITHUB_REPOSITORY": "example/shop",
        "PULL_REQUEST": "7",
        "GH_LOG": str(place / "gh"),
        "GH_KNOWN": str(place / "known"),
        **more,
    }
    script = ["bash", str(ROOT / "scripts/action.sh")]
    return subprocess.run(
        script, cwd=place, env=variables, capture_output=True, text=True, check=False
    )


def test_a_finding_is_told_everywhere_and_fails_the_job(place: Path, home: Home) -> None:
    done = act(place, home)
    assert done.returncode == 1
    assert done.stdout.startswith("::error title=AL601%3A public.orders is served")
    sarif = Path((place / "output").read_text().strip().removeprefix("sarif="))
    assert '"ruleId": "AL601"' in sarif.read_text()
    assert "AL601" in (place / "summary").read_text()
    assert "--method POST repos/example/shop/issues/7/comments" in (place / "gh").read_text()
    body = (place / "gh.body").read_text()
    assert body.startswith("<!-- airlock check -->\n")
    assert "AL601" in body


def test_the_comment_that_is_there_is_kept_up_to_date(place: Path, home: Home) -> None:
    (place / "known").write_text("41\n")
    assert act(place, home).returncode == 1
    said = (place / "gh").read_text()
    assert "--method PATCH repos/example/shop/issues/comments/41" in said
    assert "POST" not in said


def test_without_a_pull_request_there_is_no_comment(place: Path, home: Home) -> None:
    assert act(place, home, PULL_REQUEST="").returncode == 1
    assert not (place / "gh").exists()


def test_a_token_that_may_not_comment_costs_the_comment_alone(place: Path, home: Home) -> None:
    (place / "tools/gh").write_text("#!/bin/sh\nexit 1\n")
    done = act(place, home)
    assert done.returncode == 1
    assert "::notice::Airlock could not write its comment" in done.stdout
