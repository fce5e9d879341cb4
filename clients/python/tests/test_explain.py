"""Explanations, by both clients, against the real server. The machine has 4 sockets with 18 cores each."""

import pickle

import pytest

from fluxion import (
    Cause,
    MatchRequest,
    Operation,
    Preempt,
    PreemptionOutcome,
    Proof,
    Verdict,
    VertexReason,
    errors,
)
from fluxion.explanations import Blocker, Bucket, Hint, PreemptedJob, Preemption, WhyNot

CORES = """
version: 1
resources: [{type: slot, count: %d, label: default, with: [{type: core, count: 1}]}]
tasks: [{command: [app], slot: default, count: {per_slot: 1}}]
attributes: {system: {duration: 60}}
"""

CORE = "/tiny0/rack0/node0/socket0/core0"


def test_why_a_jobspec_does_not_fit_now(machine):
    machine.match(CORES % 71, job_key="mine")
    assert machine.explain(CORES % 1).verdict is Verdict.FITS_NOW
    told = machine.explain(CORES % 2, examples=1, why_not=CORE, preempt=Preempt({1: 7}))
    assert (told.verdict, told.at, told.cause, told.proof) == (Verdict.FITS_LATER, 60, Cause.BUSY, Proof.COUNTS)
    assert (told.complete, told.revision, str(told.verdict)) == (True, 2, "fits_later")
    (level,) = told.levels
    assert (level.element, level.type, level.needed, level.total) == ("resources[0].with[0]", "core", 2, 72)
    held, fits = level.buckets
    assert held == Bucket(VertexReason.HELD, 71, (CORE,), 60)
    assert (fits.reason, fits.count, fits.free_from) == (VertexReason.FITS, 1, None)
    assert told.blockers == (Blocker(1, "mine", 0, 60, told.blockers[0].vertices, True),)
    assert told.hints == (Hint(count_at_most=1, element="resources[0]"),)
    assert told.why_not == WhyNot(CORE, "resources[0].with[0]", VertexReason.HELD, 60, True)
    assert told.preemption == Preemption(PreemptionOutcome.NEEDED, (PreemptedJob(1, "mine", 7),), 7)
    assert told.sentence.startswith("Needs 2 cores, 1 could serve: of 72, 71 are held until 60")
    never = machine.explain(CORES % 73, hints=False)
    assert (never.verdict, never.at, never.hints, never.preemption) == (Verdict.NEVER, None, (), None)


@pytest.mark.parametrize(
    ("preempt", "slots", "outcome", "gone"),
    [
        (Preempt({1: 1, 3: 5}, 2), 48, PreemptionOutcome.NEEDED, [(1, 1), (2, 2)]),
        (Preempt({1: 1, 3: 5}, None), 48, PreemptionOutcome.NEEDED, [(1, 1), (3, 5)]),
        (Preempt(), 24, PreemptionOutcome.NEEDED, [(3, 1)]),
        (Preempt({2: None}), 72, PreemptionOutcome.IN_VAIN, []),
    ],
)
def test_which_jobs_would_have_to_go(machine, preempt, slots, outcome, gone):
    list(machine.match_many([CORES % 24] * 3))
    told = machine.explain(CORES % slots, hints=False, preempt=preempt).preemption
    assert (told.outcome, [(job.job_id, job.cost) for job in told.jobs]) == (outcome, gone)
    assert told.total_cost == sum(cost for _, cost in gone)


def test_why_a_job_waits(machine):
    machine.match(CORES % 72)
    machine.match(CORES % 1, Operation.ALLOCATE_ORELSE_RESERVE, job_key="next")
    for told in (machine.explain_job(2), machine.explain_job(key="next")):
        assert (told.verdict, told.at, [each.job_id for each in told.blockers]) == (Verdict.FITS_LATER, 60, [1])
    assert machine.explain_job(1).verdict is Verdict.FITS_NOW
    with pytest.raises(errors.UnknownJobError):
        machine.explain_job(9)
    with pytest.raises(errors.NotFoundError):
        machine.explain(CORES % 1, why_not="/x")


def test_a_refused_match_tells_why(machine):
    machine.match(CORES % 72)
    with pytest.raises(errors.NotPossibleNowError) as caught:
        machine.match(CORES % 1, explain=True)
    why = caught.value.explanation
    assert (why.verdict, why.at, why.blockers[0].job_id, caught.value.retry_delay) == (Verdict.FITS_LATER, 60, 1, 1.0)
    assert pickle.loads(pickle.dumps(caught.value)).explanation == why
    explained, plain = machine.match_many([MatchRequest(CORES % 1, explain=True), CORES % 1])
    assert (explained.error().explanation.cause, plain.error().explanation) == (Cause.BUSY, None)
    with pytest.raises(errors.NeverPossibleError) as caught:
        machine.match(CORES % 73, Operation.SATISFIABILITY, explain=True)
    assert caught.value.explanation.verdict is Verdict.NEVER
