"""Migrations whose refusal, or whose notices, quote rows: none of them names a value itself.

Each was seen to do so on a plain connection, which the suite checks anew at each run.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file that makes the server talk about rows, and how it does so."""

    name: str
    sql: str
    message: str = "ErrorResponse"
    """The kind of message on the wire that holds the row."""
    passes: bool = False
    """Whether Postgres runs the file to its end."""
    silent: bool = False
    """Whether Airlock refuses the file before any of it runs, or nothing of a row is ever sent."""


def _cast(type_name: str, column: str = "email") -> Case:
    return Case(
        name=f"cast to {type_name}",
        sql=f"create table app.made as select {column}::{type_name} as value from app.people;",
    )


def _block(name: str, body: str, *, message: str = "ErrorResponse", passes: bool = False) -> Case:
    head = (
        "do $$\ndeclare\n  person record;\nbegin\n  select * into person from app.people limit 1;\n"
    )
    return Case(name=name, sql=f"{head}  {body}\nend $$;", message=message, passes=passes)


def _plain(name: str, sql: str) -> Case:
    return Case(name=name, sql=sql)


CASTS = tuple(
    map(
        _cast,
        ("integer", "uuid", "timestamptz", "boolean", "numeric", "app.mood", "inet", "integer[]",
         "interval", "point", "regclass", "regrole", "jsonb", "int4range", "date", "macaddr"),
    )
)  # fmt: skip

CONSTRAINTS = (
    _plain("unique, insert", "insert into app.people select * from app.people;"),
    _plain("unique, index build", "create unique index made on app.visits (page);"),
    _plain(
        "unique, index build outside of a transaction",
        "create unique index concurrently made on app.visits (agent, page, day, person);\n"
        "create unique index concurrently made_too on app.visits (page);",
    ),
    _plain(
        "unique, at commit",
        "alter table app.visits add constraint made unique (page) deferrable initially deferred;",
    ),
    _plain(
        "unique, deferred",
        "alter table app.accounts add constraint made unique (owner) deferrable initially"
        " deferred;\ninsert into app.accounts select 5, owner from app.accounts;",
    ),
    _plain(
        "exclusion",
        "alter table app.visits add constraint made exclude using gist (page with =);",
    ),
    _plain(
        "foreign key, added",
        "create table app.made (page text primary key);\n"
        "alter table app.visits add foreign key (page) references app.made;",
    ),
    _plain(
        "foreign key, validated",
        "create table app.made (page text primary key);\n"
        "alter table app.visits add constraint made foreign key (page) references app.made"
        " not valid;\nalter table app.visits validate constraint made;",
    ),
    _plain(
        "foreign key, row deleted",
        "alter table app.visits add column made text;\n"
        "alter table app.people add unique (email);\n"
        "update app.visits set made = (select email from app.people limit 1);\n"
        "alter table app.visits add foreign key (made) references app.people (email);\n"
        "delete from app.people where id < 100 and email in (select made from app.visits);",
    ),
    _plain("not null", "update app.letters set id = null;"),
    _plain(
        "check, failing row",
        "alter table app.salaries add constraint made check (id < 100);\n"
        "update app.salaries set id = 1000;",
    ),
    _plain(
        "no partition for a row",
        "create table app.made (email text, id bigint) partition by list (email);\n"
        "insert into app.made select email, id from app.people;",
    ),
)

RAISED = (
    _block("raise", "raise exception 'bad person %', person.email;"),
    _block("raise with a detail", "raise exception 'bad' using detail = person.email;"),
    _block("raise with a hint", "raise exception 'bad' using hint = person.email;"),
    _block("raise with a table", "raise exception 'bad' using table = person.email;"),
    _block("raise with a column", "raise exception 'bad' using column = person.email;"),
    _block("raise with a constraint", "raise exception 'bad' using constraint = person.email;"),
    _block("raise with a type", "raise exception 'bad' using datatype = person.email;"),
    _block("raise with a schema", "raise exception 'bad' using schema = person.email;"),
    _block("raise as a unique violation",
           "raise unique_violation using message = person.email, table = person.email;"),
    _block("assert", "assert false, person.email;"),
    _block("raise of another error",
           "begin perform person.email::int;\n"
           "  exception when others then raise exception 'failed: %', sqlerrm; end;"),
    _block("notice", "raise notice 'saw %', person.email;", message="NoticeResponse", passes=True),
    _block("warning", "raise warning 'saw %', person.email;", message="NoticeResponse",
           passes=True),
    _block("notice with a detail", "raise notice 'saw' using detail = person.email;",
           message="NoticeResponse", passes=True),
    _block("notice of a table that is there",
           "execute format('create temp table %I (id int)', person.email);\n"
           "  execute format('create temp table if not exists %I (id int)', person.email);\n"
           "  execute format('drop table %I', person.email);",
           message="NoticeResponse", passes=True),
)  # fmt: skip

