create table prices (net text, shown integer generated always as (length(net)) stored);
