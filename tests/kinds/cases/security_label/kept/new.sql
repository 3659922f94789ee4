-- A label provider is a module that has to be loaded with the server: here its label is put in
-- place by hand, to be read and to be left alone.
set allow_system_table_mods = on;
create table letters (id bigint primary key, body text);
create view bodies as select body from letters;
insert into pg_seclabel (objoid, classoid, objsubid, provider, label)
values
  ('letters'::regclass, 'pg_class'::regclass, 0, 'office', 'secret'),
  ('letters'::regclass, 'pg_class'::regclass, 2, 'office', 'top secret'),
  ('bodies'::regclass, 'pg_class'::regclass, 1, 'office', 'top secret');
alter table letters add column sent date;
