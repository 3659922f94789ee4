create extension btree_gist;
create table stays (guest text, nights daterange);
create table bills (guest text not null, nights daterange not null);
