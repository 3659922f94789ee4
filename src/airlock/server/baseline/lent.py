"""What the hosted platform lets `postgres` do beyond the rights it has in Postgres.

The platform's server carries supautils, a library that runs certain statements with the rights of
a superuser. The lists are its configuration there, of autumn 2025; the rules are those of its
documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPEN_TABLES = _names(
    """
    auth.audit_log_entries auth.flow_state auth.identities auth.instances auth.mfa_amr_claims
    auth.mfa_challenges auth.mfa_factors auth.oauth_clients auth.one_time_tokens
    auth.refresh_tokens auth.saml_providers auth.saml_relay_states auth.sessions
    auth.sso_domains auth.sso_providers auth.users realtime.messages realtime.subscription
    storage.buckets storage.buckets_analytics storage.objects storage.prefixes
    storage.s3_multipart_uploads storage.s3_multipart_uploads_parts
    """
)
"""Tables of the platform whose policies and triggers a project may make and drop."""

PLATFORM_SCHEMAS = _names(
    """
    airlock auth cron extensions graphql graphql_public net pgbouncer pgsodium pgtle realtime
    storage supabase_functions supabase_migrations vault
    """
)
"""Schemas whose objects are not a project's own."""

_EXTENSIONS = _names(
    """
    address_standardizer address_standardizer_data_us autoinc bloom btree_gin btree_gist citext
    cube dblink dict_int dict_xsyn earthdistance fuzzystrmatch hstore http hypopg index_advisor
    insert_username intarray isn ltree moddatetime orioledb pg_buffercache pg_cron pg_graphql
    pg_hashids pg_jsonschema pg_net pg_partman pg_prewarm pg_repack pg_stat_monitor
    pg_stat_statements pg_tle pg_trgm pg_walinspect pgaudit pgcrypto pgjwt pgmq pgroonga
    pgroonga_database pgrouting pgrowlocks pgsodium pgstattuple pgtap plcoffee pljava plls plpgsql
    plpgsql_check plv8 postgis postgis_raster postgis_sfcgal postgis_tiger_geocoder
    postgis_topology postgres_fdw refint rum seg sslinfo supabase_vault supautils tablefunc tcn
    timescaledb tsm_system_rows tsm_system_time unaccent uuid-ossp vector wrappers
    """
)
"""Extensions that a project may create, update and drop."""

_SETTINGS = re.compile(
    r"(?:auto_explain|pg_stat_statements|pgaudit|pgrst|plan_filter)\..+"
    r"|log_lock_waits|log_min_duration_statement|log_min_messages|log_statement|log_temp_files"
    r"|pg_net\.batch_size|pg_net\.ttl|safeupdate\.enabled|session_replication_role"
    r"|track_io_timing|wal_compression"
)
"""Settings of superusers that a project may change."""

_API_ROLES = frozenset({"anon", "authenticated", "authenticator", "service_role"})
_RESERVED_ROLES = _names(
    """
    dashboard_user pgbouncer supabase_admin supabase_auth_admin supabase_read_only_user
    supabase_replication_admin supabase_storage_admin
    """
)
"""Roles that a project may not touch; of `_API_ROLES` it may change the settings."""

_PLATFORM_TRIGGER = re.compile(r"issue_\w+|pgrst_\w+_watch|graphql_watch_\w+|pgaudit_\w+")

_COMMENTS = re.compile(
    r"""
    (?P<kept> " (?: [^"] | "" )* (?: " | \Z ) | ' (?: [^'] | '' )* (?: ' | \Z ) )
    | -- [^\n]*
    | /\* .*? (?: \*/ | \Z )
    """,
    re.DOTALL | re.VERBOSE,
)
_NAME = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_TABLE = rf"(?P<table>{_NAME}(?:\s*\.\s*{_NAME})?)"
_EXISTS = r"(?:if\s+(?:not\s+)?exists\s+)?"


def _without_comments(text: str) -> str:
    return _COMMENTS.sub(lambda found: found["kept"] or " ", text)


