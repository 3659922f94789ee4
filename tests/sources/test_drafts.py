from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from airlock.errors import UsageError
from airlock.model.migration import Layout, Project
from airlock.model.script import Running
from airlock.server.address import Address
from airlock.server.connect import Session, connect
from airlock.server.statements import Runner
from airlock.sources.drafts import TEMPLATES, Template, draft, file_name, partner, snake
from airlock.sources.project import read_project
from airlock.sources.sqltext import cut

NOW = datetime(2026, 11, 22, 10, 30, 0, tzinfo=UTC)
DAY = date(2026, 1, 6)


def text(template: Template, name: str, layout: Layout = Layout.SUPABASE) -> str:
    return draft(template, name=name, purpose=None, author=None, date=DAY, layout=layout)


# ------------------------------------------------------------------------------------- the name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("add_user_phone", "add_user_phone"),
        ("Add user phone", "add_user_phone"),
        ("  Add  user-phone! ", "add_user_phone"),
        ("addUserPhone", "add_user_phone"),
        ("Größe ändern", "grosse_andern"),
        ("add_phone.sql", "add_phone"),
        ("2fa codes", "2fa_codes"),
        ("x" * 200, "x" * 200),
        ("..", None),
        ("../x", None),
        ("a/b", None),
        ("a\\b", None),
        ("/etc/passwd", None),
        ("", None),
        ("   ", None),
        ("a\0b", None),
        ("a\nb", None),
        ("x" * 201, None),
        ("日本", None),
        ("'; --", None),
    ],
)
def test_names(name: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(UsageError) as caught:
            snake(name)
        assert "add_user_phone" in str(caught.value.hint)
    else:
        assert snake(name) == expected


def project(root: Path, layout: Layout, names: Sequence[str]) -> Project:
    folder = root / "db"
    folder.mkdir()
    for name in names:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return read_project(root, layout=layout, folder="db")


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ([], "20261122103000_x.sql"),
        (["20240101000000_a.sql", "00001_b.sql"], "20261122103000_x.sql"),
        (["20261122103000_a.sql"], "20261122103001_x.sql"),
        (["20261231235959_a.sql"], "20270101000000_x.sql"),
        (["20269999999999_a.sql"], "20270000000000_x.sql"),
        (["9_a.sql"], "90_x.sql"),
        (["99999999999999_a.sql"], "999999999999990_x.sql"),
    ],
)
def test_supabase_file_names(tmp_path: Path, existing: list[str], expected: str) -> None:
    found = project(tmp_path, Layout.SUPABASE, existing)
    assert file_name(found, "X", NOW) == expected
    assert all(m.version < expected.partition("_")[0] for m in found.migrations)
    assert partner(expected) is None


def test_the_time_is_in_utc(tmp_path: Path) -> None:
    here = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    found = project(tmp_path, Layout.SUPABASE, [])
    assert file_name(found, "x", here) == "20261122103000_x.sql"


@pytest.mark.parametrize(
    ("existing", "expected", "undoes"),
    [
        ([], "001_x.sql", None),
        (["001_a.sql", "009_b.sql"], "010_x.sql", None),
        (["1-a.sql", "99-b.sql"], "100-x.sql", None),
        (["0001_a.up.sql", "0001_a.down.sql"], "0002_x.up.sql", "0002_x.down.sql"),
        (["V0026.Name.up.sql"], "V0027.x.up.sql", "V0027.x.down.sql"),
        (["V1__a.sql", "V1.2__b.sql"], "V2__x.sql", None),
        (["001_a/up.sql", "001_a/down.sql"], "002_x/up.sql", "002_x/down.sql"),
        (["20240101000000_a/migration.sql"], "20261122103000_x/migration.sql", None),
        (["20240101000000_a.sql"], "20261122103000_x.sql", None),
        (["20261122103000_a.sql"], "20261122103001_x.sql", None),
        (
            ["2024-01-31-120000_a/up.sql"],
            "2026-11-22-103000_x/up.sql",
            "2026-11-22-103000_x/down.sql",
        ),
        (["1700000000_a.up.sql"], "1795343400_x.up.sql", "1795343400_x.down.sql"),
        (["9000000000_a.sql"], "9000000001_x.sql", None),
        (["20240101_a.sql"], "20240102_x.sql", None),
    ],
)
def test_plain_file_names(
    tmp_path: Path, existing: list[str], expected: str, undoes: str | None
) -> None:
    found = project(tmp_path, Layout.PLAIN, existing)
    assert file_name(found, "X", NOW) == expected
    assert partner(expected) == undoes
    for path in filter(None, (expected, undoes)):
        (tmp_path / "db" / path).parent.mkdir(exist_ok=True)
        (tmp_path / "db" / path).touch()
    newest = read_project(tmp_path, layout=Layout.PLAIN, folder="db").migrations[-1]
    assert newest.path == f"db/{expected}"
    assert newest.rollback == (f"db/{undoes}" if undoes else None)


# ------------------------------------------------------------------------------------- the text


