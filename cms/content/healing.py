"""Make again what pictures should have and do not: sizes never made, and files that are gone.

Each picture is drawn before anything is locked, and stored in a transaction of its own.
"""

import logging
from collections.abc import Callable, Iterator
from typing import NamedTuple

from cms.content.media.process import PATIENT_SECONDS
from cms.content.models import Image
from cms.content.renditions import Key, former_files, keep, prepare
from cms.publishing import scopes

logger = logging.getLogger(__name__)


class Healed(NamedTuple):
    """Say what was done for one picture; `problem` is why it could not be looked after."""

    pk: int
    title: str
    made: int = 0
    removed: int = 0
    problem: str = ""


def heal(*, is_thorough: bool = False, is_enough: Callable[[], bool] = lambda: False) -> int:
    """Make the missing files of all pictures, one picture at a time, and return how many.

    Shape: only a thorough run asks the storage for each file that should be there. It may be ended
           between two pictures: `is_enough` is asked. A picture whose original is gone is passed over.
    """
    made = 0
    for healed in walk(is_thorough=is_thorough, is_enough=is_enough):
        made += healed.made
        if healed.problem:
            logger.warning("picture %s cannot be healed: %s", healed.pk, healed.problem)
    return made


def walk(
    *,
    is_thorough: bool = False,
    is_removing: bool = False,
    is_enough: Callable[[], bool] = lambda: False,
) -> Iterator[Healed]:
    """Yield what was done for each picture, in the order of their keys.

    Shape: one picture in memory at a time; one that fails does not keep the next from its turn.
           With `is_removing`, files of former presets, formats and focal points go.
    """
    for pk in list(Image.objects.order_by("pk").values_list("pk", flat=True)):
        if is_enough():
            return
        image = Image.objects.filter(pk=pk).first()
        if image is not None:
            yield _healed(image, is_thorough=is_thorough, is_removing=is_removing)


def _healed(image: Image, *, is_thorough: bool, is_removing: bool) -> Healed:
    try:
        made = _make(image, is_thorough=is_thorough)
        removed = _remove_former(image) if is_removing else 0
    except Exception as error:  # noqa: BLE001 - every storage has errors of its own
        return Healed(image.pk, image.title, problem=f"{type(error).__name__}: {error}")
    return Healed(image.pk, image.title, made=made, removed=removed)


def _make(image: Image, *, is_thorough: bool) -> int:
    lost = _lost_files(image) if is_thorough else set[Key]()
    prepared = prepare(image, lost=lost, seconds=PATIENT_SECONDS)
    if prepared.looks is None and not prepared.files:
        return 0
    with scopes.transaction():
        current = Image.objects.select_for_update().filter(pk=image.pk).first()
        if current is None or _drawn_of(current) != _drawn_of(image):
            # An editor was quicker, and what was drawn is of a picture that is no more.
            return 0
        return keep(prepared)


def _drawn_of(image: Image) -> tuple[object, ...]:
    return (image.file.name, image.get_focal_point())


def _lost_files(image: Image) -> set[Key]:
    return {
        (rendition.filter_spec, rendition.focal_point_key)
        for rendition in image.renditions.all()
        if not rendition.file.storage.exists(rendition.file.name)
    }


def _remove_former(image: Image) -> int:
    with scopes.transaction():
        former = former_files(image)
        for rendition in former:
            rendition.delete()
    return len(former)
