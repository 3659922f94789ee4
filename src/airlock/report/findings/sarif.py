"""SARIF 2.1.0, which code scanning reads (OASIS, Static Analysis Results Interchange Format)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from airlock import __version__
from airlock.checks.registry import registry
from airlock.model.finding import Finding, Level
from airlock.report.findings import told
from airlock.report.values.base import Report

_VERSION = "2.1.0"
_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}


def render(report: Report) -> str:
    """Return one run; every rule that found something is described in it, with its page."""
    found = told(report)
    codes = sorted({finding.code for finding in found})
    run = {
        "tool": {
            "driver": {
                "name": "airlock",
                "semanticVersion": __version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not report.broken}],
        "results": [_result(finding, codes) for finding in found],
    }
    return json.dumps({"version": _VERSION, "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(code: str) -> dict[str, Any]:
    listed = registry().get(code)
    if listed is None:
        return {"id": code}
    return {
        "id": code,
        "name": listed.name,
        "shortDescription": {"text": listed.page.title},
        "fullDescription": {"text": listed.page.why},
        "help": {"text": listed.page.text, "markdown": listed.page.text},
        "defaultConfiguration": {"level": _LEVELS[listed.rule.level]},
    }


def _result(finding: Finding, codes: Sequence[str]) -> dict[str, Any]:
    said = finding.message if not finding.fix else f"{finding.message}\n\n{finding.fix}"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.level],
        "message": {"text": said},
        "partialFingerprints": {"airlock/v1": finding.key},
    }
    if finding.where:
        result["locations"] = [{"physicalLocation": _place(finding)}]
    return result


def _place(finding: Finding) -> dict[str, Any]:
    where = finding.where
    assert where is not None, "the caller has looked"
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(where.path)}}
    if where.line:
        place["region"] = {"startLine": where.line}
        if where.column:
            place["region"]["startColumn"] = where.column
            place["region"]["endColumn"] = where.column + max(finding.length, 1)
    return place
