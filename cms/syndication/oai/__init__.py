"""Serve the Open Archives Initiative's protocol for metadata harvesting."""
