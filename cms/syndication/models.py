"""Hold who follows the content clock, how far they are, and what is on its way to them.

Whoever is told of changes (a portal's webhook, a subscriber of the hub, the cache in front) is one
`Follower`: a position on the clock, plus at most one pending `Delivery` per thing.
"""

from django.db import models


class Channel(models.TextChoices):
    """The ways in which changes are pushed."""

    WEBHOOK = "WEBHOOK", "Webhook of a portal"
    WEBSUB = "WEBSUB", "Subscriber of the hub"
    PURGE = "PURGE", "Cache in front of the site"


class Follower(models.Model):
    """Follow the clock: everything up to `position` is delivered or on its way.

    Shape: `name` is unique, `portal:3` for instance. The breaker counts attempts since
           `window_started_at` and lets nothing pass until `open_until`.
    """

    channel = models.CharField(max_length=16, choices=Channel)
    name = models.CharField(max_length=200, unique=True)
    is_active = models.BooleanField(default=True)
    position = models.BigIntegerField(default=0)
    window_started_at = models.DateTimeField(null=True, editable=False)
    window_attempts = models.PositiveIntegerField(default=0, editable=False)
    window_failures = models.PositiveIntegerField(default=0, editable=False)
    open_until = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    """How a delivery stands."""

    PENDING = "PENDING", "On its way"
    DELIVERED = "DELIVERED", "Arrived"
    FAILED = "FAILED", "Given up"


class Delivery(models.Model):
    """Bring one thing's latest state to one follower.

    Shape: `seq` and `version` are of the state to deliver; a newer change before it has arrived takes
           its place, with a new `message_id`. `due_at` is when it may be tried next, `attempt` how
           often it was. While `lease_until` is in the future one worker has it. `status` and `answer`
           are of the last try: HTTP status and the first KiB of the body; `error` says it in words.
           `place` says where a thing stood of which there is no row any more.
    """

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=64, unique=True)
    public_id = models.CharField(max_length=128)
    seq = models.BigIntegerField()
    version = models.PositiveIntegerField(default=0)
    is_withdrawal = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=DeliveryState, default=DeliveryState.PENDING)
    attempt = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    status = models.PositiveIntegerField(null=True)
    answer = models.TextField(blank=True)
    error = models.TextField(blank=True)
    place = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["follower", "public_id"],
                condition=models.Q(state="PENDING"),
                name="one_pending_delivery_per_thing",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="PENDING"), name="delivery_due"
            ),
            models.Index(fields=["follower", "state", "finished_at"], name="delivery_by_follower"),
            models.Index(fields=["public_id", "follower", "seq"], name="delivery_by_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} ({self.state.lower()})"


class Portal(models.Model):
    """Be a site that takes over what the cluster publishes.

    Shape: empty lists narrow nothing: `types` are public type names, `news_types` names of NewsType,
           `topics` term codes, `languages` language codes, `feeds` names of feed formats.
           `pulled_position` is how far the portal has read by its own asking.
    """

    name = models.CharField(max_length=200, unique=True)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(blank=True)
    types = models.JSONField(default=list, blank=True)
    news_types = models.JSONField(default=list, blank=True)
    topics = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    feeds = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField("active", default=True)
    webhook_url = models.URLField("webhook address", blank=True, max_length=500)
    secret = models.CharField(max_length=128, blank=True, editable=False)
    former_secret = models.CharField(max_length=128, blank=True, editable=False)
    former_secret_until = models.DateTimeField(null=True, editable=False)
    follower = models.OneToOneField(
        Follower, null=True, editable=False, on_delete=models.SET_NULL, related_name="portal"
    )
    pulled_position = models.BigIntegerField(default=0, editable=False)
    pulled_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PortalKey(models.Model):
    """Let a portal read under its own name; only a hash of the key is kept."""

    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, related_name="keys")
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class HubSubscription(models.Model):
    """Be one verified subscriber of a feed at the WebSub hub.

    Shape: `digest` is of the feed's bytes as they were last announced; `client` stands for the address
           that asked, and is empty where that is not known.
    """

    topic = models.URLField(max_length=500)
    callback = models.URLField(max_length=500)
    host = models.CharField(max_length=253, blank=True)
    secret = models.CharField(max_length=200, blank=True)
    lease_ends_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    client = models.CharField(max_length=32, blank=True, default="", db_default="", db_index=True)
    follower = models.OneToOneField(
        Follower, null=True, editable=False, on_delete=models.SET_NULL, related_name="subscription"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "callback"], name="one_subscription_each")
        ]

    def __str__(self) -> str:
        return f"{self.callback} ← {self.topic}"


class HubMode(models.TextChoices):
    """What a subscriber is asked, or told, at its callback."""

    SUBSCRIBE = "subscribe", "It asked for a subscription"
    UNSUBSCRIBE = "unsubscribe", "It asked for the end of one"
    DENIED = "denied", "It is told that there is none"


class HubRequest(models.Model):
    """Wait for the callback to confirm what was asked for in its name.

    Shape: the latest of each topic and callback. `asked_at` is when the callback's host was last asked
           for it, `done_at` when that came to an end: the row stays a minute longer, without its
           secret, because it counts against what one host and one `client` may ask for.
    """

    topic = models.URLField(max_length=500)
    callback = models.URLField(max_length=500)
    host = models.CharField(max_length=253, db_index=True)
    client = models.CharField(max_length=32, blank=True, default="", db_default="", db_index=True)
    mode = models.CharField(max_length=16, choices=HubMode)
    secret = models.CharField(max_length=200, blank=True)
    lease_seconds = models.PositiveIntegerField(default=0)
    requested_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "callback"], name="one_request_each")
        ]

    def __str__(self) -> str:
        return f"{self.mode}: {self.callback} ← {self.topic}"


class WorkerBeat(models.Model):
    """Keep when a worker lived last: one row, whatever number of workers there is."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
