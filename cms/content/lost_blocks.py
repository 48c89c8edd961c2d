"""Tell editors which blocks of a stored stream could not be read any more."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.fields import StreamField

from cms.publishing.notices import notice


class LostBlock(NamedTuple):
    """Say what could not be read of a stored stream.

    Shape: `position` counts the stored blocks from 1; `label` is what editors call the block; `is_part`
           when the block is there without one of its entries.
    """

    position: int
    label: str
    is_known: bool = True
    is_part: bool = False

    @property
    def message(self) -> str:
        """Return the words for an editor."""
        words = _("Block %(position)d (%(label)s) is no longer known and is left out.")
        if self.is_part:
            words = _("An entry of block %(position)d (%(label)s) cannot be read and is left out.")
        elif self.is_known:
            words = _("Block %(position)d (%(label)s) cannot be read and is left out.")
        return words % {"position": self.position, "label": self.label}


def lost_blocks(instance: models.Model) -> Iterator[str]:
    """Yield in a sentence each block of an instance's streams that could not be read."""
    for field in instance._meta.get_fields():
        if isinstance(field, StreamField):
            label = capfirst(str(field.verbose_name))
            for lost in getattr(getattr(instance, field.name), "lost_blocks", ()):
                yield f"{label}: {lost.message}"


def notice_lost_blocks(instance: models.Model) -> None:
    """Tell the editor who publishes a thing which of its blocks readers do not get."""
    for text in lost_blocks(instance):
        notice(text)
