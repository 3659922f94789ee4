create table prices (net text, shown text generated always as (upper(net)) stored);
