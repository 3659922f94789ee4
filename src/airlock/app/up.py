"""`airlock up`: bring the local database up to date."""

from __future__ import annotations

from airlock.app.deploy import refuse_protected
from airlock.app.rollout import Wishes, roll_out
from airlock.app.site import Site
from airlock.app.workspace import LOCAL, Workspace
from airlock.deploy.standing import HistoryRefused
from airlock.report.values.deploy import UpReport


def up(site: Site, *, seeds: bool, allow_out_of_order: bool) -> UpReport:
    """Create the local database if it is missing, and apply what is pending.

    Nothing is proved first: it can be rebuilt at any time.

    Raises:
        HistoryRefused: files and history do not fit together.
    """
    with Workspace.open(site) as workspace:
        local = workspace.config.environment(LOCAL)
        refuse_protected(local)
        wishes = Wishes(
            seeds=seeds,
            tell_stale_seeds=True,
            allow_out_of_order=allow_out_of_order,
            proof=False,
        )
        try:
            return roll_out(workspace, local, wishes, UpReport)
        except HistoryRefused as refused:
            if local.embedded:
                refused.hint = "Or build local anew from the files as they are: airlock reset"
            raise
