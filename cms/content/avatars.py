"""Take in the profile pictures of accounts.

Wagtail's own form unpacks them in the web process, and deletes the former one before the commit.
"""

from functools import partial
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.images.models import Filter

from cms.content.drawing import drawing_job
from cms.content.media.form_field import WholePictureField
from cms.content.media.process import opened
from cms.storage import delete_unless_committed

# Wagtail makes larger pictures this small as well.
_SIDE_PIXELS = 400
# PNG, since a profile picture may let the ground shine through.
_SIZE = Filter(spec=f"max-{_SIDE_PIXELS}x{_SIDE_PIXELS}|format-png")


class _WithoutFocalPoint:
    """Be the image for a filter that looks at nothing of it."""

    def is_svg(self) -> bool:
        """Return False: drawings are refused."""
        return False


class AvatarForm(AvatarPreferencesForm):
    """Change one's profile picture."""

    _original_avatar: Any
    avatar = WholePictureField(label=_("Upload a profile picture"), required=False)

    def clean_avatar(self) -> Any:
        """Return the picture, drawn small, or the former one where none was given.

        Raises: ValidationError.
        """
        file = self.cleaned_data.get("avatar")
        if not file or not self.files:
            return self._original_avatar
        with opened(file) as picture:
            image: Any = _WithoutFocalPoint()
            return picture.draw(drawing_job(image, _SIZE, description=picture.description))

    def save(self, commit: bool = True) -> Any:
        """Write the profile, and delete the former picture once that is safe."""
        former, self._original_avatar = self._original_avatar, None
        profile: Any = forms.ModelForm.save(self, commit=commit)
        if commit and profile.avatar != former:
            delete_unless_committed(profile.avatar.storage, profile.avatar.name)
            if former:
                transaction.on_commit(partial(former.storage.delete, former.name), robust=True)
        return profile


def connect() -> None:
    """Put the form into Wagtail's page for one's own account, which has no setting for it."""
    from wagtail.admin.views.account import AvatarSettingsPanel

    AvatarSettingsPanel.form_class = AvatarForm
