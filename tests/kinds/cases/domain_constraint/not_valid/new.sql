create domain public.age as int;
alter domain public.age add constraint sane check (value < 150);
alter domain public.age add constraint grown check (value > 17) not valid;
create table public.people (age public.age);
