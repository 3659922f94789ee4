create function note() returns trigger language plpgsql as $$ begin return null; end $$;
create function guard() returns trigger language plpgsql as $$ begin return new; end $$;

create table events (at date not null, id int) partition by range (at);
create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01') partition by list (id);
create table events_2026_a partition of events_2026 for values in (1);

create trigger plain after insert on events for each row execute function note();
create trigger own before insert on events_2025 for each row execute function guard();
