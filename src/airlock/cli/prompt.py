"""Questions to whoever sits at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from airlock.cli.command import Call
from airlock.cli.screen import Format


def asker(call: Call) -> Callable[[str], bool]:
    """Return what asks a question and returns the answer; no, where nobody can be asked."""
    there = sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
    if call.screen.format is not Format.TEXT or call.screen.quiet or not there:
        return lambda _: False

    def ask(question: str) -> bool:
        call.progress.done()
        return click.confirm(question, default=False, err=True)

    return ask
