"""Commands that deal with files alone: init, new, config show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import PASSWORD, Airlock, process

ENV = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


def names(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "supabase/migrations").iterdir())


# init ----------------------------------------------------------------------------------------


def test_init_in_an_empty_folder(airlock: Airlock, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    result = airlock("-C", str(fresh), "init")
    assert result.code == 0
    assert (fresh / "supabase/migrations").is_dir()
    assert "wrote airlock.toml" in result.out
    assert re.findall(r"^  (airlock \w+)", result.out, re.MULTILINE) == [
        "airlock new",
        "airlock check",
        "airlock up",
    ]
    assert airlock("-C", str(fresh), "config", "show").code == 0


def test_init_never_overwrites(airlock: Airlock, root: Path) -> None:
    (root / "airlock.toml").write_text("# mine\n")
    result = airlock("init")
    assert result.code == 0
    assert "left airlock.toml as it is" in result.out
    assert (root / "airlock.toml").read_text() == "# mine\n"


def test_init_finds_a_plain_folder(airlock: Airlock, tmp_path: Path) -> None:
    folder = tmp_path / "plain/db/migrations"
    folder.mkdir(parents=True)
    (folder / "001_first.up.sql").write_text("select 1;\n")
    (folder / "001_first.down.sql").write_text("select 1;\n")
    result = airlock("-C", str(tmp_path / "plain"), "init", "--format", "json")
    assert result.json["layout"] == "plain"
    assert result.json["folder"] == "db/migrations"
    assert result.json["migrations"] == 1
    assert result.json["next"][0]["command"] == "airlock check"
    shown = airlock("-C", str(tmp_path / "plain"), "config", "show", "--format", "json").json
    values = {setting["key"]: setting["value"] for setting in shown["settings"]}
    assert values["project.migrations"] == "db/migrations"


def test_init_says_what_it_cannot_run(airlock: Airlock, tmp_path: Path) -> None:
    folder = tmp_path / "alembic"
    folder.mkdir()
    (folder / "alembic.ini").write_text("")
    result = airlock("-C", str(folder), "init")
    assert result.code == 2
    assert "Alembic" in result.err
    assert "--layout supabase" in result.err
    assert not (folder / "airlock.toml").exists()
    assert airlock("-C", str(folder), "init", "--layout", "supabase").code == 0


# new -----------------------------------------------------------------------------------------


def test_new_writes_a_file_and_prints_its_path(airlock: Airlock, root: Path) -> None:
    result = airlock("new", "add_profiles", "--template", "table", "--purpose", "Careers")
    assert result.code == 0
    path = root / result.out.strip()
    assert re.fullmatch(r"\d{14}_add_profiles\.sql", path.name)
    text = path.read_text()
    assert "Careers" in text
    assert "enable row level security" in text.lower()


def test_new_twice_gives_two_versions(airlock: Airlock, root: Path) -> None:
    first, second = airlock("new", "one").out, airlock("new", "two").out
    assert len(names(root)) == 2
    assert first.split("_")[0] < second.split("_")[0]


@pytest.mark.parametrize(
    "name", ["../evil", "a/../../evil", "/tmp/evil", "", ".", "a\nb", "a\0b", "x" * 300]
)
def test_new_refuses_a_name_that_leads_elsewhere(airlock: Airlock, root: Path, name: str) -> None:
    before = sorted(root.parent.rglob("*"))
    result = airlock("new", name)
    assert result.code == 2
    assert result.err.startswith("error[")
    assert sorted(root.parent.rglob("*")) == before


def test_new_makes_the_folder_that_the_project_names(airlock: Airlock, tmp_path: Path) -> None:
    (tmp_path / "airlock.toml").write_text(
        "[project]\nlayout = 'plain'\nmigrations = 'db/migrations'\n"
    )
    missing = airlock("-C", str(tmp_path), "check")
    assert missing.code == 2
    assert "airlock new NAME" in missing.err
    assert (
        airlock("-C", str(tmp_path), "new", "First one").out == "db/migrations/001_first_one.sql\n"
    )


def test_new_suggests_a_template(airlock: Airlock, root: Path) -> None:
    result = airlock("new", "x", "--template", "tabel")
    assert result.code == 2
    assert "table" in result.err
    assert names(root) == []


def test_new_takes_sql_from_a_pipe(root: Path, tmp_path: Path) -> None:
    sql = b"create table t (id int);\n"
    result = process("new", "piped", cwd=root, home=tmp_path / "h", stdin=sql)
    assert (result.code, result.err) == (0, "")
    assert b"create table t (id int);" in (root / result.out.strip()).read_bytes()


def test_new_takes_sql_from_a_file(airlock: Airlock, root: Path, tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_text("select 'é';\n")
    result = airlock("new", "given", "--sql", str(tmp_path / "x.sql"))
    assert "select 'é';" in (root / result.out.strip()).read_text(encoding="utf-8")


def test_new_refuses_sql_that_is_not_utf8(root: Path, tmp_path: Path) -> None:
    result = process("new", "x", cwd=root, home=tmp_path / "h", stdin=b"select 1;\nselect '\xff';")
    assert result.code == 2
    assert "not UTF-8 (line 2)" in result.err
    assert names(root) == []


def test_new_refuses_sql_and_a_template(root: Path, tmp_path: Path) -> None:
    arguments = ("new", "x", "--template", "table")
    result = process(*arguments, cwd=root, home=tmp_path / "h", stdin=b"select 1;")
    assert result.code == 2
    assert names(root) == []


def test_new_does_not_wait_for_a_pipe_that_says_nothing(root: Path, tmp_path: Path) -> None:
    read, write = os.pipe()
    try:
        result = process("new", "quiet", cwd=root, home=tmp_path / "h", stdin=read)
    finally:
        os.close(read)
        os.close(write)
    assert result.code == 0
    assert len(names(root)) == 1


def test_new_asks_git_for_the_author(root: Path, tmp_path: Path) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\n\tname = Ada Lovelace\n")
    variables = {"GIT_CONFIG_GLOBAL": str(settings), "GIT_CONFIG_SYSTEM": "/dev/null"}
    result = process("new", "x", cwd=root, home=tmp_path / "h", **variables)
    assert "Ada Lovelace" in (root / result.out.strip()).read_text()
    result = process("new", "y", "--author", "Grace", cwd=root, home=tmp_path / "h", **ENV)
    assert "Grace" in (root / result.out.strip()).read_text()
    result = process("new", "z", cwd=root, home=tmp_path / "h", **ENV)
    assert result.code == 0
    assert "Author" not in (root / result.out.strip()).read_text()


# config show ---------------------------------------------------------------------------------


def test_config_show_hides_what_a_url_holds(
    airlock: Airlock, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGING", f"postgresql://me:{PASSWORD}@db.example.com:6543/app")
    (root / "airlock.toml").write_text(
        "[environments.staging]\nurl = { env = 'STAGING' }\n"
        f"[environments.qa]\nurl = 'postgresql://me:{PASSWORD}@qa/app'\n"
    )
    result = airlock("config", "show")
    assert result.code == 0
    assert "db.example.com:6543/app" in result.out
    assert "environment variable STAGING" in result.out
    assert "warning[password-in-file]: environments.qa.url" in result.out
    shown = airlock("config", "show", "--format", "json").json
    origins = {setting["key"]: setting["origin"] for setting in shown["settings"]}
    assert origins["environments.qa.url"] == "airlock.toml:4"
    assert origins["AIRLOCK_HOME"] == "environment variable AIRLOCK_HOME"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("[server]\nprot = 1\n", "airlock.toml:2", "Did you mean 'port'?"),
        ("[server\n", "airlock.toml:1:8", "not valid TOML"),
        (
            f"[environments.a]\nurl = 'postgresql://u:{PASSWORD}%2@h/d'\n",
            "airlock.toml:2",
            "percent-escape",
        ),
    ],
)
def test_a_broken_airlock_toml(
    airlock: Airlock, root: Path, text: str, place: str, said: str
) -> None:
    (root / "airlock.toml").write_text(text)
    result = airlock("config", "show")
    assert result.code == 2
    assert place in result.err
    assert said in result.err


def test_no_project(airlock: Airlock, tmp_path: Path) -> None:
    result = airlock("-C", str(tmp_path), "status")
    assert result.code == 2
    assert "airlock init" in result.err


def test_the_package_can_be_run(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "airlock", "--version"], capture_output=True, timeout=30, check=True
    )
    assert done.stdout.startswith(b"airlock ")
