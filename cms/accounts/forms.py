"""Extend Wagtail's forms of accounts: say who is locked out, and send links outside of requests."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.forms.auth import PasswordResetForm as WagtailPasswordResetForm

from cms.accounts.lock_out import sentence
from cms.accounts.reset_mails import MAILS


class LogInForm(LoginForm):
    """Ask for a name and a password, and say why a right one is not taken."""

    def get_invalid_login_error(self) -> ValidationError:
        """Return what is wrong."""
        if getattr(self.request, "axes_locked_out", False):
            return ValidationError(sentence(), code="locked_out")
        error: ValidationError = super().get_invalid_login_error()
        return error


class PasswordResetForm(WagtailPasswordResetForm):
    """Ask for an address, and let a thread look for its account and send the link.

    The request does the same for an address that is known and for one that is not.
    """

    def save(self, *, request: Any, **options: Any) -> None:
        """Note that a link is wanted."""
        send: Any = super().save
        email = self.cleaned_data["email"]
        MAILS.put(email, partial(send, domain_override=request.get_host(), **options))
