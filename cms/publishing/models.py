"""Hold what the public may see, and the clock that orders its changes.

`PublishedItem`, `Facet` and `StreamFacet` (with `ContentClock`) are the only tables the delivery plane
reads.
`Projection` belongs to the authoring side: it keeps the latest projection of things that may be hidden.
"""

import uuid

from django.db import models

from cms.publishing.protocols import WithdrawalReason


class ContentClock(models.Model):
    """Count the committed changes of everything public; one row.

    Shape: `epoch` is another one after a restore from a backup, and after an upgrade to a version that
           says other things of what has not changed. `horizon` is the highest number of a tombstone
           that was thrown away: what was read before it cannot be continued. `is_copy` is True after
           an import: nothing here is what the published rows were made of. `marked_value` is the
           value that was last written outside of the database (`high_water_mark`).
    """

    value = models.BigIntegerField(default=0)
    epoch = models.UUIDField(default=uuid.uuid4)
    horizon = models.BigIntegerField(default=0)
    is_copy = models.BooleanField(default=False)
    marked_value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)


class Change(models.TextChoices):
    """What the latest change of a published item was."""

    PUBLISHED = "PUBLISHED", "It became public"
    UPDATED = "UPDATED", "It changed while public"
    WITHDRAWN = "WITHDRAWN", "It is no longer public"


class PublishedItem(models.Model):
    """Keep one public thing, or the tombstone of what once was public.

    Shape: `head` holds the fields that cards and lists need, `tail` rich text and blocks, both JSON
           text. A tombstone has neither, no title, no texts and no facets. `is_syndicated` says
           that others may take it over, `was_syndicated` that they ever might. `alias_of` is the key
           of the page whose text an alias shows; aliases are in no list.
    Units: instants are aware; `valid_until` is exclusive. `seq` is the content clock at commit.
    """

    key = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=32)
    type = models.CharField(max_length=64)
    public_id = models.CharField(max_length=128, unique=True)
    site = models.CharField(max_length=64, blank=True)
    locale = models.CharField(max_length=16, blank=True)
    path = models.CharField(max_length=2048, blank=True)
    translation_key = models.CharField(max_length=36, blank=True)
    alias_of = models.CharField(max_length=64, blank=True, default="")

    head = models.TextField(blank=True)
    tail = models.TextField(blank=True)
    title = models.CharField(max_length=512, blank=True)
    sort_title = models.CharField(max_length=512, blank=True)
    summary = models.TextField(blank=True)
    search_text = models.TextField(blank=True)
    sort_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    phase = models.IntegerField(default=0)

    visible = models.BooleanField()
    is_syndicated = models.BooleanField(default=True)
    was_syndicated = models.BooleanField(default=True)
    reason = models.CharField(
        max_length=16, blank=True, choices=[(reason, reason) for reason in WithdrawalReason]
    )
    change = models.CharField(max_length=16, choices=Change)
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()
    seq = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["seq"], name="item_seq"),
            models.Index(fields=["site", "path"], name="item_address"),
            models.Index(fields=["translation_key", "locale"], name="item_translation"),
            models.Index(
                fields=["type", "site", "locale", "sort_at", "public_id"],
                name="item_by_date",
                condition=models.Q(visible=True),
            ),
            models.Index(
                fields=["type", "site", "locale", "sort_title", "public_id"],
                name="item_by_title",
                condition=models.Q(visible=True),
            ),
            models.Index(
                fields=["type", "site", "locale", "starts_at", "public_id"],
                name="item_by_start",
                condition=models.Q(visible=True),
            ),
            # What has not ended yet: events, calls, projects.
            models.Index(
                fields=["type", "site", "locale", "ends_at"],
                name="item_by_end",
                condition=models.Q(visible=True, ends_at__isnull=False),
            ),
            models.Index(
                fields=["valid_until"],
                name="item_valid_until",
                condition=models.Q(visible=True, valid_until__isnull=False),
            ),
            # Every operation asks for the sites first.
            models.Index(
                fields=["key"],
                name="item_sites",
                condition=models.Q(kind="site", visible=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.change.lower()})"


class Facet(models.Model):
    """Keep one filterable value of one visible item."""

    type = models.CharField(max_length=64)
    site = models.CharField(max_length=64, blank=True)
    locale = models.CharField(max_length=16, blank=True)
    facet = models.CharField(max_length=32)
    value = models.CharField(max_length=128)
    sort_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=64, db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["facet", "value", "key"], name="facet_lookup"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.facet}={self.value}"


class StreamFacet(models.Model):
    """Keep every filterable value that a thing has had while others might take it over.

    A filtered stream has to tell of a thing that leaves its filter, so these stay when the value
    changes and when the thing is withdrawn.
    """

    public_id = models.CharField(max_length=128, db_index=True)
    facet = models.CharField(max_length=32)
    value = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facet", "value", "public_id"], name="stream_facet_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.facet}={self.value}"


class Mention(models.Model):
    """Say that a visible thing's document points at another thing; for the authoring side alone."""

    owner = models.CharField(max_length=64, db_index=True)
    target = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return f"{self.owner} → {self.target}"


class UnreferencedFile(models.Model):
    """Keep a file public until an instant, although nothing refers to it.

    Shape: a row for each file that nothing referred to at all when files became public by what refers
           to them. It goes when something public refers to the file, and when the file is withdrawn.
    """

    key = models.CharField(max_length=64, primary_key=True)
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Projection(models.Model):
    """Keep the latest projection of a thing, public or not; for the authoring side alone.

    Shape: `fingerprint` is of the thing's own raw rows, `schema_digest` of the fields projected,
           `digest` of what came out of it: `head`, `tail` and `columns` (JSON). `boundaries` are the
           instants at which a computed status changes, as JSON, empty when there are none. `error`
           says in words why the last attempt failed; the document of the attempt before stays.
           `boundary_at` is the next instant at which visibility or a status changes by itself.
    """

    key = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=32, db_index=True)
    public_id = models.CharField(max_length=128, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    schema_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    head = models.TextField(blank=True)
    tail = models.TextField(blank=True)
    columns = models.TextField(blank=True)
    boundaries = models.TextField(blank=True)
    error = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True)
    boundary_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return self.key
