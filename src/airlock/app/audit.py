"""`airlock audit SOURCE`: what the rules say of a schema as it stands."""

from __future__ import annotations

from airlock.app.asked import Asked
from airlock.app.baseline import load
from airlock.app.judging import judge_schema
from airlock.app.site import Site
from airlock.app.sources import open_source
from airlock.app.workspace import Workspace
from airlock.model.migration import Layout
from airlock.report.values.check import AuditReport


def audit(site: Site, source: str, asked: Asked) -> AuditReport:
    """Judge the schema of a source. Errors as in `open_source`, and of words for rules."""
    with Workspace.open(site) as workspace, open_source(workspace, source) as opened:
        catalog = opened.catalog
        found = judge_schema(
            workspace,
            catalog,
            asked=asked,
            supabase=workspace.project.layout is Layout.SUPABASE,
        )
        config = workspace.config
        baseline = load(config.root, config.checks.baseline)
        return AuditReport(
            source=opened.label,
            postgres=catalog.major,
            objects=len(catalog),
            unmodelled=catalog.unmodelled,
            findings=(*opened.findings, *(baseline.new(found) if asked.baseline else found)),
        )
