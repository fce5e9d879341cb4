package fluxion_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
)

// timed is a graph named after the test that goes by the clock of the server, with a node of so many cores.
func timed(t *testing.T, cores int, expiry fluxion.Expiry) *fluxion.Graph {
	t.Helper()
	graph := connect(t).Graph(t.Name())
	options := fluxion.GraphOptions{Clock: fluxion.ClockSystem, Expiry: expiry}
	text := strings.NewReader(cluster(1, cores))
	made, err := graph.Create(background, text, fluxion.CreateOptions{Replace: true, GraphOptions: options})
	ok(t, err)
	equal(t, made.Options.Clock, fluxion.ClockSystem)
	equal(t, made.Options.Expiry, expiry)
	return graph
}

// comes asks for a job until it is as expected.
func comes(t *testing.T, graph *fluxion.Graph, id fluxion.JobID, expected func(fluxion.Job) bool) fluxion.Job {
	t.Helper()
	ctx, cancel := context.WithTimeout(background, 30*time.Second)
	defer cancel()
	for {
		job, err := graph.Job(ctx, id)
		ok(t, err)
		if expected(job) {
			return job
		}
	}
}

// forSeconds asks for cores now or later, for so many seconds.
func forSeconds(duration, slots int) fluxion.MatchRequest {
	return fluxion.MatchRequest{Jobspec: wantFor(duration, slots, "core"), Operation: fluxion.AllocateOrElseReserve}
}

func TestTheServerSaysWhatTimeItIs(t *testing.T) {
	graph := timed(t, 1, fluxion.ExpiryRelease)
	told, err := graph.Time(background)
	ok(t, err)
	equal(t, told.Clock, fluxion.ClockSystem)
	if off := time.Since(time.Unix(told.Now, 0)); off < -time.Minute || off > time.Minute {
		t.Errorf("the time of the graph is off by %v", off)
	}
	equal(t, told.Revision, 1)
	equal(t, told.Incarnation, incarnation(t, graph))
	request := cores(1)
	request.Now = 5
	fails(t, failure(graph.Match(background, request)), fluxion.ErrInvalid, "now")
	request.Now = 0
	equal(t, take(t, graph, request).At >= told.Now, true)
}

func TestTheClientsSayWhatTimeItIs(t *testing.T) {
	graph := served(t, 1, 1)
	told, err := graph.Time(background)
	ok(t, err)
	equal(t, told, fluxion.GraphTime{Clock: fluxion.ClockManual, Now: 0, Revision: 1, Incarnation: incarnation(t, graph)})
	fails(t, failure(nowhere(t).Time(background)), fluxion.ErrNotFound, "graph nowhere")
	_, err = graph.Create(background, strings.NewReader(cluster(1, 1)), fluxion.CreateOptions{
		Replace: true, GraphOptions: fluxion.GraphOptions{Clock: fluxion.ClockManual, Expiry: fluxion.ExpiryRelease},
	})
	fails(t, err, fluxion.ErrInvalid, "header.options.expiry")
}

func TestAJobEndsByItself(t *testing.T) {
	graph := timed(t, 1, fluxion.ExpiryRelease)
	id := take(t, graph, forSeconds(1, 1)).JobID
	job := comes(t, graph, id, func(job fluxion.Job) bool { return job.State == fluxion.JobEnded })
	equal(t, job.End-job.Start, 1)
	equal(t, job.Resources, fluxion.ResourceSet{})
	stats, err := graph.Stats(background)
	ok(t, err)
	equal(t, stats.Ended, 1)
	equal(t, stats.Allocated, 0)
	ended, err := graph.Jobs(background, fluxion.JobFilter{States: []fluxion.JobState{fluxion.JobEnded}}).All()
	ok(t, err)
	alike(t, ended, []fluxion.Job{job})
	gone := fmt.Sprintf("job %d", id)
	refused(t, []refusal{
		{"cancel", failure(graph.Cancel(background, id)), fluxion.ErrNotFound, gone},
		{"retime", failure(graph.Retime(background, id, fluxion.LaterBy(1))), fluxion.ErrNotFound, gone},
	})
}

// oneAfterTheOther books the only core for a job, and reserves it for another from the end of the first on. On a machine
// so slow that the first has overrun before the other is asked for, the first is given longer.
func oneAfterTheOther(t *testing.T, graph *fluxion.Graph) (first, second *fluxion.Match) {
	t.Helper()
	for duration := 1; duration <= 16; duration *= 2 {
		first = take(t, graph, forSeconds(duration, 1))
		second, err := graph.Match(background, forSeconds(60, 1))
		if !errors.Is(err, fluxion.ErrExhausted) {
			ok(t, err)
			return first, second
		}
		ok(t, failure(graph.Cancel(background, first.JobID)))
	}
	t.Fatal("the reservation always came too late")
	return nil, nil
}

