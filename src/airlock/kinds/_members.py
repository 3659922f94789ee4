"""What operator classes and families are made of: operators by strategy, functions by number."""

from __future__ import annotations

from airlock.kinds._spec import Row

Member = tuple[str, str]
"""What DROP names it by, such as `operator 1 (integer, bigint)`, and the whole, as ADD takes it."""


def members_of(catalog: str, oid: str) -> str:
    """Return two expressions: `operators` and `functions` that belong to a class or family.

    `pg_amop` and `pg_amproc` name the family alone. Which class a member came with, or whether it
    is a loose one of the family, is said by what it depends on; so does pg_dump read it.
    """
    spelled = "quote_ident(mn.nspname)"
    return f"""
          (
            select array_agg(
              array[
                format(
                  'operator %s (%s, %s)', m.amopstrategy,
                  format_type(m.amoplefttype, null), format_type(m.amoprighttype, null)
                ),
                format(
                  'operator %s %s.%s (%s, %s)', m.amopstrategy, {spelled}, o.oprname,
                  format_type(o.oprleft, null), format_type(o.oprright, null)
                )
                || coalesce(
                  ' for order by ' || quote_ident(sn.nspname) || '.' || quote_ident(s.opfname), ''
                )
              ]
              order by m.amopstrategy, format_type(m.amoplefttype, null),
                format_type(m.amoprighttype, null)
            )
            from pg_depend d
            join pg_amop m on m.oid = d.objid
            join pg_operator o on o.oid = m.amopopr
            join pg_namespace mn on mn.oid = o.oprnamespace
            left join pg_opfamily s on s.oid = m.amopsortfamily
            left join pg_namespace sn on sn.oid = s.opfnamespace
            where d.classid = 'pg_amop'::regclass
              and d.refclassid = '{catalog}'::regclass
              and d.refobjid = {oid}
              and d.deptype in ('a', 'i')
          ) as operators,
          (
            select array_agg(
              array[
                format(
                  'function %s (%s, %s)', m.amprocnum,
                  format_type(m.amproclefttype, null), format_type(m.amprocrighttype, null)
                ),
                format(
                  'function %s (%s, %s) %s', m.amprocnum,
                  format_type(m.amproclefttype, null), format_type(m.amprocrighttype, null),
                  m.amproc::oid::regprocedure
                )
              ]
              order by m.amprocnum, format_type(m.amproclefttype, null),
                format_type(m.amprocrighttype, null)
            )
            from pg_depend d
            join pg_amproc m on m.oid = d.objid
            where d.classid = 'pg_amproc'::regclass
              and d.refclassid = '{catalog}'::regclass
              and d.refobjid = {oid}
              and d.deptype in ('a', 'i')
          ) as functions"""


def members(row: Row) -> tuple[Member, ...]:
    """Read the members of a row, operators first."""
    return tuple((key, whole) for key, whole in (*(row.operators or ()), *(row.functions or ())))
