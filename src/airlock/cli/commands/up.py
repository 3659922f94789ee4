"""`airlock up`."""

from __future__ import annotations

import click

from airlock.cli.command import Call, command
from airlock.report.values.base import Report


@command("up")
@click.option("--seeds", is_flag=True, help="Then run seed files that are new or changed.")
@click.option(
    "--include-out-of-order",
    is_flag=True,
    help="Also apply files that are older than the newest applied one.",
)
def up(call: Call, seeds: bool, include_out_of_order: bool) -> Report:
    """Apply what is pending to the local database.

    The database is made on first use, on Airlock's own Postgres.
    """
    from airlock.app.up import up as run

    return run(
        call.site,
        seeds=seeds,
        allow_out_of_order=include_out_of_order,
    )
