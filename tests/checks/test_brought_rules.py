"""Rules that another package brings: the example is installed as a package would be."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from airlock.checks import registry as module
from airlock.checks.registry import Listed, listed, registry
from airlock.errors import ConfigError
from checks.judging import codes, judge

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "house-rules"


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EntryPoint]]:
    """The entry points that are found; the registry is read anew with them."""
    monkeypatch.syspath_prepend(str(EXAMPLE / "src"))
    entries: list[EntryPoint] = []
    monkeypatch.setattr(module, "entry_points", lambda *, group: entries)
    registry.cache_clear()
    try:
        yield entries
    finally:
        registry.cache_clear()
        for name in [name for name in sys.modules if name.startswith("house_rules")]:
            del sys.modules[name]


def entry(value: str) -> EntryPoint:
    return EntryPoint(name="house", value=value, group=module.GROUP)


def rule(found: list[EntryPoint]) -> Listed:
    found.append(entry("house_rules"))
    return registry()["HR101"]


def test_the_example_says_of_itself_what_its_package_says() -> None:
    text = (EXAMPLE / "pyproject.toml").read_text()
    assert f'[project.entry-points."{module.GROUP}"]\nhouse = "house_rules"' in text


def test_a_brought_rule_runs_with_the_others(found: list[EntryPoint]) -> None:
    page = rule(found).page
    assert codes(judge(page.examples[0], select=["HR101"])) == {"HR101"}
    assert codes(judge(page.examples[0])) == {"HR101"}
    assert judge(page.instead[0]) == []


def test_a_brought_rule_can_be_selected_by_name_and_allowed(found: list[EntryPoint]) -> None:
    example = rule(found).page.examples[0]
    assert codes(judge(example, select=["table-without-comment"])) == {"HR101"}
    allowed = "-- airlock: allow HR101 because it is dropped next week\n" + example
    assert judge(allowed) == []


@pytest.mark.parametrize("value", ["nowhere_to_be_found", "json.decoder:JSONDecoder"])
def test_a_package_that_cannot_be_loaded_is_named(found: list[EntryPoint], value: str) -> None:
    found.append(entry(value))
    with pytest.raises(ConfigError, match=f"the rules of {value} cannot be loaded"):
        registry()


def test_two_rules_of_one_code_are_refused(found: list[EntryPoint]) -> None:
    found += [entry("house_rules"), entry("house_rules")]
    with pytest.raises(ConfigError, match="two rules have the code HR101"):
        registry()


def test_the_codes_of_airlock_are_its_own(found: list[EntryPoint]) -> None:
    real = importlib.import_module("house_rules.hr101_table_without_comment")
    false = ModuleType("house_rules.al999_ours_now", real.__doc__)
    false.RULE = real.RULE  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="AL are Airlock's own"):
        listed(false)
