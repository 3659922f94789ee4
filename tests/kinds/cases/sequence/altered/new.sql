create sequence grows as bigint increment by 3 cache 9;
create sequence moves minvalue 4 maxvalue 8 start with 7 cycle;
create sequence far minvalue 100 maxvalue 200;
create sequence turns increment by -1;
