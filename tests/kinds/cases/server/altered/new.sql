create foreign data wrapper mine;
create server legacy foreign data wrapper mine options (fetch_size '100', updatable 'false');
create server archive version '15' foreign data wrapper mine;
