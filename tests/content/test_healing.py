"""Make again what pictures should have."""

import pytest

from cms.content.healing import heal
from cms.content.models import Image
from cms.content.renditions import stored_renditions, wanted_files
from tests.factories import make_image

pytestmark = pytest.mark.django_db


def files(image: Image) -> set[str]:
    return {file["file"] for kind in stored_renditions(image).values() for file in kind}


def test_sizes_that_were_never_made_are_made() -> None:
    image = make_image()
    image.renditions.all().delete()

    made = heal()

    assert made == len(wanted_files(image)) == len(files(image))
    assert heal() == 0


def test_only_a_thorough_run_finds_a_lost_file() -> None:
    image = make_image()
    lost = image.renditions.first()
    assert lost is not None
    lost.file.storage.delete(lost.file.name)

    assert heal() == 0
    assert heal(is_thorough=True) == 1

    assert all(r.file.storage.exists(r.file.name) for r in image.renditions.all())
    assert len(files(image)) == len(wanted_files(image))


def test_a_picture_without_its_original_is_passed_over_and_keeps_what_it_has() -> None:
    gone, image = make_image(), make_image()
    kept = gone.renditions.count()
    gone.file.storage.delete(gone.file.name)
    image.renditions.all().delete()

    assert heal(is_thorough=True) == len(wanted_files(image))
    assert gone.renditions.count() == kept


def test_it_ends_between_two_pictures() -> None:
    for image in (make_image(), make_image()):
        image.renditions.all().delete()
    asked: list[bool] = []

    def is_enough() -> bool:
        asked.append(True)
        return len(asked) > 1

    made = heal(is_enough=is_enough)

    assert made == len(wanted_files(Image.objects.first()))
