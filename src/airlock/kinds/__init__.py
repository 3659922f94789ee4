"""The registry: every module here that has a `SPEC` is a kind. There is no list to keep."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from airlock.kinds._spec import KindSpec


@cache
def registry() -> Mapping[str, KindSpec[Any]]:
    """Return every kind by its name, in the order in which kinds are loaded."""
    modules = (
        import_module(f"{__name__}.{found.name}")
        for found in iter_modules(__path__)
        if not found.name.startswith("_")
    )
    specs: list[KindSpec[Any]] = [module.SPEC for module in modules]
    return {spec.name: spec for spec in sorted(specs, key=lambda spec: (spec.order, spec.name))}


def kind(name: str) -> KindSpec[Any]:
    """Return a kind by its name."""
    return registry()[name]
