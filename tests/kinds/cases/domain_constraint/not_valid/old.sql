create domain public.age as int;
alter domain public.age add constraint sane check (value < 150) not valid;
alter domain public.age add constraint grown check (value > 17);
create table public.people (age public.age);
