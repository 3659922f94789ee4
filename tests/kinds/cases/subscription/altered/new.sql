create subscription shop connection '' publication lines, notes
with (connect = false, slot_name = 'other', streaming = off, binary = true);
create subscription idle connection '' publication orders with (connect = false, slot_name = none);
