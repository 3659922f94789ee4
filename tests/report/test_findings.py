"""Findings in the formats of other programs."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from typing import Any
from xml.etree import ElementTree

import pytest
from samples import OPEN, REPORTS

from airlock.report import markdown
from airlock.report.findings import github, gitlab, jsonl, junit, sarif
from airlock.report.values.check import FilesReport
from goldens import Golden

FORMATS = {"sarif": "json", "github": "txt", "gitlab": "json", "junit": "xml", "jsonl": "jsonl"}
NAMES = ["check-judged", "check-failed", "check-files-clean", "audit"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMATS)
def test_a_format(form: str, name: str, golden: Golden) -> None:
    module = import_module(f"airlock.report.findings.{form}")
    golden(f"{name}-{form}.{FORMATS[form]}", module.render(REPORTS[name]))


def run_of(report: FilesReport) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(sarif.render(report))["runs"][0]
    return run


def test_sarif_has_what_a_consumer_asks_for() -> None:
    tree = json.loads(sarif.render(REPORTS["check-judged"]))
    assert tree["version"] == "2.1.0"
    (run,) = tree["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        for location in result["locations"]:
            place = location["physicalLocation"]
            assert " " not in place["artifactLocation"]["uri"]
            assert place["region"]["startLine"] >= 1
            assert place["region"]["endColumn"] > place["region"]["startColumn"] >= 1
    assert rules[0]["help"]["markdown"]


def test_a_result_keeps_its_fingerprint_when_its_file_is_renamed() -> None:
    assert OPEN.where is not None
    moved = replace(OPEN, where=replace(OPEN.where, path="supabase/migrations/2_else.sql"))
    one, other = (
        run_of(FilesReport(files=1, findings=(finding,)))["results"][0] for finding in (OPEN, moved)
    )
    assert one["partialFingerprints"] == other["partialFingerprints"]


def test_nothing_breaks_out_of_a_workflow_command() -> None:
    bad = replace(OPEN, message="a\n::error::b, 100%", fix=None)
    (line,) = github.render(FilesReport(files=1, findings=(bad,))).splitlines()
    assert line.count("::error") == 1
    assert "a%0A%3A%3Aerror%3A%3Ab%2C 100%25" in line


def test_junit_is_xml_whatever_stands_in_it() -> None:
    bad = replace(OPEN, message="a\x00<b>&\"'", why="]]>\x1b")
    root = ElementTree.fromstring(junit.render(FilesReport(files=1, findings=(bad,))))
    failure = root.find("./testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("message") == "a<b>&\"'"


def test_gitlab_tells_issues_in_two_files_apart() -> None:
    assert OPEN.where is not None
    moved = replace(OPEN, where=replace(OPEN.where, path="other.sql"))
    issues = json.loads(gitlab.render(FilesReport(files=2, findings=(OPEN, moved))))
    assert len({issue["fingerprint"] for issue in issues}) == 2


def test_the_last_line_says_how_it_ended() -> None:
    *findings, summary = map(json.loads, jsonl.render(REPORTS["check-judged"]).splitlines())
    assert [each["kind"] for each in findings] == ["finding"] * 2
    assert summary["kind"] == "summary"
    assert summary["found"] is True


def test_markdown_fits_into_a_comment() -> None:
    many = FilesReport(files=1, findings=(OPEN,) * 2_000)
    text = markdown.render(many)
    assert len(text) < 65_536
    assert "more: `airlock check` tells them all." in text
