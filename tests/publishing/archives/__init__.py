"""Carry a whole installation into an empty one."""
