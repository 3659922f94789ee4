"""`airlock explain`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.report.values.base import Report


@command("explain")
@click.argument("rules", metavar="[RULE]...", nargs=-1)
def explain(call: Call, *, rules: tuple[str, ...]) -> Report:
    """Say what a rule looks for, why, and what to write instead.

    RULE is a code (`AL101`), a name (`index-not-concurrent`), or the start of codes (`AL1`).
    Without one all rules are listed.
    """
    from airlock.app.explain import explain as run

    del call
    return run(rules)
