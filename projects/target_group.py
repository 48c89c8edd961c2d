"""Say whom a project is for."""

from typing import NamedTuple

import graphene


class TargetGroupValue(NamedTuple):
    """Hold the people a project is for."""

    description: str
    minimum_age: int | None
    maximum_age: int | None


class TargetGroup(graphene.ObjectType):
    """The people a project is for."""

    class Meta:
        description = "The people a project is for."

    description = graphene.String(required=True, description="Who they are.")
    minimum_age = graphene.Int(description="Youngest age in years, if there is a limit.")
    maximum_age = graphene.Int(description="Oldest age in years, if there is a limit.")
