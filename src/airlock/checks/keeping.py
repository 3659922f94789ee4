"""What was examined, as JSON, so that an unchanged file need not be looked at again."""

from __future__ import annotations

import json
from typing import Any

from airlock.checks.allow import Allow
from airlock.checks.rule import Edit, Fact, Knows, Mend
from airlock.checks.run import Examined, Raised
from airlock.checks.syntax import Name
from airlock.model.finding import Finding

_KNOWS = {each.value: each for each in Knows}
_MENDS = {each.value: each for each in Mend}
"""Looking a value up here takes a fifth of what the enumeration's own look-up does."""


def dumped(examined: Examined) -> str:
    """Return everything but the text of the file."""
    return json.dumps(
        {
            "raised": [_raised(each) for each in examined.raised],
            "facts": sorted([f.knows.value, *f.name, f.more] for f in examined.facts),
            "allows": [[a.at, a.text, a.codes, a.reason, a.start, a.end] for a in examined.allows],
        }
    )


def loaded(kept: str, *, path: str, text: str) -> Examined:
    """Return what `dumped` wrote, for a file of the same text, wherever it is now.

    Raises:
        ValueError, KeyError, TypeError: it is something else.
    """
    tree = json.loads(kept)
    return Examined(
        path=path,
        text=text,
        raised=tuple(_loaded(each, path, text) for each in tree["raised"]),
        facts=frozenset(_fact(each) for each in tree["facts"]),
        allows=tuple(
            Allow(at=at, text=own, codes=tuple(codes), reason=reason, start=start, end=end)
            for at, own, codes, reason, start, end in tree["allows"]
        ),
    )


def _raised(raised: Raised) -> dict[str, Any]:
    return {
        "finding": raised.finding.as_json(),
        "at": raised.at,
        "edits": [[edit.start, edit.end, edit.text] for edit in raised.edits],
        "mend": raised.mend.value,
        "table": raised.table,
        "spared": raised.spared_where_new,
        "unless": [[f.knows.value, *f.name, f.more] for f in raised.unless],
    }


def _loaded(tree: dict[str, Any], path: str, text: str) -> Raised:
    finding = tree["finding"]
    if finding["where"]:
        finding["where"][0] = path
    return Raised(
        finding=Finding.from_json(finding, {path: text}),
        at=tree["at"],
        edits=tuple(Edit(start=start, end=end, text=new) for start, end, new in tree["edits"]),
        mend=_MENDS[tree["mend"]],
        table=Name(*tree["table"]) if tree["table"] else None,
        spared_where_new=tree["spared"],
        unless=tuple(_fact(each) for each in tree["unless"]),
    )


def _fact(tree: list[str]) -> Fact:
    knows, schema, name, more = tree
    return Fact(_KNOWS[knows], Name(schema, name), more)
