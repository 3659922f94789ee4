"""Values in the schema of a protected environment, through the command line."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from terminal import Airlock, migration

from airlock.app.workspace import database_name
from airlock.server.cluster import Cluster
from airlock.server.connect import connect
from airlock.server.home import Home
from airlock.sources.redaction import MARKER

Execute = Callable[[str], None]
CANARY = "canary-3f9c"
BY_HAND = f"""
alter table public.items alter note set default '{CANARY}-default';
comment on table public.items is '{CANARY}-comment';
alter table public.items add constraint kind_known check (kind in ('{CANARY}-a', 'b'));
create function public.token() returns text language plpgsql as $$
begin -- {CANARY}-in-a-body
  return '{CANARY}-token'; end $$;
"""
RICH = """
create type public.state as enum ('open', 'closed');
create table public.items (
  id bigint generated always as identity primary key,
  kind text not null default 'plain' check (kind <> 'none'),
  note text,
  state public.state not null default 'open',
  big bigint not null default 1,
  huge bigint default 123456789,
  due interval not null default interval '36 hours',
  made timestamptz not null default now() - interval '90 minutes',
  day date default date '2024-1-5',
  facts jsonb not null default '{"a":1,  "b":[2]}',
  code varchar(10) check (code in ('x1', 'x2')),
  amount numeric check (amount < 1e7)
);
create table public.parts (id serial, day timestamptz not null) partition by range (day);
create table public.parts_2024 partition of public.parts
  for values from ('2024-01-01') to ('2025-01-01');
create index items_note on public.items (lower(note)) where note like '%needle%';
alter table public.items enable row level security;
create policy own on public.items using (kind = 'plain' or (select auth.role()) = 'service_role');
create function public.hello(name text default 'you') returns text language plpgsql
  set search_path = '' as $$
begin
  /* says hello */
  return format('hello %s, it is %s', name, to_char(now(), 'HH24:MI'));
end $$;
create view public.plain as select id, 'x: ' || note as note from public.items where big > 1000000;
comment on table public.items is 'What is for sale: it''s all here';
create procedure public.configured() language sql set work_mem = '64MB' set timezone = 'UTC' as '';
"""


@pytest.fixture
def project(airlock: Airlock, root: Path) -> Path:
    """A project that is deployed."""
    (root / "airlock.toml").write_text("[environments.staging]\n")
    migration(root, "20250101000000", "items", RICH)
    done = airlock("deploy", "staging")
    assert done.code == 0, done
    return root


@pytest.fixture
def execute(project: Path, environments: Cluster) -> Execute:
    """Run SQL in what is production, behind everybody's back."""

    def run(sql: str) -> None:
        with connect(environments.address(database_name(project, "staging"))) as session:
            session.execute(sql)

    return run


@pytest.fixture
def production(
    airlock: Airlock, project: Path, environments: Cluster, execute: Execute
) -> Iterator[Path]:
    """The same database as a protected environment, looked at by an inspector."""
    address = environments.address(database_name(project, "staging"))
    url = address.url
    for login in ("://supabase_admin@", "://supabase_admin:"):
        url = url.replace(login, login.replace("supabase_admin", "redaction_inspector"), 1)
    (project / "airlock.toml").write_text(
        f"[environments.production]\ninspect_url = {json.dumps(url)}\n"
    )
    execute(airlock("doctor", "production", "--grants").out)
    yield project
    with connect(address, acting=False) as session:
        for role in ("redaction_inspector", "airlock_deployer", "airlock_backup"):
            session.execute(f"drop owned by {role} cascade; drop role {role}")


def test_a_deployed_project_is_its_production(airlock: Airlock, production: Path) -> None:
    """Postgres prints most of these values otherwise than the file writes them."""
    result = airlock("diff", "production", "migrations", "--format", "json")
    assert (result.code, result.json["changes"]) == (0, []), result.out
    assert result.json["findings"] == []
    assert result.json["old"]["fingerprint"] == result.json["new"]["fingerprint"]
    text = airlock("snapshot", "production").out
    assert not MARKER.search(text)
    for known in ("36:00:00", "123456789", "2024-01-05", "%needle%", "hello %s"):
        assert known in text, known
    assert airlock("plan", "production").code == 0
    assert airlock("pull", "production").code == 0


def test_what_was_done_by_hand_is_seen_and_not_shown(
    airlock: Airlock, production: Path, execute: Execute, home: Home
) -> None:
    execute(BY_HAND)
    migration(production, "20250102000000", "more", "create table public.more (id int);\n")
    outputs = {}
    for command in (
        ("diff", "production", "migrations"),
        ("diff", "migrations", "production", "--format", "json"),
        ("diff", "migrations", "production", "--format", "sql"),
        ("diff", "migrations", "production", "--format", "markdown", "--no-prove"),
        ("snapshot", "production"),
        ("snapshot", "production", "-o", "production.json"),
        ("plan", "production", "-o", "plan.json", "--format", "json"),
        ("pull", "production", "--name", "by_hand"),
        ("status", "production"),
        ("check",),
    ):
        result = airlock(*command)
        outputs[command] = result
        assert CANARY not in result.out + result.err, command
    for path in production.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    for path in home.path.glob("*.json"):
        assert CANARY.encode() not in path.read_bytes(), path

    changes = outputs["diff", "migrations", "production", "--format", "json"].json
    named = {each["name"] for each in changes["changes"]}
    assert {"public.items.note", "of table public.items", "public.items.kind_known"} <= named
    assert "values-hidden" in {each["code"] for each in changes["findings"]}
    assert changes["proof"]["converged"], changes["proof"]
    assert any("hides: its copy has marks" in each for each in changes["proof"]["not_covered"])
    assert (
        "values in 4 objects of production are hidden"
        in outputs["snapshot", "production", "-o", "production.json"].out
    )
    assert "plan-drift" in outputs["plan", "production", "-o", "plan.json", "--format", "json"].out


