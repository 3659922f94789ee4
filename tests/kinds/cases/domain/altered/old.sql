create domain public.code as text not null;
create domain public.amount as int default 1;
create domain public.quantity as int;
create table public.lines (code public.code, amount public.amount, quantity public.quantity);
