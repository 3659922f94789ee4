create table tickets (id bigint generated always as identity, title text);
