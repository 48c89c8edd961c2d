"""Open pictures that nobody has checked yet, in a process of their own."""
