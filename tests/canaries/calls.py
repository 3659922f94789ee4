"""How each command of the command line is run against a protected environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
from plant import Protected

from airlock.cli.group import GROUP

PLAN = "plan.json"
"""A plan's file, which stands in every project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One way to call a command, and how it ends in a protected environment where all is well."""

    arguments: tuple[str, ...]
    exits: frozenset[int]
    reaches: bool = True
    """Whether it connects to the environment, or at least reads where it is."""
    apart: bool = False
    """Whether it needs a home of its own, since it would stop or remove what others use."""


def _call(*arguments: str, exits: tuple[int, ...] = (0,), **flags: bool) -> Call:
    return Call(arguments=arguments, exits=frozenset(exits), **flags)


CALLS: Mapping[str, tuple[Call, ...]] = {
    "init": (_call(reaches=False),),
    "doctor": (_call(exits=(0, 1)), _call("production", exits=(0, 1))),
    "new": (
        _call("by_hand", "--template", "table", reaches=False),
        _call("from_production", "--from-diff", "production", exits=(0, 1, 2)),
    ),
    "status": (_call("--all", exits=(1,)), _call("production", exits=(1,))),
    "up": (_call(exits=(0, 1)),),
    "reset": (_call(exits=(0, 1)),),
    "check": (
        _call(exits=(0, 1)),
        _call("--fix", exits=(0, 1)),
        _call("db/migrations", exits=(0, 1), reaches=False),
    ),
    "audit": (_call("production", exits=(0, 1)),),
    "explain": (_call("AL101", reaches=False),),
    "baseline": (_call(exits=(0, 1)),),
    "plan": (
        _call("production", "-o", "new-plan.json", exits=(1,)),
        _call("show", PLAN, exits=(0, 1), reaches=False),
    ),
    "deploy": (
        _call("production", exits=(3,)),
        _call("production", "--dry-run", exits=(3,)),
        _call("production", "--plan", PLAN, exits=(3,)),
    ),
    "diff": (
        _call("migrations", "production", exits=(1, 2)),
        _call("production", "migrations", "--no-prove", exits=(1,)),
    ),
    "snapshot": (_call("production"), _call("production", "-o", "production.json")),
    "pull": (
        _call("production", exits=(0, 1, 2)),
        _call("production", "--mark-applied", exits=(3,)),
    ),
    "rollback prepare": (_call(exits=(0, 1)),),
    "db start": (_call(),),
    "db stop": (_call(reaches=False, apart=True),),
    "db status": (_call(reaches=False),),
    "db url": (_call("production", exits=(2,)),),
    "db psql": (_call("production", exits=(2,)),),
    "db install": (_call("99", exits=(2,)),),
    "config show": (_call(),),
    "demo": (_call(reaches=False, apart=True),),
    "completion": (_call("bash", reaches=False),),
}
"""Every command there is; one that is missing fails the suite."""


def commands(
    command: click.Command = GROUP, path: tuple[str, ...] = ()
) -> dict[str, click.Command]:
    """Return all commands by full name."""
    if not isinstance(command, click.Group):
        return {" ".join(path): command}
    context = click.Context(command)
    found: dict[str, click.Command] = {}
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        found |= commands(below, (*path, name))
    return found


def formats(name: str) -> list[str]:
    """Return the formats in which a command writes its report."""
    for parameter in commands()[name].params:
        if parameter.name == "format" and isinstance(parameter.type, click.Choice):
            return list(parameter.type.choices)
    return ["text"]


BASE = """\
create schema if not exists app;

create table app.accounts (
  id bigint primary key,
  owner text,
  plan text default 'free'
);
"""
PENDING = """\
alter table app.accounts add column nickname text;
create index accounts_by_nickname on app.accounts (nickname);
"""
SETTINGS = """\
[project]
layout = "plain"
migrations = "db/migrations"

[environments.production]
inspect_url = { env = "PRODUCTION_INSPECT_URL" }
deploy_url = { env = "PRODUCTION_DEPLOY_URL" }
"""


@dataclass(slots=True, kw_only=True)
class Site:
    """A project, and the variables of whoever works there."""

    root: Path
    variables: dict[str, str] = field(default_factory=dict)

    def write(self, path: str, text: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def site(root: Path, protected: Protected, port: int) -> Site:
    """Make a project whose production is the protected database, reached through `port`."""
    found = Site(root=root)
    root.mkdir()
    found.write("airlock.toml", SETTINGS)
    found.write("db/migrations/20250101000000_accounts.sql", BASE)
    found.write("db/migrations/20250201000000_nicknames.sql", PENDING)
    for variable, login in (
        ("PRODUCTION_INSPECT_URL", "inspector"),
        ("PRODUCTION_DEPLOY_URL", "deployer"),
    ):
        found.variables[variable] = protected.url(login, port=port)
    return found
