"""`airlock baseline`: put what is found today to rest."""

from __future__ import annotations

from airlock.app.asked import Asked, Extent
from airlock.app.baseline import written
from airlock.app.check import check
from airlock.app.site import Site
from airlock.app.snapshot import written as write_file
from airlock.app.workspace import Workspace
from airlock.report.values.check import BaselineReport


def accept(site: Site) -> BaselineReport:
    """Write everything that the rules find in the project's files into its baseline.

    Raises:
        UsageError: the file cannot be written.
    """
    extent = Extent(rollbacks=False, rules=Asked(baseline=False), whole=True)
    report = check(site, extent)
    found = [finding for finding in report.findings if _is_ruled(finding.code)]
    with Workspace.open(site) as workspace:
        name = workspace.config.checks.baseline
        path = workspace.config.root / name
    return BaselineReport(
        path=name,
        findings=len(found),
        changed=write_file(path, written(found).encode()),
    )


def _is_ruled(code: str) -> bool:
    """Whether a finding is a rule's; what a replay says is told anew each time."""
    return code[-1:].isdigit() and code[:1].isupper()
