create extension btree_gist;
create table stays (
  guest text,
  nights daterange,
  constraint stays_pkey primary key (guest, nights without overlaps)
);
create table bills (
  guest text not null,
  nights daterange not null,
  constraint bills_stay_fkey foreign key (guest, period nights)
    references stays (guest, period nights)
);
