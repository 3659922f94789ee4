"""`airlock db`."""

from __future__ import annotations

import os
from typing import NoReturn

import click

from airlock.cli.command import Call, command
from airlock.cli.complete import environments
from airlock.report.values.base import Report


@click.group("db")
def db() -> None:
    """Start, stop and reach Airlock's own Postgres."""


@command("start")
def start(call: Call) -> Report:
    """Start the server, and create the project's databases on it that are missing.

    Other commands do by themselves as much of that as they need.
    """
    from airlock.app import servers

    return servers.start(call.site)


@command("stop")
def stop(call: Call) -> Report:
    """Stop all of Airlock's servers; databases of environments are kept."""
    from airlock.app import servers

    return servers.stop(call.site)


@command("status")
def status(call: Call) -> Report:
    """Show which servers there are."""
    from airlock.app import servers

    return servers.status(call.site)


@command("url")
@click.argument("environment", default="local", metavar="[ENV]", shell_complete=environments)
def url(call: Call, environment: str) -> Report:
    """Print the URL of a database on Airlock's own server, with its local password."""
    from airlock.app import servers

    return servers.url(call.site, environment)


@command("psql")
@click.argument(
    "arguments", nargs=-1, metavar="[ENV] [-- PSQL_ARGUMENT...]", shell_complete=environments
)
def psql(call: Call, arguments: tuple[str, ...]) -> NoReturn:
    """Open psql on a database of Airlock's own server.

    \b
        airlock db psql
        airlock db psql staging -- -c 'select 1'
    """  # noqa: D301 - click reads the escape
    from airlock.app import servers

    named = bool(arguments) and not arguments[0].startswith("-")
    environment, rest = (arguments[0], arguments[1:]) if named else ("local", arguments)
    program = servers.psql(call.site, environment)
    call.progress.done()
    os.execve(program.path, [*program.command, *rest], program.variables)  # noqa: S606 - psql takes over


@command("install")
@click.argument("major", type=int)
def install(call: Call, major: int) -> Report:
    """Download Postgres MAJOR (14 to 18), so that shadows match production."""
    from airlock.app import servers

    return servers.install(call.site, major)


for _each in (start, stop, status, url, psql, install):
    db.add_command(_each)
