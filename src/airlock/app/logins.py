"""The three logins of a protected environment: how they are made, and what each of them can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from airlock.app.site import Site
from airlock.app.workspace import Workspace
from airlock.config import Environment, Use, VariableNotSet
from airlock.errors import AirlockError
from airlock.report.values.doctor import Probe, Verdict
from airlock.server.breach import Breach, Weight
from airlock.server.duties import backup_breaches, deployer_breaches
from airlock.server.logins import BACKUP, DEPLOYER, INSPECTOR, Names, grants
from airlock.server.reach import inspector_breaches
from airlock.sources.scope import PLATFORM_OWNERS

if TYPE_CHECKING:
    from airlock.server.connect import Session

_FINE = {
    Use.INSPECT: "reaches no table, view, sequence or statistics",
    Use.DEPLOY: "may create and alter what the migrations make",
    Use.BACKUP: "reads every row and writes none",
}
_WORDS = {Use.INSPECT: "inspector", Use.DEPLOY: "deployer", Use.BACKUP: "backup"}


def grants_script(site: Site, name: str) -> str:
    """Return the SQL that makes the three logins of an environment; no password is in it.

    Raises:
        UsageError: there is no such environment.
    """
    with Workspace.open(site) as workspace:
        environment = workspace.config.environment(name)
        names = Names(
            inspector=environment.role(Use.INSPECT) or INSPECTOR,
            deployer=environment.role(Use.DEPLOY) or DEPLOYER,
            backup=environment.role(Use.BACKUP) or BACKUP,
        )
    return grants(names, environment=name, platform=tuple(sorted(PLATFORM_OWNERS)))


def examine(workspace: Workspace, environment: Environment) -> Iterator[Probe]:
    """Yield what each login of a protected environment can do and should not, or cannot do."""
    if not environment.protected or environment.embedded:
        return
    keys = environment.connections
    if environment.has_inspector:
        yield from _examined(workspace, environment, Use.INSPECT, inspector_breaches)
    if "deploy_url" in keys or "url" in keys:
        yield from _examined(workspace, environment, Use.DEPLOY, _deployer_breaches)
    if "backup_url" in keys:
        yield from _examined(workspace, environment, Use.BACKUP, backup_breaches)


def _deployer_breaches(session: Session) -> Iterator[Breach]:
    yield from deployer_breaches(session, platform=PLATFORM_OWNERS)


def _examined(
    workspace: Workspace,
    environment: Environment,
    use: Use,
    look: Callable[[Session], Iterator[Breach]],
) -> Iterator[Probe]:
    from airlock.server.connect import connect

    name = f"{environment.name} {_WORDS[use]}"
    try:
        with connect(workspace.address(environment, use)) as session:
            ((role,),) = session.fetch("select session_user::text")
            found = list(look(session))
    except VariableNotSet as error:
        yield Probe(name=name, verdict=Verdict.DOUBTFUL, detail=error.message, fix=error.hint)
        return
    except AirlockError as error:
        # What cannot be told counts as amiss.
        told = f"what this login can do cannot be told: {error.message}"
        yield Probe(name=name, verdict=Verdict.BROKEN, detail=told, fix=error.hint)
        return
    if not found:
        yield Probe(name=name, verdict=Verdict.FINE, detail=f"{role} {_FINE[use]}")
    for breach in found:
        grave = breach.weight is Weight.GRAVE or environment.strict
        yield Probe(
            name=name,
            verdict=Verdict.BROKEN if grave else Verdict.DOUBTFUL,
            detail=breach.what,
            fix=breach.fix,
        )
