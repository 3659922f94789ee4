"""Postgres's own error codes, each with a line of Airlock's own words.

Of a protected environment the words of the server do not pass: a code is looked up here, and one
that does not stand here is none of Postgres's (PostgreSQL manual, Appendix A, of 14 to 18).
"""

from __future__ import annotations

from collections.abc import Mapping

OF_THE_PROJECT = "an error of the project's own code"
"""What is said of any other code: RAISE … USING ERRCODE takes five characters of anybody's."""

_WORDS = """
03000 the statement is not complete
08000 the connection to another server failed
08001 another server could not be reached
08003 there is no such connection to another server
08004 another server refused the connection
08006 the connection to another server was lost
08007 it is not known how a transaction ended
08P01 a message of the protocol is not as it has to be
09000 a triggered action failed
0A000 Postgres does not support this
0B000 a transaction cannot begin here
0F000 a locator is wrong
0F001 a locator is not valid
0L000 who grants this may not
0LP01 the grant makes no sense
0P000 a role is not valid here
0Z000 diagnostics are asked for wrongly
0Z002 GET STACKED DIAGNOSTICS stands outside of an exception handler
10608 an argument of XQuery is not valid
20000 no WHEN of a CASE fits, and there is no ELSE
21000 a subquery or a conflict touches more rows than one
22000 a value is not valid
22001 a text is too long for its type
22002 a null has no indicator
22003 a number is out of its type's range
22004 a null is not allowed here
22005 a value cannot be assigned
22007 a text is no date or time
22008 a date or time is out of range
22009 the displacement of a time zone is not valid
22010 the parameter of an indicator is not valid
22011 a substring cannot be taken so
22012 a division by zero
22013 a window's frame has a size that is not valid
22014 the argument of ntile is not valid
22015 an interval is out of range
22016 the argument of nth_value is not valid
22018 a character is not valid for the cast
22019 an escape character is not valid
22021 a byte is no character of the encoding
22022 an indicator is out of range
22023 a parameter has a value that is not valid
22024 a text for C has no end
22025 an escape sequence is not valid
22026 a text has not the length of its type
22027 trim has more than one character to take away
22030 a key stands twice in a JSON object
22031 an argument of a JSON date function is not valid
22032 a text is no JSON
22033 a JSON subscript is not valid
22034 a JSON path finds more than one item
22035 a JSON path finds no item
22036 a JSON item is no number
22037 the keys of a JSON object are not unique
22038 a JSON path needs a single item
22039 a JSON path finds no array
2200B an escape character is in conflict
2200C an escape character stands where it cannot
2200D an octal escape is not valid
2200F a text is empty
2200G the most specific types do not fit
2200H a sequence has reached its end
2200L a value is no XML document
2200M an XML document is not well formed
2200N XML content is not well formed
2200S an XML comment is not valid
2200T an XML processing instruction is not valid
2201B a regular expression is not valid
2201E the argument of a logarithm is not valid
2201F the argument of a power is not valid
2201G the argument of width_bucket is not valid
2201W LIMIT has a number that is not valid
2201X OFFSET has a number that is not valid
2202E a subscript of an array is not valid
2202G the REPEATABLE of TABLESAMPLE is not valid
2202H the argument of TABLESAMPLE is not valid
2203A a JSON path finds no member
2203B a JSON path finds no number
2203C a JSON path finds no object
2203D a JSON array has too many elements
2203E a JSON object has too many members
2203F a JSON path needs a scalar
2203G a JSON item cannot be cast to the type
22P01 a calculation with floating-point numbers failed
22P02 a text is not valid for the type that it is turned into
22P03 a binary value is not valid for its type
22P04 the rows of a COPY are not as they have to be
22P05 a character does not exist in the other encoding
22P06 an escape stands in a string that knows none
23000 a constraint is violated
23001 a row is referred to and may not go
23502 a null where there may be none
23503 a foreign key is violated
23505 a value that has to be unique is there more than once
23514 a row breaks a check, or the bounds of a partition
23P01 rows exclude each other
24000 a cursor is not in the state for this
25000 the transaction is not in the state for this
25001 this cannot run inside a transaction
25002 a branch transaction is under way
25003 the access mode does not fit a branch transaction
25004 the isolation level does not fit a branch transaction
25005 a branch transaction needs a transaction
25006 the transaction may only read
25007 statements on schema and on rows cannot be mixed
25008 a held cursor needs the same isolation level
25P01 this runs only inside a transaction
25P02 the transaction has failed before and can only be rolled back
25P03 the session was ended: its transaction was idle for too long
25P04 the transaction took longer than transaction_timeout
26000 there is no prepared statement of the name
27000 a trigger changes what the statement is changing
28000 the login is not valid
28P01 the password is not valid
2B000 privileges still depend on it
2BP01 other objects depend on it
2D000 a transaction cannot end here
2F000 a function failed
2F002 a function may not change rows
2F003 a function may not run this statement
2F004 a function may not read rows
2F005 a function ended without RETURN
34000 there is no cursor of the name
38000 a function outside of SQL failed
38001 a function outside of SQL may not run SQL
38002 a function outside of SQL may not change rows
38003 a function outside of SQL may not run this statement
38004 a function outside of SQL may not read rows
39000 a function outside of SQL was called wrongly
39001 a function gave a code that is none
39004 a function outside of SQL was given a null
39P01 a trigger did not keep to its protocol
39P02 a function that returns a set did not keep to its protocol
39P03 an event trigger did not keep to its protocol
3B000 a savepoint cannot be used so
3B001 there is no savepoint of the name
3D000 there is no database of the name
3F000 there is no schema of the name
40000 the transaction was rolled back
40001 another transaction changed the same rows
40002 a constraint rolled the transaction back
40003 it is not known whether the statement ended
40P01 two transactions wait for each other
42000 a syntax error, or not allowed
42501 the login may not do this
42601 a syntax error
42602 a name is not valid
42611 the definition of a column is not valid
42622 a name is too long
42701 the column exists
42702 a column's name fits more than one
42703 there is no column of the name
42704 there is no object of the name
42710 the object exists
42712 an alias stands twice
42723 the function exists
42725 more than one function fits the call
42803 a column is neither grouped nor aggregated
42804 a type does not fit
42809 the object is of another kind
42830 the foreign key refers to columns that are not unique, or do not fit
42846 there is no cast between the types
42883 there is no function or operator that fits
428C9 a generated column takes no value
42939 the name is reserved
42P01 there is no table of the name
42P02 there is no parameter of the number
42P03 the cursor exists
42P04 the database exists
42P05 the prepared statement exists
42P06 the schema exists
42P07 the table, view, index or sequence exists
42P08 the type of a parameter cannot be told
42P09 an alias fits more than one
42P10 the columns referred to do not fit
42P11 the definition of a cursor is not valid
42P12 the definition of a database is not valid
42P13 the definition of a function is not valid
42P14 the definition of a prepared statement is not valid
42P15 the definition of a schema is not valid
42P16 the definition of a table or view is not valid
42P17 the definition of an object is not valid
42P18 a type cannot be told
42P19 a recursion is not valid
42P20 a window function stands where it cannot
42P21 collations do not fit
42P22 a collation cannot be told
44000 a row is outside of the view that it was written through
53000 the server lacks resources
53100 the server's disk is full
53200 the server is out of memory
53300 the server is out of connections
53400 a limit of the server's configuration is reached
54000 a limit of Postgres is reached
54001 the statement is too complex
54011 the table has too many columns
54023 a function has too many arguments
55000 the object is not in the state for this
55006 the object is in use
55P02 the setting cannot be changed now
55P03 another session holds a lock that the statement needs
55P04 a new enum value is used before it is committed
57000 somebody stopped it
57014 the statement was cancelled, by somebody or by statement_timeout
57P01 the server's administrator ended the session
57P02 the server crashed
57P03 the server takes no connections now
57P04 the database was dropped
57P05 the session was ended: it was idle for too long
58000 the server's system failed
58030 the server could not read or write a file
58P01 the server lacks a file
58P02 the server has the file already
58P03 the name of a file is too long for the server
72000 the snapshot is too old
F0000 the server's configuration file is not valid
F0001 a lock file is there
HV000 a foreign server failed
HV001 a foreign server is out of memory
HV002 a foreign server needs a parameter's value
HV004 a type does not fit a foreign server
HV005 a foreign table lacks a column
HV006 the descriptor of a foreign type is not valid
HV007 a column's name is not valid for a foreign server
HV008 a column's number is not valid for a foreign server
HV009 a null pointer in a foreign-data wrapper
HV00A a text is not valid for a foreign server
HV00B a handle of a foreign-data wrapper is not valid
HV00C the number of a foreign option is not valid
HV00D the name of a foreign option is not valid
HV00J there is no foreign option of the name
HV00K a foreign server gave no handle for its reply
HV00L a foreign server could not prepare the statement
HV00M a foreign server could not reply
HV00N a foreign server could not be reached
HV00P a foreign server has no schemas
HV00Q a foreign server lacks a schema
HV00R a foreign server lacks a table
HV010 a foreign-data wrapper was called out of order
HV014 a foreign-data wrapper has too many handles
HV021 the descriptors of a foreign-data wrapper do not fit
HV024 the value of a foreign attribute is not valid
HV090 the length of a foreign text is not valid
HV091 the field of a foreign descriptor is not valid
P0000 an error of PL/pgSQL
P0001 an exception that the project's own code raises
P0002 a query of the project's code found no row
P0003 a query of the project's code found more rows than one
P0004 an assertion of the project's own code does not hold
XX000 an internal error of Postgres
XX001 data on the server's disk is damaged
XX002 an index on the server's disk is damaged
"""

WORDS: Mapping[str, str] = {line[:5]: line[6:] for line in _WORDS.strip().splitlines()}
"""What an error means, by its code; warnings and notes have none, since none of them is shown."""


def words(sqlstate: str) -> str:
    """Return what a code means, in words of Airlock's own."""
    return WORDS.get(sqlstate, OF_THE_PROJECT)
