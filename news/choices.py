"""Name the closed lists of the news room."""

from django.db import models

from cms.publishing import exposure


class NewsType(models.TextChoices):
    """What a news item is; one item may be several."""

    NEWS = "NEWS", "News"
    ACHIEVEMENT = "ACHIEVEMENT", "Achievement"
    DOCUMENT = "DOCUMENT", "Document"
    OPEN_CALL = "OPEN_CALL", "Open call"


class EventStatus(models.TextChoices):
    """Whether an event takes place."""

    SCHEDULED = "SCHEDULED", "It takes place as announced."
    CANCELLED = "CANCELLED", "It does not take place."
    POSTPONED = "POSTPONED", "It takes place later."


class Attendance(models.TextChoices):
    """How people take part in an event."""

    ON_SITE = "ON_SITE", "At the venue"
    ONLINE = "ONLINE", "Online"
    MIXED = "MIXED", "At the venue or online"


NewsTypeEnum = exposure.enum_type(NewsType, "What a news item is; one item may be several.")
EventStatusEnum = exposure.enum_type(EventStatus, "Whether an event takes place.")
AttendanceEnum = exposure.enum_type(Attendance, "How people take part in an event.")