def _pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern in which one space stands for any white space."""
    return re.compile(text.replace(" ", r"\s+"), re.IGNORECASE)


_POLICY = _pattern(rf"\b(?:create|alter|drop|comment on) policy {_EXISTS}{_NAME} on {_TABLE}")
_TRIGGER = _pattern(rf"\bdrop trigger {_EXISTS}{_NAME} on {_TABLE}")
_EXTENSION = _pattern(
    rf"\b(?:create|alter|drop|comment on) extension {_EXISTS}"
    rf"(?P<names>{_NAME}(?:\s*,\s*{_NAME})*)"
)
_MEMBER = _pattern(rf"\balter extension {_NAME} (?:add|drop)\b")
_EVENT_TRIGGER = _pattern(rf"\b(?:alter|drop|comment on) event trigger {_EXISTS}(?P<name>{_NAME})")
_ROLE = _pattern(
    rf"\balter (?:role|user) (?P<role>{_NAME}) (?:in database {_NAME} )?"
    rf"(?:(?P<verb>set|reset) (?P<setting>{_NAME}(?:\s*\.\s*{_NAME})*))?"
)
_SET = _pattern(rf"\b(?:set|reset) (?:(?:session|local) )?(?P<setting>{_NAME}(?:\s*\.\s*{_NAME})*)")
_SUPERUSER = re.compile(r"\bsuperuser\b", re.IGNORECASE)
_DDL = _pattern(r"\b(?:create|alter|drop|comment on|grant|revoke) (?P<kind>\w+)")


def _folded(name: str) -> str:
    """Return a name as the catalog has it: folded unless quoted, without quotes."""
    parts = re.findall(_NAME, name)
    return ".".join(
        part[1:-1].replace('""', '"') if part.startswith('"') else part.lower() for part in parts
    )


def _on_open_table(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    def allows(text: str) -> bool:
        found = pattern.match(text)
        return found is not None and _folded(found["table"]) in _OPEN_TABLES

    return allows


def _extension(text: str) -> bool:
    found = _EXTENSION.match(text)
    if found is None or _MEMBER.match(text):
        return False
    return all(_folded(name) in _EXTENSIONS for name in re.findall(_NAME, found["names"]))


def _comment(text: str) -> bool:
    if found := _EXTENSION.match(text):
        return found[0].lower().startswith("comment")
    return _on_open_table(_POLICY)(text) or _own_event_trigger(text)


def _own_event_trigger(text: str) -> bool:
    found = _EVENT_TRIGGER.match(text)
    return found is not None and not _PLATFORM_TRIGGER.fullmatch(_folded(found["name"]))


def _role(text: str) -> bool:
    found = _ROLE.match(text)
    if found is None or _folded(found["role"]) in {"current_user", "current_role", "session_user"}:
        # The session that lends its rights is another user.
        return False
    role = _folded(found["role"])
    if found["verb"]:
        return role not in _RESERVED_ROLES and _setting(found["setting"])
    closed = _RESERVED_ROLES | _API_ROLES | {"all", "postgres", "supabase_privileged_role"}
    return role not in closed and not _SUPERUSER.search(text)


def _set(text: str) -> bool:
    found = _SET.match(text)
    return found is not None and _setting(found["setting"])


def _setting(name: str) -> bool:
    return _SETTINGS.fullmatch(_folded(name).lower()) is not None


def _block(text: str) -> bool:
    """Whether a DO block holds such statements and no others that make or change objects.

    A block that makes anything else must run as its owner: what it makes would be the platform's.
    """
    kinds = {found["kind"].lower() for found in _DDL.finditer(text)}
    if not kinds or not kinds <= {"policy", "trigger", "extension", "publication"}:
        return False
    tables = [
        _folded(found["table"])
        for pattern in (_POLICY, _TRIGGER)
        for found in pattern.finditer(text)
    ]
    platform = [table for table in tables if table.split(".")[0] in PLATFORM_SCHEMAS]
    extensions = [_extension(text[found.start() :]) for found in _EXTENSION.finditer(text)]
    lends = bool(platform or extensions or "publication" in kinds)
    return lends and _OPEN_TABLES.issuperset(platform) and all(extensions)


def _always(_: str) -> bool:
    return True


_RULES: Mapping[str, Callable[[str], bool]] = {
    "CREATE EXTENSION": _extension,
    "ALTER EXTENSION": _extension,
    "DROP EXTENSION": _extension,
    "CREATE POLICY": _on_open_table(_POLICY),
    "ALTER POLICY": _on_open_table(_POLICY),
    "DROP POLICY": _on_open_table(_POLICY),
    "DROP TRIGGER": _on_open_table(_TRIGGER),
    "CREATE PUBLICATION": _always,
    "ALTER PUBLICATION": _always,
    "CREATE FOREIGN DATA WRAPPER": _always,
    "CREATE EVENT TRIGGER": _always,
    "ALTER EVENT TRIGGER": _own_event_trigger,
    "DROP EVENT TRIGGER": _own_event_trigger,
    "COMMENT": _comment,
    "ALTER ROLE": _role,
    "SET": _set,
    "RESET": _set,
    "DO": _block,
}


def hosted_allows(tag: str, text: str) -> bool:
    """Whether the hosted platform runs this statement of `postgres` with a superuser's rights.

    `tag` is the command by the grammar, such as `CREATE POLICY`; `text` starts with its first
    word. Names are compared as the catalog has them; one without its schema is not looked up.
    """
    rule = _RULES.get(tag) or (_RULES["COMMENT"] if tag.startswith("COMMENT ON") else None)
    return rule is not None and rule(_without_comments(text))


_SCHEMAS_OF_OTHERS = ", ".join(f"'{schema}'" for schema in sorted(PLATFORM_SCHEMAS))
_HAND_OVER = f"""
update pg_catalog.pg_publication
set pubowner = 'postgres'::regrole
where pubowner = 'supabase_admin'::regrole;

