"""Migrations whose refusal, or whose notices, quote rows: none of them names a value itself.

Each was seen to do so on a plain connection, which the suite checks anew at each run.
"""

from __future__ import annotations

from dataclasses import dataclass

from plant import leaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file that makes the server talk about rows, and how it does so."""

    name: str
    sql: str
    message: str = "ErrorResponse"
    """The kind of message on the wire that holds the row."""
    passes: bool = False
    """Whether Postgres runs the file to its end."""
    alone: bool = False
    """Whether the file leaves something behind, be it that it was applied."""
    silent: bool = False
    """Whether Airlock refuses the file before any of it runs, or nothing of a row is ever sent."""


def _block(name: str, body: str, *, message: str = "ErrorResponse") -> Case:
    """Return a case in a DO block in which `person` is a row; a notice lets it pass."""
    head = "do $$\ndeclare\n  person record;\nbegin\n"
    head += "  select * into person from app.people limit 1;\n"
    passes = message != "ErrorResponse"
    return Case(
        name=name, sql=f"{head}  {body}\nend $$;", message=message, passes=passes, alone=passes
    )


def _plain(name: str, sql: str) -> Case:
    return Case(name=name, sql=sql)


MORE = (
    _plain(
        "unique, deferred",
        "alter table app.accounts add constraint made unique (owner) deferrable initially"
        " deferred;\ninsert into app.accounts select 5, owner from app.accounts;",
    ),
    Case(
        name="unique, the second of two indexes",
        sql="create unique index concurrently made on app.visits (agent, page, day, person);\n"
        "create unique index concurrently made_too on app.visits (page);",
        alone=True,
    ),
    _plain(
        "whole row",
        "create function app.made() returns trigger language plpgsql as\n"
        "  $$ begin raise exception 'no: %', new; end $$;\n"
        "create trigger made before update on app.people for each row"
        " execute function app.made();\n"
        "update app.people set display_name = 'x';",
    ),
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
    _block("an error that another one quotes",
           "begin perform person.email::int;\n"
           "  exception when others then raise exception 'failed: %', sqlerrm; end;"),
    _block("a statement out of a row", "execute person.email;"),
    _block("a setting out of a row", "perform set_config('timezone', person.email, true);"),
    _block("a type by a row's name", "execute format('select null::%I', person.email);"),
    _block("a function by a row's name", "execute format('select %I()', person.email);"),
    _block("notice with a detail", "raise notice 'saw' using detail = person.email;",
           message="NoticeResponse"),
    _block("notice of a table that is there",
           "execute format('create temp table %I (id int)', person.email);\n"
           "  execute format('create temp table if not exists %I (id int)', person.email);\n"
           "  execute format('drop table %I', person.email);",
           message="NoticeResponse"),
)  # fmt: skip

RESULTS = (
    Case(name="rows read", sql="select * from app.people;", silent=True, alone=True, passes=True),
    Case(name="an expression read", sql="select lower(email) from app.people;", silent=True,
         alone=True, passes=True),
    Case(name="rows returned", sql="update app.people set code = code returning email;",
         silent=True, alone=True, passes=True),
    Case(name="rows copied", sql="copy app.people (email) to stdout;", silent=True, alone=True,
         passes=True),
    Case(name="a query copied", sql="copy (select lower(email) from app.people) to stdout;",
         silent=True, alone=True, passes=True),
    Case(name="statistics read", sql="select * from pg_stats where schemaname = 'app';",
         silent=True, alone=True, passes=True),
    Case(name="a cursor read",
         sql="begin;\ndeclare made cursor for select email from app.people;\nfetch all from made;\n"
         "commit;", silent=True, alone=True, passes=True),
    Case(name="a plan read", sql="explain (analyze, verbose) select * from app.people;",
         silent=True, alone=True, passes=True),
    Case(name="a prepared query", sql="prepare made as select email from app.people;\n"
         "execute made;", silent=True, alone=True, passes=True),
    Case(name="a notification",
         sql="listen made;\ndo $$ begin perform pg_notify('made', email) from app.people; end $$;",
         silent=True, passes=True, alone=True),
)  # fmt: skip

_HEARD = {leaks.Field.NOTICE: "NoticeResponse", leaks.Field.PARAMETER: "ParameterStatus"}
"""Messages of the fields that are no part of an error."""


def _known(leak: leaks.Leak) -> Case:
    """Return a case of the table that the server's own tests go by."""
    return Case(
        name=leak.name,
        sql=leak.sql,
        message=_HEARD.get(leak.field, "ErrorResponse"),
        passes=leak.line is None,
        # A part of four letters, or a code of five, is too little to be found for certain here.
        silent=leak.canary in (leaks.PART, leaks.CODE) or leak.needs_xml,
        alone=leak.line is None or "concurrently" in leak.sql,
    )


KNOWN = tuple(map(_known, leaks.LEAKS))
CASES = (*KNOWN, *MORE, *RESULTS)
