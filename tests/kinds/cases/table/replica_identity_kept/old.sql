create table moves (id bigint);
