"""GitLab's Code Quality report, which is shown in a merge request."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from airlock.model.finding import Finding, Level
from airlock.report.findings import told
from airlock.report.values.base import Report

_SEVERITIES = {Level.ERROR: "critical", Level.WARNING: "major", Level.NOTE: "info"}


def render(report: Report) -> str:
    """Return a JSON list; a finding without a file is laid to the project's folder."""
    return json.dumps([_issue(finding) for finding in told(report)], indent=2) + "\n"


def _issue(finding: Finding) -> dict[str, Any]:
    where = finding.where
    place = f"{finding.key}\0{where.path if where else ''}"
    return {
        "description": finding.message,
        "check_name": finding.code,
        "fingerprint": hashlib.sha256(place.encode()).hexdigest(),
        "severity": _SEVERITIES[finding.level],
        "location": {
            "path": where.path if where else ".",
            "lines": {"begin": (where.line if where else None) or 1},
        },
    }
