create domain public.code as text default 'none';
create domain public.amount as int default 2 not null;
create domain public.quantity as int default 5;
create table public.lines (code public.code, amount public.amount, quantity public.quantity);
