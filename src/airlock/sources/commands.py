"""What a parsed statement is: its command tag, the name it makes, and how it runs.

Statements come as the grammar's raw nodes, one message per statement; only their top is read.
Tags are those that the server answers with. The list of what runs alone follows the calls of
`PreventInTransactionBlock` in Postgres 18; a test puts it to a server.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from airlock.model.script import Running

Node = Any
"""A message of the parser's; its classes are made at run time."""


@dataclass(frozen=True, slots=True)
class Command:
    """A statement, named. `subject` is the name that it makes, dotted as in the file."""

    tag: str
    subject: str | None
    running: Running


UNKNOWN = Command("", None, Running.TRANSACTION)


def describe(kind: str, node: Node) -> Command:
    """Name a statement; `kind` is the grammar's name of its node, such as `create_stmt`."""
    tag = _TAGS.get(kind)
    named = tag(node) if callable(tag) else tag or kind.removesuffix("_stmt").upper()
    subject = _SUBJECTS.get(kind)
    running = _RUNNING.get(kind)
    return Command(
        named,
        (subject(node) or None) if subject else None,
        running(node) if running else Running.TRANSACTION,
    )


# ------------------------------------------------------------------------- reading the nodes


def _enum(node: Node, field: str) -> str:
    """Return the name of an enumeration's value."""
    values = node.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number
    return str(values[getattr(node, field)].name)


def _relation(node: Node) -> str:
    parts = (node.catalogname, node.schemaname, node.relname)
    return ".".join(part for part in parts if part)


def _names(nodes: Node) -> str:
    return ".".join(part.string.sval for part in nodes)


def _options(nodes: Node) -> dict[str, str]:
    """Return a list of `name = value` options, values as text in lower case."""
    found: dict[str, str] = {}
    for item in nodes:
        element, value = item.def_elem, ""
        match element.arg.WhichOneof("node"):
            case "string":
                value = element.arg.string.sval
            case "boolean":
                value = str(element.arg.boolean.boolval)
            case "integer":
                value = str(element.arg.integer.ival)
            case "type_name":  # how the grammar reads a word that is no keyword, such as off
                value = _names(element.arg.type_name.names)
        found[element.defname] = value.lower()
    return found


def _off(options: dict[str, str], name: str) -> bool:
    return options.get(name) in ("false", "off", "0")


# ------------------------------------------------------------------------------- command tags

_OBJECTS = {
    "ATTRIBUTE": "TYPE",
    "COLUMN": "TABLE",
    "DOMCONSTRAINT": "DOMAIN",
    "FDW": "FOREIGN DATA WRAPPER",
    "FOREIGN_SERVER": "SERVER",
    "LARGEOBJECT": "LARGE OBJECT",
    "MATVIEW": "MATERIALIZED VIEW",
    "OPCLASS": "OPERATOR CLASS",
    "OPFAMILY": "OPERATOR FAMILY",
    "STATISTIC_EXT": "STATISTICS",
    "TABCONSTRAINT": "TABLE",
    "TSCONFIGURATION": "TEXT SEARCH CONFIGURATION",
    "TSDICTIONARY": "TEXT SEARCH DICTIONARY",
    "TSPARSER": "TEXT SEARCH PARSER",
    "TSTEMPLATE": "TEXT SEARCH TEMPLATE",
}
_TRANSACTIONS = {
    "START": "START TRANSACTION",
    "PREPARE": "PREPARE TRANSACTION",
    "ROLLBACK_TO": "ROLLBACK",
}
_RESETS = frozenset({"VAR_RESET", "VAR_RESET_ALL"})

Tag = str | Callable[[Node], str]


def _object(node: Node, field: str) -> str:
    name = _enum(node, field).removeprefix("OBJECT_")
    return _OBJECTS.get(name, name.replace("_", " "))


def _on(verb: str, field: str) -> Callable[[Node], str]:
    """Make a tag of a verb and the kind of object in a field."""
    return lambda node: f"{verb} {_object(node, field)}"


def _rename(node: Node) -> str:
    kind = _enum(node, "rename_type")
    of_relation = kind in ("OBJECT_COLUMN", "OBJECT_ATTRIBUTE")
    return "ALTER " + _object(node, "relation_type" if of_relation else "rename_type")


