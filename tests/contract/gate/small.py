"""A schema of a few lines, and approvals of what changes in it."""

import datetime as dt

TODAY = dt.date(2026, 3, 2)
SMALL = """
"What can be asked."
type Query {
  "A person."
  person(id: ID!): Person
}

"A person."
type Person {
  "The name."
  name: String!

  "The e-mail address."
  email: String
}
"""
WITHOUT_EMAIL = SMALL.replace('  "The e-mail address."\n  email: String\n', "")
GONE = "Person.email was removed."


def approval(*, expires_on: str, approved_on: str = "2026-01-31", change: str = GONE) -> str:
    """Return the approval of one change."""
    return f"""
[[approval]]
change = "{change}"
why = "People asked us not to show it."
owner = "maintainers"
approved_on = {approved_on}
expires_on = {expires_on}
"""


def release_approval(release: str = "1.1.0", *, previous: str = "1.0.0") -> str:
    """Return the approval of all breaking changes of a version."""
    return f"""
[[approval]]
release = "{release}"
previous_release = "{previous}"
why = "Names are settled once."
owner = "maintainers"
approved_on = 2026-03-02
expires_on = 2026-12-31
"""
