create table tickets (id jsonb, title text);