def _transaction(node: Node) -> str:
    name = _enum(node, "kind").removeprefix("TRANS_STMT_")
    return _TRANSACTIONS.get(name, name.replace("_", " "))


def _variable(node: Node) -> str:
    return "RESET" if _enum(node, "kind") in _RESETS else "SET"


def _created_as(node: Node) -> str:
    if node.is_select_into:
        return "SELECT INTO"
    matview = _enum(node, "objtype") == "OBJECT_MATVIEW"
    return "CREATE MATERIALIZED VIEW" if matview else "CREATE TABLE AS"


_TAGS: dict[str, Tag] = {
    "alter_collation_stmt": "ALTER COLLATION",
    "alter_database_refresh_coll_stmt": "ALTER DATABASE",
    "alter_database_set_stmt": "ALTER DATABASE",
    "alter_database_stmt": "ALTER DATABASE",
    "alter_default_privileges_stmt": "ALTER DEFAULT PRIVILEGES",
    "alter_domain_stmt": "ALTER DOMAIN",
    "alter_enum_stmt": "ALTER TYPE",
    "alter_event_trig_stmt": "ALTER EVENT TRIGGER",
    "alter_extension_contents_stmt": "ALTER EXTENSION",
    "alter_extension_stmt": "ALTER EXTENSION",
    "alter_fdw_stmt": "ALTER FOREIGN DATA WRAPPER",
    "alter_foreign_server_stmt": "ALTER SERVER",
    "alter_function_stmt": _on("ALTER", "objtype"),
    "alter_object_depends_stmt": _on("ALTER", "object_type"),
    "alter_object_schema_stmt": _on("ALTER", "object_type"),
    "alter_op_family_stmt": "ALTER OPERATOR FAMILY",
    "alter_operator_stmt": "ALTER OPERATOR",
    "alter_owner_stmt": _on("ALTER", "object_type"),
    "alter_policy_stmt": "ALTER POLICY",
    "alter_publication_stmt": "ALTER PUBLICATION",
    "alter_role_set_stmt": "ALTER ROLE",
    "alter_role_stmt": "ALTER ROLE",
    "alter_seq_stmt": "ALTER SEQUENCE",
    "alter_stats_stmt": "ALTER STATISTICS",
    "alter_subscription_stmt": "ALTER SUBSCRIPTION",
    "alter_system_stmt": "ALTER SYSTEM",
    "alter_table_move_all_stmt": _on("ALTER", "objtype"),
    "alter_table_space_options_stmt": "ALTER TABLESPACE",
    "alter_table_stmt": _on("ALTER", "objtype"),
    "alter_tsconfiguration_stmt": "ALTER TEXT SEARCH CONFIGURATION",
    "alter_tsdictionary_stmt": "ALTER TEXT SEARCH DICTIONARY",
    "alter_type_stmt": "ALTER TYPE",
    "alter_user_mapping_stmt": "ALTER USER MAPPING",
    "check_point_stmt": "CHECKPOINT",
    "close_portal_stmt": "CLOSE CURSOR",
    "comment_stmt": "COMMENT",
    "composite_type_stmt": "CREATE TYPE",
    "constraints_set_stmt": "SET CONSTRAINTS",
    "create_am_stmt": "CREATE ACCESS METHOD",
    "create_cast_stmt": "CREATE CAST",
    "create_conversion_stmt": "CREATE CONVERSION",
    "create_domain_stmt": "CREATE DOMAIN",
    "create_enum_stmt": "CREATE TYPE",
    "create_event_trig_stmt": "CREATE EVENT TRIGGER",
    "create_extension_stmt": "CREATE EXTENSION",
    "create_fdw_stmt": "CREATE FOREIGN DATA WRAPPER",
    "create_foreign_server_stmt": "CREATE SERVER",
    "create_foreign_table_stmt": "CREATE FOREIGN TABLE",
    "create_function_stmt": lambda n: "CREATE " + ("PROCEDURE" if n.is_procedure else "FUNCTION"),
    "create_op_class_stmt": "CREATE OPERATOR CLASS",
    "create_op_family_stmt": "CREATE OPERATOR FAMILY",
    "create_plang_stmt": "CREATE LANGUAGE",
    "create_policy_stmt": "CREATE POLICY",
    "create_publication_stmt": "CREATE PUBLICATION",
    "create_range_stmt": "CREATE TYPE",
    "create_role_stmt": "CREATE ROLE",
    "create_schema_stmt": "CREATE SCHEMA",
    "create_seq_stmt": "CREATE SEQUENCE",
    "create_stats_stmt": "CREATE STATISTICS",
    "create_stmt": "CREATE TABLE",
    "create_subscription_stmt": "CREATE SUBSCRIPTION",
    "create_table_as_stmt": _created_as,
    "create_table_space_stmt": "CREATE TABLESPACE",
    "create_transform_stmt": "CREATE TRANSFORM",
    "create_trig_stmt": "CREATE TRIGGER",
    "create_user_mapping_stmt": "CREATE USER MAPPING",
    "createdb_stmt": "CREATE DATABASE",
    "deallocate_stmt": lambda n: "DEALLOCATE ALL" if n.isall else "DEALLOCATE",
    "declare_cursor_stmt": "DECLARE CURSOR",
    "define_stmt": _on("CREATE", "kind"),
    "discard_stmt": lambda n: _enum(n, "target").replace("_", " "),
    "drop_owned_stmt": "DROP OWNED",
    "drop_role_stmt": "DROP ROLE",
    "drop_stmt": _on("DROP", "remove_type"),
    "drop_subscription_stmt": "DROP SUBSCRIPTION",
    "drop_table_space_stmt": "DROP TABLESPACE",
    "drop_user_mapping_stmt": "DROP USER MAPPING",
    "dropdb_stmt": "DROP DATABASE",
    "fetch_stmt": lambda n: "MOVE" if n.ismove else "FETCH",
    "grant_role_stmt": lambda n: ("GRANT" if n.is_grant else "REVOKE") + " ROLE",
    "grant_stmt": lambda n: "GRANT" if n.is_grant else "REVOKE",
    "import_foreign_schema_stmt": "IMPORT FOREIGN SCHEMA",
    "index_stmt": "CREATE INDEX",
    "lock_stmt": "LOCK TABLE",
    "reassign_owned_stmt": "REASSIGN OWNED",
    "refresh_mat_view_stmt": "REFRESH MATERIALIZED VIEW",
    "rename_stmt": _rename,
    "rule_stmt": "CREATE RULE",
    "sec_label_stmt": "SECURITY LABEL",
    "select_stmt": lambda n: "SELECT INTO" if n.HasField("into_clause") else "SELECT",
    "transaction_stmt": _transaction,
    "truncate_stmt": "TRUNCATE TABLE",
    "vacuum_stmt": lambda n: "VACUUM" if n.is_vacuumcmd else "ANALYZE",
    "variable_set_stmt": _variable,
    "variable_show_stmt": "SHOW",
    "view_stmt": "CREATE VIEW",
}

