"""Refuse to publish what is not complete, whoever asks: admin, code, an API or the scheduler."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.blocks.base import get_error_json_data
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.fields import StreamField

from cms.content.drafts import DraftForm, missing_references, row_relations
from cms.content.language import writing_in
from cms.content.lost_blocks import notice_lost_blocks
from cms.publishing.hidden_choices import notice_hidden_choices


class Problem(NamedTuple):
    """One reason why a thing may not be published.

    Shape: `field` is the name of the field at which an editor mends it; `message` says how.
    """

    field: str
    message: Any


class PublicationRules(models.Model):
    """Let a model with drafts say what is missing before it may go live.

    Drafts may be saved incomplete and with contradictions; publishing and scheduling need both mended.
    """

    class Meta:
        abstract = True

    def publication_problems(self) -> list[Problem]:
        """Return what has to be mended before publishing. Extend it: `[*super()…, Problem(…)]`."""
        return []

    def contradictions(self, *, is_due: bool = False) -> list[Problem]:
        """Return what a form would refuse: values that contradict each other, rows with gaps.

        Shape: with `is_due`, as a scheduled revision is published, without the schedule itself, and
               without the blocks: one that no longer fits its code is lost, and the page appears.
        """
        problems = [*_field_problems(self), *_row_problems(self)]
        if not is_due:
            times = (getattr(self, name, None) for name in ("go_live_at", "expire_at"))
            problems += [*_block_problems(self), *schedule_problems(*times)]
        return problems

    def fill_in(self) -> None:
        """Fill in what an editor left out and the system knows; called before problems are named."""

    def refuse_unpublishable(self) -> None:
        """Do nothing when the thing may be published.

        Raises: ValidationError with one message per problem, by field.
        """
        _refuse(self.publication_problems())

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Publish or schedule a revision.

        Raises: ValidationError when it is not complete, before anything is written.
        """
        draft = revision.as_object()
        problems = draft.publication_problems()
        # A field that already says what is wrong (the text of a picture, say) says it better.
        named = {problem.field for problem in problems}
        is_due = revision.approved_go_live_at is not None
        more = (one for one in draft.contradictions(is_due=is_due) if one.field not in named)
        _refuse([*problems, *more])
        published = super().publish(revision, *args, **kwargs)  # type: ignore[misc]
        notice_hidden_choices(draft)
        notice_lost_blocks(draft)
        return published


def _refuse(problems: Iterable[Problem]) -> None:
    errors: dict[str, list[Any]] = {}
    for problem in problems:
        errors.setdefault(problem.field, []).append(problem.message)
    if errors:
        raise ValidationError(errors)


def schedule_problems(
    go_live_at: dt.datetime | None, expire_at: dt.datetime | None
) -> list[Problem]:
    """Return what keeps a thing with these times from being published or scheduled now."""
    if expire_at and expire_at <= timezone.now():
        message = _("This time has passed. Remove it or give a later one, then publish.")
        return [Problem("expire_at", message)]
    if go_live_at and expire_at and go_live_at >= expire_at:
        message = _("Give a time after the go-live time, or change that one.")
        return [Problem("expire_at", message)]
    return []


def _field_problems(instance: models.Model) -> Iterator[Problem]:
    try:
        instance.full_clean()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            yield from (Problem(name, message) for message in messages)


def _block_problems(instance: models.Model) -> Iterator[Problem]:
    """Name the blocks that a form would refuse, by their position from 1."""
    words = _("Block %(position)d: %(message)s")
    for field in instance._meta.get_fields():
        if not isinstance(field, StreamField):
            continue
        try:
            field.stream_block.clean(getattr(instance, field.name))
        except StreamBlockValidationError as error:
            for position, refused in (error.block_errors or {}).items():
                for message in dict.fromkeys(_messages_in(get_error_json_data(refused))):
                    values = {"position": position + 1, "message": message}
                    yield Problem(field.name, words % values)


def _messages_in(error: Any) -> Iterator[str]:
    """Yield the sentences of a block's error and of those inside it, as Wagtail writes them to JSON."""
    yield from error.get("messages", ())
    inner = error.get("blockErrors") or {}
    for nested in inner.values() if isinstance(inner, dict) else inner:
        yield from _messages_in(nested or {})


def _row_problems(instance: models.Model) -> Iterator[Problem]:
    """Name the rows that a form would refuse, by their position from 1."""
    for name, relation in row_relations(type(instance)):
        rows = list(getattr(instance, name).all())
        for position, row in enumerate(rows, start=1):
            for message in _messages_of_row(row, parent=relation.field.name):
                words = _("Row %(position)d: %(message)s")
                yield Problem(name, words % {"position": position, "message": message})


def _messages_of_row(row: Any, *, parent: str) -> Iterator[str]:
    missing = missing_references(row, parent=parent)
    # The database holds no reference to what does not exist, so these are not looked up again.
    references = [column.name for column in row._meta.concrete_fields if column.many_to_one]
    for name in missing:
        label = capfirst(str(row._meta.get_field(name).verbose_name))
        yield f"{label}: {_('This field is required.')}"
    try:
        row.full_clean(exclude={parent, *references}, validate_unique=False)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            if name == NON_FIELD_ERRORS:
                yield from messages
                continue
            label = capfirst(str(row._meta.get_field(name).verbose_name))
            yield from (f"{label}: {message}" for message in messages)


class _PublicationForm(DraftForm):
    """Show the problems at their fields, except while saving a draft."""

    instance: PublicationRules

    def clean(self) -> Any:
        """Name at its field what keeps the schedule from being kept."""
        cleaned = super().clean()
        if not self.is_deferred_validation:
            times = (self.cleaned_data.get(name) for name in ("go_live_at", "expire_at"))
            for field, message in schedule_problems(*times):
                self.add_error(field, message)
        return cleaned

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
