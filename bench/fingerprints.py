"""Comparing two databases by nothing but their fingerprints: `python -m bench.fingerprints A B`."""

from __future__ import annotations

import sys

from airlock.model.fingerprint import fingerprint
from airlock.server.address import parse_address
from airlock.server.connect import connect
from airlock.sources.live import read_catalog


def main(old: str, new: str) -> int:
    """Return 1 where they differ. Each catalog is gone before the next one is read."""
    return int(_of(old) != _of(new))


def _of(url: str) -> str:
    with connect(parse_address(url, label="database", origin="the command line")) as session:
        return fingerprint(read_catalog(session))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
