"""The workflow on a real server: up, status, deploy, reset, check, and what forbids them."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import Airlock, migration

from airlock.app.workspace import Workspace, database_name
from airlock.server.builds import available
from airlock.server.cluster import Cluster
from airlock.server.connect import Session, connect
from airlock.server.home import Home

FIRST = "20250101000000"
SECOND = "20250102000000"
THIRD = "20250103000000"
TABLE = "create table public.items (\n  id bigint primary key,\n  name text\n);\n"
INDEX = "create index concurrently items_name on public.items (name);\n"
BROKEN = "-- a comment\ncreate view public.v as\n  select * from public.itms;\n"
COLOURS = "[environments.staging]\n[environments.production]\n"


@pytest.fixture
def project(root: Path) -> Path:
    """A table and an index, and three environments."""
    migration(root, FIRST, "items", TABLE)
    migration(root, SECOND, "index", INDEX)
    (root / "airlock.toml").write_text(COLOURS)
    return root


def open_database(cluster: Cluster, root: Path, environment: str) -> Session:
    return connect(cluster.address(database_name(root, environment)))


def states(airlock: Airlock, *names: str) -> dict[str, dict[str, str]]:
    shown = airlock("status", *names, "--format", "json").json
    return {row["version"]: row["states"] for row in shown["versions"]}


# up and status -------------------------------------------------------------------------------


def test_status_of_nothing_creates_nothing(airlock: Airlock, project: Path) -> None:
    result = airlock("status", "--format", "json")
    assert result.code == 1
    assert {each["reach"] for each in result.json["environments"]} == {"not created yet"}
    assert airlock("status").code == 1
    assert "not created yet" in airlock("status").out
    listed = airlock("db", "status", "--format", "json").json
    databases = {each["name"] for server in listed["servers"] for each in server["databases"]}
    assert database_name(project, "local") not in databases


def test_up_creates_local_and_then_has_nothing_to_do(
    airlock: Airlock, project: Path, environments: Cluster
) -> None:
    result = airlock("up")
    assert result.code == 0, result.err
    assert "local: created, 2 migrations applied in" in result.out
    assert f"{SECOND}_index.sql" in result.out
    with open_database(environments, project, "local") as session:
        assert session.fetch("select count(*) from pg_indexes where indexname = 'items_name'")
    again = airlock("up")
    assert (again.code, again.out.splitlines()[0][:28]) == (0, "✓ local is up to date: 2 app")
    assert airlock("status", "local").code == 0
    assert states(airlock, "local") == {
        FIRST: {"local": "applied"},
        SECOND: {"local": "applied"},
    }


def test_a_file_that_fails_says_where_and_what_remains(airlock: Airlock, project: Path) -> None:
    migration(project, THIRD, "view", BROKEN)
    result = airlock("up")
    assert result.code == 1
    assert f"--> supabase/migrations/{THIRD}_view.sql:3:17" in result.out
    assert "(SQLSTATE 42P01)" in result.out
    assert "3 |   select * from public.itms;" in result.out
    assert "  |                 ^^^^" in result.out
    assert "local: 2 of 3 applied, then" in result.out
    assert states(airlock, "local")[THIRD] == {"local": "pending"}
    failure = airlock("up", "--format", "json").json["failure"]
    assert (failure["sqlstate"], failure["where"]["line"]) == ("42P01", 3)


def test_seeds_run_once_and_changed_ones_are_told(
    airlock: Airlock, project: Path, environments: Cluster
) -> None:
    seed = project / "supabase/seed.sql"
    seed.write_text("insert into public.items values (1, 'one');\n")
    assert "1 seed file new or changed (supabase/seed.sql): airlock up --seeds" in airlock("up").out
    assert "1 seed file run" in airlock("up", "--seeds").out
    assert "seed" not in airlock("up", "--seeds").out
    seed.write_text("insert into public.items values (2, 'two');\n")
    assert "1 seed file changed: supabase/seed.sql" in airlock("status", "local").out
    airlock("up", "--seeds")
    with open_database(environments, project, "local") as session:
        assert session.fetch("select id from public.items order by 1") == [(1,), (2,)]
    seed.write_text("insert into public.items values (2, 'two');\n-- again\n")
    failed = airlock("up", "--seeds")
    assert failed.code == 1
    assert "every migration is applied, then supabase/seed.sql failed" in failed.out


# deploy --------------------------------------------------------------------------------------


def test_a_database_that_appears_meanwhile_is_proved_in_its_own_order(
    airlock: Airlock, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was proved before it was there is another order."""
    (root / "airlock.toml").write_text("[environments.staging]\n")
    migration(root, SECOND, "later", "create table if not exists public.items ();\n")
    assert airlock("deploy", "staging").code == 0
    migration(root, FIRST, "earlier", "create table public.items ();\n")
    with monkeypatch.context() as patch:
        patch.setattr(Workspace, "existing", frozenset())
        result = airlock("deploy", "staging", "--include-out-of-order")
    assert result.code == 1
    assert "staging is as it was" in result.out
    assert "fails on a throw-away database" in result.out


