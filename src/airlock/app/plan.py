"""`airlock plan ENV`, `airlock plan show FILE`, and a plan that a deployment is held to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from airlock.app.site import Site
from airlock.app.snapshot import written
from airlock.app.workspace import Workspace
from airlock.config import Environment
from airlock.errors import UsageError
from airlock.model.migration import Migration
from airlock.plan.artifact import Artifact
from airlock.plan.artifact_file import read, write
from airlock.report.values.plan import PlanReport


def plan(site: Site, name: str, *, output: Path | None, out_of_order: bool) -> PlanReport:
    """Say what a deployment would do, and keep it in a file if that is asked for.

    Raises:
        UsageError: there is no such environment, or the file cannot be written.
        HistoryRefused: files and history do not fit together.
        StatementRefused: a pending file fails.
    """
    from airlock.app.planning import make

    with Workspace.open(site) as workspace:
        environment = workspace.config.environment(name)
        made = make(workspace, environment, out_of_order=out_of_order)
    if output is not None:
        written(site.start / output, write(made.artifact).encode())
    return PlanReport(
        path=str(output) if output else None,
        fresh=True,
        plan=made.artifact,
        protected=environment.protected,
        findings=made.findings,
    )


def show(site: Site, path: Path) -> PlanReport:
    """Return what a plan's file says.

    Raises:
        BadPlan, UsageError: it cannot be read.
    """
    return PlanReport(path=str(path), fresh=False, plan=load(site, path))


def load(site: Site, path: Path) -> Artifact:
    """Read a plan's file.

    Raises:
        BadPlan: it is no plan, is cut off, was edited, or a newer version wrote it.
        UsageError: there is no such file.
    """
    try:
        text = (site.start / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "it is no text"
        raise UsageError(
            f"cannot read {path}: {what}", hint="Make a plan: airlock plan ENV -o FILE"
        ) from None
    return read(text, shown=str(path))


@dataclass(slots=True, kw_only=True)
class Agreement:
    """Holds a deployment to a plan: it is asked before anything runs."""

    workspace: Workspace
    environment: Environment
    artifact: Artifact
    _made_here: bool = False
    """Whether the database was not there when first asked: then this deployment makes it."""

    def __call__(self, pending: Sequence[Migration]) -> None:
        """Raise where files or schema are not what the plan was made for.

        Raises:
            FilesChanged, TargetMoved: they are not.
        """
        from airlock.app.planning import standpoint
        from airlock.app.sources import open_source
        from airlock.deploy.agreement import refuse_files, refuse_moved

        workspace, artifact = self.workspace, self.artifact
        if not workspace.exists(self.environment):
            self._made_here = True
        if self._made_here:
            if artifact.source.exists:
                refuse_moved(artifact, exists=False, fingerprint="", objects={})
            refuse_files(artifact, pending)
            return
        with open_source(workspace, self.environment.name) as source:
            now = standpoint(source.catalog)
        refuse_moved(artifact, exists=True, fingerprint=now.fingerprint, objects=now.objects)
        refuse_files(artifact, pending)
