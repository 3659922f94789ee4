"""`airlock config show`: every value with its origin."""

from __future__ import annotations

from collections.abc import Mapping

from airlock.app.site import Site
from airlock.app.workspace import Workspace
from airlock.report.values.project import ConfigReport, ShownSetting


def settings(site: Site) -> ConfigReport:
    """Return what is set in the project around a site."""
    with Workspace.open(site) as workspace:
        config = workspace.config
        home = ShownSetting(
            key="AIRLOCK_HOME",
            value=str(workspace.home_path),
            origin=_home_origin(site.variables),
            doc="Where Airlock keeps servers and caches.",
        )
        return ConfigReport(
            root=str(config.root),
            settings=(
                *(
                    ShownSetting(
                        key=s.key, value=s.value, origin=s.origin, doc=s.doc, absent=s.absent
                    )
                    for s in config.settings
                ),
                home,
            ),
            findings=config.findings,
        )


def _home_origin(variables: Mapping[str, str]) -> str:
    for name in ("AIRLOCK_HOME", "XDG_DATA_HOME"):
        if variables.get(name):
            return f"environment variable {name}"
    return "default"
