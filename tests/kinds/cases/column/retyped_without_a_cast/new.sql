create type light as enum ('red', 'green');
create type signal as enum ('red', 'green', 'amber');
create table readings (id bigint, lights signal, counts numeric[], amounts text[]);
