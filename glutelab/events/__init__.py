"""Foot strike and toe-off, from force, from markers alone, or from joint angles alone.

Each source first gives a table of contacts, one row per foot on the ground, in which nothing is
dropped in silence: a row that is not used says why. The events table is read off that table.

==================================  ==============================================================
`detect_events_from_force`          20 N threshold on the zero-lag 50 Hz low-passed vertical force
`detect_events_rbds`                the cut of the RBDS authors, to compare with their curves
`detect_events_from_markers`        no force needed
`detect_events_from_angles`         neither force nor markers needed; the least sure
`list_contacts_from_force`          the contacts behind the events, with their problems
`list_contacts_rbds`
`list_contacts_by_side`             the same where each foot has a force of its own
`list_contacts_from_markers`
`list_contacts_from_angles`
`events_from_contacts`              from a checked or mended contacts table to events
`match_events`                      pair two events tables: errors, missed, extra
==================================  ==============================================================

Events have the columns ``event`` (foot_strike, toe_off), ``side`` (left, right), ``time_s``
(seconds since the first sample, not rounded to a frame) and ``method``, sorted by time.
"""

from glutelab.events.angles import detect_events_from_angles, list_contacts_from_angles
from glutelab.events.contacts import events_from_contacts
from glutelab.events.force import (
    check_same_trial,
    detect_events_from_force,
    detect_events_rbds,
    list_contacts_from_force,
    list_contacts_rbds,
)
from glutelab.events.match import match_events
from glutelab.events.motion import detect_events_from_markers, list_contacts_from_markers
from glutelab.events.sided import list_contacts_by_side

__all__ = [
    "check_same_trial",
    "detect_events_from_angles",
    "detect_events_from_force",
    "detect_events_from_markers",
    "detect_events_rbds",
    "events_from_contacts",
    "list_contacts_by_side",
    "list_contacts_from_angles",
    "list_contacts_from_force",
    "list_contacts_from_markers",
    "list_contacts_rbds",
    "match_events",
]