def test_deploy_proves_and_applies(airlock: Airlock, project: Path) -> None:
    result = airlock("deploy", "staging", "--format", "json")
    assert result.code == 0, result.err
    report = result.json
    assert report["created"] is True
    assert [file["how"] for file in report["applied"]] == ["transaction", "segments"]
    assert report["proof"]["on_record"] is False
    assert "staging is up to date: 2 applied" in airlock("deploy", "staging").out
    assert states(airlock, "staging")[SECOND] == {"staging": "applied"}


def test_a_proof_is_kept(airlock: Airlock, project: Path) -> None:
    assert airlock("check", "--no-rules").code == 0
    assert airlock("deploy", "staging", "--format", "json").json["proof"]["on_record"] is True


def test_a_dry_run_says_how_and_changes_nothing(airlock: Airlock, project: Path) -> None:
    result = airlock("deploy", "staging", "--dry-run")
    assert result.code == 0
    assert f"+ supabase/migrations/{FIRST}_items.sql  one transaction" in result.out
    assert "by itself: CREATE INDEX" in result.out
    assert "staging: 2 migrations would run, proved" in result.out
    assert "not created yet" in airlock("status", "staging").out


def test_what_fails_the_proof_reaches_no_environment(airlock: Airlock, project: Path) -> None:
    airlock("deploy", "staging")
    migration(project, THIRD, "view", BROKEN)
    result = airlock("deploy", "staging")
    assert result.code == 1
    assert "staging is as it was" in result.out
    assert "fails on a throw-away database" in result.out
    assert states(airlock, "staging")[THIRD] == {"staging": "pending"}


def test_what_fails_the_proof_creates_no_environment(airlock: Airlock, project: Path) -> None:
    migration(project, THIRD, "view", BROKEN)
    report = airlock("deploy", "staging", "--format", "json").json
    assert (report["created"], report["failed_in"], len(report["pending"])) == (False, "proof", 3)
    assert "not created yet" in airlock("status", "staging").out


def test_without_proof_the_environment_itself_refuses(airlock: Airlock, project: Path) -> None:
    migration(project, THIRD, "view", BROKEN)
    result = airlock("deploy", "staging", "--no-proof")
    assert result.code == 1
    assert "staging: 2 of 3 applied, then" in result.out


@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--no-proof"]])
def test_a_protected_environment_is_refused(
    airlock: Airlock, project: Path, more: list[str]
) -> None:
    result = airlock("deploy", "production", *more)
    assert result.code == 3
    assert result.err.startswith("error[protected]: production is protected")
    assert "Nothing was changed" in result.err
    assert "not created yet" in airlock("status", "production").out


def test_a_local_that_is_protected_is_refused(airlock: Airlock, project: Path) -> None:
    (project / "airlock.toml").write_text("[environments.local]\nprotected = true\n")
    assert airlock("up").code == 3
    assert airlock("reset").code == 3


