"""Declare the feeds of news, open calls and events; their filters mean what GraphQL's mean."""

import datetime as dt

from cms.publishing.reading.conditions import AnyOf, Condition, Having, PointingAt, Whose
from cms.publishing.subjects import Parameter, Subject, Vocabulary, declare
from news.call import CallStatus
from news.choices import EventStatus, NewsType
from news.events import EVENT
from news.schema import NEWS, OPEN_CALLS, call_conditions

Conditions = tuple[Condition, ...]


def _types(values: tuple[str, ...], _now: dt.datetime) -> Conditions:
    return (Having("newsType", values),)


def _topics(values: tuple[str, ...], _now: dt.datetime) -> Conditions:
    return (Whose("topic", Having("termCode", values)),)


def _projects(values: tuple[str, ...], _now: dt.datetime) -> Conditions:
    return (AnyOf(tuple(PointingAt("project", public_id=value) for value in values)),)


def _call_statuses(values: tuple[str, ...], now: dt.datetime) -> Conditions:
    return (AnyOf(tuple(call_conditions(value, now=now) for value in values)),)


def _event_statuses(values: tuple[str, ...], _now: dt.datetime) -> Conditions:
    return (Having("eventStatus", values),)


TYPE = Parameter("type", _types, values=tuple(NewsType.values))
TOPIC = Parameter("topic", _topics, vocabulary=Vocabulary.TERM)
PROJECT = Parameter("project", _projects, vocabulary=Vocabulary.THING)
CALL_STATUS = Parameter("status", _call_statuses, values=tuple(CallStatus.values), is_timed=True)
EVENT_STATUS = Parameter("status", _event_statuses, values=tuple(EventStatus.values))

declare(
    Subject(
        "news",
        types=(NEWS,),
        titles={"en": "News", "bg": "Новини"},
        parameters=(TYPE, TOPIC, PROJECT, CALL_STATUS),
        is_dated=True,
    )
)
declare(
    Subject(
        "calls",
        types=(NEWS,),
        titles={"en": "Open calls", "bg": "Отворени покани"},
        parameters=(TOPIC, PROJECT, CALL_STATUS),
        conditions=(OPEN_CALLS,),
        is_dated=True,
    )
)
declare(
    Subject(
        "events",
        types=(EVENT,),
        titles={"en": "Events", "bg": "Събития"},
        parameters=(PROJECT, EVENT_STATUS),
    )
)
