-- A default that is constant costs no rewrite; NOT NULL without one fails where there are rows.
alter table {{table}}
  add column if not exists {{column}} text;

comment on column {{table}}.{{column}} is {{comment}};

-- An index on it belongs into a file of its own: airlock new NAME --template index
