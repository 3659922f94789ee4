"""Advice on real failures: files run on a real server, and what is said where they stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from airlock.model.failure import Failure, StatementRefused
from airlock.model.migration import Migration
from airlock.server.address import Address
from airlock.server.connect import Session, connect
from airlock.server.statements import Runner
from airlock.sources.advice import ADVICE, advise, advised
from airlock.sources.sqltext import cut
from makers import meanwhile, migration, script, wait_until

EXTENSIONS_FIRST = "create extension if not exists {} with schema extensions;"


@pytest.fixture
def session(supabase_database: Address) -> Iterator[Session]:
    with connect(supabase_database) as session:
        yield session


def files(texts: str | tuple[str, ...], folder: str = "supabase/migrations") -> list[Migration]:
    texts = (texts,) if isinstance(texts, str) else texts
    return [
        migration(f"{10 + number}", text, name=f"f{number}", folder=folder)
        for number, text in enumerate(texts)
    ]


def failure_of(session: Session, migrations: list[Migration]) -> Failure:
    runner = Runner(session)
    try:
        for each in migrations:
            runner.run(cut(each.path, each.raw.decode()))
    except StatementRefused as refused:
        return refused.failure
    pytest.fail("no file stopped")


def advice_on(
    session: Session, texts: str | tuple[str, ...], folder: str = "supabase/migrations"
) -> str | None:
    migrations = files(texts, folder)
    return advise(failure_of(session, migrations), migrations)


CREATE_T = "create table public.t (id int primary key, a text);\n"

CASES: dict[str, tuple[str | tuple[str, ...], str]] = {
    # ------------------------------------------------------------------ relations
    "table almost of that name": (
        ("create table public.orders (id int);", "create index on public.ordres (id);"),
        "did you mean public.orders? If not: no migration of this project creates "
        "public.ordres: it was made by hand or its migration was never committed. Commit the "
        "migration that creates it, with a version before 11.",
    ),
    "table created later in the file": (
        "select 1;\nselect * from public.t;\n\n" + CREATE_T,
        "public.t is created further down, at line 4: move this statement below it.",
    ),
    "table created by a later file": (
        ("select * from public.t;", CREATE_T),
        "public.t is created by supabase/migrations/11_f1.sql, which runs later: give that file "
        "an older version than 10, or this one a newer.",
    ),
    "table created by no file": (
        ("select 1;", "alter table public.messages add column a int;"),
        "no migration of this project creates public.messages: it was made by hand or its "
        "migration was never committed. Commit the migration that creates it, with a version "
        "before 11.",
    ),
    "table dropped again": (
        (CREATE_T, "drop table public.t;", "select 1;\nselect * from t;"),
        "t is created by supabase/migrations/10_f0.sql and dropped again by "
        "supabase/migrations/11_f1.sql, line 1.",
    ),
    "table renamed": (
        (CREATE_T, "alter table t rename to u;", "select * from t;"),
        "t is created by supabase/migrations/10_f0.sql and renamed or moved by "
        "supabase/migrations/11_f1.sql, line 1.",
    ),
    "table in another schema": (
        ("create schema app; create table app.t ();", "select * from t;"),
        "supabase/migrations/10_f0.sql creates it as app.t: write app.t here.",
    ),
    "table made out of sight": (
        ("do $$ begin if false then create table hidden (); end if; end $$;",
         "select * from hidden;"),
        "hidden is created by no plain statement; supabase/migrations/10_f0.sql seems to make it "
        "in a block, a function or by a rename. See whether that has run before this.",
    ),
    "alias": (
        CREATE_T + "select x.a from t;",
        "x is no table of this query: name it in FROM or JOIN, or mend the alias. In a policy or "
        "check, only the table's own columns need no FROM.",
    ),
    "table of an extension": (
        "select * from cron.job;",
        "cron.job belongs to the extension pg_cron. Put this in front: create extension if not "
        "exists pg_cron;",
    ),
    "table of the platform": (
        "select * from storage.nothing_of_the_kind;",
        "storage.nothing_of_the_kind belongs to Supabase's platform, and Airlock's baseline does "
        "not hold it. If a hosted database has it, please report that.",
    ),
    # -------------------------------------------------------------------- columns
    "column created by a later file": (
        (CREATE_T + "create index on t (b);", "alter table t add column if not exists b int;"),
        "the column b is created by supabase/migrations/11_f1.sql, which runs later: give that "
        "file an older version than 10, or this one a newer.",
    ),
    "column of a relation": (
        (CREATE_T + "alter table public.t alter column b set not null;",
         "alter table t rename column a to b;"),
        "the column b of public.t is created by supabase/migrations/11_f1.sql, which runs later: "
        "give that file an older version than 10, or this one a newer.",
    ),
    "column created by no file": (
        CREATE_T + "select t.b from t;",
        "no migration of this project creates the column b: it was made by hand or its migration "
        "was never committed. Commit the migration that creates it, with a version before 10.",
    ),
    "column of a table that was passed over": (
        (CREATE_T, "create table if not exists public.t (id int, b int);\ncreate index on t (b);"),
        "supabase/migrations/10_f0.sql creates public.t without the column b; the CREATE TABLE IF "
        "NOT EXISTS in supabase/migrations/11_f1.sql that has it was passed over.\n"
        "Add it: alter table public.t add column b …;",
    ),
    "field of a trigger": (
        CREATE_T + "create function f() returns trigger language plpgsql as "
        "$$ begin new.updated_at = now(); return new; end $$;\n"
        "create trigger g before insert on t for each row execute function f();\n"
        "insert into t values (1);",
        "the trigger's function uses new.updated_at, a column that the table of this trigger does "
        "not have.",
    ),
    # ------------------------------------------------------------------ functions
    "function of an extension": (
        "drop extension \"uuid-ossp\"; create table u (id uuid default uuid_generate_v4());",
        'uuid_generate_v4() belongs to the extension uuid-ossp. Put this in front: create '
        'extension if not exists "uuid-ossp" with schema extensions;\n'
        "If it is there already, its schema is not on the search_path: write "
        "extensions.uuid_generate_v4(…)",
    ),
    "function of an extension off the path": (
        (EXTENSIONS_FIRST.format("pg_trgm"), "set search_path = ''; select similarity('a', 'b');"),
        "similarity() belongs to the extension pg_trgm, which supabase/migrations/10_f0.sql "
        "creates in schema extensions. That schema is not on the search_path here: write "
        "extensions.similarity(…)",
    ),
    "function of an extension that comes later": (
        ("select unaccent('x');", EXTENSIONS_FIRST.format("unaccent")),
        "unaccent() belongs to the extension unaccent, which supabase/migrations/11_f1.sql "
        "creates later. Put this in front: create extension if not exists unaccent with schema "
        "extensions;",
    ),
    "trigger function of an extension": (
        CREATE_T + "create trigger g before update on t for each row execute procedure "
        "moddatetime (updated_at);",
        "moddatetime() belongs to the extension moddatetime. Put this in front: create extension "
        "if not exists moddatetime with schema extensions;\n"
        "If it is there already, its schema is not on the search_path: write "
        "extensions.moddatetime(…)",
    ),
    "function created later": (
        ("select f(1);", "create function f(int) returns int language sql as 'select 1';"),
        "f() is created by supabase/migrations/11_f1.sql, which runs later: give that file an "
        "older version than 10, or this one a newer.",
    ),
    "function with other arguments": (
        ("create function f(int) returns int language sql as 'select 1';", "select f('a', 'b');"),
        "supabase/migrations/10_f0.sql creates f with other arguments than (unknown, unknown): "
        "match their number and types, or cast what is passed.",
    ),
    "function that is dropped": (
        "drop function nowhere;",
        "no migration of this project creates nowhere(): it was made by hand or its migration was "
        "never committed. Commit the migration that creates it, with a version before 10.",
    ),
    "operator of an extension": (
        (EXTENSIONS_FIRST.format("vector"),
         "set search_path = ''; select '[1]'::extensions.vector <=> '[2]'::extensions.vector;"),
        "the operator <=> belongs to the extension vector, which supabase/migrations/10_f0.sql "
        "creates in schema extensions. That schema is not on the search_path here: write "
        "operator(extensions.<=>)",
    ),
    # ---------------------------------------------------------- types and the like
    "type of an extension": (
        "create table v (e vector(3));",
        "the type vector belongs to the extension vector. Put this in front: create extension if "
        "not exists vector with schema extensions;\n"
        "If it is there already, its schema is not on the search_path: write extensions.vector",
    ),
    "type created later": (
        ("create table m (m mood);", "create type mood as enum ('ok');"),
        "the type mood is created by supabase/migrations/11_f1.sql, which runs later: give that "
        "file an older version than 10, or this one a newer.",
    ),
    "operator class of an extension": (
        CREATE_T + "create index on t using gin (a gin_trgm_ops);",
        "the operator class gin_trgm_ops belongs to the extension pg_trgm. Put this in front: "
        "create extension if not exists pg_trgm with schema extensions;\n"
        "If it is there already, its schema is not on the search_path: write "
        "extensions.gin_trgm_ops",
    ),
    "access method of an extension": (
        CREATE_T + "create index on t using hnsw (a);",
        "the access method hnsw belongs to the extension vector. Put this in front: create "
        "extension if not exists vector with schema extensions;",
    ),
    "no default operator class for text": (
        CREATE_T + "create index on t using gin (a);",
        "for LIKE and similarity search, name the class: using gin (… gin_trgm_ops), with\n"
        "create extension if not exists pg_trgm with schema extensions;",
    ),
    "no default operator class": (
        CREATE_T + "create index on t using gist (id);",
        "gist indexes of integer need: create extension if not exists btree_gist with schema "
        "extensions;",
    ),
    "schema of nobody": (
        "create table app.t ();",
        "no migration of this project creates the schema app: it was made by hand or its "
        "migration was never committed. Commit the migration that creates it, with a version "
        "before 10.\nOr put this in front: create schema if not exists app;",
    ),
    "schema of an extension": (
        "select pgmq.create('q');",
        "the schema pgmq comes with an extension: create extension if not exists pgmq;",
    ),
    "role": (
        "grant usage on schema public to reader;",
        "A role belongs to the server, so make it only where it is missing:\n"
        "do $$ begin if not exists (select from pg_roles where rolname = 'reader') then create "
        "role reader; end if; end $$;",
    ),
    "policy that is dropped": (
        CREATE_T + "drop policy \"Read all\" on public.t;",
        'write: drop policy if exists "Read all" on public.t;',
    ),
    "policy that is altered": (
        CREATE_T + "alter policy p on t using (true);",
        "no migration of this project creates the policy p: it was made by hand or its migration "
        "was never committed. Commit the migration that creates it, with a version before 10.",
    ),
    "constraint that is dropped": (
        CREATE_T + "alter table public.t drop constraint t_a_key;",
        "if it may be missing, write: alter table public.t drop constraint if exists t_a_key;",
    ),
    "index that is dropped": (
        "drop index concurrently t_a;",
        "if it may be missing, write: drop index concurrently if exists t_a;",
    ),
    "publication": (
        "alter publication mine add table t;",
        "put this in front: create publication mine;",
    ),
    "extension that is dropped": (
        "drop extension hstore;",
        "put this in front: create extension if not exists hstore with schema extensions;",
    ),
    "setting": (
        "select current_setting('app.key');",
        "nobody has set app.key here; ask so that it may be missing: "
        "current_setting('app.key', true)",
    ),
    # ------------------------------------------------------------- there already
    "policy": (
        (CREATE_T + "create policy \"Read all\" on public.t for select using (true);",
         'create policy "Read all" on public.t for select using (true);'),
        "policy Read all is created before by supabase/migrations/10_f0.sql, line 2. Put this in "
        'front: drop policy if exists "Read all" on public.t;',
    ),
    "trigger": (
        CREATE_T + "create trigger g before update on t for each row execute function "
        "suppress_redundant_updates_trigger();\n"
        "create trigger g before update on public.t for each row execute function "
        "suppress_redundant_updates_trigger();\n",
        "trigger g is created before by this file, line 2. Put this in front: drop trigger if "
        "exists g on public.t;",
    ),
    "type": (
        "create type mood as enum ('ok');\ncreate type mood\n  as enum ('ok');",
        "type mood is created before by this file, line 1. Make it only where it is missing:\n"
        "do $$ begin create type mood as enum ('ok'); exception when duplicate_object then null; "
        "end $$;",
    ),
    "constraint": (
        CREATE_T + "alter table public.t add constraint c check (id > 0);\n" * 1
        + "alter table public.t add constraint c check (id > 0);\n",
        "Put this in front: alter table public.t drop constraint if exists c;",
    ),
    "role that exists": (
        "create role anon;",
        "roles belong to the server, not to one database. Make it only where it is missing:\n"
        "do $$ begin if not exists (select from pg_roles where rolname = 'anon') then create role "
        "anon; end if; end $$;",
    ),
    "member of a publication": (
        (CREATE_T, "alter publication supabase_realtime add table public.t;\n" * 2),
        "Add it only where it is missing:\ndo $$ begin alter publication supabase_realtime add "
        "table public.t; exception when duplicate_object then null; end $$;",
    ),
    "publication that exists": (
        "create publication supabase_realtime;",
        "Make it only where it is missing:\ndo $$ begin create publication supabase_realtime; "
        "exception when duplicate_object then null; end $$;",
    ),
    "enum label": (
        "create type mood as enum ('ok');\nalter type mood add value 'ok';",
        "write: alter type mood add value if not exists 'ok';",
    ),
    "extension that exists": (
        "create extension pgcrypto;",
        "write: create extension if not exists pgcrypto;",
    ),
    "table that exists": (
        (CREATE_T, "create table t (id int);"),
        "t is created before by supabase/migrations/10_f0.sql, line 1. If both are the same "
        "table, take this statement out; if not, rename one.\ncreate table if not exists passes "
        "over a table that is there, even with other columns.",
    ),
    "view that exists": (
        CREATE_T + "create view v as select 1;\ncreate view v as select 2;",
        "v is created before by this file, line 2. Write: create or replace view v …",
    ),
    "index that exists": (
        CREATE_T + "create index i on t (a);\ncreate index i on t (a);",
        "write: create index if not exists i …, or drop the other one first.",
    ),
    "index that exists, concurrently": (
        CREATE_T + "create index i on t (a);\ncreate index concurrently i on t (a);",
        "an earlier try may have left it half-made. Put this in front: drop index concurrently if "
        "exists i;",
    ),
    "column that exists": (
        CREATE_T + "alter table public.t add column a int;",
        "write: alter table public.t add column if not exists a …;",
    ),
    "function that exists": (
        "create function f() returns int language sql as 'select 1';\n"
        "create function f() returns int language sql as 'select 2';",
        "f() is created before by this file, line 1. Write: create or replace function f …",
    ),
    "schema that exists": (
        "create schema auth;",
        "write: create schema if not exists auth;",
    ),
    # ------------------------------------------------------------------------ rows
    "nulls in a column": (
        CREATE_T + "insert into t values (1);\nalter table public.t alter a set not null;",
        "fill it in first: update public.t set a = … where a is null;",
    ),
    "a new column that is not null": (
        CREATE_T + "insert into t values (1);\nalter table public.t add column b int not null;",
        "public.t has rows, which get no value for b. Add it with a default, or add it without "
        "NOT NULL, fill it in, then:\nalter table public.t alter column b set not null;",
    ),
    "null in a row": (
        CREATE_T + "insert into t (a) values ('x');",
        "give id a value, or the column a default.",
    ),
    "duplicates under an index": (
        CREATE_T + "insert into t values (1, 'x'), (2, 'x');\ncreate unique index on t (a);",
        "rows with the same values are there. Find them, and mend them in this file first:\n"
        "select <columns>, count(*) from <table> group by <columns> having count(*) > 1;",
    ),
    "a row that is there": (
        CREATE_T + "insert into t values (1);\ninsert into t values (1);",
        "the row is there already. Add: on conflict on constraint t_pkey do nothing",
    ),
    "orphans under a foreign key": (
        CREATE_T + "create table c (t int);\ninsert into c values (9);\n"
        "alter table c add constraint c_t foreign key (t) references t;",
        "rows of c refer to rows that are not there. Mend them in this file first, or add c_t "
        "with NOT VALID and, when they are mended:\nalter table c validate constraint c_t;",
    ),
    "a row without its parent": (
        CREATE_T + "create table c (t int references t);\ninsert into c values (9);",
        "insert the rows that are referred to first, in this file or an earlier one.",
    ),
    "rows against a check": (
        CREATE_T + "insert into t values (-1);\nalter table t add constraint p check (id > 0);",
        "rows that are there break it. Mend them in this file first, or add it with NOT VALID "
        "(which binds new rows only) and, when they are mended:\n"
        "alter table t validate constraint p;",
    ),
    "rows against an exclusion": (
        "create table r (r int4range);\ninsert into r values ('[1,3]'), ('[2,4]');\n"
        "alter table r add exclude using gist (r with &&);",
        "rows that are there conflict with each other. Mend them in this file first.",
    ),
    "no such enum value": (
        "create type mood as enum ('ok');\ncreate table m (m mood);\ninsert into m values ('bad');",
        "mood has no such value. Put this into a migration of its own before this one: alter type "
        "mood add value 'bad';",
    ),
    # --------------------------------------------------------------------- writing
    "merge conflict": (
        "create table t (\n<<<<<<< HEAD\n  a int\n=======\n  b int\n>>>>>>> main\n);",
        "the file holds the marks of a merge conflict (<<<<<<<): decide which side is meant.",
    ),
    "template": (
        "create table {{ schema }}.t (id int);",
        "the statement holds a placeholder of a template: run the template first, and commit what "
        "it makes.",
    ),
    "psql command": (
        "select 'create table t (id int)' \\gexec",
        "the statement ends with a command of psql's, which the server does not know: end it with "
        "a semicolon.",
    ),
    "psql variable": (
        "create table t (id int); alter table t owner to :owner;",
        "the statement holds a variable of psql (:name): write its value.",
    ),
    "backticks": (
        "create table `t` (id int);",
        "names in backticks are MySQL's: write them bare, or in double quotes.",
    ),
    "policy if not exists": (
        CREATE_T + "create policy if not exists p on t using (true);",
        'Postgres has no CREATE POLICY IF NOT EXISTS. Write: drop policy if exists "name" on '
        "table; create policy …",
    ),
    "type if not exists": (
        "create type if not exists mood as enum ('a');",
        "Postgres has no IF NOT EXISTS here. Write:\n"
        "do $$ begin create …; exception when duplicate_object then null; end $$;",
    ),
    "comma too many": (
        "create table t (\n  id int,\n);",
        "there is a comma before a closing bracket: take it out.",
    ),
    "syntax error of no known kind": ("create tabel t (id int);", None),
    "concurrently in a transaction": (
        CREATE_T + "begin;\ncreate index concurrently on t (a);\ncommit;",
        "take BEGIN and COMMIT out of the file: Airlock runs such a statement alone, and what is "
        "before and after it in transactions of their own.",
    ),
    "vacuum in a block": (
        "do $$ begin execute 'vacuum'; end $$;",
        "take it out of the block or function: write it as a statement of its own.",
    ),
    "commit in a block": (
        "do $$ begin commit; end $$;",
        "take COMMIT and ROLLBACK out of the block: Airlock runs a file in one transaction. What "
        "needs several goes into several migrations.",
    ),
    "enum value in its transaction": (
        ("create type mood as enum ('ok');",
         "begin;\nalter type mood add value 'bad';\nselect 'bad'::mood;\ncommit;"),
        "Postgres lets nobody use a new enum value before it is committed. Take BEGIN and COMMIT "
        "out of the file, or put ALTER TYPE … ADD VALUE into a migration of its own before this.",
    ),
    "pending checks": (
        CREATE_T + "create table c (t int references t deferrable initially deferred);\n"
        "insert into c values (1);\nalter table c add column b int;",
        "rows that this transaction changed still have checks to come. Put this in front: set "
        "constraints all immediate;",
    ),
    "statement timeout": (
        "set statement_timeout = 10;\nselect pg_sleep(60);",
        "if it needs longer, write above it, for this file alone: set statement_timeout = '15min';",
    ),
    "dependents": (
        CREATE_T + "create view v as select * from t;\ncreate view w as select * from v;\n"
        "drop table t;",
        "drop what depends on it first (view v, view w), and make it again after. CASCADE drops "
        "all of that as well, unseen.",
    ),
    "role with objects": (
        "create role owner_of_all;\ncreate table public.t ();\ngrant select on t to owner_of_all;\n"
        "drop role owner_of_all;",
        "put this in front: reassign owned by owner_of_all to postgres; drop owned by "
        "owner_of_all;",
    ),
    "extension that the server lacks": (
        "create extension nowhere;",
        "this server does not have nowhere. If only production needs it: airlock.toml, [project] "
        "postgres = <its major>, and airlock db install <major>; else take create extension if "
        "not exists nowhere with schema extensions out.",
    ),
    "column under a view": (
        CREATE_T + "create view v as select a from t;\nalter table t alter a type varchar(9);",
        "drop the view (rule _RETURN on view v) before it, and make it again after it, in this "
        "file.",
    ),
    "column under a policy": (
        CREATE_T + "create policy p on t using (a = 'x');\nalter table t alter a type varchar(9);",
        "drop the policy (policy p on table t) before it, and make it again after it, in this "
        "file.",
    ),
    "columns of a view": (
        "create view public.v as select 1 as a, 2 as b;\n"
        "create or replace view public.v as select 1 as a;",
        "put this in front: drop view if exists public.v;",
    ),
    "foreign key to what is not unique": (
        CREATE_T + "create table c (a text references public.t (a));",
        "the columns referred to need: alter table public.t add unique (<columns>);",
    ),
    "on conflict without an index": (
        CREATE_T + "insert into t values (1) on conflict (a) do nothing;",
        "the columns of ON CONFLICT need a unique index: create unique index on … (…);",
    ),
    # ---------------------------------------------------------------------- rights
    "schema of the system": (
        "create table pg_catalog.t ();",
        "the system's schemas are closed: make the object in a schema of your own.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_advice(session: Session, case: str) -> None:
    texts, expected = CASES[case]
    assert advice_on(session, texts) == expected


PLAIN: dict[str, tuple[str, str]] = {
    "table": ("select * from auth.users;", "auth.users belongs to Supabase's platform"),
    "schema": ("create table storage.t ();", "the schema storage belongs to Supabase's platform"),
    "role": ("grant select on t to anon;", "anon is a role of Supabase's platform"),
    "publication": (
        "alter publication supabase_realtime add table t;",
        "supabase_realtime is a publication of Supabase's platform",
    ),
}


@pytest.mark.parametrize("case", PLAIN)
def test_advice_to_a_plain_project_names_the_platform(session: Session, case: str) -> None:
    text, what = PLAIN[case]
    messages = {
        "table": 'relation "auth.users" does not exist',
        "schema": 'schema "storage" does not exist',
        "role": 'role "anon" does not exist',
        "publication": 'publication "supabase_realtime" does not exist',
    }
    states = {"table": "42P01", "schema": "3F000", "role": "42704", "publication": "42704"}
    # The server of the tests is the platform's, so only the words are borrowed.
    own = files("select 1 / 0;" + text, "db/migrations")
    failure = replace(failure_of(session, own), sqlstate=states[case], message=messages[case])
    assert advise(failure, own) == (
        f"{what}, and this project is set up for plain Postgres. If it is a Supabase project, say "
        'so in airlock.toml: [project] layout = "supabase"'
    )


def test_extension_of_a_plain_project_needs_no_schema(session: Session) -> None:
    assert advice_on(session, "select similarity('a', 'b');", "db/migrations") == (
        "similarity() belongs to the extension pg_trgm. Put this in front: create extension if "
        "not exists pg_trgm;"
    )


def test_advice_on_a_lock(session: Session, supabase_database: Address) -> None:
    with connect(supabase_database, acting=False) as other, other.transaction():
        other.execute("create table public.t (id int)")
        other.execute("alter table public.t owner to postgres")
        other.execute("commit")
        other.execute("begin")
        other.execute("lock table public.t")
        with pytest.raises(StatementRefused) as raised:
            Runner(session, lock_timeout_ms=10).run(script("alter table t add a int;"))
    assert (advise(raised.value.failure, ()) or "").startswith("another session kept a lock")


def test_advice_on_a_deadlock(session: Session, supabase_database: Address) -> None:
    Runner(session).run(script("create table a (); create table b ();"))
    pid = session.connection.info.backend_pid
    text = "lock table a;\nselect pg_notify('x', '');\nlock table b;\n"
    with connect(supabase_database, acting=False) as other, other.transaction():
        # The one that looks for deadlocks first gives way.
        other.execute("set local deadlock_timeout = '60s'")
        other.execute("lock table public.b")
        runner = Runner(session)
        with meanwhile(lambda: runner.run(script(text))) as raised:
            with connect(supabase_database, acting=False) as watcher:
                wait_until(
                    watcher, f"exists (select from pg_locks where pid = {pid} and not granted)"
                )
            other.execute("lock table public.a")
    assert isinstance(raised[0], StatementRefused)
    assert advise(raised[0].failure, ()) == (
        "this file and another session waited for each other. Run it again."
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("must be owner of table objects", "tables of auth and storage belong to the platform."),
        ("permission denied for schema auth", "that schema belongs to the platform:"),
        ("permission denied to create role", "the role that deploys may not manage roles:"),
        ('permission denied to set parameter "x"', "only a superuser may;"),
        ("Must be superuser to create this", "hosted platforms give nobody a superuser:"),
        ("must be owner of table t", "the role that deploys does not own it:"),
        ("permission denied for table t", "the role that deploys was not granted it:"),
        ("something else", ""),
    ],
)
def test_advice_on_rights(session: Session, message: str, expected: str) -> None:
    failure = replace(failure_of(session, files("select 1 / 0;")), sqlstate="42501")
    said = advise(replace(failure, message=message), ())
    assert (said or "").startswith(expected)
    assert bool(said) is bool(expected)


def test_advice_is_the_hint_of_the_error(session: Session) -> None:
    own = files("select * from messages;")
    error = advised(failure_of(session, own), own)
    assert error.hint == error.failure.advice
    assert "no migration of this project creates messages" in (error.hint or "")


def test_no_advice_stands_alone_before_a_server_hint(session: Session) -> None:
    """What nobody knows about keeps the server's own hint."""
    text = "create function f() returns int language sql as 'select 1';" \
        "create or replace function f() returns text language sql as 'select 1';"  # fmt: skip
    own = files(text)
    error = advised(failure_of(session, own), own)
    assert error.failure.advice is None
    assert error.hint == "Use DROP FUNCTION f() first."


def test_seed_is_advised_without_a_version(session: Session) -> None:
    failure = failure_of(session, files("select * from messages;"))
    seeding = replace(failure, path="supabase/seed.sql")
    assert advise(seeding, ()) is None
    assert advise(seeding, files("select 1;")) == (
        "no migration of this project creates messages: it was made by hand or its migration was "
        "never committed. Commit the migration that creates it."
    )


def test_every_advice_is_short() -> None:
    for text, advice in ((t, a) for t, a in CASES.values() if a):
        assert len(advice.splitlines()) <= 4, text
        assert len(advice) <= 420, advice


def test_every_state_is_five_characters() -> None:
    assert all(len(state) == 5 for state in ADVICE)
