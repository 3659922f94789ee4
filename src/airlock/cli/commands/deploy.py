"""`airlock deploy`."""

from __future__ import annotations

from pathlib import Path

import click

from airlock.cli.command import Call, command
from airlock.cli.complete import environments
from airlock.report.values.base import Report


@command("deploy")
@click.argument("environment", metavar="ENV", shell_complete=environments)
@click.option("--dry-run", is_flag=True, help="Prove it, say what would run, change nothing.")
@click.option("--seeds", is_flag=True, help="Then run seed files that are new or changed.")
@click.option(
    "--include-out-of-order",
    is_flag=True,
    help="Also apply files that are older than the newest applied one.",
)
@click.option(
    "--plan",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Apply what the plan in FILE says, and only if nothing has moved since.",
)
@click.option("--no-proof", is_flag=True, help="Do not replay the files on a shadow first.")
@click.option(
    "--strict-major", is_flag=True, help="Refuse a server of another major than production's."
)
def deploy(
    call: Call,
    *,
    environment: str,
    dry_run: bool,
    seeds: bool,
    include_out_of_order: bool,
    plan: Path | None,
    no_proof: bool,
    strict_major: bool,
) -> Report:
    """Apply what is pending to an environment, proved first.

    What is applied there and what is pending is replayed, in that order, on a throw-away
    database; only what passes is applied. A protected environment is refused. With a plan, so is
    one whose schema or pending files are not those that the plan was made for (airlock plan ENV).
    """
    from airlock.app.deploy import deploy as run

    return run(
        call.site,
        environment,
        dry_run=dry_run,
        seeds=seeds,
        allow_out_of_order=include_out_of_order,
        proof=not no_proof,
        strict_major=strict_major,
        plan=plan,
    )
