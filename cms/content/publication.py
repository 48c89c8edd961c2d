"""Refuse to publish what is not complete, whoever asks: admin, code, an API or the scheduler."""

from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

from cms.content.language import writing_in
from cms.content.lost_blocks import notice_lost_blocks


class Problem(NamedTuple):
    """One reason why a thing may not be published.

    Shape: `field` is the name of the field at which an editor mends it; `message` says how.
    """

    field: str
    message: Any


class PublicationRules(models.Model):
    """Let a model with drafts say what is missing before it may go live.

    Drafts may be saved incomplete; publishing and scheduling may not.
    """

    class Meta:
        abstract = True

    def publication_problems(self) -> list[Problem]:
        """Return what has to be mended before publishing. Extend it: `[*super()…, Problem(…)]`."""
        return []

    def fill_in(self) -> None:
        """Fill in what an editor left out and the system knows; called before problems are named."""

    def refuse_unpublishable(self) -> None:
        """Do nothing when the thing may be published.

        Raises: ValidationError with one message per problem, by field.
        """
        errors: dict[str, list[Any]] = {}
        for problem in self.publication_problems():
            errors.setdefault(problem.field, []).append(problem.message)
        if errors:
            raise ValidationError(errors)

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Publish or schedule a revision.

        Raises: ValidationError when it is not complete, before anything is written.
        """
        draft = revision.as_object()
        draft.refuse_unpublishable()
        published = super().publish(revision, *args, **kwargs)  # type: ignore[misc]
        notice_lost_blocks(draft)
        return published


class _PublicationForm:
    """Show the problems at their fields, except while saving a draft."""

    instance: PublicationRules
    is_deferred_validation: bool

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.instance.fill_in()
        if self.is_deferred_validation:
            return
        for field, message in self.instance.publication_problems():
            self._add_problem(field, message)

    def _add_problem(self, field: str, message: Any) -> None:
        form: Any = self
        # A field that already says what is wrong (a block of a stream, say) says it better.
        if field not in form.errors:
            form.add_error(field if field in form.fields else None, message)


class ContentPageForm(_PublicationForm, WagtailAdminPageForm):
    """Edit a page; publishing needs it complete."""

    def full_clean(self) -> None:
        """Check the form as a text in the language of the page."""
        page: Any = self.instance
        with writing_in(page.locale.language_code if page.locale_id else None):
            super().full_clean()


class SnippetForm(_PublicationForm, WagtailAdminModelForm):
    """Edit a snippet; publishing needs it complete."""
