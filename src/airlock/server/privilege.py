"""As whom the server runs: Postgres refuses to run as root."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from airlock.errors import ServerError

_OTHERS_MAY_ENTER = 0o005
_OTHERS_MAY_READ = 0o004


class Strategy(StrEnum):
    """How a server is kept from being root's."""

    DIRECT = "direct"
    """An ordinary user starts it: nothing to do."""
    NAMESPACE = "namespace"
    """A user namespace shows this user under another uid; files keep their owner."""
    OTHER_USER = "other-user"
    """Another user of the machine runs it and owns the data directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Privilege:
    """A strategy with the ids it takes: inside the namespace, or of the other user."""

    strategy: Strategy
    uid: int
    gid: int

    @property
    def owner(self) -> int:
        """The uid that a server's files have on disk."""
        return self.uid if self.strategy is Strategy.OTHER_USER else os.geteuid()

    def command(self, arguments: Sequence[str], *, log: Path | None = None) -> list[str]:
        """Return the command that runs `arguments` with this privilege.

        With `log` the program runs on by itself, in a session of its own with its output in
        that file, and the command prints its pid.
        """
        if self.strategy is Strategy.DIRECT and log is None:
            return list(arguments)
        plan = {
            "strategy": self.strategy.value,
            "uid": self.uid,
            "gid": self.gid,
            "log": str(log) if log else None,
            "arguments": list(arguments),
        }
        return [sys.executable, "-I", "-S", "-c", _TRAMPOLINE, json.dumps(plan)]

    def run(
        self, arguments: Sequence[str], *, log: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end (with `log`: until it runs by itself) and return its output.

        The program sees none of this process's variables: they may hold connection URLs.
        """
        return subprocess.run(
            self.command(arguments, log=log),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        )

    def give(self, path: Path) -> None:
        """Make a file, or a folder with all it holds, the property of who runs the server."""
        if self.strategy is not Strategy.OTHER_USER:
            return
        os.chown(path, self.uid, self.gid, follow_symlinks=False)
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                os.chown(Path(folder) / name, self.uid, self.gid, follow_symlinks=False)

    def can_read(self, path: Path) -> bool:
        """Whether who runs the server can read `path`; ordinary permission bits only."""
        if self.strategy is not Strategy.OTHER_USER:
            return True
        real = path.resolve()
        wanted = _OTHERS_MAY_ENTER if real.is_dir() else _OTHERS_MAY_READ
        if real.stat().st_mode & wanted != wanted:
            return False
        return all(parent.stat().st_mode & 0o001 for parent in real.parents)


def choose_privilege(strategy: Strategy | None = None) -> Privilege:
    """Return how servers are run here; `strategy` asks for a certain way.

    Raises:
        ServerError: this user cannot run a server at all.
    """
    if strategy is not None:
        return _privilege(strategy)
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return _privilege(Strategy.DIRECT)
    namespace = _privilege(Strategy.NAMESPACE)
    if _works(namespace):
        return namespace
    if os.geteuid() == 0:
        return _privilege(Strategy.OTHER_USER)
    raise ServerError(
        f"uid {os.geteuid()} has no name on this machine, and Postgres asks for one",
        hint="Add a line for it to /etc/passwd, or run as a user that has one.",
    )


def _privilege(strategy: Strategy) -> Privilege:
    if strategy is Strategy.DIRECT:
        return Privilege(strategy=strategy, uid=os.geteuid(), gid=os.getegid())
    entry = _stand_in()
    return Privilege(strategy=strategy, uid=entry.pw_uid, gid=entry.pw_gid)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _stand_in() -> pwd.struct_passwd:
    """Return a user with a name and few rights: initdb looks its own name up."""
    users = sorted(
        (user for user in pwd.getpwall() if user.pw_uid != 0),
        key=lambda user: (user.pw_name != "nobody", user.pw_uid),
    )
    if users:
        return users[0]
    raise ServerError(
        "Postgres does not run as root, and this machine has no other user",
        hint="Add one, such as: useradd --system nobody",
    )


@cache
def _works(privilege: Privilege) -> bool:
    return privilege.run([]).returncode == 0


# Runs in a bare interpreter, so that no thread and no open file of ours is forked along.
# It takes on the other identity, then becomes the program that it is given, if any.
_TRAMPOLINE = """
import ctypes, json, os, sys
plan = json.loads(sys.argv[1])
if plan["log"]:
    log = os.open(plan["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    child = os.fork()
    if child:
        print(child)
        sys.exit()
    os.setsid()
    for number, target in enumerate((null, log, log)):
        os.dup2(target, number)
uid, gid = plan["uid"], plan["gid"]
if plan["strategy"] == "namespace":
    mine = os.geteuid(), os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(0x10000000):
        sys.exit("unshare: " + os.strerror(ctypes.get_errno()))
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {mine[0]} 1"),
        ("gid_map", f"{gid} {mine[1]} 1"),
    ):
        with open("/proc/self/" + name, "w") as file:
            file.write(text)
elif plan["strategy"] == "other-user":
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
os.umask(0o077)
if plan["arguments"]:
    os.execv(plan["arguments"][0], plan["arguments"])
"""
