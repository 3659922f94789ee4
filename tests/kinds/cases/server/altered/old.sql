create foreign data wrapper mine;
create server legacy version '9.6' foreign data wrapper mine options (fetch_size '500');
create server archive foreign data wrapper mine options (fetch_size '500', batch_size '10');
