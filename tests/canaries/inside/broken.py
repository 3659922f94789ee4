"""A command line whose every query ends in a bug, with a row and a password at hand."""

import sys
from pathlib import Path

from airlock.cli.main import run
from airlock.server import connect

ROW = Path(sys.argv[1]).read_text(encoding="utf-8")


def fetch(session: connect.Session, *_: object) -> None:
    password = session.address.url
    raise RuntimeError(f"{ROW} came for {password}")


connect.Session.fetch = fetch  # type: ignore[assignment,method-assign]
connect.Session.results = fetch  # type: ignore[assignment,method-assign]
sys.exit(run(sys.argv[2:]))
