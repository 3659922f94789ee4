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
from airlock.cli.screen import Screen, write
from airlock.errors import Interrupted, UsageError

_COLLECT_EVERY = 50_000
"""Objects made between two looks at the young ones; Python's own number is 700."""


def main() -> NoReturn:
    """Run the command line of this process."""
    # Modules and their classes are no garbage: looking for it while they load takes a twentieth.
    gc.set_threshold(_COLLECT_EVERY)
    signal.signal(signal.SIGTERM, _terminated)
    code = _flushed(run(sys.argv[1:]))
    # Everything is closed and written by now. Taking a few hundred modules apart one by one would
    # be a tenth of a command that has nothing to do.
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run a command line and return its exit code; nothing is raised."""
    try:
        result = GROUP.main(arguments, prog_name="airlock", standalone_mode=False)
    except click.ClickException as error:
        Screen().error(_usage_error(error))
        return Exit.COULD_NOT_RUN
    except (click.Abort, KeyboardInterrupt):
        write(sys.stderr, "interrupted: what was in flight is rolled back, what was done stays\n")
        return Interrupted.exit_code
    except BrokenPipeError:
        return Exit.CLEAN
    except OSError as error:
        return _no_output(error)
    except Exception as error:  # the last line of defence: no traceback reaches a user
        return _bug(error)
    return int(result or 0)


def _terminated(_: int, __: FrameType | None) -> NoReturn:
    """End as on Ctrl-C, so that every `with` below cleans up."""
    raise KeyboardInterrupt


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


def _no_output(error: OSError) -> int:
    """Say that output could not be written, or that an OSError came from elsewhere."""
    if error.filename is None and error.errno is not None:
        write(sys.stderr, f"error[output]: cannot write: {os.strerror(error.errno)}\n")
        return Exit.COULD_NOT_RUN
    return _bug(error)


def _bug(error: Exception) -> int:
    """Name the kind and place of an error that nobody expected.

    Its own text is not shown: it may hold a row or a password.
    """
    if os.environ.get("AIRLOCK_DEBUG") == "1":
        import traceback  # noqa: PLC0415 - only on the way to an error

        traceback.print_exception(error)
    place = _deepest_place(error)
    write(
        sys.stderr,
        f"error[internal]: {type(error).__name__} at {place}: this is a bug in airlock\n"
        "  = help: Please report it with this line. AIRLOCK_DEBUG=1 shows the whole traceback, "
        "which may quote data.\n",
    )
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
        code = _no_output(error)
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    return code
