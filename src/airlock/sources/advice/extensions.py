"""Which extension a name belongs to, and how to get it."""

from __future__ import annotations

import re

from airlock.model.names import spell
from airlock.sources.advice.case import EXTENSIONS, Case, named


def _table(text: str) -> dict[str, str]:
    """Read lines of `extension: name name …`."""
    found: dict[str, str] = {}
    for line in text.strip().splitlines():
        extension, _, names = line.partition(":")
        found.update(dict.fromkeys(names.split(), extension.strip()))
    return found


_FUNCTIONS = _table(
    """
    uuid-ossp: uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4
    uuid-ossp: uuid_generate_v5 uuid_nil uuid_ns_dns uuid_ns_url uuid_ns_oid uuid_ns_x500
    pgcrypto: gen_salt crypt digest hmac gen_random_bytes encrypt decrypt encrypt_iv decrypt_iv
    pgcrypto: armor dearmor
    pg_trgm: similarity word_similarity strict_word_similarity show_trgm show_limit set_limit
    unaccent: unaccent
    fuzzystrmatch: levenshtein levenshtein_less_equal soundex difference metaphone dmetaphone
    fuzzystrmatch: dmetaphone_alt daitch_mokotoff
    earthdistance: earth_distance ll_to_earth earth_box earth latitude longitude
    tablefunc: crosstab connectby normal_rand
    moddatetime: moddatetime
    vector: l2_distance inner_product cosine_distance l1_distance l2_normalize subvector
    http: http http_get http_post http_put http_delete http_header urlencode
    pgjwt: sign verify url_encode url_decode
    pg_jsonschema: json_matches_schema jsonb_matches_schema jsonschema_is_valid
    hstore: hstore hstore_to_json hstore_to_jsonb akeys avals skeys svals each
    ltree: subltree subpath nlevel lca text2ltree ltree2text
    intarray: icount sort_asc sort_desc uniq intset
    index_advisor: index_advisor
    hypopg: hypopg_create_index hypopg_reset
    pg_hashids: id_encode id_decode
    dblink: dblink dblink_connect dblink_exec
    """
)
_FUNCTION_PREFIXES = {
    "st_": "postgis",
    "pgp_": "pgcrypto",
    "dblink_": "dblink",
    "pgr_": "pgrouting",
    "pgroonga_": "pgroonga",
}
_TYPES = _table(
    """
    citext: citext
    vector: vector halfvec sparsevec
    postgis: geometry geography box3d box2d
    hstore: hstore
    ltree: ltree lquery ltxtquery
    cube: cube
    earthdistance: earth
    http: http_request http_response http_header http_method
    isn: isbn isbn13 issn ean13 upc
    seg: seg
    """
)
_OPERATOR_CLASSES = _table(
    """
    pg_trgm: gin_trgm_ops gist_trgm_ops
    vector: vector_l2_ops vector_ip_ops vector_cosine_ops vector_l1_ops halfvec_l2_ops
    vector: halfvec_ip_ops halfvec_cosine_ops sparsevec_l2_ops bit_hamming_ops
    intarray: gin__int_ops gist__int_ops
    ltree: gist_ltree_ops
    """
)
_ACCESS_METHODS = _table(
    """
    vector: hnsw ivfflat
    bloom: bloom
    rum: rum
    pgroonga: pgroonga
    """
)
_OPERATORS = {"<=>": "vector", "<#>": "vector", "<+>": "vector", "<%": "pg_trgm", "%>": "pg_trgm"}
_SCHEMAS = {
    "cron": "pg_cron",
    "net": "pg_net",
    "pgmq": "pgmq",
    "vault": "supabase_vault",
    "pgsodium": "pgsodium",
    "graphql": "pg_graphql",
    "topology": "postgis_topology",
    "tiger": "postgis_tiger_geocoder",
    "pgtle": "pg_tle",
}
"""Schemas that an extension makes for itself; it is not put into another."""

_OF: dict[str, dict[str, str]] = {
    "access method": _ACCESS_METHODS,
    "function": _FUNCTIONS,
    "operator": _OPERATORS,
    "operator class": _OPERATOR_CLASSES,
    "schema": _SCHEMAS,
    "text search dictionary": {"unaccent": "unaccent"},
    "type": _TYPES,
}


def extension_of(kind: str, name: str) -> str | None:
    """Return the extension that a name belongs to, by its schema first."""
    schema, _, bare = name.rpartition(".")
    if schema in _SCHEMAS:
        return _SCHEMAS[schema]
    if schema not in ("", "public", "extensions"):
        return None
    if kind == "function":
        for prefix, extension in _FUNCTION_PREFIXES.items():
            if bare.startswith(prefix):
                return extension
    return _OF.get(kind, {}).get(bare)


def create_extension(case: Case, extension: str) -> str:
    """Return the statement that makes an extension."""
    own = extension in _SCHEMAS.values()
    where = " with schema extensions" if case.supabase and not own else ""
    return f"create extension if not exists {spell(extension)}{where};"


def from_extension(case: Case, what: str, form: str, extension: str) -> str:
    """Say how to get at a name that an extension brings; `form` is how it is written in full."""
    belongs = f"{what} belongs to the extension {extension}"
    makers = list(case.makers(extension, named(extension, EXTENSIONS)))
    before = [maker for maker in makers if case.is_earlier(maker)]
    if before:
        found = re.search(r"\bschema\s+(\"[^\"]+\"|\w+)", before[-1].statement.text, re.IGNORECASE)
        schema = found[1] if found else "extensions" if case.supabase else "public"
        return (
            f"{belongs}, which {before[-1].path} creates in schema {schema}. That schema is not on "
            f"the search_path here: write {form.format(schema=schema)}"
        )
    if makers:
        return (
            f"{belongs}, which {makers[0].path} creates later. Put this in front: "
            f"{create_extension(case, extension)}"
        )
    advice = f"{belongs}. Put this in front: {create_extension(case, extension)}"
    if case.supabase and extension not in _SCHEMAS.values():
        full = form.format(schema="extensions")
        advice += f"\nIf it is there already, its schema is not on the search_path: write {full}"
    return advice
