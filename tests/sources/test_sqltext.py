from __future__ import annotations

from pathlib import Path

import postgast
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airlock.model.script import PieceKind, Running, Script
from airlock.sources.sqltext import (
    cut,
    history_statements,
    normalised,
    normalised_statements,
)

CASES = sorted((Path(__file__).parent / "cases").iterdir())


def assert_tiles(script: Script) -> None:
    """The pieces are the file, and every span says where in it, three times."""
    text, raw = script.text, script.text.encode()
    assert "".join(piece.text for piece in script.pieces) == text
    char = byte = 0
    for piece in script.pieces:
        span = piece.span
        assert piece.text
        assert (span.char_start, span.byte_start) == (char, byte)
        assert text[span.char_start : span.char_end] == piece.text
        assert raw[span.byte_start : span.byte_end].decode() == piece.text
        before = text[: span.char_start].split("\n")
        assert (span.line, span.column) == (len(before), len(before[-1]) + 1)
        char, byte = span.char_end, span.byte_end
    assert (char, byte) == (len(text), len(raw))
    of_statements = [p for p in script.pieces if p.kind is PieceKind.STATEMENT]
    assert [(p.text, p.span) for p in of_statements] == [
        (s.text, s.span) for s in script.statements
    ]


def listing(script: Script) -> str:
    lines = []
    statements = iter(script.statements)
    for piece in script.pieces:
        span = piece.span
        lines.append(f"{span.line}:{span.column} {piece.kind.value} {piece.text!r}")
        if piece.kind is PieceKind.STATEMENT:
            s = next(statements)
            lines.append(f"    {s.tag or 'not SQL'} | {s.subject} | {s.running.value}")
            if s.copy_data is not None:
                lines.append(f"    rows {s.copy_data!r}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases(case: Path, request: pytest.FixtureRequest) -> None:
    text = (case / "file.sql").read_text(encoding="utf-8")
    script = cut("file.sql", text)
    assert_tiles(script)
    pieces = case / "pieces.txt"
    if request.config.getoption("--update"):
        pieces.write_text(listing(script), encoding="utf-8")
    assert listing(script) == pieces.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_line_ends_and_a_byte_order_mark_change_no_boundary(case: Path) -> None:
    text = (case / "file.sql").read_text(encoding="utf-8")
    script = cut("file.sql", "\ufeff" + text.replace("\n", "\r\n"))
    assert_tiles(script)
    assert script.pieces[0].kind is PieceKind.GAP
    plain = cut("file.sql", text)
    assert [s.text.replace("\r\n", "\n") for s in script.statements] == [
        s.text for s in plain.statements
    ]
    assert [s.running for s in script.statements] == [s.running for s in plain.statements]
    assert normalised(script.text) == normalised(text)


@pytest.mark.parametrize("text", ["", "\ufeff", "  \n", "-- only\n", "/* only */", ";;\n;"])
def test_a_file_without_statements(text: str) -> None:
    script = cut("file.sql", text)
    assert_tiles(script)
    assert script.statements == ()
    assert len(script.pieces) == bool(text)
    assert normalised(text) == normalised("")


PIECES = st.sampled_from(
    [
        "select 1",
        ";",
        "'",
        '"',
        "$$",
        "$a$",
        "--",
        "/*",
        "*/",
        "(",
        ")",
        "\\",
        "\n",
        "\r\n",
        "é",
        "begin atomic",
        "end",
        "case",
        "create function f()\n",
        "copy t from stdin",
        "\\.",
        "E'",
        "\x00",
        "日本",
        "\ufeff",
        "\\connect x",
        " as ",
        ".",
        "1",
        "insert into t values",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_no_text_breaks_the_cut(parts: list[str]) -> None:
    text = " ".join(parts)
    script = cut("file.sql", text)
    assert_tiles(script)
    normalised(text)
    history_statements(script)


STATEMENTS = (
    "create table a (id int check (id > 0), t text default 'x;y')",
    "create function f() returns int language sql as $$ select 1; $$",
    "create function g() returns int begin atomic select case 1 when 1 then 2 end; end",
    "create rule r as on insert to a do also (select 1; select 2)",
    'select E\'\\\';\', U&"a;", "b""c;", $x$ ; $$ $x$, \'ü; ß\'',
    "insert into a values (1, ';'), (2, '--')",
    "do $$ begin perform 1; end $$",
    "comment on table a is 'it''s; /* no comment */'",
    "select a$b, 1.5e-3, x'1F' || b'01', -1 - -1, '{}'::jsonb @> '{}' and 1 <> -1",
)
GAPS = st.sampled_from([" ", "\n", "\r\n", "\t", " -- c; '\n", " /* ; /* nested */ ' */ ", "\n\n"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STATEMENTS), GAPS, GAPS), max_size=6))
def test_boundaries_are_the_parsers(parts: list[tuple[str, str, str]]) -> None:
    text = "".join(f"{before}{statement}{after};" for statement, before, after in parts)
    raw = text.encode()
    starts = [len(raw[: each.stmt_location].decode()) for each in postgast.parse(text).stmts]
    script = cut("file.sql", text)
    assert_tiles(script)
    assert [s.span.char_start for s in script.statements] == starts
    assert [s.text for s in script.statements] == [statement for statement, _, _ in parts]


def test_a_deep_expression_is_named_although_its_tree_cannot_be_read() -> None:
    deep = " || ".join(["'x'"] * 500)
    script = cut(
        "file.sql",
        f"select {deep}; create or replace view v as select {deep};"
        f"create unique index concurrently i on t (({deep}));"
        f"create materialized view m as select {deep}",
    )
    assert [(s.tag, s.running) for s in script.statements] == [
        ("SELECT", Running.TRANSACTION),
        ("CREATE VIEW", Running.TRANSACTION),
        ("CREATE INDEX", Running.ALONE),
        ("CREATE MATERIALIZED VIEW", Running.TRANSACTION),
    ]


def test_a_nul_hides_nothing_from_the_parser() -> None:
    script = cut("file.sql", "select 1 \0 garbage; select 2")
    assert [s.tag for s in script.statements] == ["", "SELECT"]


# ------------------------------------------------------------------------------------ rows


def test_rows_without_an_end_go_on_to_the_end_of_the_file() -> None:
    script = cut("file.sql", "copy t from stdin;\n1\n2\n")
    assert script.statements[0].copy_data == "1\n2\n"


def test_a_copy_that_no_rows_follow_has_empty_rows() -> None:
    assert cut("file.sql", "copy t from stdin;").statements[0].copy_data == ""
    assert cut("file.sql", "copy t from stdin;\n\\.\nselect 1").statements[0].copy_data == ""
    script = cut("file.sql", "copy t from stdin; select 1;\n")
    assert [s.copy_data for s in script.statements] == ["", None]


@pytest.mark.parametrize(
    "sql", ["copy t to stdout", "copy t from 'stdin'", "copy t from '/x'", "copy stdin from '/x'"]
)
def test_other_copies_take_no_rows(sql: str) -> None:
    script = cut("file.sql", sql + ";\nselect 1;\n")
    assert [s.copy_data for s in script.statements] == [None, None]


# ----------------------------------------------------------------------------- the CLI's record


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("", ()),
        ("-- only\n", ("-- only",)),
        (";;\n", ()),
        (
            "-- head\ncreate table a (id int); -- after\n\n/* c */ ;; create table b (\n id int "
            "-- x; y\n);\n\n-- tail ;\n",
            (
                "-- head\ncreate table a (id int)",
                "-- after\n\n/* c */",
                "create table b (\n id int -- x; y\n)",
                "-- tail ;",
            ),
        ),
        (
            "create function f() returns int begin atomic select 1; end;\r\nselect 2;\r\n-- t;;\n",
            ("create function f() returns int begin atomic select 1; end", "select 2", "-- t;;"),
        ),
        ("\ufeffselect 1 ;", ("select 1",)),
        ("do $$ begin; -- z\n end $$;  \n--\n;", ("do $$ begin; -- z\n end $$", "--")),
    ],
)
def test_what_the_supabase_cli_records(text: str, statements: tuple[str, ...]) -> None:
    """Each expectation was read from the history that the CLI 3.1.0 wrote for the file."""
    assert history_statements(cut("file.sql", text)) == statements


def test_rows_stay_with_their_copy() -> None:
    assert history_statements(cut("file.sql", "copy t from stdin;\n\t1\n\\.\nselect 1;")) == (
        "copy t from stdin;\n\t1\n\\.",
        "select 1",
    )
    assert history_statements(cut("file.sql", "copy t from stdin;\n1\n")) == (
        "copy t from stdin;\n1\n\\.",
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_record_means_what_the_file_means(case: Path) -> None:
    text = (case / "file.sql").read_text(encoding="utf-8")
    if not case.name.startswith(("unterminated", "broken")):
        assert normalised_statements(history_statements(cut("x", text))) == normalised(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STATEMENTS), GAPS, GAPS), max_size=6), GAPS)
def test_the_record_of_any_file_means_what_the_file_means(
    parts: list[tuple[str, str, str]], end: str
) -> None:
    text = "".join(f"{before}{statement}{after};" for statement, before, after in parts) + end
    recorded = history_statements(cut("x", text))
    assert normalised_statements(recorded) == normalised(text)
    assert normalised_statements([text]) == normalised(text)
