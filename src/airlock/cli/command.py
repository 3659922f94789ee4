"""What every command has: its common options, its progress, and how its report is shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airlock.cli.exits import Exit
from airlock.cli.progress import Progress
from airlock.cli.screen import Format, Screen
from airlock.errors import AirlockError, UsageError

if TYPE_CHECKING:
    from airlock.app.site import Site
    from airlock.report.values.base import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a command gets beside its own arguments."""

    site: Site
    screen: Screen
    progress: Progress


Body = Callable[..., "Report | None"]


class Command(click.Command):
    """A click command whose body takes a `Call` and returns a report.

    Invoking it shows the report, or the error, and returns the exit code.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        formats: Sequence[Format] = kwargs.pop("formats", (Format.TEXT, Format.JSON))
        super().__init__(*args, **kwargs)
        self.params += _common_options(formats)

    def invoke(self, ctx: click.Context) -> int:
        """Run the body and show what it returns."""
        from airlock.app.site import Site

        values = ctx.params
        screen = Screen(
            format=Format(values.pop("format")),
            quiet=values.pop("quiet"),
            verbose=values.pop("verbose"),
        )
        progress = Progress(screen)
        assert self.callback is not None
        try:
            start = _start(values.pop("directory") or ctx.find_root().params.get("directory"))
            site = Site(start=start, variables=os.environ, progress=progress)
            try:
                report = ctx.invoke(
                    self.callback, Call(site=site, screen=screen, progress=progress), **values
                )
            finally:
                progress.done()
        except AirlockError as error:
            screen.error(error)
            return error.exit_code
        if report is None:
            return Exit.CLEAN
        screen.report(report)
        if report.broken:
            return Exit.COULD_NOT_RUN
        return Exit.FOUND if report.found else Exit.CLEAN


def command(name: str, **kwargs: Any) -> Callable[[Body], Command]:
    """Turn a function into a command of that name; its docstring is the help.

    `formats` are those in which its report can be written, if not text and JSON.
    """
    return click.command(name, cls=Command, **kwargs)


def directory_option() -> click.Option:
    """Return the option that says where to work."""
    return click.Option(
        ["-C", "--directory"],
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Work as if started in DIR.",
    )


def _common_options(formats: Sequence[Format]) -> list[click.Parameter]:
    return [
        directory_option(),
        click.Option(
            ["--format"],
            type=click.Choice([each.value for each in formats]),
            default=Format.TEXT.value,
            help="How the report is written to stdout.",
        ),
        click.Option(["-q", "--quiet"], is_flag=True, help="Say nothing but the result."),
        click.Option(
            ["-v", "--verbose"], is_flag=True, help="Leave nothing out, and tell each step."
        ),
    ]


def _start(directory: Path | None) -> Path:
    if directory is None:
        try:
            return Path.cwd()
        except OSError:
            raise UsageError(
                "the current folder does not exist any more", hint="Go to another: cd ~"
            ) from None
    if not directory.is_dir():
        raise UsageError(f"{directory} is not a folder", hint="Check the path after -C.")
    return directory.resolve()
