"""The words that spare rules a look at most texts: they hide nothing that a rule would say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from airlock.checks.act import Context, read
from airlock.checks.registry import Listed, registry
from airlock.checks.run import Examined, Plan, Selection, examine
from airlock.checks.selection import selection

RULES = list(registry().values())
TOLD = [listed for listed in RULES if listed.rule.words]
EVERY = selection(extend=["all"])


def _without_words(chosen: Selection) -> Selection:
    """Return the same rules, asked about everything."""
    major = Context().major
    asked = [
        replace(listed, rule=replace(listed.rule, words=frozenset()))
        for listed in chosen.rules()
        if listed.rule.since <= major
    ]
    return Selection(levels=chosen.levels, plans={(major, False): Plan(asked)})


def _examined(sql: str, chosen: Selection) -> Examined:
    return examine("file.sql", sql, selection=chosen, context=Context())


@pytest.mark.parametrize("listed", RULES, ids=lambda listed: listed.code)
def test_all_rules_say_the_same_of_an_example_with_and_without_words(listed: Listed) -> None:
    page, plain = listed.page, _without_words(EVERY)
    for sql in (*page.given, *page.examples, *page.instead):
        assert _examined(sql, EVERY).raised == _examined(sql, plain).raised


@pytest.mark.parametrize("listed", TOLD, ids=lambda listed: listed.code)
def test_a_rule_is_not_asked_about_a_text_without_its_words(listed: Listed) -> None:
    plan = Plan([listed])
    assert not plan.about_file("select 1;")
    for kind in listed.rule.on:
        (act,) = read("file.sql", "select 1;", Context()).acts
        act.kind = kind
        assert not plan.about(act)
        act.text = f"select {min(listed.rule.words)}"
        assert [each for _, each in plan.about(act)] == [listed]


def test_words_are_lower_case_and_whole() -> None:
    for listed in TOLD:
        for word in listed.rule.words:
            assert word == word.lower()
            assert word.replace("_", "").isalnum(), f"{listed.code}: {word}"


@pytest.mark.parametrize(
    "spelled",
    [
        "create table internal.notes (at TIMESTAMP);",
        'create table internal.notes (at "timestamp");',
        'create table internal.notes (at"timestamp");',
        "create table internal.notes (at/**/timestamp(3));",
        'create table internal.notes (at U&"\\0074imestamp");',
        "create table internal.notes (at U&\"!0074imestamp\" uescape '!');",
    ],
)
def test_however_a_word_is_spelled_its_rule_is_asked(spelled: str) -> None:
    assert "AL501" in {each.finding.code for each in _examined(spelled, EVERY).raised}
