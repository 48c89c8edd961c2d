"""The demo content: the ICT Cluster as its public profile describes it, in our own words.

`data/` holds it in files that anybody can read and correct; the modules here only turn them into pages,
snippets, pictures and accounts. `load.py` says in which order.
"""
