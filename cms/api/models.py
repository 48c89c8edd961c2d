"""Count what is asked of the API: operational numbers, kept outside of requests, about no person."""

from django.db import models


class OperationUsage(models.Model):
    """Count one operation of one client on one day.

    Shape: `document_id` is the SHA-256 of the document's text; `client` is the name that the client
           gives itself, empty without one. What is more than can be told apart is counted under
           "(others)". `cached` of the `requests` were answered by a cache.
    """

    day = models.DateField()
    document_id = models.CharField(max_length=64)
    operation = models.CharField(max_length=100)
    client = models.CharField(max_length=64)
    requests = models.BigIntegerField(default=0)
    cached = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "document_id", "operation", "client"], name="one_operation_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.operation or self.document_id[:12]} by {self.client or '-'}"


class FieldUsage(models.Model):
    """Count the requests of one client on one day whose operation names one member of the schema.

    Shape: `coordinate` is written as in GraphQL's specification: `NewsPage.title`,
           `Query.news(filter:)`, `NewsOrder.NEWEST`.
    """

    day = models.DateField()
    coordinate = models.CharField(max_length=200)
    client = models.CharField(max_length=64)
    requests = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "coordinate", "client"], name="one_member_a_day")
        ]
        indexes = [models.Index(fields=["coordinate", "day"], name="usage_of_a_member")]

    def __str__(self) -> str:
        return f"{self.day} {self.coordinate} by {self.client or '-'}"
