"""`airlock deploy ENV`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from airlock.app.rollout import Wishes, roll_out
from airlock.app.site import Site
from airlock.app.workspace import Workspace
from airlock.config import Environment
from airlock.errors import Refused
from airlock.report.values.deploy import DeployReport


class Protected(Refused):
    """The environment is protected, and what would let a deployment pass does not exist yet."""

    code = "protected"

    def __init__(self, environment: str) -> None:
        super().__init__(
            f"{environment} is protected: a deployment to it has to pass gates, and this version "
            "of Airlock has none yet. Nothing was changed.",
            hint=f"airlock status {environment} shows what is pending there. If no real rows live "
            f"there, set protected = false under [environments.{environment}] in airlock.toml.",
        )


def refuse_protected(environment: Environment) -> None:
    """Raise where real rows live.

    Raises:
        Protected: they do.
    """
    if environment.protected:
        raise Protected(environment.name)


def deploy(
    site: Site,
    name: str,
    *,
    dry_run: bool,
    seeds: bool,
    allow_out_of_order: bool,
    proof: bool,
    strict_major: bool,
    plan: Path | None = None,
) -> DeployReport:
    """Prove what is pending in an environment, and apply it; with `plan` nothing but that.

    Raises:
        Protected: the environment is protected; nothing is even looked at.
        BadPlan, UsageError: the plan's file cannot be used.
        PlanRefused: environment, files or schema are not what the plan was made for.
        Refused: files and history do not fit together, or another airlock is at work.
    """
    flags = {"server.strict_major": True} if strict_major else {}
    with Workspace.open(site, flags=flags) as workspace:
        environment = workspace.config.environment(name)
        refuse_protected(environment)
        wishes = Wishes(
            dry_run=dry_run, seeds=seeds, allow_out_of_order=allow_out_of_order, proof=proof
        )
        if plan is not None:
            wishes = _held_to(site, plan, workspace, environment, wishes)
        return roll_out(workspace, environment, wishes, DeployReport)


def _held_to(
    site: Site, path: Path, workspace: Workspace, environment: Environment, wishes: Wishes
) -> Wishes:
    """Let nothing pass but what a plan says."""
    from airlock.app.plan import Agreement, load
    from airlock.deploy.agreement import refuse_environment

    artifact = load(site, path)
    refuse_environment(artifact, environment.name)
    return replace(
        wishes,
        allow_out_of_order=wishes.allow_out_of_order or artifact.out_of_order,
        agree=Agreement(workspace=workspace, environment=environment, artifact=artifact),
    )
