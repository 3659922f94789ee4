"""`airlock snapshot SOURCE`."""

from __future__ import annotations

import os
from pathlib import Path

from airlock.app.site import Site
from airlock.app.sources import open_source
from airlock.app.workspace import Workspace
from airlock.errors import UsageError
from airlock.model.catalog import Catalog
from airlock.model.fingerprint import Fingerprint
from airlock.report.values.diff import Side, SnapshotReport
from airlock.sources.snapshot import write


def snapshot(site: Site, source: str, output: Path | None) -> tuple[str, SnapshotReport | None]:
    """Return a source's schema as text, and with `output` what came of writing it there.

    Raises:
        UsageError: the file cannot be written.
    """
    with Workspace.open_for(site, (source,)) as workspace, open_source(workspace, source) as opened:
        about = side(opened.label, opened.catalog)
        text = write(opened.catalog, about.fingerprint)
        if output is None:
            return text, None
        content = text.encode()
        return text, SnapshotReport(
            path=str(output),
            changed=written(site.start / output, content),
            bytes=len(content),
            side=about,
            findings=(*workspace.config.findings, *opened.findings),
        )


def side(
    source: str, catalog: Catalog, hashes: Fingerprint | None = None, *, major: int | None = None
) -> Side:
    """Return what a report says of a source.

    `hashes` are the catalog's, if they were taken; `major` is that of the server, if the catalog
    is as another has it.
    """
    return Side(
        source=source,
        postgres=catalog.major if major is None else major,
        objects=len(catalog),
        fingerprint=(hashes or Fingerprint(catalog=catalog)).whole,
        unmodelled=catalog.unmodelled,
    )


def written(path: Path, content: bytes) -> bool:
    """Write a file whole or not at all; return whether that changed anything.

    Raises:
        UsageError: it cannot be written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.exists() and path.read_bytes() == content:
            return False
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        fault = os.strerror(error.errno or 0)
    else:
        return True
    raise UsageError(f"cannot write {path}: {fault}", hint="Name another file after -o.")
