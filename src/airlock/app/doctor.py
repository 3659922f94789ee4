"""`airlock doctor`: look at everything a command needs."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import airlock
from airlock.app.logins import examine
from airlock.app.site import Site
from airlock.app.workspace import Workspace, home_path
from airlock.config import Environment, Use, VariableNotSet
from airlock.errors import AirlockError, ProjectError
from airlock.report.style import size
from airlock.report.values.doctor import DoctorReport, Probe, Verdict
from airlock.server import builds, cluster
from airlock.server.home import Home

if TYPE_CHECKING:
    from airlock.server.builds import Engine
    from airlock.server.connect import Session
    from airlock.server.home import Home

_LITTLE_DISK = 1_000_000_000
_SHADOW_BYTES = 512_000_000
_TRANSACTION_POOLER = ":6543/"
"""Where the hosted platform's pooler hands out a session per transaction."""


def doctor(site: Site, name: str | None) -> DoctorReport:
    """Examine this machine, the project, and the environments, or the one of that name."""
    probes = [_python(), *_machine(site)]
    try:
        workspace = Workspace.open(site)
    except ProjectError as error:
        probes.append(_probe("project", Verdict.DOUBTFUL, error.message, error.hint))
        return DoctorReport(probes=tuple(probes))
    except AirlockError as error:
        probes.append(_broken("configuration", error))
        return DoctorReport(probes=tuple(probes))
    with workspace:
        probes += [*_configuration(workspace), *_project(workspace)]
        engine, found = _engine(workspace)
        probes += found
        config = workspace.config
        chosen = (config.environment(name),) if name else config.environments
        for environment in chosen:
            site.progress.note(f"looking at {environment.name}")
            probes.append(_environment(workspace, environment, engine))
            probes += examine(workspace, environment)
    return DoctorReport(probes=tuple(probes))


def _python() -> Probe:
    detail = f"airlock {airlock.__version__} on Python {platform.python_version()}"
    return _probe("airlock", Verdict.FINE, detail)


def _machine(site: Site) -> Iterator[Probe]:
    """Look at the home, the memory for shadows, and whether a server starts."""
    try:
        home = Home.open(home_path(site.variables))
    except AirlockError as error:
        yield _broken("home", error)
        return
    yield from _space(home)
    try:
        build = builds.choose(None, home=home).build
        site.progress.note("waiting for the server")
        running = cluster.start(build, cluster.Purpose.ENVIRONMENTS, home=home)
    except AirlockError as error:
        yield _broken("server", error)
        return
    detail = f"Postgres {build.version} ({build.origin.value}) runs on port {running.port}"
    yield _probe("server", Verdict.FINE, detail)


def _space(home: Home) -> Iterator[Probe]:
    free = shutil.disk_usage(home.path).free
    little = free < _LITTLE_DISK
    yield _probe(
        "home",
        Verdict.DOUBTFUL if little else Verdict.FINE,
        f"{home.path}, {size(free)} free",
        "Make room, or set AIRLOCK_HOME to a folder on another disk." if little else None,
    )
    memory = home.memory(bytes_wanted=_SHADOW_BYTES)
    if memory is None:
        yield _probe(
            "memory",
            Verdict.DOUBTFUL,
            f"less than {size(_SHADOW_BYTES)} free in /dev/shm: shadows lie on disk, which is "
            "slower",
            "In a container: --shm-size=1g.",
        )
    else:
        yield _probe("memory", Verdict.FINE, f"shadows lie in {memory.parent}")


def _configuration(workspace: Workspace) -> Iterator[Probe]:
    config = workspace.config
    file = config.file.name if config.file else "no airlock.toml, and none is needed"
    yield _probe("configuration", Verdict.FINE, f"{config.root}: {file}")
    for finding in config.findings:
        yield _probe("configuration", Verdict.DOUBTFUL, finding.message, finding.fix)


