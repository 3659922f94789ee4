from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from probes import ROOT, answers, kill, names, postmasters, run, run_python, spawn

from airlock.errors import ServerError
from airlock.server.baseline import Baseline
from airlock.server.builds import Build
from airlock.server.cluster import Cluster, Purpose, start, status, stop
from airlock.server.connect import connect
from airlock.server.databases import Databases
from airlock.server.home import Home
from airlock.server.processes import start_token
from airlock.server.registry import Registry


def test_a_killed_server_comes_back(fresh_home: Home, build: Build) -> None:
    before = start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    with connect(before.address("airlock"), acting=False) as session:
        session.execute("set synchronous_commit = on")
        session.execute("create table kept ()")
        # A query that keeps a child of the server busy beyond its end.
        busy = connect(before.address("airlock"), acting=False)
        (child,) = busy.fetch("select pg_backend_pid()")[0]
        os.kill(child, signal.SIGSTOP)
        kill(before.pid)
    (server,) = status(fresh_home)
    assert server.pid is None
    after = start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    assert start_token(child) is None
    with connect(after.address("airlock"), acting=False) as session:
        assert session.fetch("select count(*) from kept") == [(0,)]
    busy.close()


def test_a_shell_in_the_folder_of_a_killed_server_is_spared(fresh_home: Home, build: Build) -> None:
    before = start(build, Purpose.SHADOW, home=fresh_home)
    with subprocess.Popen(["/bin/cat"], cwd=before.data, stdin=subprocess.PIPE) as shell:
        kill(before.pid)
        assert answers(start(build, Purpose.SHADOW, home=fresh_home))
        assert shell.poll() is None


def test_a_server_whose_note_was_lost_is_found(fresh_home: Home, build: Build) -> None:
    before = {}
    for purpose in Purpose:
        before[purpose] = start(build, purpose, home=fresh_home)
    run(before[Purpose.ENVIRONMENTS], "airlock", "create table kept ()", acting=False)
    for note in fresh_home.servers.glob("*/state.json"):
        note.unlink()
    for purpose in Purpose:
        after = start(build, purpose, home=fresh_home)
        assert start_token(before[purpose].pid) is None
        assert postmasters(after.data) == [after.pid]
    (server,) = (s for s in status(fresh_home) if s.purpose is Purpose.ENVIRONMENTS)
    assert server.data == before[Purpose.ENVIRONMENTS].data
    environments = start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    assert run(environments, "airlock", "select count(*) from kept", acting=False) == [(0,)]


def test_a_lock_file_whose_pid_belongs_to_another_process_is_cleared(
    fresh_home: Home, build: Build
) -> None:
    before = start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    kill(before.pid)
    pid_file = before.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines(keepends=True)
    pid_file.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))
    assert answers(start(build, Purpose.ENVIRONMENTS, home=fresh_home))


def test_a_shadow_whose_files_vanished_is_made_anew(fresh_home: Home, build: Build) -> None:
    before = start(build, Purpose.SHADOW, home=fresh_home)
    shutil.rmtree(before.data)
    after = start(build, Purpose.SHADOW, home=fresh_home)
    assert answers(after)
    assert start_token(before.pid) is None


def test_a_shadow_that_does_not_come_up_is_made_anew(fresh_home: Home, build: Build) -> None:
    before = start(build, Purpose.SHADOW, home=fresh_home)
    kill(before.pid)
    (before.data / "global" / "pg_control").write_bytes(b"")
    assert answers(start(build, Purpose.SHADOW, home=fresh_home))


