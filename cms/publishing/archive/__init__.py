"""Carry everything published from one installation into an empty one: docs/adr/0031-archives.md."""
