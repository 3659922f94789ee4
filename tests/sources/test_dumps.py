from __future__ import annotations

import pytest

from airlock.sources.dumps import difference, normalised

TABLE = """
SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: t; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.t (
    {columns}
);
"""
A, B, C = "a integer NOT NULL", "b text DEFAULT 'x,\n    y'::text", "c numeric(3,2)"


def table(*columns: str) -> str:
    return TABLE.format(columns=",\n    ".join(columns))


@pytest.mark.parametrize("last", [C, "d text[] DEFAULT ARRAY['a'::text, 'b'::text]"])
def test_the_order_of_columns_does_not_matter(last: str) -> None:
    assert normalised(table(A, B, last)) == normalised(table(last, A, B))
    assert normalised(table(A, last)) == normalised(table(last, A))
    assert normalised(table(A, B)) != normalised(table(A, last))


def test_what_follows_the_columns_is_kept() -> None:
    text = "CREATE TABLE p (\n    a int,\n    b text DEFAULT 'x)'\n)\nPARTITION BY LIST (a);"
    (statement,) = normalised(text)
    assert statement.endswith("\n)\nPARTITION BY LIST (a)")


def test_a_table_without_columns_stays_as_it_is() -> None:
    assert normalised("CREATE TABLE a (\n);\n") == ("CREATE TABLE a (\n)",)


def test_the_order_of_statements_does_not_matter() -> None:
    one, other = "CREATE SCHEMA a;\n", "CREATE SCHEMA b;\n"
    assert normalised(one + other) == normalised(other + one)


def test_settings_and_comments_are_no_statements() -> None:
    noise = "SET x = 1;\nSELECT pg_catalog.set_config('search_path', '', false);\n-- a word\n"
    assert normalised("\\restrict abc\n" + noise + "\\unrestrict abc\n") == ()


@pytest.mark.parametrize(
    ("setting", "note"),
    [
        ("SET default_tablespace = fast;", "-- default_tablespace fast"),
        ("SET default_table_access_method = columns;", "-- default_table_access_method columns"),
    ],
)
def test_where_a_table_lies_is_part_of_it(setting: str, note: str) -> None:
    create = "CREATE TABLE public.t (\n    a integer\n);\n"
    (there,) = normalised(f"{setting}\n{create}")
    assert there.endswith(note)
    back = "SET default_tablespace = '';\nSET default_table_access_method = heap;\n"
    assert normalised(f"{setting}\n{back}{create}") == normalised(create)


def test_who_grants_is_part_of_a_grant() -> None:
    grant = "GRANT SELECT ON TABLE public.t TO b;\n"
    as_a = f"SET SESSION AUTHORIZATION a;\n{grant}RESET SESSION AUTHORIZATION;\n"
    assert normalised(as_a)[0].endswith("-- granted by a")
    assert normalised(as_a + "CREATE SCHEMA s;\n")[0] == "CREATE SCHEMA s"


def test_columns_that_stand_by_number_are_put_in_order() -> None:
    one = "ALTER PUBLICATION p ADD TABLE ONLY public.t (a, b) WHERE ((a > 0));\n"
    assert normalised(one) == normalised(one.replace("a, b", "b, a"))
    other = "CREATE STATISTICS public.s (ndistinct) ON b, a FROM public.t;\n"
    assert normalised(other) == normalised(other.replace("b, a", "a, b"))
    assert normalised(other) != normalised(other.replace("b, a", "b, c"))


@pytest.mark.parametrize(
    ("statement", "secret"),
    [
        ("ALTER SERVER s OPTIONS (ADD password 'hush');", "hush"),
        ("CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (\n    host 'ho''st'\n);", "ho''st"),
        ("CREATE SUBSCRIPTION s CONNECTION 'x=hush' PUBLICATION p WITH (c = 'd');", "hush"),
        ("ALTER FOREIGN TABLE t ALTER COLUMN c OPTIONS (\n    name 'hush'\n);", "hush"),
    ],
)
def test_values_of_options_never_show(statement: str, secret: str) -> None:
    (found,) = normalised(statement)
    assert secret not in found
    assert "'…'" in found


def test_options_of_a_mapping_that_few_may_see_are_left_out() -> None:
    mapping = 'CREATE USER MAPPING FOR "a b" SERVER s'
    assert normalised(f"{mapping} OPTIONS (\n    password 'hush',\n    u 'b'\n);") == (mapping,)
    assert normalised(f"{mapping};") == (mapping,)


def test_texts_that_are_no_options_stay() -> None:
    (found,) = normalised("CREATE SERVER s TYPE 'kind' VERSION '1' FOREIGN DATA WRAPPER w;")
    assert "'kind'" in found
    (found,) = normalised("CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (c = 'd');")
    assert "'d'" in found


def test_equal_dumps_have_no_difference() -> None:
    assert difference(normalised(table(A, B)), normalised(table(B, A))) == ()


def test_a_changed_statement_is_shown_by_its_lines() -> None:
    (found,) = difference(normalised(table(A, B)), normalised(table(A, B, C)))
    assert found.splitlines()[0] == " CREATE TABLE public.t ("
    assert "+    c numeric(3,2)," in found
    assert not any(line.startswith("-") for line in found.splitlines())


def test_statements_that_came_or_went_are_shown_whole() -> None:
    old = normalised("CREATE SCHEMA a;\nCREATE SCHEMA b;\n")
    new = normalised("CREATE SCHEMA b;\nCREATE SCHEMA c;\n")
    assert difference(old, new) == ("-CREATE SCHEMA a", "+CREATE SCHEMA c")


def test_a_statement_that_is_there_twice_is_not_the_same_as_once() -> None:
    once = normalised("GRANT a TO b;\n")
    assert difference(once, once * 2) == ("+GRANT a TO b",)
