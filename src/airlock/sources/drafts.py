"""New migration files: their names, and what stands in them to begin with."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from importlib.resources import files

from airlock.errors import UsageError
from airlock.model.migration import Layout, Migration, Project, version_key
from airlock.model.names import literal, quote, spell
from airlock.sources.layouts import Named, understand


class Template(StrEnum):
    """What a new file starts from."""

    TABLE = "table"
    COLUMN = "column"
    INDEX = "index"
    POLICY = "policy"
    FUNCTION = "function"
    ENUM = "enum"
    EMPTY = "empty"


TEMPLATES = tuple(Template)

_LONGEST = 200
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
_STAMP = "%Y%m%d%H%M%S"
_STAMP_DIGITS = 14


# ------------------------------------------------------------------------------------ the name


def snake(name: str) -> str:
    """Return a name as it stands in file names: `Add user phone` is `add_user_phone`.

    Raises:
        UsageError: it is empty, too long, a path, or has no letter or digit that ASCII knows.
    """
    rule = "Give a short name of letters, digits and underscores, such as add_user_phone."
    if "\0" in name or any(unicodedata.category(c) == "Cc" for c in name):
        raise UsageError("the name holds a control character", hint=rule)
    if not name.strip():
        raise UsageError("the name is empty", hint=rule)
    if "/" in name or "\\" in name:
        raise UsageError(
            f"the name {name!r} is a path; files go into the migrations folder", hint=rule
        )
    if len(name) > _LONGEST:
        raise UsageError(
            f"the name has {len(name)} characters; {_LONGEST} are the limit", hint=rule
        )
    plain = unicodedata.normalize("NFKD", name.removesuffix(".sql"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", plain).casefold()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not found:
        raise UsageError(f"nothing of the name {name!r} can stand in a file name", hint=rule)
    return found


def file_name(project: Project, name: str, now: datetime) -> str:
    """Return the new file's path in the migrations folder, its version later than every other.

    Supabase's layout takes the time in UTC. A plain folder gets its next number, written as its
    newest file is: width, separators, `.up.sql` or a folder. `now` has a time zone.

    Raises:
        UsageError: the name cannot be one.
    """
    clean = snake(name)
    newest = _newest(project)
    stamp = now.astimezone(UTC).strftime(_STAMP)
    if project.layout is Layout.SUPABASE:
        return f"{_later(stamp, newest.version if newest else None)}_{clean}.sql"
    if newest is None or (named := _name_of(newest, project.folder)) is None:
        return f"001_{clean}.sql"
    version = _next_number(named.digits, stamp, now)
    return _like(named, version, clean)


def partner(path: str) -> str | None:
    """Return the path of the file that undoes a new file, where its style has one."""
    for up, down in ((".up.sql", ".down.sql"), ("/up.sql", "/down.sql")):
        if path.endswith(up):
            return path.removesuffix(up) + down
    return None


def _newest(project: Project) -> Migration | None:
    keyed = project.migrations
    return max(keyed, key=lambda m: version_key(project.layout, m.version), default=None)


def _name_of(migration: Migration, folder: str) -> Named | None:
    """Understand an existing file's name again: its version's digits, its separators."""
    inside = migration.path.removeprefix(f"{folder}/").split("/")
    names = frozenset(inside[1:]) or None
    return understand(inside[0], layout=Layout.PLAIN, inside=names)


def _later(stamp: str, newest: str | None) -> str:
    """Return a version that sorts after the newest as text, the time itself where it does."""
    if newest is None or stamp > newest:
        return stamp
    if len(newest) == _STAMP_DIGITS:
        try:
            at = datetime.strptime(newest, _STAMP).replace(tzinfo=UTC)
            return (at + timedelta(seconds=1)).strftime(_STAMP)
        except (ValueError, OverflowError):
            pass
    following = str(int(newest) + 1).zfill(len(newest))
    return following if following > newest else newest + "0"


def _next_number(digits: str, stamp: str, now: datetime) -> str:
    """Return the next version of a plain folder in the style of the newest."""
    whole = re.split(r"[._-]", digits, maxsplit=1)[0]
    compact = digits.replace("-", "")
    if len(compact) == _STAMP_DIGITS and compact.isdecimal():
        later = _later(stamp, compact)
        return _dashed(later, digits) if "-" in digits else later
    seconds = str(int(now.timestamp()))
    if len(whole) == len(seconds) and not whole.startswith("0") and whole < seconds:
        return seconds
    return str(int(whole) + 1).zfill(len(whole))


def _dashed(stamp: str, like: str) -> str:
    """Put dashes into a time stamp where another has them."""
    parts, start = [], 0
    for part in like.split("-"):
        parts.append(stamp[start : start + len(part)])
        start += len(part)
    return "-".join(parts)


def _like(named: Named, version: str, clean: str) -> str:
    """Write a new name in the style of another."""
    stem = f"{named.prefix}{version}{named.separator}{clean}"
    if named.rule.folder:
        return f"{stem}/{named.rule.up}"
    return stem + (".up.sql" if named.text.endswith(".up.sql") else ".sql")


# ------------------------------------------------------------------------------------ the text


def draft(
    template: Template,
    *,
    name: str,
    purpose: str | None,
    author: str | None,
    date: date,
    layout: Layout = Layout.SUPABASE,
) -> str:
    """Return the text of a new file: header and statements, with names taken from `name`.

    `create_orders` makes the table `orders`; `add_phone_to_users` the column `phone` of `users`.
    What the name does not say is called `your_table` or `your_column`.

    Raises:
        UsageError: the name cannot be one.
    """
    clean = snake(name)
    title = clean.replace("_", " ")
    header = {
        "title": title[0].upper() + title[1:],
        "purpose": _line(purpose) or "(what this is needed for)",
        "author": _line(author),
        "date": f"{date.day:02}-{_MONTHS[date.month - 1]}-{date.year}",
    }
    lines = [
        line
        for line in _text("header").splitlines()
        if "{{author}}" not in line or header["author"]
    ]
    body = _filled(_for_layout(_text(template), layout), _names(template, clean))
    return _filled("\n".join(lines), header) + "\n\n" + body


def _text(name: str) -> str:
    """Return a template file; `drafts` beside this module holds them."""
    return (files("airlock.sources") / "drafts" / f"{name}.sql").read_text(encoding="utf-8")


def _line(text: str | None) -> str:
    """Return a text on one line, so that it stays inside its comment."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())


