"""The start of `airlock` and of `python -m airlock`."""

from __future__ import annotations

import os
from typing import NoReturn


def main() -> NoReturn:
    """Load the command line and run it; Ctrl-C while it loads ends it without a word."""
    try:
        from airlock.cli.main import main as run  # noqa: PLC0415 - so that it can be interrupted
    except KeyboardInterrupt:
        os._exit(130)
    run()


if __name__ == "__main__":
    main()
