"""Values without input or output: what the other floors pass to each other."""
