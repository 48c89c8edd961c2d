"""Make again what pictures should have and do not: sizes never made, and files that are gone."""

import logging
from collections.abc import Callable

from wagtail.images.models import SourceImageIOError

from cms.content.models import Image
from cms.content.renditions import make_presets
from cms.publishing import scopes

logger = logging.getLogger(__name__)


def heal(*, is_thorough: bool = False, is_enough: Callable[[], bool] = lambda: False) -> int:
    """Make the missing files of all pictures, one picture at a time, and return how many.

    Shape: only a thorough run asks the storage for each file that should be there. It may be ended
           between two pictures: `is_enough` is asked. A picture whose original is gone is passed over.
    """
    made = 0
    for pk in list(Image.objects.order_by("pk").values_list("pk", flat=True)):
        if is_enough():
            break
        image = Image.objects.filter(pk=pk).first()
        if image is not None:
            made += _healed(image, is_thorough=is_thorough)
    return made


def _healed(image: Image, *, is_thorough: bool) -> int:
    try:
        with scopes.transaction():
            if is_thorough:
                _forget_lost_files(image)
            return make_presets(image)
    except (SourceImageIOError, OSError) as error:
        logger.warning("picture %s cannot be healed: %s", image.pk, type(error).__name__)
        return 0


def _forget_lost_files(image: Image) -> None:
    if not image.file.storage.exists(image.file.name):
        # Nothing could be made again.
        return
    for rendition in image.renditions.all():
        if not rendition.file.storage.exists(rendition.file.name):
            rendition.delete()
