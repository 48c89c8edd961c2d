"""One GraphQL request, from HTTP to HTTP."""
