"""The composition root: one module per command, each with a function that returns a report."""
