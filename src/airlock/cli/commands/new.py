"""`airlock new`."""

from __future__ import annotations

import os
import select
import stat
import sys
from typing import IO

import click

from airlock.cli.command import Call, command
from airlock.cli.complete import sources, templates
from airlock.cli.prompt import asker
from airlock.errors import UsageError
from airlock.report.values.base import Report

_WAIT_S = 0.5
"""How long a pipe may take to say its first word; a CI job's empty one never says any."""


@command("new")
@click.argument("name")
@click.option(
    "-t",
    "--template",
    metavar="TEMPLATE",
    shell_complete=templates,
    help="What to start from: table, column, index, policy, function, enum, empty.  [empty]",
)
@click.option("--purpose", metavar="TEXT", help="The purpose, for the file's header.")
@click.option("--author", metavar="TEXT", help="The author; git's user.name without it.")
@click.option(
    "--sql", type=click.File("rb"), metavar="FILE", help="Take the SQL from FILE; - is stdin."
)
@click.option(
    "--from-diff",
    metavar="SOURCE",
    shell_complete=sources,
    help="Write what leads from the project's schema to that of a source, proved.",
)
@click.option(
    "--rename",
    "renames",
    multiple=True,
    metavar="OLD=NEW",
    help="With --from-diff: two names are one table or column, renamed. Repeatable.",
)
def new(
    call: Call,
    *,
    name: str,
    from_diff: str | None,
    renames: tuple[str, ...],
    template: str | None,
    purpose: str | None,
    author: str | None,
    sql: IO[bytes] | None,
) -> Report:
    """Write a migration from a template, from stdin, or from a difference.

    The file gets the next version; its path is printed. SQL that is piped in becomes its text:

    \b
        airlock new add_profiles --template table
        pg_dump -s old | airlock new import_old
        airlock new add_tags --from-diff sql:supabase/schemas
    """  # noqa: D301 - click reads the escape
    from airlock.app.new import new as run

    if from_diff is not None:
        if template is not None or sql is not None:
            raise UsageError(
                "the text is to come from a difference and from elsewhere",
                hint="Leave out --template and --sql, or --from-diff.",
            )
        from airlock.app.generate import new_from_diff

        return new_from_diff(call.site, name, from_diff, renames=renames, ask=asker(call))
    if renames:
        raise UsageError(
            "--rename says something about a difference", hint="Add --from-diff SOURCE."
        )
    text = _text(sql.read(), sql.name) if sql else _piped()
    if text is not None and template is not None:
        raise UsageError(
            "SQL was piped in and a template was asked for",
            hint="Leave out --template, or start the command without the pipe.",
        )
    return run(call.site, name, template=template, purpose=purpose, author=author, sql=text)


def _piped() -> str | None:
    """Return what stands on stdin, where it is a file, or a pipe that speaks."""
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        return None
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError):
        return None
    speaks = stat.S_ISREG(mode) or (
        (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))
        and bool(select.select([sys.stdin.buffer], [], [], _WAIT_S)[0])
    )
    raw = sys.stdin.buffer.read() if speaks else b""
    return _text(raw, "stdin") if raw.strip() else None


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"the SQL from {name} is not UTF-8 (line {line})", hint="Save it as UTF-8."
        ) from None
