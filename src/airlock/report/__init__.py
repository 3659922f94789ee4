"""What commands return, and pure functions that turn it into text or JSON."""