def _for_layout(text: str, layout: Layout) -> str:
    """Keep the lines between `-- {{supabase}}` or `-- {{plain}}` and `-- {{end}}` that apply."""
    kept: list[str] = []
    section: str | None = None
    for line in text.splitlines():
        if match := re.fullmatch(r"-- \{\{(supabase|plain|end)\}\}", line):
            section = None if match[1] == "end" else match[1]
        elif section in (None, layout.value):
            kept.append(line)
    return "\n".join(kept) + "\n"


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], text)


_VERBS = r"(?:(?:create|add|new|make|alter|update|change|set|enable)_)*"
_COLUMN_OF = re.compile(rf"{_VERBS}(?P<column>.+?)(?:_column)?_(?:to|on|in|of)_(?P<table>.+)")
_INDEX_ON = re.compile(rf"{_VERBS}(?:index|idx)_(?:on_)?(?P<table>.+?)_(?:on|by)_(?P<column>.+)")
_POLICY_ON = re.compile(
    rf"{_VERBS}(?P<policy>.*?)_?(?:policy|policies|rls)_(?:on|to|for)_(?P<table>.+)"
)
_OBJECT = re.compile(
    rf"{_VERBS}(?P<object>.+?)(?:_(?:table|index|policy|policies|function|enum|type))?"
)


def _names(template: Template, clean: str) -> dict[str, str]:
    """Return the SQL names for a template's marks, taken from the file's name."""
    match = _OBJECT.fullmatch(clean)
    thing = match["object"] if match else clean
    table, column, policy = "your_table", "your_column", thing
    match template:
        case Template.TABLE:
            table = thing
        case Template.COLUMN if found := _COLUMN_OF.fullmatch(clean):
            table, column = found["table"], found["column"]
        case Template.COLUMN:
            column = thing
        case Template.INDEX if found := _INDEX_ON.fullmatch(clean):
            table, column = found["table"], found["column"]
        case Template.POLICY if found := _POLICY_ON.fullmatch(clean):
            table, policy = found["table"], found["policy"] or "select"
        case _:
            pass
    sentence = clean.replace("_", " ")
    return {
        "table": f"public.{spell(table)}",
        "column": spell(column),
        "function": f"public.{spell(thing)}",
        "type": f"public.{spell(thing)}",
        "index": spell(f"idx_{table}_{column}"),
        "index_name": spell(f"idx_{table}_name"),
        "index_user_id": spell(f"idx_{table}_user_id"),
        "trigger": spell(f"update_{table}_updated_at"),
        "policy": quote(f"{table}_{policy}_policy"),
        **{
            f"policy_{verb}": quote(f"{table}_{verb}_policy")
            for verb in ("select", "insert", "update", "delete")
        },
        "comment": literal(sentence[0].upper() + sentence[1:]),
    }
