"""Secrets that statements give to Postgres: passwords of roles and connections, settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from airlock.checks.act import Act
from airlock.checks.exposure.assigned import is_for_secrets
from airlock.checks.exposure.found import Kind, Span
from airlock.checks.exposure.placeholders import is_placeholder
from airlock.checks.syntax import called, constant
from airlock.sources.lexing import Token, tokens
from airlock.sources.sqltext import Node

_IN_CONNECTION = re.compile(r"password\s*=\s*(?:''(?P<quoted>[^']+)''|(?P<plain>[^\s']+))", re.I)
_LITERALS = frozenset({Token.STRING, Token.ESCAPED, Token.DOLLAR})
_PLAIN_URL = re.compile(r"https?://[^\s@]*\Z", re.IGNORECASE)
_SHORTEST = 8
_VAULT = frozenset({"create_secret", "update_secret"})
_MADE_FROM = "scram-sha-256$"


def find(act: Act) -> Iterator[Span]:
    """Find them in one statement; spans are places of the file."""
    read = _READS.get(act.kind)
    if read is not None:
        yield from read(act)
    if "secret" in act.text or "set_config" in act.text or "dblink" in act.text:
        yield from _calls(act)


def _role(act: Act) -> Iterator[Span]:
    for option in act.node.options:
        element = option.def_elem
        if element.defname == "password" and element.arg.WhichOneof("node") == "string":
            value = element.arg.string.sval
            if is_placeholder(value):
                continue
            what = "a role's password"
            if value.lower().startswith(("md5", _MADE_FROM)):
                what = "what a role's password was turned into"
            yield from _literal_after(act, "password", Kind.ROLE_PASSWORD, what)


def _foreign(act: Act) -> Iterator[Span]:
    for option in act.node.options:
        element = option.def_elem
        value = element.arg.string.sval
        if is_for_secrets(element.defname) and not is_placeholder(value):
            what = f"the {element.defname} of a foreign server"
            yield from _literal_after(act, element.defname, Kind.CONNECTION, what)


def _subscription(act: Act) -> Iterator[Span]:
    start, end = _literal(act, act.node.conninfo) or (0, 0)
    yield from _connection(act.file.text[start:end], start)


def _connection(text: str, offset: int) -> Iterator[Span]:
    for found in _IN_CONNECTION.finditer(text):
        name = "quoted" if found["quoted"] else "plain"
        if not is_placeholder(found[name]):
            start, end = found.span(name)
            yield Span(Kind.CONNECTION, offset + start, offset + end, "a connection's password")


def _setting(act: Act) -> Iterator[Span]:
    statement = act.node if act.kind == "variable_set_stmt" else act.node.setstmt
    if not is_for_secrets(statement.name):
        return
    for each in statement.args:
        value = constant(each)
        if value and _is_meant(value) and (place := _literal(act, value)):
            yield Span(Kind.SETTING, *place, f"the setting {statement.name}")


def _is_meant(value: str) -> bool:
    """Whether a value can be a secret: no gap, no word like `true`, no plain address."""
    return len(value) >= _SHORTEST and not is_placeholder(value) and not _PLAIN_URL.match(value)


_READS: Mapping[str, Callable[[Act], Iterator[Span]]] = {
    "create_role_stmt": _role,
    "alter_role_stmt": _role,
    "create_user_mapping_stmt": _foreign,
    "alter_user_mapping_stmt": _foreign,
    "create_foreign_server_stmt": _foreign,
    "alter_foreign_server_stmt": _foreign,
    "create_subscription_stmt": _subscription,
    "alter_subscription_stmt": _subscription,
    "variable_set_stmt": _setting,
    "alter_database_set_stmt": _setting,
    "alter_role_set_stmt": _setting,
    "alter_system_stmt": _setting,
}


def _calls(act: Act) -> Iterator[Span]:
    """Find secrets for the vault, settings and connections that functions are called with."""
    for call in act.nodes("FuncCall"):
        name = called(call)
        values = [(argument, constant(argument)) for argument in call.args]
        if name[-1:] and name[-1] in _VAULT and values:
            first = values[0] if name[-1] == "create_secret" else values[min(1, len(values) - 1)]
            yield from _constant_span(act, first, Kind.VAULT, "a secret for the vault")
        elif name[-1:] == ("set_config",) and len(values) > 1:
            if is_for_secrets(values[0][1] or ""):
                what = f"the setting {values[0][1]}"
                yield from _constant_span(act, values[1], Kind.SETTING, what)
        elif name[-1:] and name[-1].startswith("dblink"):
            for _, value in values:
                if value and (place := _literal(act, value)):
                    yield from _connection(act.file.text[slice(*place)], place[0])


def _constant_span(
    act: Act, argument: tuple[Node, str | None], kind: Kind, what: str
) -> Iterator[Span]:
    _, value = argument
    if value and _is_meant(value) and (place := _literal(act, value)):
        yield Span(kind, *place, what)


def _literal_after(act: Act, word: str, kind: Kind, what: str) -> Iterator[Span]:
    """Yield the literal that follows a word of the act."""
    heard = False
    for token, start, end in tokens(act.text):
        text = act.text[start:end]
        if token in _LITERALS and heard:
            yield Span(kind, act.start + start + 1, act.start + end - 1, what)
            return
        if token is not Token.COMMENT:
            heard = text.strip('"').lower() == word.lower()


def _literal(act: Act, value: str) -> tuple[int, int] | None:
    """Return where the text of the literal with that value stands, without its quotes."""
    for token, start, end in tokens(act.text):
        if token in _LITERALS and value.replace("'", "''") in act.text[start:end]:
            return act.start + start + 1, act.start + end - 1
    return None
