"""`airlock completion`."""

from __future__ import annotations

import sys

import click

from airlock.cli.command import Call, command
from airlock.cli.screen import write

_VARIABLE = "_AIRLOCK_COMPLETE"
"""What click looks for to answer a shell instead of running a command."""


@command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(call: Call, shell: str) -> None:
    """Print the completion script of a shell.

    Commands, options and the names of environments are completed:

    \b
        airlock completion bash > ~/.local/share/bash-completion/completions/airlock
        airlock completion zsh > "${fpath[1]}/_airlock"
        airlock completion fish > ~/.config/fish/completions/airlock.fish
    """  # noqa: D301 - click reads the escape
    del call
    from click.shell_completion import get_completion_class

    from airlock.cli.group import GROUP

    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(GROUP, {}, "airlock", _VARIABLE)
    write(sys.stdout, script.source_template % script.source_vars() + "\n")