def test_an_edited_file_is_refused_and_a_restyled_one_is_not(
    airlock: Airlock, project: Path
) -> None:
    airlock("deploy", "staging")
    migration(project, FIRST, "items", "-- why\n" + TABLE.upper().lower())
    assert states(airlock, "staging")[FIRST] == {"staging": "restyled"}
    restyled = airlock("deploy", "staging")
    assert restyled.code == 0
    assert "warning[history-restyled]" in restyled.out
    migration(project, FIRST, "items", TABLE.replace("name text", "name text not null"))
    assert states(airlock, "staging")[FIRST] == {"staging": "edited"}
    edited = airlock("deploy", "staging")
    assert edited.code == 3
    assert "error[history-edited]" in edited.err
    assert "airlock new NAME" in edited.err
    found = airlock("deploy", "staging", "--format", "json").json["error"]["findings"]
    assert [finding["code"] for finding in found] == ["history-edited"]


def test_an_edited_file_leads_to_a_rebuild_of_local(airlock: Airlock, project: Path) -> None:
    airlock("up")
    migration(project, FIRST, "items", TABLE.replace("name text", "name text not null"))
    refused = airlock("up")
    assert refused.code == 3
    assert refused.err.splitlines()[-1].endswith("airlock reset")
    assert airlock("reset").code == 0
    assert airlock("status", "local").code == 0


def test_an_older_file_is_refused_unless_asked_for(airlock: Airlock, project: Path) -> None:
    airlock("deploy", "staging")
    migration(project, "20240101000000", "late", "create table public.late (id int);\n")
    assert airlock("deploy", "staging").code == 3
    assert states(airlock, "staging")["20240101000000"] == {"staging": "out of order"}
    assert airlock("deploy", "staging", "--include-out-of-order").code == 0
    assert airlock("status", "staging").code == 0


def test_a_missing_file_is_refused(airlock: Airlock, project: Path) -> None:
    airlock("deploy", "staging")
    (project / f"supabase/migrations/{SECOND}_index.sql").unlink()
    assert states(airlock, "staging")[SECOND] == {"staging": "missing"}
    assert "error[history-missing]" in airlock("deploy", "staging").err


