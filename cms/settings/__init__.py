"""Settings of the project: one typed table of variables, and four ways to read it."""