update pg_catalog.pg_foreign_data_wrapper
set fdwowner = 'postgres'::regrole
where fdwowner = 'supabase_admin'::regrole;

update pg_catalog.pg_event_trigger e
set evtowner = 'postgres'::regrole
where evtowner = 'supabase_admin'::regrole
  and evtname !~ '^(issue_|pgrst_)'
  and not exists (
      select
      from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_event_trigger'::regclass
        and d.objid = e.oid
        and d.deptype = 'e'
  );

do $$
declare
    statement text;
begin
    for statement in
        with owned as (
            select n.oid as schema
            from pg_catalog.pg_namespace n
            where n.nspname !~ '^pg_|^information_schema$'
              and n.nspname not in ({_SCHEMAS_OF_OTHERS})
        ), made (kind, name, object) as (
            select 'schema', n.oid::regnamespace::text, n.oid
            from pg_catalog.pg_namespace n
            join owned on owned.schema = n.oid
            where n.nspowner = 'supabase_admin'::regrole
            union all
            select
                case c.relkind
                    when 'v' then 'view'
                    when 'm' then 'materialized view'
                    when 'S' then 'sequence'
                    when 'f' then 'foreign table'
                    when 'c' then 'type'
                    else 'table'
                end,
                c.oid::regclass::text,
                c.oid
            from pg_catalog.pg_class c
            join owned on owned.schema = c.relnamespace
            where c.relowner = 'supabase_admin'::regrole
              and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c')
            union all
            select 'routine', p.oid::regprocedure::text, p.oid
            from pg_catalog.pg_proc p
            join owned on owned.schema = p.pronamespace
            where p.proowner = 'supabase_admin'::regrole
            union all
            select
                case t.typtype when 'd' then 'domain' else 'type' end,
                t.oid::regtype::text,
                t.oid
            from pg_catalog.pg_type t
            join owned on owned.schema = t.typnamespace
            where t.typowner = 'supabase_admin'::regrole
              and t.typtype in ('d', 'e', 'r')
        )
        select format('alter %s %s owner to postgres', m.kind, m.name)
        from made m
        where not exists (
            -- What belongs to an extension, a column or a table goes with it.
            select
            from pg_catalog.pg_depend d
            where d.objid = m.object
              and d.deptype in ('a', 'e', 'i')
              and (d.deptype = 'e' or m.kind = 'sequence')
        )
    loop
        execute statement;
    end loop;
end
$$;
"""
_MAKES_NOTHING_OWNED = frozenset(
    f"CREATE {kind}" for kind in ("INDEX", "POLICY", "ROLE", "RULE", "TRIGGER")
)
_MAY_MAKE_ANYTHING = frozenset({"CALL", "DO", "IMPORT FOREIGN SCHEMA", "SELECT"})


def hand_over(tag: str) -> str | None:
    """Return the SQL that gives to `postgres` what a statement has made with lent rights.

    It needs the platform's rights, and takes nothing from the platform's schemas or from
    extensions. Publications, foreign data wrappers and event triggers change owner in the catalog
    itself, as on the platform: Postgres demands a superuser of their owner.
    """
    creates = tag.startswith("CREATE ") and tag not in _MAKES_NOTHING_OWNED
    return _HAND_OVER if creates or tag in _MAY_MAKE_ANYTHING else None
