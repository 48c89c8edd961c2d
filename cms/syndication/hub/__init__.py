"""Be the WebSub hub of this installation's feeds: take subscriptions in, and distribute what changes.

Source: W3C WebSub, Recommendation of 23 January 2018; `docs/adr/0029-hub.md`.
"""
