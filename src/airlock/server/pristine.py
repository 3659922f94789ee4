"""A data directory as it is before first use: made once per build, copied for each server."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from airlock.errors import ServerError
from airlock.server.builds import Build
from airlock.server.cluster import Cluster, Purpose
from airlock.server.files import copy_tree, last_line, locked, partial_folder, remove_tree
from airlock.server.postmaster import found, halt, launch
from airlock.server.programs import Programs
from airlock.server.quarters import Quarters, remove_empty
from airlock.server.settings import write_settings

PORT = 5432
"""Of servers that have a socket only; it is a part of the socket's name."""

_FORMAT = 1
_FIRST_CHECKSUMS = 18
_LOCALES = ("C.UTF-8", "C")
"""macOS has no C.UTF-8."""

Prepare = Callable[[Cluster], None]
"""Fills a new server."""


def copy_pristine(
    build: Build,
    programs: Programs,
    target: Path,
    *,
    quarters: Quarters,
    content: str,
    prepare: Prepare,
) -> None:
    """Make `target` a fresh data directory of `build`.

    `content` changes when what `prepare` puts into a new server does.

    Raises:
        ServerError: initdb fails, or the disk is full.
    """
    digest = hashlib.sha256(f"{_FORMAT} {content}".encode()).hexdigest()[:12]
    pristine = quarters.folder("pristine") / f"{build.id}-{digest}"
    lock = quarters.home.pristine / "lock"
    if not (pristine / "PG_VERSION").exists():
        with locked(lock):
            if not (pristine / "PG_VERSION").exists():
                _make(build, programs, pristine, quarters=quarters, prepare=prepare)
    with locked(lock, shared=True):
        copy_tree(pristine, target)


def _make(
    build: Build, programs: Programs, target: Path, *, quarters: Quarters, prepare: Prepare
) -> None:
    """Make the pristine data directory under another name, then give it its own.

    Older ones of the same build are removed: they belong to another version of Airlock.
    """
    for old in target.parent.glob(f"{build.id}-*"):
        if left := found(old):
            halt(left, old)
        remove_tree(old)
    with partial_folder(target) as partial:
        quarters.privilege.give(partial)
        _initialise(build, programs, partial, quarters=quarters)
        with _running(build, programs, partial, quarters=quarters) as cluster:
            prepare(cluster)
        _sync(build, programs, partial, quarters=quarters)


def _initialise(build: Build, programs: Programs, data: Path, *, quarters: Quarters) -> None:
    arguments = ["-U", "supabase_admin", "-E", "UTF8", "-A", "trust", "--wal-segsize=4"]
    # What a full disk cut off is to be seen, and removed, by us.
    arguments += ["--no-sync", "--no-instructions", "--no-clean"]
    if build.major >= _FIRST_CHECKSUMS:
        arguments.append("--no-data-checksums")
    for locale in _LOCALES:
        command = [str(programs.initdb), "-D", str(data), *arguments, f"--locale={locale}"]
        done = quarters.privilege.run(command)
        if done.returncode == 0:
            return
        if "invalid locale name" not in done.stdout:
            break
    raise ServerError(f"initdb of {build.id} failed: {_reason(done.stdout)}")


def _sync(build: Build, programs: Programs, data: Path, *, quarters: Quarters) -> None:
    """Bring the files to the disk: durable servers are copied from them."""
    done = quarters.privilege.run([str(programs.initdb), "-D", str(data), "--sync-only"])
    if done.returncode != 0:
        raise ServerError(f"initdb of {build.id} failed: {_reason(done.stdout)}")


def _reason(output: str) -> str:
    """Return the first line in which initdb, or the server it runs, speaks of an error."""
    told = (line for line in output.splitlines() if re.search("error:|FATAL:", line))
    return next(told, last_line(output)).strip()


@contextlib.contextmanager
def _running(
    build: Build, programs: Programs, data: Path, *, quarters: Quarters
) -> Iterator[Cluster]:
    sockets = quarters.sockets("pristine")
    arguments = write_settings(
        quarters.folder("run"),
        Purpose.SHADOW,
        major=build.major,
        data=data,
        sockets=sockets,
        port=PORT,
        shims=programs.shims,
    )
    postmaster = launch(
        programs.postgres,
        arguments,
        data=data,
        sockets=sockets,
        privilege=quarters.privilege,
        log=quarters.home.run / "pristine.log",
    )
    try:
        yield Cluster(
            build=build,
            purpose=Purpose.SHADOW,
            data=data,
            sockets=sockets,
            port=PORT,
            pid=postmaster.pid,
        )
    finally:
        halt(postmaster, data)
        remove_empty(quarters.home, sockets)
