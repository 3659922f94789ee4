"""The file of a plan: canonical JSON with a digest of its content as the last key.

The digest finds what was edited or cut off; it is no signature.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from airlock.errors import Location, ProjectError
from airlock.model.shape import is_optional
from airlock.plan.artifact import FORMAT, Artifact

_TITLE = "airlock deployment plan"
_DIGEST = "digest"


class BadPlan(ProjectError):
    """The file is no plan that this version can use."""

    code = "plan-file"
    hint = "Make it anew: airlock plan ENV -o FILE"

    def __init__(
        self, shown: str, what: str, *, hint: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(
            f"{shown} {what}", hint=hint, where=Location(path=shown, line=line) if line else None
        )


def write(artifact: Artifact) -> str:
    """Return a plan as the text of its file."""
    tree = {"what": _TITLE, **_plain(artifact)}
    return _text(tree | {_DIGEST: _digest(tree)})


def read(text: str, *, shown: str) -> Artifact:
    """Return the plan of a file; `shown` is the file's name for people.

    Raises:
        BadPlan: it is no plan, is cut off, was edited, or a newer version wrote it.
    """
    tree = _tree(text, shown)
    number = tree.get("format")
    if isinstance(number, int) and number > FORMAT:
        raise BadPlan(
            shown,
            f"was written by a newer version of Airlock: it has format {number}, and this one "
            f"reads {FORMAT}",
            hint="Update Airlock: pip install --upgrade pgairlock",
        )
    if tree.pop(_DIGEST, None) != _digest(tree):
        raise BadPlan(shown, "was edited since it was written: its digest does not fit")
    del tree["what"]
    try:
        artifact: Artifact = _made(Artifact, tree)
    except (KeyError, TypeError, ValueError):
        raise BadPlan(shown, "is no plan that this version can read") from None
    return artifact


def _tree(text: str, shown: str) -> dict[str, Any]:
    try:
        tree = json.loads(text)
    except json.JSONDecodeError as error:
        fault = error
    except RecursionError:
        raise BadPlan(shown, "is no plan") from None
    else:
        if isinstance(tree, dict) and tree.get("what") == _TITLE:
            return tree
        raise BadPlan(shown, "is no plan")
    if _TITLE not in text[:200]:
        raise BadPlan(shown, "is no plan")
    what = "is cut off" if not text.rstrip().endswith("}") else "was edited: it is no JSON any more"
    raise BadPlan(shown, f"{what} (line {fault.lineno})", line=fault.lineno)


def _text(tree: dict[str, Any]) -> str:
    return json.dumps(tree, indent=1, ensure_ascii=False) + "\n"


def _digest(tree: dict[str, Any]) -> str:
    """Return the hash of the content, whatever the order of its keys and its white space."""
    canonical = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    match value:
        case Enum():
            return value.value
        case tuple():
            return [_plain(each) for each in value]
        case dict():
            return {key: value[key] for key in sorted(value)}
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _made(hint: Any, value: Any) -> Any:
    """Return what JSON stands for in a value of a type; it raises where that cannot be."""
    if is_optional(hint):
        (inner,) = (each for each in get_args(hint) if each is not NoneType)
        return None if value is None else _made(inner, value)
    if get_origin(hint) is tuple:
        return tuple(_made(get_args(hint)[0], each) for each in _checked(list, value))
    if get_origin(hint) is dict:
        found = _checked(dict, value)
        return {_checked(str, key): _checked(str, each) for key, each in found.items()}
    if is_dataclass(hint):
        hints = _hints(hint)  # type: ignore[arg-type]
        tree = _checked(dict, value)
        if tree.keys() != hints.keys():
            raise KeyError
        return hint(**{name: _made(hints[name], tree[name]) for name in hints})  # type: ignore[operator]
    if issubclass(hint, Enum):
        return hint(value)
    return _checked(hint, value)


def _checked(kind: type, value: Any) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError
    return value
