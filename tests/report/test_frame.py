"""The caret stands under what is meant, whatever the line is made of."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airlock.errors import Location
from airlock.report.frame import frame
from airlock.report.style import Tone, View, columns

PLAIN = View(width=60)


def lines(source: str, line: int, column: int, length: int, view: View = PLAIN) -> list[str]:
    where = Location(path="m.sql", line=line, column=column)
    return frame(source, where, length, view, Tone.BAD)


def test_two_lines_around_and_a_caret() -> None:
    source = "one\ntwo\nthree\nfour five\nsix\nseven\neight\n"
    assert lines(source, 4, 6, 4) == [
        "  --> m.sql:4:6",
        "  |",
        "2 | two",
        "3 | three",
        "4 | four five",
        "  |      ^^^^",
        "5 | six",
        "6 | seven",
        "  |",
    ]


def test_without_a_source_the_place_stands_alone() -> None:
    assert lines("", 1, 5, 1) == ["  --> m.sql:1:5"]


def test_the_gutter_is_as_wide_as_the_last_number() -> None:
    source = "\n".join(f"line {n}" for n in range(1, 13))
    assert lines(source, 9, 1, 4)[2:] == [
        " 7 | line 7",
        " 8 | line 8",
        " 9 | line 9",
        "   | ^^^^",
        "10 | line 10",
        "11 | line 11",
        "   |",
    ]


@pytest.mark.parametrize(
    ("text", "column", "length", "shown", "caret"),
    [
        ("\tselect x;", 9, 1, "    select x;", "           ^"),
        ("ab\tcd", 4, 2, "ab  cd", "    ^^"),
        ("select '日本' from t", 13, 4, "select '日本' from t", "              ^^^^"),
        ("select 'e\u0301', x", 14, 1, "select 'e\u0301', x", "            ^"),
        ("'日本' x", 2, 2, "'日本' x", " ^^^^"),
        ("a\x1b[31mb c", 9, 1, "a·[31mb c", "        ^"),
        ("a\u202eb c", 5, 1, "a·b c", "    ^"),
        ("\ufeffselect x", 9, 1, "·select x", "        ^"),
        ("crlf here\r", 6, 4, "crlf here", "     ^^^^"),
        ("short", 9, 3, "short", "     ^"),
        ("short", 3, 99, "short", "  ^^^"),
    ],
)
def test_the_caret_counts_columns(
    text: str, column: int, length: int, shown: str, caret: str
) -> None:
    _, _, line, mark, _ = lines(text, 1, column, length)
    assert line == f"1 | {shown}"
    assert mark == f"  | {caret}"


def test_a_long_line_is_clipped_around_the_caret() -> None:
    text = "a" * 200 + "MARK" + "b" * 200
    _, _, line, mark, _ = lines(text, 1, 201, 4)
    assert columns(line) == PLAIN.width
    assert line.startswith("1 | …")
    assert line.endswith("…")
    assert line[mark.index("^") : mark.index("^") + 4] == "MARK"
    assert mark.count("^") == 4


def test_lines_around_are_clipped_too() -> None:
    found = lines("x" * 500 + "\nshort\n", 2, 1, 5)
    assert columns(found[2]) == PLAIN.width


def test_the_end_of_a_file_can_be_marked() -> None:
    assert lines("select\n", 2, 1, 1)[-3:] == ["2 |", "  | ^", "  |"]


def test_a_line_that_is_not_there_shows_the_place_alone() -> None:
    assert lines("one\n", 9, 1, 1) == ["  --> m.sql:9:1"]
    assert frame("text", Location(path="m.sql"), 1, PLAIN, Tone.BAD) == ["  --> m.sql"]
    assert frame("", Location(path="m.sql", line=1), 1, PLAIN, Tone.BAD)[0] == "  --> m.sql:1"


def test_colour_marks_the_caret() -> None:
    found = lines("one", 1, 1, 3, View(colour=True, width=60))
    assert "\x1b[1;31m^^^\x1b[0m" in found[3]


@example(text="0" * 28 + "➰➰⼀⼀", column=33, length=1, width=40)
@given(
    text=st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=300),
    column=st.integers(1, 320),
    length=st.integers(1, 40),
    width=st.integers(40, 90),
)
def test_no_line_is_wider_than_the_view(text: str, column: int, length: int, width: int) -> None:
    found = lines(text, 1, column, length, View(width=width))
    if text:
        assert all(columns(line) <= width for line in found[1:])
        assert "^" in found[3]
    assert all(line.isprintable() for line in found)
