"""`airlock snapshot`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from airlock.cli.command import Call, command
from airlock.cli.complete import sources
from airlock.report.values.base import Report


@command("snapshot")
@click.argument("source", metavar="SOURCE", shell_complete=sources)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write it; stdout without it.",
)
def snapshot(call: Call, *, source: str, output: Path | None) -> Report | None:
    """Write the schema of a source as JSON that diffs well in git.

    SOURCE is what airlock diff takes. A snapshot is a source itself: snapshot:FILE.
    """
    from airlock.app.snapshot import snapshot as run

    text, report = run(call.site, source, output)
    if report is None:
        call.progress.done()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    return report
