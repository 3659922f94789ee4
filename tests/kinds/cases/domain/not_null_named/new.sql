create domain public.code as text constraint code_given not null;
create domain public.amount as int constraint amount_there not null;
create domain public.quantity as int constraint quantity_there not null;
create table public.lines (code public.code, amount public.amount, quantity public.quantity);
