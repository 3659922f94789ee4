from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from airlock.errors import ConnectionFailed, ServerError
from airlock.server.address import Address
from airlock.server.builds import Build
from airlock.server.connect import connect
from airlock.server.dump import DumpFailed, dump, dump_roles, dumper, restore
from airlock.server.home import Home
from makers import as_elsewhere

SCHEMA = """
    create table public.notes (id bigint generated always as identity primary key, body text);
    create function public.shout(t text) returns text language sql as $$ select upper(t) $$;
    create view public.loud as select public.shout(body) as body from public.notes;
    alter table public.notes enable row level security;
"""


def with_schema(address: Address, sql: str = SCHEMA) -> Address:
    with connect(address) as session:
        session.execute(sql)
    return address


# Dumping


def test_a_dump_holds_the_schema_and_no_rows(empty_database: Address, build: Build) -> None:
    with_schema(empty_database, SCHEMA + "insert into public.notes (body) values ('a secret')")
    text = dump(empty_database, build=build)
    assert "CREATE TABLE public.notes" in text
    assert "secret" not in text


def test_what_pg_dump_takes_for_granted_is_said(empty_database: Address, build: Build) -> None:
    assert "DROP SCHEMA public;" not in dump(empty_database, build=build)
    with connect(empty_database, acting=False) as session:
        session.execute("drop schema public")
    assert dump(empty_database, build=build).startswith("DROP SCHEMA public;")


def test_the_platforms_rights_are_used_on_its_own_server(
    empty_database: Address, build: Build
) -> None:
    with connect(empty_database, acting=False) as session:
        session.execute("create table hidden (a int); revoke all on hidden from public, postgres")
    as_postgres = replace(
        empty_database, url=empty_database.url.replace("//supabase_admin@", "//postgres@")
    )
    with connect(as_postgres) as session:
        assert session.fetch("select current_user") == [("postgres",)]
    assert "hidden" in dump(empty_database, build=build)


def test_a_table_that_may_not_be_read_is_named(empty_database: Address, build: Build) -> None:
    with connect(empty_database, acting=False) as session:
        session.execute("create table hidden (a int)")
    address = as_elsewhere(empty_database)
    stranger = replace(address, url=address.url.replace("//postgres@", "//authenticator@"))
    with pytest.raises(DumpFailed, match=r"may not read it .*hidden") as caught:
        dump(stranger, build=build)
    assert "SELECT" in (caught.value.hint or "")


def test_a_password_is_in_the_environment_alone(
    empty_database: Address, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        seen["command"], seen["env"] = command, options["env"]
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setattr(subprocess, "run", run)
    url = empty_database.url.replace("//supabase_admin@", "//supabase_admin:s3cr%2Ft@")
    dump(replace(empty_database, url=url + "&keepalives_idle=7"), build=build)
    assert seen["env"]["PGPASSWORD"] == "s3cr/t"
    assert seen["env"]["PGHOST"].startswith("/")
    assert "s3cr" not in " ".join(seen["command"])
    assert "--dbname=keepalives_idle='7'" in seen["command"]


def test_a_secret_that_has_no_variable_is_refused(empty_database: Address, build: Build) -> None:
    address = replace(empty_database, url=empty_database.url + "&sslpassword=hush")
    with pytest.raises(DumpFailed, match="sslpassword") as caught:
        dump(address, build=build)
    assert "hush" not in str(caught.value)


@pytest.fixture
def saying(tmp_path: Path, build: Build) -> Callable[[str], Build]:
    """A build whose pg_dump says something and fails."""

    def make(text: str) -> Build:
        program = tmp_path / "pg_dump"
        program.write_text(f"#!/bin/sh\necho '{text}' >&2\nexit 1\n")
        program.chmod(0o755)
        return replace(build, bindir=tmp_path)

    return make


def test_secrets_in_what_the_program_says_are_hidden(
    empty_database: Address, saying: Callable[[str], Build]
) -> None:
    url = empty_database.url.replace("//supabase_admin@", "//supabase_admin:s3cret@")
    with pytest.raises(DumpFailed) as caught:
        dump(replace(empty_database, url=url), build=saying("pg_dump: error: no s3cret here"))
    assert "no … here" in str(caught.value)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("pg_dump: error: could not obtain lock on relation x", "locked by somebody else"),
        ("pg_dump: error: aborting because of server version mismatch", "older than the server"),
        ("something else", "failed .something else."),
    ],
)
def test_a_failure_says_why(
    empty_database: Address, saying: Callable[[str], Build], said: str, told: str
) -> None:
    with pytest.raises(DumpFailed, match=told):
        dump(empty_database, build=saying(said))