DYNAMIC = (
    _block("a table by a row's name", "execute 'drop table ' || quote_ident(person.email);"),
    _block("a table by a row's name, folded",
           "execute 'drop table ' || split_part(person.email, '@', 1);"),
    _block("a role by a row's name", "execute format('grant usage on schema app to %I', "
           "person.email);"),
    _block("a type by a row's name", "execute format('select null::%I', person.email);"),
    _block("a function by a row's name", "execute format('select %I()', person.email);"),
    _block("a column by a row's name", "execute format('select %I from app.people', "
           "person.email);"),
    _block("a statement out of a row", "execute person.email;"),
    _block("a quoted value", "execute format('select %L::int', person.email);"),
    _block("a setting out of a row", "perform set_config('timezone', person.email, true);"),
    _block("a setting that the server tells",
           "perform set_config('application_name', person.email, false);",
           message="ParameterStatus", passes=True),
    _plain(
        "parameters of a strict query",
        "do $$\n#print_strict_params on\ndeclare\n  who text; found bigint;\nbegin\n"
        "  select email into who from app.people limit 1;\n"
        "  select id into strict found from app.people where display_name = who;\nend $$;",
    ),
)  # fmt: skip

ELSEWHERE = (
    _plain(
        "a trigger's exception",
        "create function app.made() returns trigger language plpgsql as\n"
        "  $$ begin raise exception 'no: %', new; end $$;\n"
        "create trigger made before update on app.people for each row"
        " execute function app.made();\n"
        "update app.people set display_name = 'x';",
    ),
    _plain("a type changed", "alter table app.people alter email type int using email::int;"),
    _plain("an index's expression", "create index made on app.people ((email::int));"),
    _plain(
        "a generated column",
        "alter table app.people add made int generated always as (email::int) stored;",
    ),
    _plain(
        "a SQL function",
        "create function app.made(text) returns int language sql as 'select $1::int';\n"
        "create table app.made as select app.made(email) from app.people;",
    ),
    _plain(
        "a materialized view",
        "create materialized view app.made as select email::int from app.people;",
    ),
    _plain("a view's rows", "update app.recent set note = '';"),
    _plain(
        "row security",
        "alter table app.orders force row level security;\n"
        "insert into app.orders (note) select email from app.people;",
    ),
)

RESULTS = (
    Case(name="rows read", sql="select * from app.people;", silent=True, passes=True),
    Case(name="an expression read", sql="select lower(email) from app.people;", silent=True,
         passes=True),
    Case(name="rows returned", sql="update app.people set code = code returning email;",
         silent=True, passes=True),
    Case(name="rows copied", sql="copy app.people (email) to stdout;", silent=True, passes=True),
    Case(name="a query copied", sql="copy (select lower(email) from app.people) to stdout;",
         silent=True, passes=True),
    Case(name="statistics read", sql="select * from pg_stats where schemaname = 'app';",
         silent=True, passes=True),
    Case(name="a cursor read",
         sql="begin;\ndeclare made cursor for select email from app.people;\nfetch all from made;\n"
         "commit;", silent=True, passes=True),
    Case(name="a plan read", sql="explain (analyze, verbose) select * from app.people;",
         silent=True, passes=True),
    Case(name="a prepared query", sql="prepare made as select email from app.people;\n"
         "execute made;", silent=True, passes=True),
    Case(name="a notification",
         sql="listen made;\ndo $$ begin perform pg_notify('made', email) from app.people; end $$;",
         message="NotificationResponse", passes=True),
)  # fmt: skip

CASES = (*CASTS, *CONSTRAINTS, *RAISED, *DYNAMIC, *ELSEWHERE, *RESULTS)
