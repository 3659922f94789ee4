create subscription shop connection '' publication orders
with (connect = false, run_as_owner = true, password_required = false, streaming = on);
