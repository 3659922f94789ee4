create domain public.code as varchar(10) constraint code_full check (value <> '');
create domain public.short_code as public.code check (length(value) < 5);
create table public.parts (code public.code primary key, short public.short_code default 'x');
create view public.codes as select code from public.parts;
