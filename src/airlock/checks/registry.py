"""The registry of rules: every module of `rules/`, and those that other packages bring.

A package offers rules through the entry point group `airlock.rules`; each entry names a package
whose modules are rules, with codes of its own: any letters but `al`, then digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from types import ModuleType

from airlock.checks import rules
from airlock.checks.pages import Page, page_of
from airlock.checks.rule import Rule, Theme
from airlock.errors import ConfigError

GROUP = "airlock.rules"
_MODULE = re.compile(r"(?P<code>[a-z]+[0-9]+)_(?P<name>[a-z0-9_]+)")
_OWN = "al"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A rule with what its module's name and docstring say."""

    code: str
    """`AL101`."""
    name: str
    """`index-not-concurrent`."""
    rule: Rule
    page: Page

    @property
    def theme(self) -> Theme:
        """What the rule is about."""
        digits = self.code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return Theme(int(digits) // 100 % len(Theme))


@cache
def registry() -> Mapping[str, Listed]:
    """Return every rule by its code, in order.

    Raises:
        ConfigError: a package brings rules that cannot be used.
    """
    found = {listed.code: listed for listed in _own()}
    for listed in _brought():
        if listed.code in found:
            raise ConfigError(
                f"two rules have the code {listed.code}",
                hint="Uninstall one of the packages that bring rules, or rename its rule.",
            )
        found[listed.code] = listed
    return dict(sorted(found.items()))


def _own() -> Iterator[Listed]:
    for found in iter_modules(rules.__path__):
        yield listed(import_module(f"{rules.__name__}.{found.name}"))


def _brought() -> Iterator[Listed]:
    for entry in entry_points(group=GROUP):
        try:
            package = entry.load()
            modules = [
                import_module(f"{package.__name__}.{found.name}")
                for found in iter_modules(package.__path__)
                if not found.name.startswith("_")
            ]
            each = [listed(module) for module in modules]
        except Exception as error:
            # Whatever a foreign package raises, its name is what the user needs.
            problem = f"{type(error).__name__}: {error}"
        else:
            yield from each
            continue
        raise ConfigError(
            f"the rules of {entry.value} cannot be loaded: {problem}",
            hint="Mend or uninstall the package that brings them.",
        )


def listed(module: ModuleType) -> Listed:
    """Return a module's rule.

    Raises:
        ValueError: its name or its docstring is not a rule's.
    """
    bare = module.__name__.rpartition(".")[2]
    named = _MODULE.fullmatch(bare)
    if named is None or not module.__doc__:
        raise ValueError(f"{module.__name__} is not called like a rule, or has no page")
    foreign = not module.__name__.startswith(rules.__name__ + ".")
    if foreign and named["code"].rstrip("0123456789") == _OWN:
        raise ValueError(f"the codes that begin with {_OWN.upper()} are Airlock's own")
    return Listed(
        code=named["code"].upper(),
        name=named["name"].replace("_", "-"),
        rule=module.RULE,
        page=page_of(module.__doc__),
    )
