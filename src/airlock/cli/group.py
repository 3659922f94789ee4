"""The command group: it knows every command by name and summary, and imports one when called."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import click

import airlock
from airlock.cli.command import directory_option


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A command as `airlock --help` lists it."""

    summary: str
    module: str


def _entry(module: str, summary: str) -> Entry:
    return Entry(summary=summary, module=f"airlock.cli.commands.{module}")


COMMANDS = {
    "init": _entry("init", "Start using Airlock in a project."),
    "doctor": _entry("doctor", "Look at everything Airlock needs, with a fix for what is amiss."),
    "new": _entry("new", "Write a migration from a template, from stdin, or from a difference."),
    "status": _entry("status", "Show which migration is applied where."),
    "up": _entry("up", "Apply what is pending to the local database."),
    "reset": _entry("reset", "Rebuild the local database from the files, then run the seeds."),
    "check": _entry(
        "check", "Replay every migration on a throw-away database; judge what is pending."
    ),
    "audit": _entry("audit", "Say what is wrong with the schema of a source as it stands."),
    "baseline": _entry(
        "baseline", "Write down what the rules find today; only what is new is told."
    ),
    "explain": _entry("explain", "Say what a rule looks for, why, and what to write instead."),
    "plan": _entry("plan", "Say what a deployment to ENV would do, and keep it in a file."),
    "deploy": _entry("deploy", "Apply what is pending to an environment, proved first."),
    "diff": _entry("diff", "Show what turns the schema of A into that of B, proved."),
    "snapshot": _entry("snapshot", "Write the schema of a source as JSON that diffs well in git."),
    "pull": _entry("pull", "Bring changes made by hand on an environment into the project."),
    "rollback": _entry("rollback", "Write the SQL that undoes a migration, proved."),
    "db": _entry("db", "Start, stop and reach Airlock's own Postgres."),
    "config": _entry("config", "Show what is set and where."),
    "demo": _entry("demo", "Play the whole workflow on an example project."),
    "completion": _entry("completion", "Print the completion script of a shell."),
}

KNOWN_ELSEWHERE = {
    "push": "deploy ENV",
    "migrate": "up",
    "apply": "up",
    "migration": "new NAME, airlock status, airlock up",
    "migrations": "status",
    "list": "status",
    "start": "db start",
    "stop": "db stop",
    "psql": "db psql",
    "install": "db install MAJOR",
    "lint": "check",
    "validate": "check",
    "verify": "check",
    "test": "check",
    "seed": "up --seeds",
    "create": "new NAME",
    "compare": "diff A B",
    "dump": "snapshot SOURCE",
    "add": "new NAME",
}
"""Words of other tools, and what does the same here."""


class LazyGroup(click.Group):
    """Lists commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of a project's life."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        found: click.Command = getattr(import_module(entry.module), cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which was meant."""
        name = args[0]
        if not ctx.resilient_parsing and name not in COMMANDS and not name.startswith("-"):
            raise UnknownCommand(name, _meant(name, list(COMMANDS)), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


class UnknownCommand(click.UsageError):
    """There is no command of that name; `meant` is the nearest."""

    def __init__(self, name: str, meant: str | None, ctx: click.Context) -> None:
        super().__init__(f"there is no command called {name!r}", ctx)
        self.meant = meant


def _meant(name: str, known: list[str]) -> str | None:
    from difflib import get_close_matches

    if name in KNOWN_ELSEWHERE:
        return f"Here it is: airlock {KNOWN_ELSEWHERE[name]}"
    near = get_close_matches(name, known, n=1)
    return f"Did you mean: airlock {near[0]}" if near else None


def _group() -> LazyGroup:
    group = LazyGroup(
        "airlock",
        help="Takes SQL migrations from a developer's machine to staging to production: each is "
        "proved on a real Postgres first, and no row ever comes back.",
        epilog="airlock COMMAND --help says more.",
        params=[directory_option()],
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        subcommand_metavar="COMMAND [ARGUMENTS]...",
    )
    return click.version_option(airlock.__version__, message="%(prog)s %(version)s")(group)


GROUP = _group()