# ----------------------------------------------------------------------------- what they make

_SUBJECTS: dict[str, Callable[[Node], str]] = {
    "alter_enum_stmt": lambda n: _names(n.type_name),
    "composite_type_stmt": lambda n: _relation(n.typevar),
    "create_domain_stmt": lambda n: _names(n.domainname),
    "create_enum_stmt": lambda n: _names(n.type_name),
    "create_extension_stmt": lambda n: str(n.extname),
    "create_foreign_table_stmt": lambda n: _relation(n.base_stmt.relation),
    "create_function_stmt": lambda n: _names(n.funcname),
    "create_policy_stmt": lambda n: str(n.policy_name),
    "create_range_stmt": lambda n: _names(n.type_name),
    "create_role_stmt": lambda n: str(n.role),
    "create_schema_stmt": lambda n: str(n.schemaname),
    "create_seq_stmt": lambda n: _relation(n.sequence),
    "create_stmt": lambda n: _relation(n.relation),
    "create_table_as_stmt": lambda n: _relation(n.into.rel),
    "create_trig_stmt": lambda n: str(n.trigname),
    "define_stmt": lambda n: _names(n.defnames),
    "index_stmt": lambda n: str(n.idxname),
    "view_stmt": lambda n: _relation(n.view),
}

# ------------------------------------------------------------------------------- how they run

_CONTROL = frozenset({"BEGIN", "START", "COMMIT", "ROLLBACK", "PREPARE"})
_PREPARED = frozenset({"COMMIT_PREPARED", "ROLLBACK_PREPARED"})
_WHOLE = frozenset({"REINDEX_OBJECT_SCHEMA", "REINDEX_OBJECT_SYSTEM", "REINDEX_OBJECT_DATABASE"})


