"""Reports as JSON: one function for all of them, keys in the order of the fields."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any

from airlock.errors import AirlockError
from airlock.model.failure import Failure, StatementRefused
from airlock.model.finding import Finding
from airlock.plan.artifact import Standpoint
from airlock.report.values.base import Report

SCHEMA = 1
"""Number of the format; it rises when a key changes its meaning or goes away."""

_LEFT_OUT: dict[type, frozenset[str]] = {
    Finding: frozenset({"source"}),
    Failure: frozenset({"text", "statement"}),
    Standpoint: frozenset({"objects"}),
}
"""Fields that repeat the user's files, or that only a plan's own file needs."""


def render(report: Report) -> str:
    """Return a report as JSON; `found` is what the exit code 1 stands for."""
    head = {"schema": SCHEMA, "command": report.command, "found": report.found}
    return _text(head | _object(report))


def render_error(error: AirlockError) -> str:
    """Return an error as JSON, for a command that could not give its report."""
    body: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "where": plain(error.where),
        "exit": error.exit_code,
    }
    if isinstance(error, StatementRefused):
        body["failure"] = plain(error.failure)
    if findings := getattr(error, "findings", ()):
        body["findings"] = plain(findings)
    return _text({"schema": SCHEMA, "error": body})


def plain(value: object) -> Any:
    """Return a value in JSON's own types: times in ISO 8601, enums by value or lower-case name."""
    form: Any = value
    match value:
        case IntEnum():
            form = value.name.lower()
        case Enum():
            form = value.value
        case float():
            form = round(value, 6)
        case None | str() | int():
            pass
        case datetime():
            form = value.isoformat()
        case Path():
            form = str(value)
        case dict():
            form = {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            form = [plain(item) for item in value]
        case _:
            form = _object(value)
    return form


def _object(value: object) -> dict[str, Any]:
    assert is_dataclass(value), f"{type(value).__name__} has no form in JSON"
    left_out = _LEFT_OUT.get(type(value), frozenset())
    return {
        field.name: plain(getattr(value, field.name))
        for field in fields(value)
        if field.name not in left_out
    }


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