def test_an_environment_with_a_url(
    airlock: Airlock,
    project: Path,
    environments: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A database that Airlock reaches by URL, though it lies on the same machine."""
    airlock("-C", str(project), "up")
    url = airlock("db", "url", "local").out.strip()
    assert environments.password in url
    (project / "airlock.toml").write_text("[environments.staging]\nurl = { env = 'STAGING' }\n")
    unset = airlock("status", "staging")
    assert unset.code == 1
    assert "the variable STAGING is not set" in unset.out
    assert airlock("deploy", "staging").code == 2
    monkeypatch.setenv("STAGING", url)
    migration(project, THIRD, "more", "alter table public.items add column more text;\n")
    results = [airlock("deploy", "staging"), airlock("status"), airlock("doctor", "staging")]
    assert [result.code for result in results] == [0, 0, 0]
    assert "1 migration applied" in results[0].out
    assert not any(environments.password in result.out + result.err for result in results)
    refused = airlock("db", "url", "staging")
    assert refused.code == 2
    assert environments.password not in refused.err


def test_a_database_that_does_not_answer_is_a_column_of_its_own(
    airlock: Airlock, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGING", "postgresql://me:c4nary-passw0rd@127.0.0.1:1/app")
    (project / "airlock.toml").write_text("[environments.staging]\nurl = { env = 'STAGING' }\n")
    airlock("up")
    result = airlock("status")
    assert result.code == 1
    assert "? unknown" in result.out
    assert "unreachable" in result.out
    assert airlock("deploy", "staging").code == 2
    assert airlock("check", "--no-rules").code == 0
    assert airlock("doctor", "staging").code == 1


def test_a_malformed_url_is_one_error(
    airlock: Airlock, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGING", "postgresql://me:c4nary-passw0rd%zz@h/app")
    (project / "airlock.toml").write_text("[environments.staging]\nurl = { env = 'STAGING' }\n")
    for command in (["status"], ["deploy", "staging"], ["check"], ["config", "show"]):
        result = airlock(*command)
        assert result.code == 2, command
        assert "environment variable STAGING" in result.err
        assert "percent-escape" in result.err


# reset ---------------------------------------------------------------------------------------


def test_reset_rebuilds_and_seeds(airlock: Airlock, project: Path, environments: Cluster) -> None:
    (project / "supabase/seed.sql").write_text("insert into public.items values (1, 'one');\n")
    airlock("up")
    with open_database(environments, project, "local") as session:
        session.execute("create table public.scratch (id int)")
    result = airlock("reset")
    assert result.code == 0, result.err
    assert "local rebuilt from 2 migrations" in result.out
    assert "1 seed file run" in result.out
    with open_database(environments, project, "local") as session:
        assert session.fetch("select to_regclass('public.scratch')") == [(None,)]
        assert session.fetch("select count(*) from public.items") == [(1,)]
    assert "seed" not in airlock("reset", "--no-seeds").out


def test_a_reset_that_fails_leaves_the_old_database(
    airlock: Airlock, project: Path, environments: Cluster
) -> None:
    airlock("up")
    with open_database(environments, project, "local") as session:
        session.execute("insert into public.items values (7, 'kept')")
    migration(project, THIRD, "view", BROKEN)
    result = airlock("reset")
    assert result.code == 1
    assert "local is as it was" in result.out
    with open_database(environments, project, "local") as session:
        assert session.fetch("select id from public.items") == [(7,)]


def test_a_seed_that_fails_leaves_the_old_database(
    airlock: Airlock, project: Path, environments: Cluster
) -> None:
    airlock("up")
    with open_database(environments, project, "local") as session:
        session.execute("insert into public.items values (7, 'kept')")
    (project / "supabase/seed.sql").write_text("insert into public.items values (1, 'one'), (1);\n")
    result = airlock("reset")
    assert result.code == 1
    assert "local is as it was: supabase/seed.sql failed" in result.out
    with open_database(environments, project, "local") as session:
        assert session.fetch("select id from public.items") == [(7,)]


def test_reset_refuses_a_local_with_a_url(airlock: Airlock, project: Path) -> None:
    (project / "airlock.toml").write_text(
        "[environments.local]\nurl = 'postgresql://me@127.0.0.1:1/app'\n"
    )
    result = airlock("reset")
    assert result.code == 3
    assert "error[not-embedded]" in result.err


# check ---------------------------------------------------------------------------------------


def test_check_replays_and_remembers(airlock: Airlock, project: Path) -> None:
    first = airlock("check", "--no-rules")
    assert first.code == 0, first.out + first.err
    assert "2 migrations replayed in" in first.out
    assert "no findings" in first.out
    assert airlock("check", "--no-rules", "--format", "json").json["restored"] == 2


def test_check_shows_the_failure_and_exits_with_1(airlock: Airlock, project: Path) -> None:
    migration(project, THIRD, "view", BROKEN)
    result = airlock("check", "--no-rules")
    assert result.code == 1
    assert f"--> supabase/migrations/{THIRD}_view.sql:3:17" in result.out
    assert "1 error, 0 warnings" in result.out


def test_check_replays_in_the_order_of_an_environment(airlock: Airlock, project: Path) -> None:
    """A file that is older than those applied runs after them there."""
    airlock("deploy", "staging")
    late = "20240101000000"
    migration(project, late, "late", "create table public.late (id int);\n")
    report = airlock("check", "--no-rules", "--format", "json").json
    assert report["found"] is False
    assert [finding["code"] for finding in report["findings"]] == ["history-out-of-order"]
    staging = {each["name"]: each for each in report["environments"]}["staging"]
    assert (staging["pending"], staging["replayed"]) == (1, True)
    migration(project, late, "late", "create table public.items (id int);\n")
    result = airlock("check", "--no-rules")
    assert result.code == 1
    assert f"✗ supabase/migrations/{FIRST}_items.sql failed" in result.out
    assert f"✗ staging     1 pending: supabase/migrations/{late}_late.sql fails there" in result.out
    assert "2 errors, 1 warning" in result.out


def test_check_says_where_a_file_fails_that_is_pending(airlock: Airlock, project: Path) -> None:
    airlock("deploy", "staging")
    migration(project, THIRD, "view", BROKEN)
    result = airlock("check", "--no-rules")
    assert result.out.count("(SQLSTATE 42P01)") == 1
    assert f"✗ staging     1 pending: supabase/migrations/{THIRD}_view.sql fails" in result.out


def test_check_finds_what_forbids_a_deployment(airlock: Airlock, project: Path) -> None:
    airlock("deploy", "staging")
    migration(project, FIRST, "items", TABLE.replace("name text", "name text not null"))
    result = airlock("check", "--no-rules")
    assert result.code == 1
    assert "error[history-edited]" in result.out
    assert "! staging     nothing pending, and 1 thing to mend before" in result.out


def test_check_names_what_it_passes_over(airlock: Airlock, project: Path) -> None:
    (project / "supabase/migrations/notes.sql").write_text("select 1;\n")
    result = airlock("check", "--no-rules")
    assert result.code == 0
    assert "warning[file-name]: supabase/migrations/notes.sql is passed over" in result.out


def test_stubbed_extensions_are_summed_up(airlock: Airlock, project: Path) -> None:
    migration(project, THIRD, "net", "create extension if not exists pg_net;\n")
    result = airlock("check", "--no-rules")
    assert result.code == 0, result.out
    assert "· stubbed: DDL is proved, behaviour is not: pg_net" in result.out


def test_another_major_is_a_warning_or_an_error(
    airlock: Airlock, project: Path, home: Home
) -> None:
    if any(build.major == 14 for build in available(home)):
        pytest.skip("a Postgres 14 is at hand")
    (project / "airlock.toml").write_text("[project]\npostgres = 14\n")
    result = airlock("check", "--no-rules")
    assert "warning[server-major]" in result.out
    assert "airlock db install 14" in result.out
    strict = airlock("check", "--no-rules", "--strict-major")
    assert strict.code == 2
    assert "airlock db install 14" in strict.err


def test_a_warning_about_a_file_that_is_applied_elsewhere_is_a_note(
    airlock: Airlock, project: Path
) -> None:
    migration(project, THIRD, "own", "begin;\ncreate table public.own (id int);\ncommit;\n")
    assert "0 errors, 1 warning, 0 notes" in airlock("check", "--no-rules").out
    airlock("up")
    assert "0 errors, 1 warning, 0 notes" in airlock("check", "--no-rules").out
    airlock("deploy", "staging")
    assert "0 errors, 0 warnings, 1 note" in airlock("check", "--no-rules").out


def test_a_server_of_another_major_than_the_proofs(
    airlock: Airlock, project: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = next((b.major for b in available(home) if b.major != 18), None)
    if other is None:
        pytest.skip("only one major of Postgres is at hand")
    airlock("up")
    monkeypatch.setenv("STAGING", airlock("db", "url").out.strip())
    (project / "airlock.toml").write_text(
        f"[project]\npostgres = {other}\n[environments.staging]\nurl = {{ env = 'STAGING' }}\n"
    )
    migration(project, THIRD, "more", "alter table public.items add column more text;\n")
    strict = airlock("deploy", "staging", "--strict-major")
    assert strict.code == 2
    assert f"staging is Postgres 18, the proof runs on {other}." in strict.err
    result = airlock("deploy", "staging")
    assert result.code == 0
    assert "warning[proof-major]" in result.out


def test_old_proofs_are_forgotten(
    airlock: Airlock, project: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airlock.app.proofs._KEPT", 1)
    airlock("check", "--no-rules")
    migration(project, THIRD, "third", "create table public.third (id int);\n")
    airlock("check", "--no-rules")
    assert len(list((home.path / "proofs").iterdir())) == 1
    assert airlock("deploy", "staging", "--format", "json").json["proof"]["on_record"] is True


def test_progress_is_live_on_a_terminal(project: Path, home: Home) -> None:
    terminal, theirs = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "airlock", "up"],
        cwd=project,
        env={"PATH": os.environ["PATH"], "AIRLOCK_HOME": str(home.path), "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # Linux says EIO where the other end is closed
        while part := os.read(terminal, 4096):
            said += part
    os.close(terminal)
    assert done.wait(timeout=30) == 0
    text = said.decode()
    assert "\r\x1b[K  \x1b[2m[1/2] " in text
    assert f"{SECOND}_index.sql" in text
    assert "local: created, 2 migrations applied" in text
