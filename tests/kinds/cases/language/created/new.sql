create schema lang;
create trusted language plx handler plpgsql_call_handler inline plpgsql_inline_handler
  validator plpgsql_validator;
create language "Ply" handler plpgsql_call_handler;
comment on language plx is 'the same under another name';
create function lang.one() returns int language plx as 'begin return 1; end';
