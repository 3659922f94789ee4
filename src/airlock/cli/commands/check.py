"""`airlock check`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airlock.cli.command import Call, command
from airlock.cli.screen import FINDINGS
from airlock.errors import UsageError
from airlock.report.values.base import Report

if TYPE_CHECKING:
    from airlock.app.asked import Asked, Extent


def rule_options(body: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which rules run."""
    options = (
        click.option("--select", metavar="RULES", help="Run these rules alone: AL101,AL6,all."),
        click.option("--extend", metavar="RULES", help="Run these rules too."),
        click.option("--ignore", metavar="RULES", help="Leave these rules out."),
        click.option("--no-baseline", is_flag=True, help="Tell what the baseline holds too."),
    )
    for option in reversed(options):
        body = option(body)
    return body


def asked_of(values: Mapping[str, object]) -> Asked:
    """Return what the options of `rule_options` say."""
    from airlock.app.asked import Asked

    def words(name: str) -> tuple[str, ...]:
        text = str(values[name] or "")
        return tuple(word.strip() for word in text.split(",") if word.strip())

    return Asked(
        select=words("select"),
        extend=words("extend"),
        ignore=words("ignore"),
        baseline=not values["no_baseline"],
    )


@command("check", formats=FINDINGS)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILES]...")
@rule_options
@click.option(
    "--since", metavar="REF", help="Judge what is not in this git ref, instead of what is pending."
)
@click.option("--all", "whole", is_flag=True, help="Judge every file, applied ones too.")
@click.option("--no-rules", is_flag=True, help="Replay only; no rule looks at anything.")
@click.option(
    "--strict-major", is_flag=True, help="Refuse a server of another major than production's."
)
@click.option(
    "--fix", is_flag=True, help="Mend what rules can mend, and write missing rollbacks; proved."
)
@click.option("--unsafe-fixes", is_flag=True, help="With --fix: mend what changes the schema, too.")
@click.option("--no-rollbacks", is_flag=True, help="Do not prove rollbacks.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
def check(
    call: Call,
    *,
    files: tuple[Path, ...],
    since: str | None,
    whole: bool,
    no_rules: bool,
    strict_major: bool,
    fix: bool,
    unsafe_fixes: bool,
    no_rollbacks: bool,
    watch: bool,
    **asked: object,
) -> Report | None:
    """Replay every migration on a throw-away database; judge what is pending.

    What is pending in every other environment that can be reached is replayed on top of exactly
    what is applied there. Rules look at the pending files and at the schema before and after
    them, and the way back is proved: the file in the rollbacks folder, or one that is planned.
    What was proved before is not tried again. The exit code is 1 when a file fails, a finding is
    an error, or a rollback does not lead back.

    With FILES, or folders, rules look at these alone, by their text, without any database.
    """
    from airlock.app.asked import Extent

    rules = None if no_rules else asked_of(asked)
    if files:
        others = bool(since or whole or fix or strict_major)
        return _run(call, watch, lambda: _files(call, files, rules, others=others), files)
    if unsafe_fixes and not fix:
        raise UsageError("--unsafe-fixes says how far --fix goes", hint="Add --fix.")
    if since and whole:
        raise UsageError("--since and --all say different things", hint="Leave one out.")
    extent = Extent(
        strict_major=strict_major,
        rollbacks=not no_rollbacks,
        rules=rules,
        since=since,
        whole=whole,
        unsafe_fixes=unsafe_fixes,
    )
    return _run(call, watch, lambda: _project(call, extent, fix=fix))


def _run(
    call: Call, watch: bool, check: Callable[[], Report], files: tuple[Path, ...] = ()
) -> Report | None:
    """Check once, or again and again."""
    if not watch:
        return check()
    from airlock.app.check import looked_at
    from airlock.cli.watch import watch as keep_watching

    paths = [call.site.start / each for each in files] if files else looked_at(call.site)
    keep_watching(call, check, paths)
    return None


def _project(call: Call, extent: Extent, *, fix: bool) -> Report:
    from airlock.app.check import check as run

    return run(call.site, extent, fix=fix)


def _files(call: Call, files: tuple[Path, ...], rules: Asked | None, *, others: bool) -> Report:
    from airlock.app.files import check_files

    if rules is None or others:
        raise UsageError(
            "with FILES the texts alone are judged: no replay, no rollback, no git",
            hint="Leave the other options out, or the files.",
        )
    return check_files(call.site, files, rules)