def _project(workspace: Workspace) -> Iterator[Probe]:
    try:
        project = workspace.runnable
    except AirlockError as error:
        yield _broken("project", error)
        return
    number = len(project.migrations)
    files = "1 migration" if number == 1 else f"{number:,} migrations"
    detail = f"{files} in {project.folder} ({project.layout.value} layout)"
    if number:
        yield _probe("project", Verdict.FINE, detail)
    else:
        yield _probe("project", Verdict.DOUBTFUL, detail, "airlock new NAME")
    for skipped in project.skipped:
        yield _probe(
            "project",
            Verdict.DOUBTFUL,
            f"{skipped.path} is passed over: {skipped.reason}",
            "Rename the file if it is a migration.",
        )


def _engine(workspace: Workspace) -> tuple[Engine | None, list[Probe]]:
    """Return the Postgres on which shadows run, if one can, and what is to be said about it."""
    try:
        engine, findings = workspace.engine, workspace.engine_findings
    except AirlockError as error:
        return None, [_broken("shadows", error)]
    if findings:
        return engine, [_probe("shadows", Verdict.DOUBTFUL, f.message, f.fix) for f in findings]
    where = f", {workspace.given.login.place}" if workspace.given else ""
    detail = f"Postgres {engine.version} ({engine.origin.value}{where})"
    return engine, [_probe("shadows", Verdict.FINE, detail)]


def _environment(workspace: Workspace, environment: Environment, engine: Engine | None) -> Probe:
    try:
        place = workspace.place(environment)
        if not workspace.exists(environment):
            return _probe(environment.name, Verdict.FINE, f"not created yet ({place})")
        from airlock.server.connect import connect

        # Whatever the login can do: that is said below.
        with connect(workspace.address(environment, Use.INSPECT)) as session:
            return _connected(workspace, environment, session, engine)
    except VariableNotSet as error:
        return _probe(environment.name, Verdict.DOUBTFUL, error.message, error.hint)
    except AirlockError as error:
        return _broken(environment.name, error)


def _connected(
    workspace: Workspace, environment: Environment, session: Session, engine: Engine | None
) -> Probe:
    """Say who one is there and what one may do."""
    place = workspace.place(environment)
    ((version, role, may_create, standby, supabase, own),) = session.fetch(
        """
        select current_setting('server_version'),
               current_user,
               has_database_privilege(current_database(), 'create'),
               pg_is_in_recovery(),
               to_regclass('supabase_migrations.schema_migrations') is not null,
               to_regclass('airlock.migrations') is not null
        """
    )
    history = {
        (False, False): "no history yet",
        (True, False): "history by the Supabase CLI",
    }.get((supabase, own), "history by airlock")
    detail = f"Postgres {str(version).split()[0]} as {role}, {history} ({place})"
    verdict, fix = Verdict.FINE, None
    if _TRANSACTION_POOLER in place:
        verdict = Verdict.DOUBTFUL
        detail += "; a pooler in transaction mode loses the deployment lock"
        fix = "Use the session pooler or the direct connection, on port 5432."
    elif standby:
        verdict = Verdict.DOUBTFUL
        detail += "; a read-only standby"
        fix = "Deploy through the primary."
    elif not may_create and not environment.protected:
        verdict = Verdict.DOUBTFUL
        detail += "; this role may not create schemas"
        fix = f"grant create on database ... to {role}, or set deploy_url to the owner."
    elif engine and session.server_major != engine.major and not environment.embedded:
        verdict = Verdict.DOUBTFUL
        detail += f"; shadows are Postgres {engine.major}"
        fix = workspace.fix_for_major(session.server_major)
    return _probe(environment.name, verdict, detail, fix)


def _probe(name: str, verdict: Verdict, detail: str, fix: str | None = None) -> Probe:
    return Probe(name=name, verdict=verdict, detail=detail, fix=fix)


def _broken(name: str, error: AirlockError) -> Probe:
    where = f"{error.where}: " if error.where else ""
    return _probe(name, Verdict.BROKEN, f"{where}{error.message}", error.hint)
