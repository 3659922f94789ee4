-- Only a C function may be a language's handler; this one refuses whoever calls it.
create function plv8_call_handler() returns language_handler
    language internal as 'language_handler_in';
create trusted language plv8 handler plv8_call_handler;
create function plv8_version() returns text
    language sql immutable
    return '3.1.10 (airlock stub)';
