create table public.users (id integer primary key, email text, age integer not null, nick text not null default '');
