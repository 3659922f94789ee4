"""A plan held against what it was made for: the environment, the files, the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from airlock.errors import Refused
from airlock.model.finding import Finding, Level
from airlock.model.migration import Migration
from airlock.plan.artifact import Artifact

_CONTAINERS = frozenset({"schema", "table", "view"})
_NAMED = 10
"""Objects that are named; what else has moved is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One object that is not what it was when a plan was made."""

    object: str
    what: str
    """`added`, `changed` or `removed`."""


class PlanRefused(Refused):
    """Base of the reasons why a plan is not applied; nothing was changed."""

    code = "plan"

    def __init__(self, message: str, *, hint: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message, hint=hint)
        self.findings = tuple(findings)


class OtherEnvironment(PlanRefused):
    """The plan was made for another environment."""

    code = "plan-environment"

    def __init__(self, environment: str, artifact: Artifact) -> None:
        super().__init__(
            f"the plan was made for {artifact.environment}, not for {environment}; nothing was "
            "changed",
            hint=_anew(environment),
        )


class FilesChanged(PlanRefused):
    """What is pending is not, byte for byte, what the plan holds."""

    code = "plan-files"

    def __init__(self, environment: str, findings: Sequence[Finding]) -> None:
        super().__init__(
            f"what is pending in {environment} is not what the plan holds; nothing was changed",
            hint=_anew(environment),
            findings=findings,
        )


class TargetMoved(PlanRefused):
    """The environment's schema is another than the plan was made for."""

    code = "plan-moved"

    def __init__(self, environment: str, moved: Sequence[Moved]) -> None:
        number = len(moved)
        what = "one object differs" if number == 1 else f"{number:,} objects differ"
        super().__init__(
            f"{environment} has moved since the plan was made: "
            f"{what if moved else 'its fingerprint is another'}; nothing was changed",
            hint=f"{_anew(environment)} Then have it reviewed again.",
            findings=tuple(_moved(environment, moved)),
        )
        self.moved = tuple(moved)


def _anew(environment: str) -> str:
    return f"Make it anew: airlock plan {environment} -o FILE."


def refuse_environment(artifact: Artifact, environment: str) -> None:
    """Raise where a plan is for another environment.

    Raises:
        OtherEnvironment: it is.
    """
    if artifact.environment != environment:
        raise OtherEnvironment(environment, artifact)


def refuse_files(artifact: Artifact, pending: Sequence[Migration]) -> None:
    """Raise where the pending files are not the plan's, in its order.

    Raises:
        FilesChanged: they are not.
    """
    planned = {each.path: each.sha256 for each in artifact.files}
    there = {each.path: each.sha256 for each in pending}
    if list(planned.items()) == list(there.items()):
        return
    found = tuple(_files(planned, there))
    if not found:
        found = (_file(artifact.files[0].path, "runs at another place in the order"),)
    raise FilesChanged(artifact.environment, found)


def refuse_moved(
    artifact: Artifact, *, exists: bool, fingerprint: str, objects: Mapping[str, str]
) -> None:
    """Raise where the schema is not the one that a plan starts from.

    Raises:
        TargetMoved: it is not.
    """
    source = artifact.source
    if fingerprint == source.fingerprint and (exists or not source.exists):
        return
    raise TargetMoved(artifact.environment, tuple(moved(source.objects, objects)))


def moved(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Moved]:
    """Yield what was added, changed and removed; parts of what came or went are not named."""
    added = sorted(now.keys() - before.keys())
    removed = sorted(before.keys() - now.keys())
    changed = sorted(each for each in now if each in before and before[each] != now[each])
    for names, what in ((added, "added"), (changed, "changed"), (removed, "removed")):
        wholes = set() if what == "changed" else _wholes(names)
        yield from (Moved(object=name, what=what) for name in names if not _is_part(name, wholes))


def _wholes(names: Sequence[str]) -> set[str]:
    """Return what others can be part of: names as they are, and the addresses of containers."""
    inside = (name.partition(" ") for name in names)
    return {*names, *(f"{path}." for kind, _, path in inside if kind in _CONTAINERS)}


def _is_part(name: str, wholes: set[str]) -> bool:
    """Whether an object came or went with a whole; its address holds that of what it is in."""
    about, _, own = name.rpartition(" of ")
    if about and own in wholes:
        return True
    path = own.rpartition(" ")[2]
    while "." in path:
        path = path.rpartition(".")[0]
        if f"{path}." in wholes:
            return True
    return False


def _files(planned: Mapping[str, str], there: Mapping[str, str]) -> Iterator[Finding]:
    for path in sorted(planned.keys() | there.keys()):
        if path not in there:
            yield _file(path, "is in the plan, and no longer pending")
        elif path not in planned:
            yield _file(path, "is pending, and not in the plan")
        elif planned[path] != there[path]:
            yield _file(path, "was edited since the plan was made")


def _file(path: str, what: str) -> Finding:
    return Finding(
        code=FilesChanged.code,
        level=Level.ERROR,
        message=f"{path} {what}",
        key=f"{FilesChanged.code}:{path}",
    )


def _moved(environment: str, found: Sequence[Moved]) -> Iterator[Finding]:
    for each in found[:_NAMED]:
        yield Finding(
            code=TargetMoved.code,
            level=Level.ERROR,
            message=f"{each.object} was {each.what} since",
            key=f"{TargetMoved.code}:{environment}:{each.object}",
        )
    if (more := len(found) - _NAMED) > 0:
        yield Finding(
            code=TargetMoved.code,
            level=Level.ERROR,
            message=f"{more:,} more differ",
            key=f"{TargetMoved.code}:{environment}",
        )
