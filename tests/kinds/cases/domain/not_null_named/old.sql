create domain public.code as text constraint code_there not null;
create domain public.amount as int not null;
create domain public.quantity as int;
create table public.lines (code public.code, amount public.amount, quantity public.quantity);
