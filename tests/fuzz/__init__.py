"""Send the running server what nobody should send."""
