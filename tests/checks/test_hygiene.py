"""Rules about names and plain statements, where a page shows too little."""

from __future__ import annotations

import pytest

from airlock.checks.act import Context
from airlock.checks.run import Raised
from airlock.checks.selection import selection
from checks.judging import codes, judge, judged

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}" * 6


def mended(sql: str, code: str) -> str:
    """Return SQL with the edits of one rule made to it."""
    edits = [edit for raised in judge(sql, select=[code]) for edit in raised.edits]
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        sql = sql[: edit.start] + edit.text + sql[edit.end :]
    return sql


@pytest.mark.parametrize(
    ("code", "sql", "then"),
    [
        ("AL005", f"drop table {'a' * 70}", f"drop table {'a' * 63}"),
        ("AL005", f'drop table "{FAMILY}"', f'drop table "{FAMILY[:17]}"'),
        ("AL005", f'drop table "{"a" * 62}""b"', f'drop table "{"a" * 62}"""'),
        ("AL006", "select 1 where a = null and b", "select 1 where a is null and b"),
        ("AL006", "select 'é' where a <>  NULL", "select 'é' where a is not null"),
        (
            "AL015",
            "create function f() returns int language plpgsql return 1",
            "create function f() returns int language sql return 1",
        ),
        ("AL026", "select a into x from b", "create table x as select a from b"),
        (
            "AL026",
            "select a into temp s.x from b",
            "create temp table s.x as select a from b",
        ),
        (
            "AL026",
            "select a into unlogged table x from b",
            "create unlogged table x as select a from b",
        ),
        ("AL031", "select current_time", "select current_timestamp"),
        ("AL032", "create table t (a int null, b int)", "create table t (a int, b int)"),
    ],
)
def test_an_edit_writes_what_is_meant(code: str, sql: str, then: str) -> None:
    assert mended(sql, code) == then


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ("create table internal.b (c text)", 1),
        ("create table internal.b (c text not null)", 0),
        ("create table internal.b (d text, c text, primary key (d, c))", 0),
        ("alter table internal.b add column c text not null", 0),
        ("alter table internal.b alter column c set not null", 0),
    ],
)
def test_a_column_that_another_file_fills_holds_no_null(given: str, count: int) -> None:
    asked = "select 1 from internal.a where x not in (select c from internal.b)"
    assert len(judge(given, asked, select=["AL010"])) == count


def test_a_query_that_leaves_nulls_out_holds_none() -> None:
    asked = "select 1 from a where x not in (select c from b where d > 1 and c is not null)"
    assert not judge(asked, select=["AL010"])


def test_an_assignment_of_null_in_a_function_compares_nothing() -> None:
    body = "declare v text = null; begin v = null; v := null; if v = null then return; end if; end"
    found = judge(
        f"create function f() returns void language plpgsql as $${body}$$", select=["AL006"]
    )
    assert [raised.at for raised in found] == [found[0].at]


def test_fields_and_elements_of_a_column_can_be_set_one_by_one() -> None:
    assert not judge("update t set a.x = 1, a.y = 2, b[1] = 1, b[2] = 2", select=["AL008"])
    assert codes(judge("update t set a.x = 1, a = null", select=["AL008"])) == {"AL008"}


def _named(sql: str, **options: tuple[str, ...]) -> list[Raised]:
    keys = {key.replace("_", ".", 1): form for key, form in options.items()}
    return judged([sql], selection(select=["AL050", "AL057"]), Context(options=keys))


def test_only_names_of_a_sort_with_a_form_are_held_to_it() -> None:
    sql = "create index ix on t (a); create sequence s; alter table t add column paid timestamptz"
    assert len(_named(sql)) == 3
    assert [raised.finding.code for raised in _named(sql, naming_index=("idx_.+",))] == [
        "AL050",
        "AL057",
    ]
    assert not _named(sql, naming_index=("i.+",), naming_date=(".+_on",))


def test_a_table_written_anew_is_told_once_on_every_version() -> None:
    chosen = selection(select=["AL118", "AL044"])
    for major, code in ((18, "AL118"), (19, "AL044")):
        found = judged(["cluster a using b"], chosen, Context(major=major))
        assert codes(found) == {code}
    (edit,) = found[0].edits
    assert edit.text == "repack (concurrently) public.a using index b"


def test_required_columns_are_those_of_the_project() -> None:
    context = Context(options={"required_columns": ("tenant uuid", "made timestamptz")})
    chosen = selection(select=["AL022", "AL024", "AL025"])
    found = judged(["create table t (tenant text)"], chosen, context)
    assert [raised.finding.code for raised in found] == ["AL022", "AL024", "AL025"]
    assert not judged(
        ["create table t (tenant uuid not null, made timestamptz not null)"], chosen, context
    )
