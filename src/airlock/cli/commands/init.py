"""`airlock init`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.report.values.base import Report


@command("init")
@click.option(
    "--layout",
    type=click.Choice(["supabase", "plain"]),
    help="How migrations are kept, where looking at the folders should not decide.",
)
def init(call: Call, layout: str | None) -> Report:
    """Start using Airlock in a project.

    Looks at what stands in the folder, writes a small airlock.toml, and says what to run next.
    A file that stands there already is left as it is.
    """
    from airlock.app.init import init as run

    return run(call.site, layout=layout)
