"""Bad input: one clear error with its place and the next step, nothing changed, no traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import PASSWORD, Airlock, Result, check_clean, migration, process

from airlock.app.workspace import database_name
from airlock.server.cluster import Cluster
from airlock.server.connect import connect
from airlock.server.home import Home

GOOD = "create table public.good (id int);\n"
VERSION = "20250102000000"
BAD = f"supabase/migrations/{VERSION}_bad.sql"


@pytest.fixture
def project(root: Path) -> Path:
    migration(root, "20250101000000", "good", GOOD)
    (root / "airlock.toml").write_text("[environments.staging]\n")
    return root


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"select 1;\nselect '\xe9';\n", ["UTF-8", f"--> {BAD}:2"]),
        ("select 1;\n".encode("utf-16"), ["UTF-16", "iconv"]),
        (b"\0GITCRYPT\0\x01\x02", ["git-crypt unlock"]),
        (b"select 1;\nselect '\0';\n", ["NUL", f"--> {BAD}:2"]),
        (b"PGDMP\x01\x0e", ["pg_dump archive"]),
        (b"select 1;\n" * 5_100_000, ["16 MiB", "COPY"]),
    ],
    ids=["latin-1", "utf-16", "git-crypt", "nul", "dump", "50 MB"],
)
@pytest.mark.parametrize("command", ["check", "up", "status", "deploy staging", "reset"])
def test_a_file_that_is_no_sql_text(
    airlock: Airlock, project: Path, raw: bytes, said: list[str], command: str
) -> None:
    (project / BAD).write_bytes(raw)
    result = airlock(*command.split())
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("error[project]: ")
    assert BAD in result.err
    assert "= help: " in result.err
    assert all(text in result.err for text in said), result.err


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n-- nothing\n",
        b"\xef\xbb\xbfselect 1;\r\n",
        b"select 1;\r\nselect 2;\r\n",
        b"select 1",
    ],
    ids=["empty", "comment", "BOM", "CRLF", "no end"],
)
def test_a_file_that_looks_odd_and_runs(airlock: Airlock, project: Path, raw: bytes) -> None:
    (project / BAD).write_bytes(raw)
    assert airlock("check", "--no-rules").code == 0
    assert airlock("up").code == 0
    assert airlock("status", "local").code == 0


def test_two_files_of_one_version(airlock: Airlock, project: Path) -> None:
    migration(project, "20250101000000", "twin", GOOD)
    for command in ("check", "up", "deploy staging", "reset"):
        result = airlock(*command.split())
        assert result.code == 2, command
        assert "20250101000000" in result.err
        assert "_good.sql" in result.err
        assert "_twin.sql" in result.err
    shown = airlock("status")
    assert shown.code == 1
    assert "✗ duplicate" in shown.out


def test_a_folder_that_cannot_be_used(airlock: Airlock, project: Path) -> None:
    folder = project / "supabase/migrations"
    folder.rename(project / "elsewhere")
    folder.write_text("")
    result = airlock("check", "--no-rules")
    assert result.code == 2
    assert "is a file" in result.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read(airlock: Airlock, project: Path) -> None:
    folder = project / "supabase/migrations"
    folder.chmod(0)
    try:
        result = airlock("check", "--no-rules")
    finally:
        folder.chmod(0o755)
    assert result.code == 2
    assert "supabase/migrations" in result.err


def test_a_broken_config_of_supabase(airlock: Airlock, project: Path) -> None:
    (project / "supabase/config.toml").write_text('[db]\nmajor_version = "\n')
    for command in ("check", "up", "status", "config show"):
        result = airlock(*command.split())
        assert result.code == 2
        assert "--> supabase/config.toml:2" in result.err


def test_migrations_that_are_switched_off(airlock: Airlock, project: Path) -> None:
    (project / "supabase/config.toml").write_text("[db.migrations]\nenabled = false\n")
    assert airlock("up").code == 3
    assert airlock("deploy", "staging").code == 3


def test_commit_inside_a_file(airlock: Airlock, project: Path, environments: Cluster) -> None:
    """The file runs as it is written; what it committed before it failed is said."""
    (project / BAD).write_text("begin;\ncreate table public.kept (id int);\ncommit;\nselect 1/0;\n")
    result = airlock("up")
    assert result.code == 1
    assert f"--> {BAD}:4" in result.out
    assert "= undone:" in result.out
    with connect(environments.address(database_name(project, "local"))) as session:
        assert session.fetch("select to_regclass('public.kept') is not null") == [(True,)]
    assert "✗ half applied" in airlock("status", "local").out


def test_a_home_that_is_a_file(project: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    result = process("up", cwd=project, home=tmp_path / "home")
    check_clean(result)
    assert result.code == 2
    assert "AIRLOCK_HOME" in result.err


def test_a_port_in_use(project: Path, fresh_home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (project / "airlock.toml").write_text(f"[server]\nport = {port}\n")
        result = process("up", cwd=project, home=fresh_home.path)
    check_clean(result)
    assert result.code == 2
    assert str(port) in result.err
    assert "= help: Set another port under [server] in airlock.toml" in result.err


def test_a_major_that_nobody_knows(airlock: Airlock) -> None:
    result = airlock("db", "install", "99")
    assert result.code == 2
    assert "such as airlock db install 17" in result.err


def test_ctrl_c_rolls_back_what_is_in_flight(project: Path, fresh_home: Home) -> None:
    """The first file is applied, the second sleeps until the signal comes."""
    (project / BAD).write_text("create table public.gone (id int);\nselect pg_sleep(60);\n")
    started = subprocess.Popen(
        [sys.executable, "-m", "airlock", "up", "-v"],
        cwd=project,
        env={"PATH": os.environ["PATH"], "AIRLOCK_HOME": str(fresh_home.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stderr is not None
    said = ""
    for line in started.stderr:
        said += line
        if "_good.sql" in line:
            break
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=30)
    result = Result(started.returncode, out, said + err)
    check_clean(result)
    assert result.code == 130
    assert result.err.splitlines()[-1].startswith("interrupted")
    (project / BAD).unlink()
    after = process("status", "local", "--format", "json", cwd=project, home=fresh_home.path)
    assert (after.code, after.json["environments"][0]["applied"]) == (0, 1)


def test_a_stopped_server_is_started_again(project: Path, fresh_home: Home) -> None:
    assert process("up", cwd=project, home=fresh_home.path).code == 0
    assert "stopped" in process("db", "stop", cwd=project, home=fresh_home.path).out
    assert process("status", "local", cwd=project, home=fresh_home.path).code == 0
    listed = process("db", "status", "--format", "json", cwd=project, home=fresh_home.path).json
    (server,) = (each for each in listed["servers"] if each["purpose"] == "environments")
    os.kill(server["pid"], signal.SIGKILL)
    again = process("status", "local", cwd=project, home=fresh_home.path)
    check_clean(again)
    assert again.code == 0


def test_psql_on_a_local_database(airlock: Airlock, project: Path, home: Home) -> None:
    missing = airlock("db", "psql")
    assert missing.code == 2
    assert "airlock up" in missing.err
    airlock("up")
    sql = ("--", "-Atc", "select current_user, count(*) from public.good")
    said = process("db", "psql", *sql, cwd=project, home=home.path)
    assert (said.code, said.out, said.err) == (0, "postgres|0\n", "")


def test_a_password_in_the_file_is_told_and_not_shown(airlock: Airlock, project: Path) -> None:
    (project / "airlock.toml").write_text(
        f"[environments.staging]\nurl = 'postgresql://me:{PASSWORD}@127.0.0.1:1/app'\n"
    )
    for command in ("status", "check", "doctor", "up"):
        said = airlock(*command.split())
        assert "plain text" in said.out, command
