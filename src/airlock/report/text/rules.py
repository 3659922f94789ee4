"""The screen of `airlock explain`."""

from __future__ import annotations

from airlock.report.style import Tone, View, columns, count, pad
from airlock.report.values.rules import RulesReport, ShownRule

_EVERY = 14
"""The oldest major version that Airlock supports."""


def lines(report: RulesReport, view: View) -> list[str]:
    """Return pages, or one line for each rule."""
    if not report.whole:
        return _list(report.rules, view)
    shown: list[str] = []
    for rule in report.rules:
        shown += [*(["", ""] if shown else []), *_page(rule, view)]
    return shown


def _list(rules: tuple[ShownRule, ...], view: View) -> list[str]:
    shown: list[str] = []
    width = max(columns(rule.name) for rule in rules)
    theme = ""
    for rule in rules:
        if rule.theme != theme:
            theme = rule.theme
            shown += [*([""] if shown else []), view.paint(theme, Tone.STRONG)]
        level = "off" if rule.opt_in else rule.level.name.lower()
        shown.append(f"  {rule.code}  {pad(rule.name, width)}  {pad(level, 7)}  {rule.title}")
    off = sum(rule.opt_in for rule in rules)
    return [*shown, "", f"{count(len(rules), 'rule')}, {off:,} of them off until selected"]


def _page(rule: ShownRule, view: View) -> list[str]:
    head = view.paint(f"{rule.code} {rule.name}", Tone.STRONG)
    off = ", off until it is selected" if rule.opt_in else ""
    since = f", Postgres {rule.since} and later" if rule.since > _EVERY else ""
    shown = [head, rule.title, "", f"level {rule.level.name.lower()}{off}{since} · {rule.theme}"]
    shown += ["", *rule.text.splitlines()]
    if rule.peers:
        shown += ["", f"The same in other tools: {', '.join(rule.peers)}"]
    return shown
