"""`airlock audit`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.cli.commands.check import rule_options
from airlock.cli.complete import sources
from airlock.cli.screen import FINDINGS
from airlock.report.values.base import Report


@command("audit", formats=FINDINGS)
@click.argument("source", metavar="SOURCE", shell_complete=sources)
@rule_options
def audit(call: Call, *, source: str, **asked: object) -> Report:
    """Say what is wrong with the schema of a source as it stands.

    SOURCE is what airlock diff takes: an environment, `migrations`, a snapshot. Only its schema
    is read, never a row. The exit code is 1 when a finding is an error.
    """
    from airlock.app.audit import audit as run
    from airlock.cli.commands.check import asked_of

    return run(call.site, source, asked_of(asked))