func TestAJobThatOverrunsHoldsUpAReservation(t *testing.T) {
	graph := timed(t, 1, fluxion.ExpiryHold)
	first, second := oneAfterTheOther(t, graph)
	equal(t, second.Outcome, fluxion.Reserved)
	waits := comes(t, graph, second.JobID, func(job fluxion.Job) bool { return job.HeldUpBy != nil })
	equal(t, waits.State, fluxion.JobReserved)
	equal(t, waits.HeldUpBy.JobID, first.JobID)
	late, err := graph.Job(background, first.JobID)
	ok(t, err)
	equal(t, late.Overruns, true)
	alike(t, late.HoldsUp, []fluxion.JobID{second.JobID})
	ok(t, failure(graph.Cancel(background, first.JobID)))
	begun := comes(t, graph, second.JobID, func(job fluxion.Job) bool { return job.State == fluxion.JobAllocated })
	equal(t, begun.HeldUpBy, nil)
}

func TestAJobEndsAtAnotherTime(t *testing.T) {
	graph := served(t, 1, 1)
	request := forSeconds(100, 1)
	request.Now = 50
	id := take(t, graph, request).JobID
	for i, row := range []struct {
		end      fluxion.NewEnd
		expected int64
	}{
		{fluxion.EndAt(120), 120},
		{fluxion.EndAfter(40), 90},
		{fluxion.LaterBy(60), 150},
		{fluxion.LaterBy(-30), 120},
	} {
		retimed, err := graph.Retime(background, id, row.end)
		ok(t, err)
		equal(t, retimed, fluxion.Retimed{
			JobID: id, Start: 50, End: row.expected, Revision: uint64(3 + i), Incarnation: incarnation(t, graph),
		})
		job, err := graph.Job(background, id)
		ok(t, err)
		equal(t, job.End, row.expected)
	}
}

func TestARequestKeyMakesARetimeSafeToRepeat(t *testing.T) {
	graph := served(t, 1, 1)
	id := take(t, graph, forSeconds(100, 1)).JobID
	for i := 0; i < 2; i++ {
		retimed, err := graph.Retime(background, id, fluxion.LaterBy(10), fluxion.RequestKey("once"))
		ok(t, err)
		equal(t, retimed.End, 110)
	}
}

func TestAJobThatCannotEndAtAnotherTime(t *testing.T) {
	graph := served(t, 1, 1)
	first, second := take(t, graph, forSeconds(100, 1)).JobID, take(t, graph, forSeconds(100, 1))
	equal(t, second.At, 100)
	met := fmt.Sprintf("MEETS_JOB %d", second.JobID)
	retime := func(job fluxion.JobReference, end fluxion.NewEnd) error {
		return failure(graph.Retime(background, job, end))
	}
	ended, cancel := context.WithCancel(background)
	cancel()
	other := graph.WithIncarnation("0123456789abcdef")
	refused(t, []refusal{
		{"met", retime(first, fluxion.EndAt(101)), fluxion.ErrPrecondition, met},
		{"met, after", retime(first, fluxion.EndAfter(101)), fluxion.ErrPrecondition, met},
		{"met, later", retime(first, fluxion.LaterBy(1)), fluxion.ErrPrecondition, met},
		{"at its start", retime(first, fluxion.EndAt(0)), fluxion.ErrInvalid, "new_end"},
		{"before its start", retime(first, fluxion.EndAfter(-1)), fluxion.ErrInvalid, "new_end"},
		{"no end", retime(first, nil), fluxion.ErrInvalid, "new_end"},
		{"no job", retime(nil, fluxion.EndAt(1)), fluxion.ErrInvalid, "job"},
		{"not there", retime(fluxion.JobKey("x"), fluxion.EndAt(1)), fluxion.ErrNotFound, "job x"},
		{"no graph", failure(nowhere(t).Retime(background, first, fluxion.EndAt(1))), fluxion.ErrNotFound, "graph nowhere"},
		{"other load", failure(other.Retime(background, first, fluxion.EndAt(1))), fluxion.ErrPrecondition, "OTHER_INCARNATION"},
		{"cancelled", failure(graph.Retime(ended, first, fluxion.EndAt(1))), context.Canceled, ""},
	})
}
