"""Command lines, each a JSON list, whose every query ends in a bug, with a row at hand."""

import json
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
codes = [run(json.loads(line)) for line in sys.argv[2:]]
sys.exit(codes[0])
