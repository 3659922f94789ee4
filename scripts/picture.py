"""Draw what a command prints as an SVG: `python scripts/picture.py OUT.svg -- COMMAND …`.

The picture in the README is made with it, so that it shows a real screen.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import escape
from pathlib import Path

_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_CELL, _LINE, _MARGIN, _BAR = 8.4, 19, 18, 34
_INK, _PAPER = "#d8dee9", "#1b2028"
_COLOURS = {
    "31": "#ef6b73",
    "32": "#8fce7a",
    "33": "#e8c26a",
    "34": "#7aa7f0",
    "35": "#c793e6",
    "36": "#6cc7c9",
    "90": "#7f8896",
}


def main(out: str, command: list[str]) -> None:
    """Run the command as on a terminal with colours, and write the picture."""
    shown = subprocess.run(
        command,
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    ).stdout
    Path(out).write_text(draw(shown, " ".join(["airlock", *command[1:]])), encoding="utf-8")


def draw(text: str, title: str) -> str:
    """Return an SVG of a terminal that shows `text`, colours and all."""
    lines = text.rstrip("\n").split("\n")
    columns = max(len(_SGR.sub("", line)) for line in lines)
    width = round(columns * _CELL + 2 * _MARGIN)
    height = _BAR + len(lines) * _LINE + _MARGIN
    rows = "\n".join(
        f'<text x="{_MARGIN}" y="{_BAR + (number + 1) * _LINE - 5}">{_spans(line)}</text>'
        for number, line in enumerate(lines)
    )
    dots = "".join(
        f'<circle cx="{_MARGIN + 4 + 18 * n}" cy="17" r="5.5" fill="{colour}"/>'
        for n, colour in enumerate(("#ef6b73", "#e8c26a", "#8fce7a"))
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
width="{width}" role="img" aria-label="{escape(title)}">
<rect width="{width}" height="{height}" rx="9" fill="{_PAPER}"/>
{dots}
<text x="{width // 2}" y="21" fill="#7f8896" text-anchor="middle" \
font-family="ui-monospace,Menlo,Consolas,monospace" font-size="13">{escape(title)}</text>
<g font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" \
fill="{_INK}" xml:space="preserve">
{rows}
</g>
</svg>
"""


def _spans(line: str) -> str:
    """Return a line's runs, each placed by its column so that any font keeps the columns."""
    column, style, spans = 0, "", []
    for index, part in enumerate(_SGR.split(line)):
        if index % 2:
            style = _style(part, style)
        elif part:
            at = round(_MARGIN + column * _CELL, 1)
            spans.append(
                f'<tspan x="{at}" textLength="{round(len(part) * _CELL, 1)}"{style}>'
                f"{escape(part)}</tspan>"
            )
            column += len(part)
    return "".join(spans)


def _style(codes: str, style: str) -> str:
    for code in codes.split(";"):
        if code in {"", "0"}:
            style = ""
        elif code == "1":
            style += ' font-weight="bold"'
        elif code == "2":
            style = ' fill="#7f8896"'
        elif code in _COLOURS:
            style = re.sub(r' fill="[^"]*"', "", style) + f' fill="{_COLOURS[code]}"'
    return style


if __name__ == "__main__":
    separator = sys.argv.index("--")
    main(sys.argv[1], sys.argv[separator + 1 :])
