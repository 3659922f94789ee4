"""Airlock's own servers, the doctor, and the demo."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from terminal import Airlock, check_clean, migration, process

from airlock.app.workspace import database_name
from airlock.server.cluster import Cluster
from airlock.server.home import Home


@pytest.mark.parametrize(
    ("folder", "environment", "name"),
    [
        ("/srv/My Shop!", "local", "my_shop_{}_local"),
        ("/srv/日本", "staging", "project_{}_staging"),
        ("/srv/airlock", "local", "my_airlock_{}_local"),
        ("/srv/" + "x" * 200, "qa-2", "x" * 51 + "_{}_qa-2"),
    ],
)
def test_names_of_databases(folder: str, environment: str, name: str) -> None:
    made = database_name(Path(folder), environment)
    assert len(made.encode()) <= 63
    before, after = name.split("{}")
    assert made.startswith(before)
    assert made.endswith(after)
    assert made != database_name(Path(folder + "2"), environment)


def test_a_server_is_started_listed_and_stopped(root: Path, fresh_home: Home) -> None:
    def db(*arguments: str) -> str:
        result = process("db", *arguments, cwd=root, home=fresh_home.path)
        check_clean(result)
        assert result.code == 0, result.err
        return result.out

    assert db("status").startswith("· no server was started so far in")
    assert db("stop").startswith("✓ no server was running")
    assert "runs on port" in db("start")
    assert "✓ environments" in db("status", "-v")
    assert db("stop").startswith("✓ stopped")
    assert ", stopped, " in db("status")


def test_servers_need_no_project(tmp_path: Path) -> None:
    result = process("db", "status", cwd=tmp_path, home=tmp_path / "none")
    assert result.code == 0
    assert not (tmp_path / "none").exists()


def test_the_url_is_for_a_database_that_exists(
    airlock: Airlock, root: Path, environments: Cluster
) -> None:
    missing = airlock("db", "url")
    assert missing.code == 2
    assert "= help: airlock up" in missing.err
    airlock("up")
    url = airlock("db", "url").out
    assert url.startswith("postgresql://postgres:")
    assert f"127.0.0.1:{environments.port}/{database_name(root, 'local')}" in url
    assert airlock("db", "url", "--format", "json").json["url"] == url.strip()


def test_doctor_looks_at_everything(airlock: Airlock, root: Path) -> None:
    migration(root, "20250101000000", "good", "create table public.good (id int);\n")
    airlock("up")
    report = airlock("doctor", "--format", "json").json
    probes = {probe["name"]: probe for probe in report["probes"]}
    assert set(probes) == {
        "airlock", "home", "memory", "server", "configuration", "project", "shadows", "local",
    }  # fmt: skip
    assert probes["local"]["verdict"] == "fine"
    assert "as postgres, history by airlock" in probes["local"]["detail"]


def test_doctor_names_a_fix_for_what_is_broken(airlock: Airlock, root: Path) -> None:
    (root / "airlock.toml").write_text("[projct]\n")
    result = airlock("doctor")
    assert result.code == 1
    assert "✗ configuration  airlock.toml:1: unknown key 'projct'" in result.out
    assert "fix: Did you mean 'project'?" in result.out


def test_doctor_without_a_project(airlock: Airlock, tmp_path: Path) -> None:
    result = airlock("-C", str(tmp_path), "doctor")
    assert result.code == 0
    assert "fix: Go to your project, or start one here: airlock init" in result.out


def test_demo_fits_on_a_screen(
    airlock: Airlock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    result = airlock("demo")
    assert result.code == 0, result.out + result.err
    lines = result.out.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100
    assert not any("✗" in line for line in lines)
    assert lines[-1].startswith("✓ 13 steps in ")
    assert list(scratch.iterdir()) == []
