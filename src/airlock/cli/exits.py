"""What exit codes mean: one table for the code and the documentation."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The codes with which `airlock` ends."""

    CLEAN = 0
    FOUND = 1
    COULD_NOT_RUN = 2
    REFUSED = 3
    INTERRUPTED = 130


MEANINGS = {
    Exit.CLEAN: "done, and nothing was found that needs a hand",
    Exit.FOUND: "something was found: a finding of level error, a file that fails, "
    "versions that are not applied everywhere, schemas that differ",
    Exit.COULD_NOT_RUN: "could not run: usage, configuration, files, server, connection; or a "
    "plan does not lead where it should",
    Exit.REFUSED: "refused, nothing was changed: a protected environment, an edited migration, "
    "a plan whose target has moved, another airlock at work",
    Exit.INTERRUPTED: "interrupted with Ctrl-C; what was in flight is rolled back",
}
