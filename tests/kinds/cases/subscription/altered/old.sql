create subscription shop connection '' publication orders, lines
with (connect = false, streaming = on);
create subscription idle connection '' publication orders with (connect = false);
