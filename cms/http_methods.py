"""Answer other methods than the allowed ones at public addresses with a plain 405."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]

READING = ("GET", "HEAD")


def public_methods(*methods: str) -> Callable[[View[Rest]], View[Rest]]:
    """Allow a public view these methods; it reads no session, so it needs no protection from CSRF.

    Shape: 405 with `Allow` and one line of text.
    Source: RFC 9110, 15.5.6. Django judges CSRF first, so other methods got its page with 403.
    """
    allowed = ", ".join(methods)

    def decorate(view: View[Rest]) -> View[Rest]:
        @functools.wraps(view)
        def checked(
            request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponseBase:
            if request.method in methods:
                return view(request, *args, **kwargs)
            text = f"This address allows {allowed}.\n"
            response = HttpResponseNotAllowed(
                methods, content=text, content_type="text/plain; charset=utf-8"
            )
            response["Cache-Control"] = "no-store"
            return response

        return cast("View[Rest]", csrf_exempt(checked))

    return decorate
