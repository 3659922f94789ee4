create foreign data wrapper dummy;
create foreign data wrapper "Files of old" options (format 'csv', updatable 'false');
comment on foreign data wrapper dummy is 'does nothing';
grant usage on foreign data wrapper dummy to public;
