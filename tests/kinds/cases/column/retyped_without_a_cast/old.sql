create type light as enum ('red', 'green');
create type signal as enum ('red', 'green', 'amber');
create table readings (id uuid, lights light, counts integer, amounts numeric[]);
