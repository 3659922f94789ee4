"""What the shell completes while a command is typed; silent where anything is amiss."""

from __future__ import annotations

import os
from pathlib import Path

import click


def environments(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of an environment."""
    del param
    from airlock.config import load
    from airlock.errors import AirlockError

    directory = ctx.params.get("directory") or ctx.find_root().params.get("directory")
    try:
        config = load(Path(directory or ".").resolve(), variables=os.environ)
    except (AirlockError, OSError):
        return []
    return [each.name for each in config.environments if each.name.startswith(incomplete)]


def sources(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete a source: an environment, or the start of one of the other forms."""
    from airlock.sources.notation import STARTS

    fit = [start for start in STARTS if start.startswith(incomplete)]
    return [*environments(ctx, param, incomplete), *fit]


def templates(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a template."""
    del ctx, param
    from airlock.sources.drafts import TEMPLATES

    return [name for name in TEMPLATES if name.startswith(incomplete)]