def test_pull_writes_marks_that_check_refuses(
    airlock: Airlock, production: Path, execute: Execute
) -> None:
    execute(BY_HAND)
    result = airlock("pull", "production", "--name", "by_hand")
    assert result.code == 0, result
    assert "hidden in what is pulled from production: the file holds marks" in result.out
    (path,) = (production / "supabase/migrations").glob("*_by_hand.sql")
    assert len(set(MARKER.findall(path.read_text()))) >= 5
    checked = airlock("check", "--format", "json")
    assert checked.code == 1, checked.out
    (found,) = (f for f in checked.json["findings"] if f["code"] == "file-hidden-value")
    assert found["level"] == "error"


def test_a_schema_that_cannot_be_made_again_is_not_proved(
    airlock: Airlock, production: Path, execute: Execute
) -> None:
    execute(
        "create table public.parts_2025 partition of public.parts"
        " for values from ('2025-02-03') to ('2026-02-03');"
        "alter table public.items alter huge set default 987654321"
    )
    result = airlock("diff", "migrations", "production", "--format", "json")
    assert result.code == 1, result
    assert result.json["proof"] is None
    assert {each["code"] for each in result.json["findings"]} == {
        "unproved-hidden",
        "values-hidden",
    }
    assert "987654321" not in result.out
    assert "2025-02-03" not in result.out
    migration(production, "20250102000000", "more", "create table public.more (id int);\n")
    plan = airlock("plan", "production", "--format", "json")
    assert plan.code == 1, plan
    assert "unproved-hidden" in plan.out
    assert "987654321" not in plan.out


def test_a_role_that_cannot_be_made_again_is_no_reason_to_stop(
    airlock: Airlock, production: Path, execute: Execute, environments: Cluster
) -> None:
    address = environments.address(database_name(production, "staging"))
    with connect(address, acting=False) as session:
        session.execute(
            "create role redaction_reporter; grant select on public.items to redaction_reporter;"
            "alter role redaction_reporter set datestyle = 'German'"
        )
    try:
        result = airlock("diff", "production", "migrations", "--format", "json")
        assert "unproved-hidden" in {each["code"] for each in result.json["findings"]}, result
        assert "German" not in result.out
    finally:
        with connect(address, acting=False) as session:
            session.execute("drop owned by redaction_reporter; drop role redaction_reporter")


def test_drift_of_a_hidden_value_is_seen(
    airlock: Airlock, production: Path, execute: Execute
) -> None:
    execute(BY_HAND)
    assert airlock("snapshot", "production", "-o", "before.json").code == 0
    assert airlock("diff", "snapshot:before.json", "production", "--no-prove").code == 0
    execute(f"alter table public.items alter note set default '{CANARY}-other'")
    result = airlock("diff", "snapshot:before.json", "production", "--no-prove", "--format", "json")
    assert [each["name"] for each in result.json["changes"]] == ["public.items.note"]
    assert CANARY not in result.out


def test_what_a_project_learns_later_is_no_drift(
    airlock: Airlock, production: Path, execute: Execute
) -> None:
    execute(BY_HAND)
    assert airlock("snapshot", "production", "-o", "before.json").code == 0
    migration(production, "20250102000000", "by_hand", BY_HAND)
    assert airlock("diff", "snapshot:before.json", "production", "--no-prove").code == 0
    shown = airlock("snapshot", "production").out
    assert CANARY in shown
    assert not MARKER.search(shown)


def test_the_key_is_kept(
    airlock: Airlock,
    production: Path,
    execute: Execute,
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    execute(BY_HAND)
    first = airlock("snapshot", "production").out
    assert airlock("snapshot", "production").out == first
    key = home.path / "redaction.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text().strip() not in first
    monkeypatch.setenv("AIRLOCK_REDACTION_KEY", "k" * 32)
    other = airlock("snapshot", "production").out
    assert other != first
    assert not set(MARKER.findall(other)) & set(MARKER.findall(first))
    monkeypatch.setenv("AIRLOCK_REDACTION_KEY", "short")
    result = airlock("snapshot", "production")
    assert result.code == 2
    assert "fewer than 32 characters" in result.err


def test_a_project_that_does_not_run_hides_more(airlock: Airlock, production: Path) -> None:
    migration(production, "20250102000000", "broken", "select 1 from nowhere;\n")
    assert airlock("snapshot", "production").code == 0
    assert not MARKER.search(airlock("snapshot", "production").out)


def test_a_url_to_production_is_no_way_around(
    airlock: Airlock, production: Path, execute: Execute
) -> None:
    execute(BY_HAND)
    url = (production / "airlock.toml").read_text().split('"')[1]
    result = airlock("snapshot", url)
    assert result.code == 0, result
    assert CANARY not in result.out
    assert MARKER.search(result.out)
