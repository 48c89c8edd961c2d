"""Write down the ids of the operations that frontends send, so that these need not send the text.

Shape:  the JSON is a manifest as Apollo's clients read it; the server reads it too. The TypeScript has
        the ids alone, by name.
Source: https://www.apollographql.com/docs/react/api/link/persisted-queries
"""

import json
from collections.abc import Sequence

from cms.api.exchange import document_id_of
from frontend_contract.operations import ClientOperation

HEADER = """\
// Made by `make contract` from operations/. Do not edit.

/** What to send as `documentId` instead of the text of an operation. */
"""


def manifest(operations: Sequence[ClientOperation]) -> str:
    """Return the operations with their ids and texts, as JSON."""
    found = [
        {
            "id": document_id_of(operation.text),
            "name": operation.name,
            "type": operation.definition.operation.value,
            "body": operation.text,
        }
        for operation in operations
    ]
    content = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": found}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def typescript(operations: Sequence[ClientOperation]) -> str:
    """Return the ids by the names of the operations, as TypeScript."""
    by_name = sorted(operations, key=lambda operation: operation.name)
    lines = "".join(
        f'  {entry.name}: "sha256:{document_id_of(entry.text)}",\n' for entry in by_name
    )
    return f"{HEADER}export const documentIds = {{\n{lines}}} as const;\n"