def _alone_if(condition: bool) -> Running:  # reads as a sentence where it is used
    return Running.ALONE if condition else Running.TRANSACTION


def _transaction_running(node: Node) -> Running:
    kind = _enum(node, "kind").removeprefix("TRANS_STMT_")
    return Running.CONTROL if kind in _CONTROL else _alone_if(kind in _PREPARED)


def _reindex(node: Node) -> Running:
    options = _options(node.params)
    concurrently = "concurrently" in options and not _off(options, "concurrently")
    return _alone_if(_enum(node, "kind") in _WHOLE or concurrently)


def _alter_table(node: Node) -> Running:
    commands = (item.alter_table_cmd for item in node.cmds)
    return _alone_if(
        any(
            _enum(command, "subtype") == "AT_DetachPartition"
            and getattr(command, "def").partition_cmd.concurrent
            for command in commands
        )
    )


def _create_subscription(node: Node) -> Running:
    """Say whether a replication slot is made on the publisher, which cannot be undone."""
    options = _options(node.options)
    return _alone_if(not _off(options, "connect") and not _off(options, "create_slot"))


def _alter_subscription(node: Node) -> Running:
    options = _options(node.options)
    match _enum(node, "kind").removeprefix("ALTER_SUBSCRIPTION_"):
        case "REFRESH":
            return Running.ALONE
        case "SET_PUBLICATION" | "ADD_PUBLICATION" | "DROP_PUBLICATION":
            return _alone_if(not _off(options, "refresh"))
        case "OPTIONS":
            return _alone_if("failover" in options or _off(options, "two_phase"))
        case _:
            return Running.TRANSACTION


def _always(_: Node) -> Running:
    return Running.ALONE


_RUNNING: dict[str, Callable[[Node], Running]] = {
    "alter_database_stmt": lambda n: _alone_if("tablespace" in _options(n.options)),
    "alter_enum_stmt": lambda n: Running.TRANSACTION if n.old_val else Running.BOUNDARY,
    "alter_subscription_stmt": _alter_subscription,
    "alter_system_stmt": _always,
    "alter_table_stmt": _alter_table,
    "cluster_stmt": lambda n: _alone_if(not n.HasField("relation")),
    "create_subscription_stmt": _create_subscription,
    "create_table_space_stmt": _always,
    "createdb_stmt": _always,
    "discard_stmt": lambda n: _alone_if(_enum(n, "target") == "DISCARD_ALL"),
    "drop_stmt": lambda n: _alone_if(n.concurrent),
    "drop_subscription_stmt": _always,
    "drop_table_space_stmt": _always,
    "dropdb_stmt": _always,
    "index_stmt": lambda n: _alone_if(n.concurrent),
    "reindex_stmt": _reindex,
    "transaction_stmt": _transaction_running,
    "vacuum_stmt": lambda n: _alone_if(n.is_vacuumcmd),
}

_ALONE_WORDS = re.compile(
    r"""
    (create[ ](unique[ ])?|drop[ ])index[ ]concurrently\b
    |reindex\b.*\b(concurrently|database|system|schema)\b
    |vacuum\b|alter[ ]system\b|cluster$|cluster[ ]verbose$|discard[ ]all$
    |(create|drop)[ ](database|tablespace)\b
    |alter[ ]database\b.*\bset[ ]tablespace\b
    |alter[ ]table\b.*\bdetach[ ]partition\b.*\bconcurrently\b
    |create[ ]subscription\b(?!.*\b(connect|create_slot)[ ](false|off)\b)
    |drop[ ]subscription\b|alter[ ]subscription\b.*\brefresh[ ]publication\b
    |(commit|rollback)[ ]prepared\b
    """,
    re.VERBOSE,
)
_BOUNDARY_WORDS = re.compile(r"alter type\b.*\badd value\b")


def guess(words: list[str]) -> Running:
    """Say by its words how a statement runs that this grammar does not know.

    Never as transaction control: the words BEGIN and END alone on a line are more often the
    rest of a function whose quotes are broken.
    """
    sentence = " ".join(words)
    if _ALONE_WORDS.match(sentence):
        return Running.ALONE
    return Running.BOUNDARY if _BOUNDARY_WORDS.match(sentence) else Running.TRANSACTION
