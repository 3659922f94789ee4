create table tickets (title text);
