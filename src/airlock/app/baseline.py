"""The baseline: findings that a project has decided to live with, by their keys.

A key is made of the rule's code and of what the statement means, so that renaming or re-formatting
a file does not wake what was put to rest.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from airlock.errors import Location, ProjectError
from airlock.model.finding import Finding

FORMAT = 1


class BadBaseline(ProjectError):
    """A baseline cannot be used as it is."""

    code = "baseline"
    hint = "Write it anew: airlock baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What is known; a key that is known once is found once without being told."""

    keys: Counter[str] = field(default_factory=Counter)

    def new(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return those that are not known yet, in their order."""
        left = Counter(self.keys)
        kept = []
        for finding in findings:
            left[finding.key] -= 1
            if left[finding.key] < 0:
                kept.append(finding)
        return tuple(kept)


NOTHING = Baseline()


def load(root: Path, name: str) -> Baseline:
    """Read a baseline; none is there, nothing is known.

    Raises:
        BadBaseline: the file cannot be read, or is of a newer version.
    """
    path = root / name
    where = Location(path=name)
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return NOTHING
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is no JSON"
    else:
        what = _fault(tree)
        if not what:
            return Baseline(keys=Counter(each["key"] for each in tree["findings"]))
    raise BadBaseline(f"the baseline cannot be used: {what}", where=where)


def _fault(tree: object) -> str:
    if not isinstance(tree, dict) or not isinstance(tree.get("format"), int):
        return "it is no baseline"
    if tree["format"] > FORMAT:
        return f"it has format {tree['format']}, and this version knows {FORMAT} at most"
    findings = tree.get("findings")
    fits = isinstance(findings, list) and all(
        isinstance(each, dict) and isinstance(each.get("key"), str) for each in findings
    )
    return "" if fits else "its findings cannot be read"


def written(findings: Sequence[Finding]) -> str:
    """Return the baseline that holds these, in the order of their keys; it diffs well in git."""
    tree = {
        "format": FORMAT,
        "findings": [
            {"key": each.key, "path": each.where.path if each.where else None}
            for each in sorted(findings, key=lambda each: each.key)
        ],
    }
    return json.dumps(tree, indent=2) + "\n"
