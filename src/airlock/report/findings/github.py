"""Workflow commands of GitHub Actions, which become annotations beside the lines."""

from __future__ import annotations

from airlock.model.finding import Finding, Level
from airlock.report.findings import told
from airlock.report.values.base import Report

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
_IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = _IN_TEXT | {":": "%3A", ",": "%2C"}


def render(report: Report) -> str:
    """Return one line for each finding."""
    return "".join(_line(finding) + "\n" for finding in told(report))


def _line(finding: Finding) -> str:
    properties = {"title": f"{finding.code}: {finding.message}"}
    if where := finding.where:
        properties |= {"file": where.path}
        if where.line:
            properties |= {"line": str(where.line), "col": str(where.column or 1)}
    listed = ",".join(f"{name}={_escaped(text, _IN_PROPERTY)}" for name, text in properties.items())
    said = "\n".join(text for text in (finding.why, finding.fix) if text) or finding.message
    return f"::{_COMMANDS[finding.level]} {listed}::{_escaped(said, _IN_TEXT)}"


def _escaped(text: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(character, character) for character in text)
