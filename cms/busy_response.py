"""Answer a request for which there is no place now."""

from django.http import HttpResponse

RETRY_SECONDS = "2"


def busy_response(text: str) -> HttpResponse:
    """Return 503 with a sentence, and when to come again."""
    response = HttpResponse(f"{text}\n", status=503, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = RETRY_SECONDS
    response["Cache-Control"] = "no-store"
    return response
