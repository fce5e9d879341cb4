"""Graphs by the clock of the server and by that of their clients, and jobs that end at another time, by both clients.

The machine has 4 sockets with 18 cores each.
"""

import pathlib
import time

import pytest

from fluxion import Clock, Expiry, JobState, Operation, Outcome, errors
from fluxion.model import HeldUpBy

CORES = """
version: 1
resources: [{type: slot, count: %d, label: default, with: [{type: core, count: 1}]}]
tasks: [{command: [app], slot: default, count: {per_slot: 1}}]
attributes: {system: {duration: %d}}
"""


@pytest.fixture
def timed(server, graph):
    """Makes the graph of a test that goes by the clock of the server."""

    def make(expiry):
        return server.create_graph("timed", pathlib.Path(graph), clock=Clock.SYSTEM, expiry=expiry, replace=True)

    yield make
    server.graph("timed").drop()


def comes(g, job, expected):
    """Asks for a job until it is as expected."""
    late = time.monotonic() + 30
    while not expected(told := g.job(job)):
        assert time.monotonic() < late, told
    return told


def test_the_server_says_what_time_it_is(timed):
    g = timed(Expiry.RELEASE)
    told, info = g.time(), g.info()
    assert (info.options.clock, info.options.expiry) == (Clock.SYSTEM, Expiry.RELEASE)
    assert (told.clock, told.revision, told.incarnation) == (Clock.SYSTEM, 1, info.incarnation)
    assert abs(told.now - time.time()) < 60
    with pytest.raises(errors.InvalidArgumentError) as refused:
        g.match(CORES % (1, 60), now=5)
    assert refused.value.violations[0].field == "now"
    assert g.match(CORES % (1, 60)).at >= told.now


def test_the_clients_say_what_time_it_is(machine, graph):
    told, info = machine.time(), machine.info()
    assert (told.clock, told.now, info.options.clock, info.options.expiry) == (Clock.MANUAL, 0, Clock.MANUAL, Expiry.HOLD)
    with pytest.raises(errors.InvalidArgumentError) as refused:
        machine.server.create_graph("manual", pathlib.Path(graph), clock=Clock.MANUAL, expiry=Expiry.RELEASE)
    assert refused.value.violations[0].field == "header.options.expiry"
    with pytest.raises(errors.UnknownGraphError):
        machine.server.graph("no").time()


def test_a_job_ends_by_itself(timed):
    g = timed(Expiry.RELEASE)
    job = g.match(CORES % (72, 1)).job_id
    ended = comes(g, job, lambda told: told.state is JobState.ENDED)
    assert (ended.end - ended.start, ended.resources) == (1, None)
    assert list(g.jobs(JobState.ENDED)) == [ended]
    stats = g.stats()
    assert (stats.allocated, stats.canceled, stats.ended) == (0, 0, 1)
    for change in (lambda: g.cancel(job), lambda: g.retime(job, later_by=1)):
        with pytest.raises(errors.UnknownJobError):
            change()


def one_after_the_other(g):
    """Books all cores for a job, and reserves them for another from the end of the first on.

    On a machine so slow that the first has overrun before the other is asked for, the first is given longer.
    """
    for duration in (1, 2, 4, 8, 16):
        first = g.match(CORES % (72, duration)).job_id
        try:
            return first, g.match(CORES % (72, 60), Operation.ALLOCATE_ORELSE_RESERVE)
        except errors.NotPossibleNowError:
            g.cancel(first)
    raise AssertionError("the reservation always came too late")


def test_a_job_that_overruns_holds_up_a_reservation(timed):
    g = timed(Expiry.HOLD)
    first, second = one_after_the_other(g)
    assert second.outcome is Outcome.RESERVED
    waits = comes(g, second.job_id, lambda told: told.held_up_by is not None)
    assert (waits.state, waits.held_up_by) == (JobState.RESERVED, HeldUpBy(first))
    late = g.job(first)
    assert (late.overruns, late.holds_up) == (True, (second.job_id,))
    g.cancel(first)
    begun = comes(g, second.job_id, lambda told: told.state is JobState.ALLOCATED)
    assert (begun.held_up_by, begun.overruns, begun.holds_up) == (None, False, ())


@pytest.mark.parametrize(
    ("new_end", "expected"),
    [({"end": 120}, 120), ({"duration": 40}, 90), ({"later_by": 30}, 140), ({"later_by": -30}, 80), ({"later_by": 0}, 110)],
)
def test_a_job_ends_at_another_time(machine, new_end, expected):
    job = machine.match(CORES % (72, 60), now=50, job_key="a").job_id
    retimed = machine.retime(key="a", **new_end)
    assert (retimed.job_id, retimed.start, retimed.end) == (job, 50, expected)
    assert retimed.incarnation == machine.info().incarnation
    assert machine.job(job).end == expected


def test_a_request_key_makes_a_retime_safe_to_repeat(machine):
    machine.match(CORES % (1, 60))
    assert [machine.retime(1, later_by=10, request_key="r").end for _ in range(2)] == [70, 70]


@pytest.mark.parametrize("new_end", [{"end": 61}, {"duration": 61}, {"later_by": 1}])
def test_a_job_does_not_meet_another(machine, new_end):
    machine.match(CORES % (72, 60))
    assert machine.match(CORES % (1, 60), Operation.ALLOCATE_ORELSE_RESERVE).at == 60
    with pytest.raises(errors.PreconditionError) as refused:
        machine.retime(1, **new_end)
    assert [(each.type, each.subject) for each in refused.value.preconditions] == [("MEETS_JOB", "2")]
    assert machine.job(1).end == 60


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda g: g.retime(1, end=0), errors.InvalidArgumentError),
        (lambda g: g.retime(1, duration=-1), errors.InvalidArgumentError),
        (lambda g: g.retime(1, later_by=-60), errors.InvalidArgumentError),
        (lambda g: g.retime(77, end=1), errors.UnknownJobError),
        (lambda g: g.retime(key="no", end=1), errors.UnknownJobError),
        (lambda g: g.server.graph("no").retime(1, end=1), errors.UnknownGraphError),
        (lambda g: g.server.graph(g.name, incarnation="0" * 16).retime(1, end=1), errors.PreconditionError),
    ],
)
def test_a_job_that_cannot_end_at_another_time(machine, call, error):
    machine.match(CORES % (1, 60))
    with pytest.raises(errors.FluxionError) as refused:
        call(machine)
    assert type(refused.value) is error


@pytest.mark.parametrize("new_end", [{}, {"end": 1, "duration": 1}, {"duration": 0, "later_by": 0}, {"end": 1, "duration": 1, "later_by": 1}])
def test_a_new_end_is_told_in_one_way(server, new_end):
    with pytest.raises(ValueError, match="one of end=, duration= and later_by="):
        server.graph().retime(1, **new_end)


@pytest.mark.parametrize(("kind", "name"), [(Clock, "system"), (Expiry, "release"), (JobState, "ended")])
def test_what_is_new_is_known_by_its_name(kind, name):
    assert str(kind(name)) == name
