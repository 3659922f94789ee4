"""A flaw of a schema has its place at the statement that can have brought it about."""

import pytest

from airlock.checks.act import Context, read
from airlock.checks.placing import Places
from airlock.checks.rule import Flaw
from airlock.checks.syntax import Name
from airlock.model.node import Id

TABLE = """
create table public.notes (
    id bigint primary key,  -- spans of time
    author_id uuid references auth.users (id)
);
"""
KEY = Flaw(
    subject=Id("constraint", ("public", "notes", "notes_author_id_fkey")),
    message="",
    words=("author_id", "references"),
)


def line_of(flaw: Flaw, text: str, *kinds: str) -> int | None:
    """Return the line where a flaw is placed, counted from 1."""
    spot = Places(read("1.sql", text, Context()).acts).of(flaw, kinds)
    return text.count("\n", 0, spot.at) + 1 if spot else None


def flaw(kind: str, *path: str, table: Name | None = None, words: tuple[str, ...] = ()) -> Flaw:
    """Return a flaw of an object."""
    return Flaw(subject=Id(kind, path), message="", table=table, words=words)


@pytest.mark.parametrize(
    ("found", "text", "kinds", "line"),
    [
        pytest.param(KEY, TABLE, ("create_stmt", "alter_table_stmt"), 4, id="unnamed key"),
        pytest.param(
            KEY,
            TABLE + "alter table notes add column if not exists author_id uuid;",
            ("create_stmt", "alter_table_stmt"),
            4,
            id="the column again, without the key",
        ),
        pytest.param(
            flaw("table", "public", "notes"),
            TABLE + "create table tags (note_id bigint references public.notes (id));",
            ("create_stmt", "AT_DisableRowSecurity"),
            2,
            id="named by another table",
        ),
        pytest.param(
            flaw("table", "public", "notes"),
            TABLE
            + "alter table notes add title text;\nalter table notes disable row level security;",
            ("create_stmt", "AT_DisableRowSecurity"),
            7,
            id="a command of ALTER TABLE",
        ),
        pytest.param(
            flaw("table", "public", "spans"),
            "create table public.spans (id int);" + TABLE,
            ("create_stmt",),
            1,
            id="not in a comment",
        ),
        pytest.param(
            flaw("table", "public", "papers"),
            TABLE + "alter table notes rename to papers;",
            ("create_stmt",),
            6,
            id="renamed",
        ),
        pytest.param(
            flaw("index", "public", "notes_id_idx", table=Name("public", "notes"), words=("id",)),
            TABLE + "create index on notes (id);\ncreate index other_idx on notes (id, author_id);",
            ("index_stmt",),
            6,
            id="unnamed index",
        ),
        pytest.param(
            flaw("policy", "public", "notes", "p" * 63),
            TABLE + f"create policy {'p' * 70} on notes using (true);",
            ("create_policy_stmt",),
            6,
            id="a name that Postgres cuts",
        ),
        pytest.param(
            flaw("policy", "public", "notes", "notes_service_only"),
            TABLE + "do $$ declare t text; begin\nforeach t in array array['notes'] loop\n"
            "execute format('create policy %I on %I', t || '_service_only', t);\nend loop; end $$;",
            ("create_policy_stmt",),
            7,
            id="a name that is put together",
        ),
        pytest.param(
            flaw("routine", "public", "open", "uuid"),
            "create function public.open(uuid) returns void language sql as '';\n"
            "create function shut() returns void language sql as $$ select open(null) $$;",
            ("create_function_stmt", "alter_function_stmt"),
            1,
            id="called by another function",
        ),
        pytest.param(
            flaw("routine", "private", "open", "uuid"),
            "create function private.open(uuid) returns void language sql as '';\n"
            "alter function public.open(uuid) set search_path = '';",
            ("create_function_stmt", "alter_function_stmt"),
            1,
            id="one of that name in another schema",
        ),
        pytest.param(
            flaw("routine", "public", "open", "uuid", words=("anon",)),
            "create function open(uuid) returns void language sql as '';\n"
            "grant execute on function open to anon;\n"
            "grant execute on function open to service_role;",
            ("create_function_stmt", "grant_stmt"),
            2,
            id="granted to whom it is about",
        ),
        pytest.param(
            flaw("constraint", "public", "papers", "notes_author_id_fkey", words=("author_id",)),
            TABLE + "alter table notes rename to papers;",
            ("create_stmt",),
            4,
            id="made under another name",
        ),
        pytest.param(KEY, "select 1;", ("create_stmt",), None, id="nowhere"),
    ],
)
def test_place(found: Flaw, text: str, kinds: tuple[str, ...], line: int | None) -> None:
    assert line_of(found, text, *kinds) == line
