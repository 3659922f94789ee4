"""Looking at servers from the outside, and doing to them what users and systems do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from airlock.server.cluster import Cluster
from airlock.server.connect import connect
from airlock.server.home import Home
from airlock.server.processes import command_line, start_token, working_in

ROOT = os.geteuid() == 0
NOBODY = 65534


START = """
import sys
from pathlib import Path
from airlock.server.builds import choose
from airlock.server.cluster import Purpose, start
from airlock.server.home import Home
home = Home.open(Path(sys.argv[1]))
build = choose(None, home=home).build
"""
"""What a process needs to start a server in the home that is its first argument."""


def run_python(code: str, home: Home) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", START + code, str(home.path)],
        capture_output=True,
        text=True,
        check=False,
    )


def postmasters(data: Path) -> list[int]:
    """The server processes of a data directory, whoever started them."""
    found = [pid for pid in working_in(data) if str(data) in command_line(pid)]
    # A child that was just forked has the command line of its parent for a moment.
    return [pid for pid in found if _parent(pid) not in found]


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def kill(pid: int) -> None:
    """Kill a process and wait until it is gone."""
    os.kill(pid, signal.SIGKILL)
    while start_token(pid):
        pass


def answers(cluster: Cluster) -> bool:
    with connect(cluster.address("airlock"), acting=False) as session:
        return session.fetch("select 1") == [(1,)]


def spawn(code: str, home: Home) -> subprocess.Popen[str]:
    """Run code in a process of its own, with `databases` of the home's shadow server."""
    head = """
import os, signal
from airlock.server.baseline import Baseline
from airlock.server.databases import Databases
databases = Databases(start(build, Purpose.SHADOW, home=home))
plain = dict(baseline=Baseline.PLAIN, expose_new_tables=False)
"""
    return subprocess.Popen(
        [sys.executable, "-c", START + head + code, str(home.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def names(cluster: Cluster) -> set[str]:
    with connect(cluster.address("airlock"), acting=False) as session:
        return {name for (name,) in session.fetch("select datname from pg_database")}


def run(
    cluster: Cluster, database: str, sql: str, *, acting: bool = True
) -> list[tuple[object, ...]]:
    with connect(cluster.address(database), acting=acting) as session:
        return session.fetch(sql)
