"""Windows of the calendar, by both clients, against the real server. The machine has 4 sockets with 18 cores each, in two nodes."""

import datetime
import pathlib

import pytest

from fluxion import (
    Cause,
    Clock,
    FloatingLead,
    JobState,
    MatchRequest,
    OnConflict,
    Operation,
    Recurrence,
    Verdict,
    VertexReason,
    Window,
    WindowKind,
    WindowSpan,
    WindowTargets,
    errors,
)
from fluxion.explanations import Hint
from fluxion.v1 import insight_pb2
from fluxion.windows import WindowConflict, WindowInfo

JOBSPEC = """
version: 1
resources: [{type: slot, count: %d, label: default, with: [{type: %s, count: 1}]}]
tasks: [{command: [app], slot: default, count: {per_slot: 1}}]
attributes: {system: {duration: %d}}
"""

ROOT = "/tiny0"
NODES = ("/tiny0/rack0/node0", "/tiny0/rack0/node1")


def cores(count, duration=60):
    return JOBSPEC % (count, "core", duration)


def over(when, name="w", kind=WindowKind.MAINTENANCE, paths=(ROOT,), **more):
    """A window of what is at some paths."""
    return Window(name, kind, WindowTargets(paths), when, **more)


def now_or_later(g, jobspec, **more):
    return g.match(jobspec, Operation.ALLOCATE_ORELSE_RESERVE, **more)


def test_maintenance_keeps_everybody_out(machine):
    window = over(WindowSpan(10, 500), note="a new switch")
    told = machine.set_window(window)
    expected = WindowInfo("w", window.kind, window.targets, window.when, False, "a new switch", (ROOT,), 1, (window.when,))
    assert (told.window, told.conflicts, told.revision, told.incarnation) == (expected, (), 2, machine.info().incarnation)
    assert (now_or_later(machine, cores(1, 11)).at, now_or_later(machine, cores(1, 10)).at) == (500, 0)
    assert machine.windows() == [expected] == machine.windows(now=499)
    assert [machine.drop_window("w", request_key="once") for _ in range(2)] == [5, 5]
    assert now_or_later(machine, cores(1, 11)).at == 0
    assert machine.windows() == []


def test_a_reservation_lets_in_who_names_it(machine):
    machine.set_window(over(WindowSpan(0, 1000), "course", WindowKind.RESERVATION, NODES[:1]))
    node = JOBSPEC % (1, "node", 60)
    let_in = []
    for at in (0, 60):
        inside = now_or_later(machine, node, windows=["course"], inside_windows=True)
        let_in.append((inside.job_id, OnConflict.KEEP))
        assert (inside.at, NODES[0] in inside.resources.text) == (at, True)
        assert now_or_later(machine, node).at == at
    inside = MatchRequest(node, windows=("course",), inside_windows=True)
    (answer,) = machine.match_many([inside])
    assert isinstance(answer.error(), errors.NotPossibleNowError)
    told = machine.window("course")
    assert (told.window.kind, str(told.window.kind)) == (WindowKind.RESERVATION, "reservation")
    assert [(each.job_id, each.fate) for each in told.conflicts] == let_in
    with pytest.raises(errors.UnknownWindowError):
        machine.match(node, windows=["cours"])
    with pytest.raises(errors.InvalidArgumentError) as refused:
        machine.match(node, inside_windows=True)
    assert refused.value.violations[0].field == "inside_windows"


def test_what_becomes_of_jobs_that_a_window_meets(machine):
    machine.match(cores(72), job_key="mine")
    waits = now_or_later(machine, cores(72))
    window = over(WindowSpan(30, 90), paths=NODES[:1])
    with pytest.raises(errors.PreconditionError) as refused:
        machine.set_window(window, dry_run=True)
    assert [(each.type, each.subject) for each in refused.value.preconditions] == [("WINDOW_CONFLICT", "1"), ("WINDOW_CONFLICT", "2")]

    fates = {"running": OnConflict.TRUNCATE, "reserved": OnConflict("cancel")}
    tried = machine.set_window(window, **fates, dry_run=True)
    first, second = (each.path for each in tried.conflicts)
    assert first.startswith(NODES[0] + "/") and second.startswith(NODES[0] + "/")
    expected = (
        WindowConflict(1, "mine", 0, 60, first, OnConflict.TRUNCATE, 30),
        WindowConflict(2, "", 60, 120, second, OnConflict.CANCEL),
    )
    assert (tried.conflicts, tried.revision, machine.windows()) == (expected, waits.revision, [])
    for _ in range(2):
        told = machine.set_window(window, **fates, request_key="once")
        assert (told.conflicts, told.revision) == (expected, waits.revision + 1)
    assert (machine.job(1).end, machine.job(2).state) == (30, JobState.CANCELED)
    assert now_or_later(machine, cores(72)).at == 90


def test_jobs_that_are_kept_are_told(machine):
    machine.match(cores(72))
    machine.set_window(over(WindowSpan(30, 90)), running=OnConflict.KEEP)
    (kept,) = machine.window("w").conflicts
    assert (kept.job_id, kept.fate, kept.new_end) == (1, OnConflict.KEEP, None)
    assert machine.window("w", now=60).conflicts == (kept,), "it has not given anything back"
    assert machine.window("w", now=90).conflicts == ()


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (WindowTargets(paths=NODES), NODES),
        (WindowTargets(ranks="1"), NODES[1:]),
        (WindowTargets(ranks=[0, 1]), NODES),
        (WindowTargets(criteria="names=node0"), NODES[:1]),
        (WindowTargets(jobspec=JOBSPEC % (2, "node", 60)), NODES),
        (WindowTargets(NODES[:1], "1"), NODES),
    ],
)
def test_the_vertices_of_a_window_are_named_in_four_ways(machine, targets, expected):
    told = machine.set_window(Window("w", WindowKind.MAINTENANCE, targets, WindowSpan(100, 200), overlap=True)).window
    assert (tuple(sorted(told.paths)), told.vertices, told.overlap) == (expected, len(expected), True)
    # what was told may be set again
    assert machine.set_window(told).window == told


