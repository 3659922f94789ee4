"""Every rule's page, run: examples make it speak, what it recommends makes no rule speak."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from airlock.checks.act import Context
from airlock.checks.registry import Listed, registry
from airlock.checks.selection import selection
from airlock.model.finding import Finding
from airlock.server.address import Address
from airlock.server.baseline import Baseline
from airlock.server.cluster import Cluster
from airlock.server.databases import Databases
from checks.judging import codes, inspected, judged

RULES = list(registry().values())
LASTING = {"AL715", "AL716"}
"""What they find outlives the database, so that it has to be made on a server of its own."""
SILENT = {"AL004", "AL840"}
"""What no text alone can bring about."""


def _cases(part: str) -> list[object]:
    return [
        pytest.param(listed, sql, id=f"{listed.code}-{number}")
        for listed in RULES
        if listed.rule.act or listed.rule.file or listed.rule.schema is None
        for number, sql in enumerate(getattr(listed.page, part))
    ]


def _context(listed: Listed) -> Context:
    """Return a production of the version that a rule makes sense for."""
    return Context(major=max(Context().major, listed.rule.since))


@pytest.mark.parametrize(("listed", "sql"), _cases("examples"))
def test_an_example_makes_its_rule_speak_and_no_other(listed: Listed, sql: str) -> None:
    chosen = selection(extend=[listed.code])
    assert codes(judged([*listed.page.given, sql], chosen, _context(listed))) == {listed.code}


@pytest.mark.parametrize(("listed", "sql"), _cases("instead"))
def test_what_to_use_instead_makes_no_rule_speak(listed: Listed, sql: str) -> None:
    chosen = selection(extend=[listed.code])
    found = judged([*listed.page.given, sql], chosen, _context(listed))
    assert [each.finding.message for each in found] == []


@pytest.mark.parametrize("listed", RULES, ids=lambda listed: listed.code)
def test_a_page_says_what_why_and_what_instead(listed: Listed) -> None:
    page = listed.page
    assert page.title.endswith(".")
    assert len(page.why) > 60
    if listed.code not in SILENT:
        assert page.examples
        assert page.instead


def _schema_cases(part: str) -> list[object]:
    return [
        pytest.param(listed, sql, id=f"{listed.code}-{number}")
        for listed in RULES
        if listed.rule.schema and listed.code not in LASTING
        for number, sql in enumerate(getattr(listed.page, part))
    ]


@pytest.mark.parametrize(("listed", "sql"), _schema_cases("examples"))
def test_a_schema_made_by_an_example_is_found(
    listed: Listed, sql: str, supabase_database: Address
) -> None:
    found = inspected(supabase_database, [*listed.page.given, sql], extend=[listed.code])
    assert {finding.code for finding in found} == {listed.code}, told(found)


@pytest.mark.parametrize(("listed", "sql"), _schema_cases("instead"))
def test_a_schema_made_by_what_to_use_instead_is_clean(
    listed: Listed, sql: str, supabase_database: Address
) -> None:
    found = inspected(supabase_database, [*listed.page.given, sql], extend=[listed.code])
    assert told(found) == []


@pytest.fixture
def lasting_database(other_cluster: Cluster) -> Iterator[Address]:
    """A copy of the Supabase baseline on a server whose roles are nobody else's."""
    with Databases(other_cluster) as databases:
        template = databases.baseline(Baseline.SUPABASE, expose_new_tables=False)
        with databases.shadow(template) as name:
            yield other_cluster.address(name, label="shadow")


def test_what_outlives_a_database_is_found_too(lasting_database: Address) -> None:
    texts = [sql for code in sorted(LASTING) for sql in registry()[code].page.examples]
    texts.append("grant report_reader to authenticated;")
    found = inspected(lasting_database, texts, extend=sorted(LASTING))
    assert {finding.code for finding in found} == LASTING, told(found)


def test_nothing_is_wrong_with_a_new_project(supabase_database: Address) -> None:
    assert told(inspected(supabase_database, [], extend=["all"])) == []


def told(found: list[Finding]) -> list[str]:
    return [f"{each.code} {each.message}" for each in found]
