"""The way in and the only way out: errors become messages, results become exit codes."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from airlock.cli.exits import Exit
from airlock.cli.group import GROUP, UnknownCommand
from airlock.cli.screen import Format, Screen, write
from airlock.errors import AirlockError, Interrupted, UsageError

_COLLECT_EVERY = 50_000
"""Objects made between two looks at the young ones; Python's own number is 700."""

_INTERRUPTED = "interrupted: what was in flight is rolled back, what was done stays"


class InternalError(AirlockError):
    """Something happened that nobody expected."""

    code = "internal"
    hint = (
        "Please report it with this line. AIRLOCK_DEBUG=1 shows the whole traceback, which may "
        "quote data."
    )


def main() -> NoReturn:
    """Run the command line of this process."""
    # Modules and their classes are no garbage: looking for it while they load takes a twentieth.
    gc.set_threshold(_COLLECT_EVERY)
    signal.signal(signal.SIGTERM, _terminated)
    _open_closed()
    code = _flushed(run(sys.argv[1:]))
    # Everything is closed and written by now. Taking a few hundred modules apart one by one would
    # be a tenth of a command that has nothing to do.
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run a command line and return its exit code; nothing is raised."""
    screen = Screen(format=_format(arguments))
    try:
        result = GROUP.main(arguments, prog_name="airlock", standalone_mode=False)
    except click.ClickException as error:
        return _usage(error, screen)
    except (click.Abort, KeyboardInterrupt):
        screen.tell_machine(Interrupted(_INTERRUPTED))
        write(sys.stderr, _INTERRUPTED + "\n")
        return Interrupted.exit_code
    except BrokenPipeError:
        return Exit.CLEAN
    except OSError as error:
        return _no_output(error, screen)
    except Exception as error:  # the last line of defence: no traceback reaches a user
        return _bug(error, screen)
    return int(result or 0)


def _open_closed() -> None:
    """Open the null device for streams that were closed, before a file or socket gets their number.

    Python has None in their place.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def _format(arguments: list[str]) -> Format:
    """Return the format asked for, for errors that come before or after a command's own options."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    pairs = zip(own, [*own[1:], ""], strict=False)
    asked = any(a == "--format=json" or (a, b) == ("--format", "json") for a, b in pairs)
    return Format.JSON if asked else Format.TEXT


def _terminated(_: int, __: FrameType | None) -> NoReturn:
    """End as on Ctrl-C, so that every `with` below cleans up."""
    raise KeyboardInterrupt


def _usage(error: click.ClickException, screen: Screen) -> int:
    """Show the help to whom gave no command, and what is wrong to everybody else."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        write(sys.stderr, error.format_message() + "\n")
    else:
        screen.error(_usage_error(error))
    return Exit.COULD_NOT_RUN


def _usage_error(error: click.ClickException) -> UsageError:
    """Turn click's complaint into one of ours: a sentence, and what to do."""
    message = error.format_message().rstrip(".")
    message = message[:1].lower() + message[1:]
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "airlock"
    see = f"{path} --help shows what there is."
    match error:
        case UnknownCommand(meant=str(meant)):
            return UsageError(message, hint=meant)
        case click.NoSuchOption(possibilities=[first, *_], option_name=name):
            return UsageError(f"no such option: {name}", hint=f"Did you mean {first}?")
    return UsageError(message, hint=see)


def _no_output(error: OSError, screen: Screen) -> int:
    """Say that output could not be written, or that an OSError came from elsewhere."""
    if error.filename is None and error.errno is not None:
        write(sys.stderr, f"error[output]: cannot write: {os.strerror(error.errno)}\n")
        return Exit.COULD_NOT_RUN
    return _bug(error, screen)


def _bug(error: Exception, screen: Screen) -> int:
    """Name the kind and place of an error that nobody expected.

    Its own text is not shown: it may hold a row or a password.
    """
    if os.environ.get("AIRLOCK_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    place = _deepest_place(error)
    screen.error(InternalError(f"{type(error).__name__} at {place}: this is a bug in airlock"))
    return Exit.COULD_NOT_RUN


def _deepest_place(error: BaseException) -> str:
    """Return module and line of the innermost frame of our own."""
    place = "unknown"
    trace = error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("airlock"):
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _flushed(code: int) -> int:
    """Flush what is written; a reader that went away is no error."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        code = _no_output(error, Screen())
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    return code
