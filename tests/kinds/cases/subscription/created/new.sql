create subscription shop connection '' publication orders, "Order Lines"
with (connect = false, slot_name = 'shop_slot', binary = true, synchronous_commit = 'remote_apply');
create subscription idle connection '' publication orders with (connect = false, slot_name = none);
comment on subscription shop is 'from the shop';
