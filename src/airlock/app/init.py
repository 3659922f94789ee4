"""`airlock init`: look at what stands there, and write little."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.app.site import Site
from airlock.app.workspace import Workspace
from airlock.config import FILE_NAME
from airlock.errors import ProjectError
from airlock.model.migration import Layout
from airlock.report.values.project import InitReport, NextStep
from airlock.sources.layouts import detect

if TYPE_CHECKING:
    from airlock.sources.layouts import Detected

_NEW_FOLDERS = {Layout.SUPABASE: "supabase/migrations", Layout.PLAIN: "migrations"}

_TEXT = """\
# Settings of Airlock. `airlock config show` prints every key with its value.

[project]
{project}
# postgres = 17            # production's major version, so that shadows match it

[environments.local]       # on Airlock's own server, made on first use

# [environments.staging]
# url = {{ env = "STAGING_DATABASE_URL" }}

# [environments.production]
# protected = true         # real rows live there
# inspect_url = {{ env = "PRODUCTION_INSPECT_URL" }}
"""

_FIRST = NextStep(command="airlock new NAME --template table", purpose="write the first migration")
_CHECK = NextStep(
    command="airlock check", purpose="replay every migration on a throw-away database"
)
_UP = NextStep(command="airlock up", purpose="create the local database and apply them")
_STATUS = NextStep(command="airlock status", purpose="see what is applied where")


class NothingToRun(ProjectError):
    """Migrations stand there, and none that Airlock can run."""

    code = "foreign-migrations"
    hint = "airlock init --layout supabase starts a folder of SQL migrations beside them."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    layout: Layout
    folder: str


def init(site: Site, *, layout: str | None) -> InitReport:
    """Write airlock.toml into the site's folder unless it stands there, and a migrations folder.

    Raises:
        NothingToRun: what stands there is another tool's alone.
        ProjectError: the folder cannot be written, or a file in it cannot be used.
    """
    root, wrote, kept = site.start, [], []
    file = root / FILE_NAME
    if file.exists() or file.is_symlink():
        kept.append(FILE_NAME)
    else:
        place = _place(root, Layout(layout) if layout else None)
        text = _TEXT.format(project=_project_lines(place))
        try:
            if not (root / place.folder).exists():
                (root / place.folder).mkdir(parents=True)
                wrote.append(f"{place.folder}/")
            with file.open("x", encoding="utf-8") as stream:
                stream.write(text)
        except OSError as error:
            raise ProjectError(
                f"{error.filename or file} cannot be written: {error.strerror}",
                hint=f"Check the rights of {root}.",
            ) from None
        wrote.append(FILE_NAME)
    with Workspace.open(site) as workspace:
        project = workspace.project
        return InitReport(
            root=str(root),
            layout=project.layout.value,
            folder=project.folder,
            migrations=len(project.migrations),
            wrote=tuple(wrote),
            kept=tuple(kept),
            skipped=project.skipped,
            next=(_CHECK, _UP, _STATUS) if project.migrations else (_FIRST, _CHECK, _UP),
        )


def _place(root: Path, layout: Layout | None) -> _Place:
    """Decide where migrations are: the likeliest folder there is, else a new one."""
    detected: Detected = detect(root)
    if (best := detected.best(layout)) and best.layout:
        return _Place(layout=best.layout, folder=best.folder)
    if detected.found and layout is None:
        first = detected.found[0]
        raise NothingToRun(f"{first.tool} in {first.folder} {first.note}")
    layout = layout or Layout.SUPABASE
    return _Place(layout=layout, folder=_NEW_FOLDERS[layout])


def _project_lines(place: _Place) -> str:
    """Return the keys that say where migrations are; the usual folder goes without saying."""
    lines = [f'layout = "{place.layout.value}"']
    if place.layout is Layout.PLAIN or place.folder != _NEW_FOLDERS[Layout.SUPABASE]:
        folder = place.folder.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'migrations = "{folder}"')
    return "\n".join(lines)
