create subscription shop connection '' publication orders with (connect = false, two_phase = true);
