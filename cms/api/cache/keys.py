"""Make the key under which the answer to a question is kept: everything that shapes the answer.

Site and language are arguments, so they are in the document or the variables.
"""

import hashlib
from typing import Any

import orjson
from graphql import OperationDefinitionNode

from cms.api.exchange import Question, document_id_of

# Of these extensions the answer knows nothing: they say how the document was sent.
OF_SENDING = frozenset({"persistedQuery"})


def key_of(question: Question, operation: OperationDefinitionNode) -> bytes | None:
    """Return the key of a question's answer; None when it cannot be kept."""
    try:
        shaping = [
            question.document_id or document_id_of(question.text),
            operation.name.value if operation.name else "",
            _declared(question.variables, operation),
            _shaping(question.extensions),
        ]
        content = orjson.dumps(shaping, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # What JSON cannot say, such as half of a surrogate pair.
        return None
    return hashlib.blake2b(content, digest_size=20).digest()


def _declared(
    variables: dict[str, Any] | None, operation: OperationDefinitionNode
) -> dict[str, Any]:
    """Return the variables that the operation knows; others change nothing."""
    names = {node.variable.name.value for node in operation.variable_definitions or ()}
    return {name: value for name, value in (variables or {}).items() if name in names}


def _shaping(extensions: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (extensions or {}).items() if name not in OF_SENDING}
