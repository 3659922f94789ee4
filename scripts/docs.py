"""Writes the generated pages of docs/, and with --check proves that all Markdown still holds.

Checked are: generated pages against the code they come from, links and anchors inside the
repository, and that every `airlock` command line in a code block names commands and options that
exist.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from airlock.cli.exits import MEANINGS
from airlock.cli.group import GROUP
from airlock.config.keys import KEYS, Key

sys.path.insert(0, str(Path(__file__).resolve().parent))
from checks_page import checks_page
from kinds_page import kinds_page

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
MADE = "<!-- Made by `make docs` from {source}. -->\n\n"
WIDTH = 88

FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)[ \t]*$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^ {4}\S.*$", re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *#*$", re.MULTILINE)
PROMPT = re.compile(r"^\s*(?:[$>]\s+)?(?:[A-Z_]+=\S*\s+)*(?=airlock\s)")
END_OF_COMMAND = re.compile(r"\s(?:#|\||>|<|&&|;|2>)")


def commands(
    command: click.Command, name: str, above: click.Context | None = None
) -> Iterator[click.Context]:
    """Yield a context to ask a command in, then those of all commands below it."""
    settings = {"terminal_width": WIDTH, **command.context_settings}
    context = click.Context(command, parent=above, info_name=name, **settings)
    yield context
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            below = command.get_command(context, each)
            assert below is not None
            yield from commands(below, each, context)


def commands_page() -> str:
    """Return the page on commands and exit codes."""
    parts = [
        MADE.format(source="src/airlock/cli"),
        "# Commands\n\n",
        "| exit code | means |\n| --- | --- |\n",
        *(f"| {code.value} | {meaning} |\n" for code, meaning in MEANINGS.items()),
        "\nWhat a program reads goes to stdout; what a person reads while waiting, to stderr.\n",
    ]
    for context in commands(GROUP, "airlock"):
        shown = context.get_help().rstrip()
        parts.append(f"\n## {context.command_path}\n\n```text\n{shown}\n```\n")
    return "".join(parts)


def key_section(key: Key) -> str:
    """Return what there is to say about one key."""
    if key.default is not None:
        shown = str(key.default).lower() if isinstance(key.default, bool) else key.default
        without = f"`{shown}`"
    else:
        without = key.absent or "nothing"
    lines = [f"\n## `{key.path}`\n", key.doc, "", f"- takes: {key.kind.value}"]
    if key.choices:
        lines.append("- one of: " + ", ".join(f"`{choice}`" for choice in key.choices))
    if key.least is not None or key.most is not None:
        lines.append(f"- from {key.least} to {key.most}")
    lines.append(f"- without it: {without}")
    if key.variable:
        lines.append(f"- the variable `{key.variable}` wins over the file")
    if key.supabase:
        lines.append(f"- read from `supabase/config.toml` too, as `{key.supabase}`")
    return "\n".join(lines) + "\n"


def configuration_page() -> str:
    """Return the page on the keys of airlock.toml."""
    return (
        MADE.format(source="src/airlock/config/keys.py")
        + "# Configuration\n\n"
        + "`airlock.toml` stands at the project's root. `airlock config show` prints every value "
        "with its\norigin. A `*` stands for a name of your choice.\n"
        + "".join(key_section(key) for key in KEYS)
    )


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    return {
        REFERENCE / "commands.md": commands_page(),
        REFERENCE / "configuration.md": configuration_page(),
        ROOT / "docs" / "checks.md": checks_page(MADE.format(source="src/airlock/checks/rules")),
        ROOT / "docs" / "kinds.md": kinds_page(MADE.format(source="src/airlock/kinds")),
    }


def markdown() -> Iterator[Path]:
    """Yield the Markdown files of the repository."""
    yield from sorted(ROOT.glob("*.md"))
    for folder in ("docs", "examples", "bench"):
        yield from sorted((ROOT / folder).rglob("*.md"))


def anchors(text: str) -> set[str]:
    """Return the anchors that a page's headings make."""
    found = set()
    for title in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"[^\w\- ]", "", title.replace("`", "").lower())
        found.add(plain.replace(" ", "-"))
    return found


def broken_links(page: Path, text: str) -> Iterator[str]:
    """Yield links to files and headings that are not there."""
    for link in LINK.findall(SPAN.sub("", FENCE.sub("", text))):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            yield f"the link to {link} leads nowhere"
        elif anchor and anchor not in anchors(target.read_text()):
            yield f"{link}: the page has no such heading"


def command_lines(text: str) -> Iterator[str]:
    """Yield the `airlock` command lines in code blocks and code spans."""
    blocks = FENCE.findall(text)
    rest = FENCE.sub("", text)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += INDENTED.findall(rest) + SPAN.findall(rest)
    for line in lines:
        if match := PROMPT.match(line):
            yield END_OF_COMMAND.split(line[match.end() :], maxsplit=1)[0]


def fault(line: str) -> str | None:
    """Say what is wrong with a command line, if something is."""
    try:
        words = shlex.split(line)[1:]
    except ValueError as error:
        return str(error)
    command: click.Command = GROUP
    options = known_options(command)
    rest = iter(words)
    for word in rest:
        if word == "--":
            break
        if word.startswith("-") and word != "-":
            name, _, value = word.partition("=")
            if name not in options:
                return f"no such option: {name}"
            if options[name] and not value:
                next(rest, None)
        elif isinstance(command, click.Group) and word.islower():
            below = command.get_command(click.Context(command), word)
            if below is None:
                return f"no such command: {word}"
            command = below
            options |= known_options(command)
    return None


def known_options(command: click.Command) -> dict[str, bool]:
    """Return a command's options, and for each whether a value follows it."""
    found = {"--help": False, "-h": False}
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            names = (*parameter.opts, *parameter.secondary_opts)
            found |= dict.fromkeys(names, not (parameter.is_flag or parameter.count))
    return found


def faults() -> Iterator[str]:
    """Yield everything that does not hold, each with its file."""
    made = pages()
    for path, text in made.items():
        if not path.exists() or path.read_text() != text:
            yield f"{path.relative_to(ROOT)}: is not what the code says; run: make docs"
    for page in markdown():
        if page in made:
            continue
        text = page.read_text()
        name = page.relative_to(ROOT)
        for broken in broken_links(page, text):
            yield f"{name}: {broken}"
        for line in command_lines(text):
            if wrong := fault(line):
                yield f"{name}: `{line.strip()}`: {wrong}"


def main(arguments: list[str]) -> int:
    """Write the pages, or check everything; return the exit code."""
    if arguments == ["--check"]:
        found = list(faults())
        sys.stdout.writelines(f"{line}\n" for line in found)
        sys.stdout.write(f"docs: {len(found)} faults\n" if found else "docs: all pages hold\n")
        return 1 if found else 0
    if arguments:
        sys.stderr.write("usage: docs.py [--check]\n")
        return 2
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for path, text in pages().items():
        path.write_text(text)
        sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
