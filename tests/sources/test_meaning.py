from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airlock.sources.sqltext import normalised

TOKENS = st.sampled_from(
    """select/Select/a/A/"a"/"A"/1/1.5/.5/$1/'x'/'x  y'/$$ b  c $$/(/)/[/]/,/./::/:=/=/<>/->>/@-/-/+
/ü/Ü/N'n'/x'1f'/U&'d'/*/|""".replace("\n", "").split("/")
)
SPACES = st.sampled_from(
    [" ", "\n", "\r\n", "\t", "  ", "\n-- c ' \" $$ ;\n", "/* ; /* */ ' */", "\f"]
)


def spaced(tokens: list[str], spaces: list[str]) -> str:
    return "".join(
        token + (spaces[i % len(spaces)] if spaces else " ") for i, token in enumerate(tokens)
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(TOKENS, min_size=1, max_size=12), st.lists(SPACES, max_size=5), st.lists(SPACES))
def test_space_and_comments_mean_nothing(
    tokens: list[str], some: list[str], other: list[str]
) -> None:
    text = spaced(tokens, some)
    assert normalised(text) == normalised(spaced(tokens, other))
    assert normalised(text) == normalised("\ufeff" + text.replace("\n", "\r\n") + ";\n;")


@settings(max_examples=300, deadline=None)
@given(st.lists(TOKENS, min_size=1, max_size=8), st.data())
def test_another_token_means_something_else(tokens: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tokens) - 1))
    other = [*tokens[:index], data.draw(TOKENS), *tokens[index + 1 :]]
    # Words fold their case, in ASCII alone.
    same = [
        t if t[0] in "'\"$" else t.replace("A", "a").replace("Select", "select") for t in tokens
    ]
    folded = [
        t if t[0] in "'\"$" else t.replace("A", "a").replace("Select", "select") for t in other
    ]
    means_the_same = normalised(spaced(tokens, [])) == normalised(spaced(other, []))
    assert means_the_same is (same == folded)


BODY = """create function f() returns trigger language {language} as {quote}
begin
  -- set the time
  new.at := now();  raise notice 'two  spaces';
  return new;
end;
{quote};"""


@pytest.mark.parametrize("language", ["plpgsql", "'plpgsql'", "PLPGSQL", '"plpgsql"', "sql"])
def test_comments_and_indentation_in_a_body_mean_nothing(language: str) -> None:
    text = BODY.format(language=language, quote="$$")
    restyled = text.replace("  -- set the time\n", "/* a */").replace("  return", "\treturn")
    restyled = restyled.replace("end;\n$$", "END\n$fn$").replace("$$", "$fn$")
    assert normalised(restyled) == normalised(text)
    assert normalised(text.replace("\n", "\r\n")) == normalised(text)
    assert normalised(text.replace("two  spaces", "two spaces")) != normalised(text)
    assert normalised(text.replace("now()", "clock_timestamp()")) != normalised(text)


def test_a_body_in_quotes_counts_as_one_in_dollars() -> None:
    text = "create function f() returns text as $$ begin return 'x'; end $$ language plpgsql"
    quoted = "create function f() returns text as 'begin return ''x''; end;' language plpgsql"
    assert normalised(quoted) == normalised(text)


def test_a_do_block_is_plpgsql_unless_it_says_otherwise() -> None:
    assert normalised("do $$ begin  null; end $$") == normalised("do $$begin null; -- x\nend$$")
    assert normalised("do language plpython3u $$ a  b $$") != normalised(
        "do language plpython3u $$ a b $$"
    )


@pytest.mark.parametrize("language", ["plpython3u", "plv8", "c"])
def test_white_space_in_a_body_of_another_language_is_meaning(language: str) -> None:
    text = BODY.format(language=language, quote="$$")
    assert normalised(text.replace("  return", " return")) != normalised(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select 'a b'", "select 'a  b'"),
        ("select $$a b$$", "select $$a  b$$"),
        ('select "A"', 'select "a"'),
        ("select É", "select é"),
        ("select a", "select a; select a"),
        ("select a, b", "select a b"),
        ("select 'x'", "select e'x'"),
        ("select 'x' 'y'", "select 'xy'"),
        ("copy t from stdin;\n1\n\\.\n", "copy t from stdin;\n2\n\\.\n"),
        ("\\connect a\nselect 1", "\\connect b\nselect 1"),
        ("select 1", "select 1 'open"),
    ],
)
def test_these_differ(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select a=-1", "SELECT a = -1"),
        ("select a@-1", "select a @- 1"),
        ("select 1::int,a.b", "select 1 :: int , a . b"),
        ("create table t();", "\ufeffcreate table t ( )\r\n;;"),
        ("\\restrict abc\nselect 1;\n\\unrestrict abc", "\\restrict xyz\nselect 1;\n"),
        ("select E'a\\n'", "select e'a\\n'"),
        ("select E'a\\''\n'b'", "select E'a\\''   -- it's\n\n  'b'"),
        ("copy t from stdin;\r\n1\r\n\\.\r\n", "copy t from stdin;\n1\n\\.\n"),
        ("select 'a\r\nb'", "select 'a\nb'"),
    ],
)
def test_these_mean_the_same(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_the_formula_is_stable() -> None:
    """Hashes are stored in databases: when this fails, FORMULA must be raised."""
    table = "Create Table t (a int /* c */, b text default 'X');"
    assert normalised(table) == "ce0f9faa8807120386bfeb1122de384403b69ba025b5deb45d388df4621d7a56"
    block = "do $$ begin perform f(1.5e3, $1, \"Q\"); end $$;\nselect a->>'b' @- -1"
    assert normalised(block) == "f3c98ec3dd39d76f45f2e1798f7783f1941919bfc4d93dc6d40118dfe2be55dc"
    rows = "copy t from stdin;\n1\té\n\\.\n\\echo x\n"
    assert normalised(rows) == "43c03e30044dc8ebdb92331b870232836396517b3daefc0cf101230412a756e4"
