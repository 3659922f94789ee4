"""Each report as text and as JSON, held against goldens."""

from __future__ import annotations

import json
from dataclasses import is_dataclass, replace
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from samples import FAILURE, REPORTS, STATUS

from airlock.deploy.standing import HistoryRefused
from airlock.errors import ConfigError, Location
from airlock.model.failure import StatementRefused
from airlock.report import machine, markdown, values
from airlock.report.style import ASCII, View, clip, columns, count, duration
from airlock.report.text import render
from airlock.report.text.findings import error_lines
from airlock.report.values.base import Report
from goldens import Golden

ESCAPE = "\x1b["


@pytest.mark.parametrize("name", REPORTS)
def test_text(name: str, golden: Golden) -> None:
    text = render(REPORTS[name], View(width=100))
    assert ESCAPE not in text
    assert not any(line.endswith(" ") for line in text.splitlines())
    golden(f"{name}.txt", text)


@pytest.mark.parametrize("name", REPORTS)
def test_json(name: str, golden: Golden) -> None:
    text = machine.render(REPORTS[name])
    tree = json.loads(text)
    assert list(tree)[:3] == ["schema", "command", "found"]
    assert tree["schema"] == 1
    if name != "status-long":
        golden(f"{name}.json", text)


@pytest.mark.parametrize(
    "name", [name for name in REPORTS if name.startswith(("diff", "plan", "check", "audit"))]
)
def test_markdown(name: str, golden: Golden) -> None:
    golden(f"{name}.md", markdown.render(REPORTS[name]))


def test_a_plan_that_does_not_lead_there_is_not_given_out() -> None:
    assert REPORTS["diff"].script
    assert REPORTS["diff-residue"].script == ""
    assert [REPORTS[name].broken for name in ("diff", "diff-residue")] == [False, True]


def test_sql_inside_markdown_closes_no_block() -> None:
    report = replace(REPORTS["diff"], sql="select '\n```\n# a';\n")  # type: ignore[type-var]
    assert "````sql\nselect '\n```\n# a';\n````\n" in markdown.render(report)


@pytest.mark.parametrize(
    "name", ["check", "check-rollbacks", "status-long", "config", "diff", "plan"]
)
def test_verbose_leaves_nothing_out(name: str, golden: Golden) -> None:
    golden(f"{name}-verbose.txt", render(REPORTS[name], View(width=100, verbose=True)))


def test_colour_adds_nothing_but_colour() -> None:
    for report in REPORTS.values():
        coloured = render(report, View(colour=True, width=100))
        plain = render(report, View(width=100))
        while (start := coloured.find(ESCAPE)) >= 0:
            coloured = coloured[:start] + coloured[coloured.index("m", start) + 1 :]
        assert [line.rstrip() for line in coloured.splitlines()] == plain.splitlines()


def test_every_report_has_a_sample() -> None:
    kinds = {
        kind
        for module in iter_modules(values.__path__, f"{values.__name__}.")
        for kind in vars(import_module(module.name)).values()
        if isinstance(kind, type) and issubclass(kind, Report) and is_dataclass(kind)
    }
    assert kinds == {type(report) for report in REPORTS.values()}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("status", True),
        ("status-empty", False),
        ("deploy", False),
        ("deploy-failed", True),
        ("reset-failed", True),
        ("check", False),
        ("check-failed", True),
        ("check-rollbacks", True),
        ("check-on-record", False),
        ("doctor", True),
        ("doctor-fine", False),
        ("demo", True),
        ("diff", True),
        ("diff-equal", False),
        ("snapshot", False),
        ("pull", False),
        ("new-from-diff", False),
        ("rollback-prepare", True),
        ("rollback-nothing", False),
        ("plan", True),
        ("plan-show", False),
        ("plan-nothing", False),
    ],
)
def test_what_is_found_decides_the_exit_code(name: str, found: bool) -> None:
    assert REPORTS[name].found is found


def test_files_that_progress_named_are_not_named_again() -> None:
    text = render(REPORTS["deploy"], View(told=True))
    assert "1.5 s" in text
    assert "index.sql" not in text


def test_an_error_with_a_place_and_a_hint(golden: Golden) -> None:
    error = ConfigError(
        "unknown key 'project.postgress'",
        where=Location(path="airlock.toml", line=2),
        hint="Did you mean 'postgres'?\nOr nothing?",
    )
    golden("error.txt", "\n".join(error_lines(error, View())) + "\n")
    golden("error.json", machine.render_error(error))


def test_an_error_with_findings(golden: Golden) -> None:
    error = HistoryRefused("staging", STATUS.findings)
    golden("error-findings.txt", "\n".join(error_lines(error, View())) + "\n")
    tree = json.loads(machine.render_error(error))
    assert tree["error"]["findings"][0]["code"] == "history-edited"
    assert tree["error"]["exit"] == 3


def test_a_refused_statement_as_an_error() -> None:
    error = StatementRefused(FAILURE)
    assert error_lines(error, View())[0].endswith("does not exist (SQLSTATE 42P01)")
    failure: dict[str, Any] = json.loads(machine.render_error(error))["error"]["failure"]
    assert failure["sqlstate"] == "42P01"
    assert "text" not in failure


def test_stand_ins_keep_columns_straight() -> None:
    text = render(REPORTS["status"], View())
    plain = text.translate(ASCII)
    assert plain.isascii()
    assert [len(line) for line in plain.splitlines()] == [columns(x) for x in text.splitlines()]


def test_words_for_numbers_and_times() -> None:
    assert count(1, "migration") == "1 migration"
    assert count(1200, "migration") == "1,200 migrations"
    assert [duration(s) for s in (0.0004, 0.0123, 0.0999, 1.25, 59.94, 59.96, 125)] == [
        "0 ms", "12 ms", "0.1 s", "1.2 s", "59.9 s", "1 min 0 s", "2 min 5 s",
    ]  # fmt: skip
    assert clip("日本語", 4) == "日…"
    assert clip("abc", 3) == "abc"
