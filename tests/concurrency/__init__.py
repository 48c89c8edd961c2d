"""Let several processes publish at once, and kill some of them."""
