"""The page of a rule: its docstring, which is also its documentation and its tests.

The first line is the title. What follows up to `## Example` says why it matters; its first
paragraph is shown with every finding. Code under `## Example` must make the rule speak, code under
`## Use instead` must make no rule speak. Code under `## Given` runs before either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_CODE = re.compile(r"^```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GIVEN, EXAMPLE, INSTEAD = "Given", "Example", "Use instead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A docstring, taken apart."""

    title: str
    why: str
    """One paragraph on one line."""
    text: str
    """All of it, as Markdown without the title."""
    given: tuple[str, ...]
    examples: tuple[str, ...]
    instead: tuple[str, ...]


def page_of(docstring: str) -> Page:
    """Take a docstring apart."""
    title, _, rest = docstring.strip().partition("\n")
    text = rest.strip()
    opening, *sections = _SECTION.split(text)
    code = {
        heading.strip(): tuple(_CODE.findall(body))
        for heading, body in zip(sections[::2], sections[1::2], strict=True)
    }
    return Page(
        title=title.strip(),
        why=" ".join(opening.strip().split("\n\n")[0].split()),
        text=text,
        given=code.get(GIVEN, ()),
        examples=code.get(EXAMPLE, ()),
        instead=code.get(INSTEAD, ()),
    )
