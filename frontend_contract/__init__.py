"""What we promise to frontends: the schema, the operations they send, and the types made from both."""
