"""From two catalogs to statements in an order that works."""
