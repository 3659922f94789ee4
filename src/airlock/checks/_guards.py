"""What lets a statement run twice: guards that a file has already, and those that can be put in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from airlock.checks.act import Act, File, Place, remembered
from airlock.checks.rule import Edit, edited
from airlock.checks.syntax import PUBLIC, Name, commands, enum, inner, kind_of, relation, strings
from airlock.sources.lexing import Token, tokens
from airlock.sources.sqltext import Node

IF_EXISTS, IF_NOT_EXISTS = "if exists ", "if not exists "
_KINDS = {
    "OBJECT_MATVIEW": "materialized view",
    "OBJECT_FDW": "foreign data wrapper",
    "OBJECT_OPCLASS": "operator class",
    "OBJECT_OPFAMILY": "operator family",
    "OBJECT_TSCONFIGURATION": "text search configuration",
    "OBJECT_TSDICTIONARY": "text search dictionary",
    "OBJECT_TSPARSER": "text search parser",
    "OBJECT_TSTEMPLATE": "text search template",
    "OBJECT_STATISTIC_EXT": "statistics",
    "OBJECT_FOREIGN_SERVER": "server",
    "OBJECT_TABCONSTRAINT": "constraint",
    "OBJECT_DOMCONSTRAINT": "constraint",
    "OBJECT_ATTRIBUTE": "attribute",
}
_SHARED = {"type": "type", "domain": "type", "view": "table", "materialized view": "table"}
"""Kinds that share their names with another."""
_ON_TABLES = frozenset({"policy", "trigger", "rule"})
_WITHOUT_SCHEMA = frozenset({"schema", "extension", "role", "publication", "server", "language"})

Key = tuple[str, ...]


def object_kind(node: Node, field: str) -> str:
    """Return the words that SQL has for an `ObjectType`: `materialized view`."""
    found = enum(node, field)
    return _KINDS.get(found) or found.removeprefix("OBJECT_").replace("_", " ").lower()


def key(kind: str, *names: str) -> Key:
    """Return what tells an object from others in one file; names without a schema are public."""
    full = names
    wanted = 3 if kind in _ON_TABLES else 1 if kind in _WITHOUT_SCHEMA else 2
    if len(names) == wanted - 1:
        full = (PUBLIC, *names)
    return (_SHARED.get(kind, kind), *full)


def parts_of(node: Node) -> tuple[str, ...]:
    """Return the dotted name of an object that DROP or ALTER names."""
    held = inner(node)
    match kind_of(node):
        case "string":
            return (str(node.string.sval),)
        case "list":
            return strings(node.list.items)
        case "type_name" if held is not None:
            return strings(held.names)
        case "object_with_args" if held is not None:
            return strings(held.objname)
        case _:
            return ()


def freed(act: Act, wanted: Key, *, of: Name | None = None) -> bool:
    """Whether the file takes that name away before the act does something with it.

    With `of` also where it takes away that relation, to which the object belongs.
    """
    if wanted[0] == "policy" and _first_sweep(act.file) < act.index:
        return True
    held = [wanted]
    if wanted[0] in _ON_TABLES:
        held.append(("table", *wanted[1:-1]))
    if of is not None:
        held.append(("table", *of))
    if len(wanted) > 2:  # noqa: PLR2004 - kind, schema, name
        held.append(("schema", wanted[1]))
    gone = _gone(act.file)
    return any(index < act.index for each in held for index in gone.get(each, ()))


def brought(act: Act, wanted: Key) -> bool:
    """Whether the file makes that name before, or gives it to something else."""
    found = _came(act.file).get(wanted)
    return found is not None and found < act.index


@remembered
def _first_sweep(file: File) -> int:
    """Return the first act that sweeps policies away; past the last where none does."""
    return next((act.index for act in file.acts if _sweeps(act)), len(file.acts))


def _sweeps(act: Act) -> bool:
    """Whether it is a block that drops the policies which it finds in the catalog."""
    if act.kind != "do_stmt":
        return False
    text = act.text.lower()
    return "drop policy" in text and "pg_polic" in text


def all_or_nothing(act: Act) -> bool:
    """Whether it stands in a BEGIN … COMMIT that the file itself holds."""
    return act.file.script.controls_transactions and act.in_transaction


@remembered
def _gone(file: File) -> Mapping[Key, tuple[int, ...]]:
    """Return the acts of a file that drop or rename something, by what is gone then."""
    found: dict[Key, tuple[int, ...]] = {}
    for act in file.acts:
        if act.runs:
            for each in _taken(act):
                found[each] = (*found.get(each, ()), act.index)
    return found


@remembered
def _came(file: File) -> Mapping[Key, int]:
    """Return the relations and types that a file makes or renames, by what comes with them."""
    found: dict[Key, int] = {key("table", *name): index for name, index in file.made.items()}
    for act in file.acts:
        if act.runs and act.kind == "rename_stmt":
            for each in _renamed(act.node):
                found.setdefault((*each[:-1], act.node.newname), act.index)
    return found


def _taken(act: Act) -> Iterator[Key]:
    read = _TAKES.get(act.kind)
    if read is not None:
        yield from read(act.node)


def _dropped(node: Node) -> Iterator[Key]:
    kind = object_kind(node, "remove_type")
    for each in node.objects:
        yield key(kind, *parts_of(each))


def _dropped_roles(node: Node) -> Iterator[Key]:
    for each in node.roles:
        yield key("role", each.role_spec.rolename)


def _renamed(node: Node) -> Iterator[Key]:
    kind = object_kind(node, "rename_type")
    if not node.HasField("relation"):
        yield key(kind, *parts_of(node.object))
    elif kind in _ON_TABLES:
        yield key(kind, *relation(node.relation), node.subname)
    elif not node.subname:
        yield key(kind, *relation(node.relation))


def _dropped_inside(node: Node) -> Iterator[Key]:
    for sort, command in commands(node):
        if kind := _INSIDE.get(sort):
            yield (kind, *relation(node.relation), command.name)


def _left(node: Node) -> Iterator[Key]:
    """Yield the tables that leave a publication."""
    for each in node.pubobjects if enum(node, "action") == "AP_DropObjects" else ():
        if each.publication_obj_spec.HasField("pubtable"):
            yield ("member", node.pubname, *relation(each.publication_obj_spec.pubtable.relation))


_INSIDE = {"AT_DropConstraint": "constraint", "AT_DropColumn": "column"}
_TAKES: Mapping[str, Callable[[Node], Iterator[Key]]] = {
    "drop_stmt": _dropped,
    "drop_role_stmt": _dropped_roles,
    "rename_stmt": _renamed,
    "alter_table_stmt": _dropped_inside,
    "alter_publication_stmt": _left,
}


def insertion(at: int, text: str) -> tuple[Edit, ...]:
    """Return the edit that puts text at a place of the file."""
    return (Edit(start=at, end=at, text=text),)


def after_words(act: Act, *words: str) -> int | None:
    """Return where what follows these words in the act's text begins; None without them."""
    found = [token for token in tokens(act.text) if token[0] is not Token.COMMENT]
    texts = [act.text[start:end].lower() for _, start, end in found]
    for position in range(len(texts) - len(words)):
        if tuple(texts[position : position + len(words)]) == words:
            return act.start + found[position + len(words)][1]
    return None


def after_phrase(act: Act, phrases: tuple[tuple[str, ...], ...]) -> int | None:
    """Return where what follows the first of these phrases that the text holds begins."""
    return next((at for each in phrases if (at := after_words(act, *each)) is not None), None)


def wrapped(act: Act, test: str) -> tuple[str, tuple[Edit, ...]]:
    """Return an act inside of a DO block that runs it where `test` is so, and the edits for it.

    There are none where it does not stand in the file by itself.
    """
    mark = "$guard$" if "$$" in act.text else "$$"
    indent = "\n            ".join(test.split("\n"))
    opening = f"do {mark}\nbegin\n    if {indent} then\n        "
    closing = f";\n    end if;\nend\n{mark}"
    start, end = act.start + act.lead, act.start + len(act.text)
    edits = (
        Edit(start=start, end=start, text=opening),
        Edit(start=end, end=end, text=closing),
    )
    return edited(act, *edits), edits if act.place is Place.FILE else ()
