create table tickets (id bigint, title text);