def test_damaged_environments_are_an_error_and_are_kept(fresh_home: Home, build: Build) -> None:
    before = start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    stop(fresh_home)
    (before.data / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(ServerError, match=r"Postgres did not start: .*pg_control") as caught:
        start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    assert "environments/log" in (caught.value.hint or "")
    assert (before.data / "base").is_dir()
    (before.data / "PG_VERSION").write_text("?")
    with pytest.raises(ServerError, match="is damaged"):
        start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    (before.data / "PG_VERSION").unlink()
    with pytest.raises(ServerError, match="cannot be read"):
        start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    assert (before.data / "base").is_dir()


CUT_OFF = {
    "before the copy is whole": """
with mock.patch("airlock.server.files.Path.rename", die):
    start(build, Purpose.SHADOW, home=home)
""",
    "just launched": """
with mock.patch("airlock.server.postmaster.start_token", die):
    start(build, Purpose.SHADOW, home=home)
""",
    "before it is noted down": """
real = starting.write_state
def note(folder, state):
    die() if state.pid else real(folder, state)
starting.write_state = note
start(build, Purpose.SHADOW, home=home)
""",
}
HEAD = """
import os, signal
from unittest import mock
import airlock.server.starting as starting
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", CUT_OFF)
def test_a_start_that_was_killed_is_cleared_away(
    fresh_home: Home, build: Build, moment: str
) -> None:
    killed = run_python(HEAD + CUT_OFF[moment], fresh_home)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    cluster = start(build, Purpose.SHADOW, home=fresh_home)
    assert answers(cluster)
    assert postmasters(cluster.data) == [cluster.pid]
    assert list(cluster.data.parent.iterdir()) == [cluster.data]
    assert not list(fresh_home.servers.glob("*/*.new-*"))


def test_a_start_that_was_killed_can_be_stopped(fresh_home: Home) -> None:
    killed = run_python(HEAD + CUT_OFF["before it is noted down"], fresh_home)
    assert killed.returncode == -signal.SIGKILL
    (server,) = status(fresh_home)
    assert server.pid is not None
    assert stop(fresh_home)
    assert start_token(server.pid) is None


def test_a_pristine_directory_whose_making_was_killed_is_made_again(
    build: Build, tmp_path: Path
) -> None:
    home = Home.open(tmp_path / "home")
    code = "starting.prepare = die\nstart(build, Purpose.SHADOW, home=home)\n"
    try:
        assert run_python(HEAD + code, home).returncode == -signal.SIGKILL
        (left,) = home.pristine.glob("*.new-*")
        assert postmasters(left)
        assert answers(start(build, Purpose.SHADOW, home=home))
        assert not postmasters(left)
        assert not list(home.pristine.glob("*.new-*"))
    finally:
        stop(home)


def test_ctrl_c_while_starting_leaves_no_server(
    fresh_home: Home, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched: list[int] = []

    def interrupt(pid: int, data: Path) -> bool:
        launched.append(pid)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("airlock.server.postmaster._is_ready", interrupt)
        with pytest.raises(KeyboardInterrupt):
            start(build, Purpose.SHADOW, home=fresh_home)
    assert start_token(launched[0]) is None
    assert answers(start(build, Purpose.SHADOW, home=fresh_home))


@pytest.mark.skipif(not ROOT, reason="only root can mount")
@pytest.mark.parametrize("megabytes", [20, 60])
def test_a_full_disk_is_named_and_nothing_is_left(
    tmp_path: Path, build: Build, megabytes: int
) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "airlock-test", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine does not let root mount")
    try:
        home = Home.open(tmp_path / "home")
        with pytest.raises(ServerError, match="is full") as caught:
            start(build, Purpose.ENVIRONMENTS, home=home)
        assert "free some space" in (caught.value.hint or "").lower()
        assert not list(home.path.rglob("*.new-*"))
        assert not (home.servers / "environments" / "data").exists()
        assert not stop(home)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_what_a_killed_process_leaves_is_swept(home: Home, cluster: Cluster, template: str) -> None:
    process = spawn(
        """
template = databases.baseline(Baseline.PLAIN, expose_new_tables=False)
with databases.shadow(template) as name:
    print(name, flush=True)
    sys.stdin.read()
""",
        home,
    )
    assert process.stdout is not None
    name = process.stdout.readline().strip()
    with Databases(cluster) as databases, databases.shadow(template):
        # The first shadow of a process sweeps; a living process's is left alone.
        assert name in names(cluster)
    process.kill()
    process.communicate()
    with Databases(cluster) as databases, databases.shadow(template):
        assert name not in names(cluster)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("databases.database_settings", id="half made"),
        pytest.param("databases.Databases._swap", id="made"),
        pytest.param("registry.Registry.finish", id="half swapped"),
    ],
)
def test_a_replacement_that_is_killed_leaves_the_old_one(
    home: Home, cluster: Cluster, own: Databases, target: str
) -> None:
    own.environment("survivor", baseline=Baseline.PLAIN, expose_new_tables=False)
    try:
        run(cluster, "survivor", "create table kept ()")
        process = spawn(
            f"""
from unittest import mock
databases.baseline(**plain)
with mock.patch("airlock.server.{target}", lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)):
    with databases.replacing("survivor", **plain):
        pass
""",
            home,
        )
        _, errors = process.communicate()
        assert process.returncode == -signal.SIGKILL, errors
        assert run(cluster, "survivor", "select count(*) from kept") == [(0,)]
        own.sweep()
        left = {name for name in names(cluster) if name.startswith("airlock_")}
        assert not [name for name in left if "_next_" in name or "_old_" in name]
    finally:
        own.drop_environment("survivor")


def test_ctrl_c_drops_the_shadow_and_spares_the_server(
    home: Home, cluster: Cluster, template: str
) -> None:
    process = spawn(
        """
template = databases.baseline(Baseline.PLAIN, expose_new_tables=False)
try:
    with databases.shadow(template) as name:
        from airlock.server.connect import connect
        with connect(databases.cluster.address(name)) as session:
            print(name, flush=True)
            session.execute("select pg_sleep(3600)")
except KeyboardInterrupt:
    print("interrupted")
""",
        home,
    )
    assert process.stdout is not None
    name = process.stdout.readline().strip()
    assert name in names(cluster)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate()
    assert output == "interrupted\n", errors
    assert name not in names(cluster)
    assert cluster.pid in {server.pid for server in status(home)}


def test_two_processes_build_a_baseline_once(home: Home, cluster: Cluster) -> None:
    code = """
import airlock.server.databases as module
module.baseline_id = lambda *_, **__: "concurrent"
builds = []
real = module.build
module.build = lambda *a, **k: (builds.append(1), real(*a, **k))
print(databases.baseline(Baseline.PLAIN, expose_new_tables=False), len(builds))
"""
    processes = [spawn(code, home) for _ in range(2)]
    lines = sorted(process.communicate()[0].split() for process in processes)
    assert [count for _, count in lines] == ["0", "1"]
    assert len({name for name, _ in lines}) == 1
    with connect(cluster.address("airlock"), acting=False) as session:
        Registry(session).remove(lines[0][0])
        session.execute(f"drop database {lines[0][0]}")


def test_the_servers_loss_does_not_hide_the_error(fresh_home: Home, build: Build) -> None:
    cluster = start(build, Purpose.SHADOW, home=fresh_home)

    def work(databases: Databases) -> None:
        template = databases.baseline(Baseline.SUPABASE, expose_new_tables=False)
        with databases.shadow(template):
            kill(cluster.pid)
            raise ValueError("the work failed")

    with Databases(cluster) as databases, pytest.raises(ValueError, match="the work failed"):
        work(databases)