def test_a_jobspec_of_a_window_may_be_a_file(machine, jobspec):
    when = WindowSpan(100, 200)
    told = machine.set_window(Window("w", WindowKind.MAINTENANCE, WindowTargets(jobspec=pathlib.Path(jobspec)), when)).window
    assert told.targets.jobspec == pathlib.Path(jobspec).read_text(encoding="utf-8")


def test_a_window_that_floats(machine):
    told = machine.set_window(over(FloatingLead(100))).window
    assert (told.when, told.next) == (FloatingLead(100), ())
    assert machine.match(cores(1, 100)).at == 0
    with pytest.raises(errors.NotPossibleError):
        machine.match(cores(1, 101))


def test_a_window_that_recurs(server, graph):
    g = server.create_graph("recurs", pathlib.Path(graph), clock=Clock.SYSTEM, replace=True)
    first = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=2)
    daily = Recurrence(first.replace(tzinfo=None).isoformat(), 600, "FREQ=DAILY", "Etc/UTC")
    told = g.set_window(over(daily)).window
    start = int(first.timestamp()) + 86400
    assert (told.when, len(told.next), told.next[1]) == (daily, 64, WindowSpan(start, start + 600))
    assert g.set_window(told).window == told
    g.drop()


def test_a_watch_tells_of_windows(machine):
    machine.set_window(over(WindowSpan(3000, 4000)))
    kinds = [insight_pb2.EVENT_KIND_WINDOW_SET, insight_pb2.EVENT_KIND_WINDOW_ENDED]
    watch = iter(machine.watch(state=True, kinds=kinds))
    told = (each for each in watch if each.state is not None or each.event is not None)
    assert list(next(told).state.windows) == machine.windows()
    machine.match(cores(1))
    machine.set_window(over(WindowSpan(30, 90)), running=OnConflict.TRUNCATE)
    happened = next(told).event.window_set
    assert (happened.name, happened.spans[0].start, happened.vertices) == ("w", 30, 1)
    assert [(each.job_id, each.end) for each in happened.truncated] == [(1, 30)]
    machine.drop_window("w")
    assert next(told).event.window_ended.name == "w"
    watch.close()


def test_an_explanation_names_windows(machine):
    machine.set_window(over(WindowSpan(0, 500), kind=WindowKind.RESERVATION))
    told = machine.explain(cores(1))
    assert (told.verdict, told.at, told.cause) == (Verdict.FITS_LATER, 500, Cause.WINDOW)
    assert [(each.window, each.job_id, each.start, each.end) for each in told.blockers] == [("w", None, 0, 500)]
    assert told.levels[0].buckets[0].reason is VertexReason.WINDOW
    assert Hint(without_window="w") in told.hints
    assert machine.explain(cores(1), windows=["w"]).verdict is Verdict.FITS_NOW


def with_targets(**targets):
    return Window("w", WindowKind.MAINTENANCE, WindowTargets(**targets), WindowSpan(100, 200))


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (lambda g: g.set_window(over(WindowSpan(0, 1), "")), errors.InvalidArgumentError, "window.name"),
        (lambda g: g.set_window(over(WindowSpan(0, 1), kind=0)), errors.InvalidArgumentError, "window.kind"),
        (lambda g: g.set_window(with_targets()), errors.InvalidArgumentError, "window.targets"),
        (lambda g: g.set_window(with_targets(paths=["/x"])), errors.NotFoundError, "/x"),
        (lambda g: g.set_window(with_targets(jobspec="version: [\n")), errors.InvalidArgumentError, "jobspec"),
        (lambda g: g.set_window(over(None)), errors.InvalidArgumentError, "window.when"),
        (lambda g: g.set_window(over(WindowSpan(5, 5))), errors.InvalidArgumentError, "window.span.end"),
        (lambda g: g.set_window(over(FloatingLead(0))), errors.InvalidArgumentError, "window.floating_lead"),
        (
            lambda g: g.set_window(over(Recurrence("2027-01-01T00:00:00", 60, "FREQ=DAILY"))),
            errors.InvalidArgumentError,
            "window.recurrence",
        ),
        (lambda g: g.set_window(over(WindowSpan(15, 25))), errors.PreconditionError, "kept"),
        (lambda g: g.set_window(over(WindowSpan(0, 1)), reserved=OnConflict.TRUNCATE), errors.InvalidArgumentError, "reserved"),
        (lambda g: g.window("x"), errors.UnknownWindowError, "x"),
        (lambda g: g.drop_window("x"), errors.UnknownWindowError, "x"),
        (lambda g: g.server.graph("no").windows(), errors.UnknownGraphError, "no"),
        (lambda g: g.server.graph(g.name, incarnation="0" * 16).drop_window("kept"), errors.PreconditionError, ""),
    ],
)
def test_what_is_refused(machine, call, error, told):
    machine.set_window(over(WindowSpan(10, 20), "kept"))
    with pytest.raises(errors.FluxionError) as refused:
        call(machine)
    value = refused.value
    assert type(value) is error
    names = [each.field for each in value.violations] + [each.subject for each in value.preconditions]
    assert told in [*names, value.resource.name if value.resource else "", ""]
    assert [window.name for window in machine.windows()] == ["kept"]
