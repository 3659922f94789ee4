"""`airlock explain CODE`: the page of a rule, or the list of all."""

from __future__ import annotations

from airlock.checks.registry import registry
from airlock.checks.selection import meant
from airlock.report.values.rules import RulesReport, ShownRule


def explain(words: tuple[str, ...]) -> RulesReport:
    """Return the rules that words mean, or all.

    Raises:
        UsageError: a word means no rule.
    """
    codes = meant(words) if words else set(registry())
    return RulesReport(
        whole=bool(words),
        rules=tuple(
            ShownRule(
                code=each.code,
                name=each.name,
                theme=each.theme.name.lower().replace("_", " "),
                level=each.rule.level,
                opt_in=each.rule.opt_in,
                since=each.rule.since,
                title=each.page.title,
                text=each.page.text,
                peers=each.rule.peers,
            )
            for each in registry().values()
            if each.code in codes
        ),
    )
