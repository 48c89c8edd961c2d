"""Load what pages point at: organisations, programmes and people."""

from typing import Any

from cms.content.models import Organisation, Person, Programme
from home.demo import lookup
from home.demo.files import Table, identity, read
from home.demo.ledger import Ledger


def load_snippets(ledger: Ledger) -> None:
    """Load every snippet; organisations first, because people work for them."""
    for folder, model in (
        ("organisations", Organisation),
        ("programmes", Programme),
        ("people", Person),
    ):
        for name, values in read(folder).items():
            key = f"{folder}/{name}"
            if not ledger.has(key):
                ledger.write(key, _make(model, values, key=key))


def _make(model: Any, values: Table, *, key: str) -> Any:
    fields = {name: value for name, value in values.items() if name != "notes"}
    if "organisation" in fields:
        fields["organisation"] = lookup.organisation(fields["organisation"])
    # Stored without a revision, which would ask for the day of a consent that the source does not give.
    return model.objects.create(uuid=identity(key), **fields)