def test_a_program_that_is_missing_is_named(
    empty_database: Address, build: Build, tmp_path: Path
) -> None:
    with pytest.raises(DumpFailed, match="cannot be started"):
        dump(empty_database, build=replace(build, bindir=tmp_path))


def test_an_older_pg_dump_is_refused_before_it_runs(empty_database: Address, build: Build) -> None:
    with pytest.raises(DumpFailed, match=r"pg_dump 15\.1 cannot read") as caught:
        dump(empty_database, build=replace(build, major=15, version="15.1"))
    assert caught.value.hint == f"airlock db install {build.major}"


def test_a_database_that_is_not_there(empty_database: Address, build: Build) -> None:
    url = empty_database.url.replace("/empty_", "/gone_")
    with pytest.raises(ConnectionFailed, match="does not exist"):
        dump(replace(empty_database, url=url), build=build)


def test_the_dumper_is_the_oldest_that_can(home: Home, build: Build) -> None:
    assert dumper(build.major, home=home).major == build.major
    assert dumper(14, home=home, path=os.devnull).major >= 14
    with pytest.raises(ServerError, match="no pg_dump at hand reads Postgres 99"):
        dumper(99, home=home)


def test_roles_are_dumped_without_passwords(empty_database: Address, build: Build) -> None:
    text = dump_roles(empty_database, build=build)
    assert "CREATE ROLE authenticated;" in text
    assert "PASSWORD" not in text


# Loading


def test_a_dump_loads_and_is_the_same_then(
    empty_database: Address, supabase_database: Address, build: Build
) -> None:
    with_schema(supabase_database)
    text = dump(supabase_database, build=build)
    restore(text, empty_database)
    assert _body(dump(empty_database, build=build)) == _body(text)


def test_no_schema_public_is_restored(empty_database: Address, build: Build) -> None:
    restore("DROP SCHEMA public;\n\nCREATE SCHEMA app;\n", empty_database)
    assert dump(empty_database, build=build).startswith("DROP SCHEMA public;")


def test_settings_that_a_server_does_not_know_are_left_out(empty_database: Address) -> None:
    header = "SET statement_timeout = 0;\nSET of_the_future = 0;\n"
    body = "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$\nSELECT 'x'\n$$;\n"
    restore(header + "\n--\n-- Name: f; Type: FUNCTION\n--\n\n" + body, empty_database)
    with connect(empty_database) as session:
        assert session.fetch("select f()") == [("x",)]


def test_a_dump_that_does_not_load_leaves_nothing(empty_database: Address) -> None:
    with pytest.raises(DumpFailed, match='role "nobody_here" does not exist'):
        restore(
            "CREATE TABLE public.t (a int);\nALTER TABLE public.t OWNER TO nobody_here;\n",
            empty_database,
        )
    with connect(empty_database) as session:
        assert session.fetch("select to_regclass('public.t')") == [(None,)]


def test_the_line_that_does_not_parse_is_shown(empty_database: Address) -> None:
    with pytest.raises(DumpFailed, match="at: CREATE TABEL t"):
        restore("CREATE SCHEMA a;\nCREATE TABEL t (a int);\n", empty_database)


def _body(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("\\")]
