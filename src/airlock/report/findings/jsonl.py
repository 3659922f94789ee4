"""One JSON object a line: each finding, then a line that says how it ended."""

from __future__ import annotations

import json

from airlock.report.findings import told
from airlock.report.machine import SCHEMA, plain
from airlock.report.values.base import Report


def render(report: Report) -> str:
    """Return the lines; the last one has `"kind": "summary"`."""
    found = told(report)
    lines = [{"kind": "finding", **plain(finding)} for finding in found]
    summary = {
        "kind": "summary",
        "schema": SCHEMA,
        "command": report.command,
        "findings": len(found),
        "found": report.found,
    }
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (*lines, summary))