def test_the_header() -> None:
    full = draft(
        Template.EMPTY,
        name="Add user phone",
        purpose="Call people\nback; drop table users; --",
        author="Ada\0 Lovelace",
        date=DAY,
        layout=Layout.SUPABASE,
    )
    assert full.splitlines()[:6] == [
        "-- ==========================================",
        "-- Migration: Add user phone",
        "-- Purpose: Call people back; drop table users; --",
        "-- Author: Ada Lovelace",
        "-- Date: 06-Jan-2026",
        "-- ==========================================",
    ]
    assert "Author" not in text(Template.EMPTY, "x")
    assert cut("x", full).statements == ()


@pytest.mark.parametrize(
    ("template", "name", "expected"),
    [
        (Template.TABLE, "create_orders", "table if not exists public.orders ("),
        (Template.TABLE, "add_new_orders_table", "table if not exists public.orders ("),
        (Template.TABLE, "create_2fa_codes", 'table if not exists public."2fa_codes" ('),
        (Template.COLUMN, "add_phone_to_users", "public.users add column if not exists phone text"),
        (Template.COLUMN, "add_order_to_users", 'add column if not exists "order" text'),
        (
            Template.COLUMN,
            "add_user_phone",
            "public.your_table add column if not exists user_phone",
        ),
        (Template.INDEX, "index_orders_on_city", "idx_orders_city on public.orders (city)"),
        (Template.INDEX, "speed_up", "on public.your_table (your_column)"),
        (Template.POLICY, "add_select_policy_to_orders", '"orders_select_policy" on public.orders'),
        (Template.POLICY, "owners_only", '"your_table_owners_only_policy" on public.your_table'),
        (Template.FUNCTION, "calculate_metrics_function", "function public.calculate_metrics()"),
        (Template.ENUM, "create_order_status_enum", "type public.order_status as enum"),
    ],
)
def test_names_are_taken_from_the_name(template: Template, name: str, expected: str) -> None:
    assert expected in " ".join(text(template, name).split())


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("layout", Layout)
def test_every_mark_is_filled(template: Template, layout: Layout) -> None:
    found = text(template, "add_x_to_y", layout)
    assert "{{" not in found
    assert found.endswith("\n")
    assert not found.endswith("\n\n")
    assert all(statement.tag for statement in cut("x", found).statements)


def test_an_index_stands_alone_in_its_file() -> None:
    (statement,) = cut("x", text(Template.INDEX, "index_a_on_b")).statements
    assert statement.running is Running.ALONE


def test_plain_postgres_has_no_roles_of_supabase() -> None:
    for template in TEMPLATES:
        found = text(template, "add_x_to_y", Layout.PLAIN)
        assert not any(word in found for word in ("authenticated", "service_role", "auth.uid() ="))


RUNS = {
    Template.TABLE: "create_orders",
    Template.COLUMN: "add_phone_to_things",
    Template.INDEX: "index_things_on_name",
    Template.POLICY: "add_select_policy_to_things",
    Template.FUNCTION: "calculate_metrics",
    Template.ENUM: "create_order_status",
    Template.EMPTY: "nothing",
}
THINGS = "create table public.things (id int, name text, user_id uuid)"


def run_twice(session: Session, layout: Layout) -> None:
    session.execute(THINGS)
    runner = Runner(session)
    for _ in range(2):
        for template in TEMPLATES:
            found = runner.run(cut("x.sql", text(template, RUNS[template], layout)))
            assert found.findings == (), template


def test_every_template_runs_twice_on_supabase(supabase_database: Address) -> None:
    with connect(supabase_database) as session:
        run_twice(session, Layout.SUPABASE)
        secured = session.fetch(
            "select relrowsecurity from pg_class where relname in ('orders', 'things')"
        )
        assert secured == [(True,), (True,)]
        granted = session.fetch(
            "select has_table_privilege('authenticated', 'orders', 'select'), "
            "has_table_privilege('anon', 'orders', 'select'), "
            "has_table_privilege('service_role', 'orders', 'insert'), "
            "has_function_privilege('anon', 'calculate_metrics()', 'execute'), "
            "has_function_privilege('authenticated', 'calculate_metrics()', 'execute')"
        )
        assert granted == [(True, False, True, False, True)]
        described = session.fetch("select obj_description('orders'::regclass)")
        assert described == [("Create orders",)]


def test_the_updated_at_trigger_works(supabase_database: Address) -> None:
    with connect(supabase_database) as session:
        Runner(session).run(cut("x.sql", text(Template.TABLE, "create_orders")))
        session.execute("insert into auth.users (id) values (gen_random_uuid())")
        session.execute(
            "insert into orders (name, user_id, updated_at) select 'a', id, 'epoch' from auth.users"
        )
        session.execute("update orders set name = 'b'")
        assert session.fetch("select updated_at > 'epoch' from orders") == [(True,)]


def test_every_template_runs_twice_on_plain_postgres(empty_database: Address) -> None:
    with connect(empty_database) as session:
        run_twice(session, Layout.PLAIN)
