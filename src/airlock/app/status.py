"""`airlock status`: which migration is applied where. Reads only, creates nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airlock.app.site import Site
from airlock.app.workspace import LOCAL, Workspace
from airlock.config import Environment, Use, VariableNotSet
from airlock.deploy.execute import read_standings
from airlock.deploy.seeds import stale_seeds
from airlock.deploy.standing import pending_files
from airlock.errors import ConnectionFailed
from airlock.model.migration import Standing, State, version_key
from airlock.report.values.base import Reach
from airlock.report.values.status import EnvironmentStatus, StatusReport, VersionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen of one environment."""

    status: EnvironmentStatus
    standings: tuple[Standing, ...]


def status(
    site: Site,
    names: Sequence[str],
    *,
    everything: bool,
) -> StatusReport:
    """Return the state of every version in the environments of these names, or in all."""
    with Workspace.open(site) as workspace:
        config = workspace.config
        chosen = [config.environment(name) for name in dict.fromkeys(names)]
        looks = [look(workspace, each) for each in chosen or config.environments]
        return StatusReport(
            environments=tuple(each.status for each in looks),
            versions=_versions(workspace, looks),
            findings=config.findings,
            all=everything,
        )


def look(workspace: Workspace, environment: Environment) -> Look:
    """Hold the project's files against one environment; what cannot be reached is said so."""
    try:
        place = workspace.place(environment)
    except VariableNotSet as error:
        return _unseen(environment, "", Reach.NOT_SET, error.message)
    workspace.progress.note(f"looking at {environment.name}")
    if not workspace.exists(environment):
        return _absent(workspace, environment, place)
    try:
        return _seen(workspace, environment, place)
    except ConnectionFailed as error:
        return _unseen(environment, place, Reach.UNREACHABLE, error.message)


def _seen(workspace: Workspace, environment: Environment, place: str) -> Look:
    project = workspace.project
    with workspace.session(environment, Use.INSPECT) as session:
        found = read_standings(session, project)
        # Rows for development are nobody's concern anywhere else.
        stale = stale_seeds(session, project.seeds) if environment.name == LOCAL else ()
    applied = [s for s in found if s.applied is not None and s.applied.recorded]
    last = applied[-1] if applied else None
    return Look(
        status=EnvironmentStatus(
            name=environment.name,
            place=place,
            protected=environment.protected,
            reach=Reach.REACHED,
            applied=len(applied),
            pending=len(pending_files(found)),
            last_version=last.version if last else None,
            last_at=last.applied.applied_at if last and last.applied else None,
            stale_seeds=tuple(seed.path for seed in stale),
        ),
        standings=found,
    )


def _absent(workspace: Workspace, environment: Environment, place: str) -> Look:
    """Nothing was deployed there so far: everything is pending."""
    migrations = workspace.project.migrations
    twice = {m.version for group in workspace.project.duplicates for m in group}
    return Look(
        status=EnvironmentStatus(
            name=environment.name,
            place=place,
            protected=environment.protected,
            reach=Reach.ABSENT,
            pending=len(migrations),
        ),
        standings=tuple(
            Standing(
                version=m.version,
                state=State.DUPLICATE if m.version in twice else State.PENDING,
                migration=m,
                applied=None,
            )
            for m in migrations
        ),
    )


def _unseen(environment: Environment, place: str, reach: Reach, problem: str) -> Look:
    return Look(
        status=EnvironmentStatus(
            name=environment.name,
            place=place,
            protected=environment.protected,
            reach=reach,
            problem=problem,
        ),
        standings=(),
    )


def _versions(workspace: Workspace, looks: Sequence[Look]) -> tuple[VersionStatus, ...]:
    """Put the columns side by side: a row per file, and per version that no file has."""
    project = workspace.project
    names: dict[tuple[str, str], str] = {(m.version, m.path): m.name for m in project.migrations}
    states: dict[tuple[str, str], dict[str, State]] = {key: {} for key in names}
    for each in looks:
        for standing in each.standings:
            path = standing.migration.path if standing.migration else ""
            key = (standing.version, path)
            if standing.migration is None and standing.applied is not None:
                names.setdefault(key, standing.applied.name or "")
            states.setdefault(key, {})[each.status.name] = standing.state
    ordered = sorted(states, key=lambda key: (version_key(project.layout, key[0]), key[1]))
    return tuple(
        VersionStatus(version=key[0], name=names.get(key, ""), states=states[key])
        for key in ordered
    )
