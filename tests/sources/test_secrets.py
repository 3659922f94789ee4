"""SQL for others' eyes: its shape is kept, what may be a secret or a row is not."""

from __future__ import annotations

import pytest

from airlock.sources.secrets import shown, shown_script
from airlock.sources.sqltext import cut

CANARY = "c4nary"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (f"create role a login password '{CANARY}'", "create role a login password '…'"),
        (f"alter user a with password E'{CANARY}\\n'", "alter user a with password '…'"),
        (
            f"create user mapping for a server s options (user 'x', password '{CANARY}')",
            "create user mapping for a server s options (user '…', password '…')",
        ),
        (
            f"create subscription s connection 'host=h password={CANARY}' publication p",
            "create subscription s connection '…' publication p",
        ),
        (f"insert into t values (7, $${CANARY}$$)", "insert into t values (…, '…')"),
        (f"update t set a = '{CANARY}' where id = 7", "update t set a = '…' where id = …"),
        (f"select vault.create_secret('{CANARY}')", "select vault.create_secret('…')"),
        (f"create table t as select '{CANARY}' as a", "create table t as select '…' as a"),
        (f"do $x$ begin raise '{CANARY}'; end $x$", "do $x$ begin raise '…'; end $x$"),
        (
            f"alter database d set app.jwt_secret = '{CANARY}'",
            "alter database d set app.jwt_secret = '…'",
        ),
        (
            f"create procedure p() language sql as $$alter role a password '{CANARY}'$$",
            "create procedure p() language sql as $$alter role a password '…'$$",
        ),
        (f"comment on table t is 'postgres://u:{CANARY}@h/d'", "postgres://u:…@h/d"),
        (f"not a statement '{CANARY}'", "not a statement '…'"),
    ],
)
def test_what_is_left_out(sql: str, said: str) -> None:
    (statement,) = cut("a.sql", sql).statements
    assert said in shown(statement)
    assert CANARY not in shown(statement)


@pytest.mark.parametrize(
    "sql",
    [
        "create table t (a text default 'x', check (a <> 'y'))",
        "create policy p on t using (role = 'admin')",
        "comment on table t is 'the orders'",
        "set lock_timeout = '2s'",
        "alter type e add value 'z'",
    ],
)
def test_what_makes_a_schema_is_kept(sql: str) -> None:
    (statement,) = cut("a.sql", sql).statements
    assert shown(statement) == sql


def test_a_whole_file() -> None:
    text = (
        f"-- a remark\ncreate table t (a int);\ncopy t from stdin;\n{CANARY}\n\\.\ndrop table t;\n"
    )
    assert shown_script(cut("a.sql", text)) == (
        "-- a remark\ncreate table t (a int);\ncopy t from stdin;\n…\n\\.\ndrop table t;\n"
    )


def test_a_long_statement_is_cut_off() -> None:
    (statement,) = cut("a.sql", "create view v as select " + "a, " * 5_000 + "b").statements
    assert len(shown(statement)) < 5_000
    assert "characters more" in shown(statement)
