"""Feeds: RSS 2.0, Atom and JSON Feed over published rows; each one a projection of the same entries."""
