create subscription shop connection '' publication orders with (connect = false);
