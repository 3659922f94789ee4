create subscription shop connection '' publication orders
with (connect = false, disable_on_error = true, origin = none, streaming = parallel);
