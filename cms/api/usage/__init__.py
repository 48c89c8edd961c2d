"""Know which operations and fields are asked for, and by whom."""
