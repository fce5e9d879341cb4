package fluxion_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
)

// explained is what is explained of a request.
func explained(t *testing.T, graph *fluxion.Graph, request fluxion.ExplainRequest) *fluxion.Explanation {
	t.Helper()
	told, err := graph.Explain(background, request)
	if err != nil {
		t.Fatal(err)
	}
	return told
}

func TestWhyAJobspecDoesNotFitNow(t *testing.T) {
	graph := served(t, 1, 3)
	mine := cores(2)
	mine.JobKey = "mine"
	take(t, graph, mine)
	fits := explained(t, graph, fluxion.ExplainRequest{Jobspec: want(1, "core")})
	equal(t, fits.Verdict, fluxion.FitsNow)
	equal(t, fits.Preemption == nil, true)
	busy := explained(t, graph, fluxion.ExplainRequest{
		Jobspec:  want(2, "core"),
		Examples: 1,
		WhyNot:   fluxion.Path("/cluster0/node0/core0"),
		Preempt:  &fluxion.Preempt{Others: 3},
	})
	equal(t, busy.Verdict, fluxion.FitsLater)
	equal(t, busy.Cause, fluxion.CauseBusy)
	equal(t, busy.Proof, fluxion.ByCounts)
	equal(t, busy.Complete, true)
	alike(t, busy.Blockers, []fluxion.Blocker{{JobID: 1, JobKey: "mine", End: busy.At, Vertices: 2, Last: true}})
	alike(t, busy.Levels, []fluxion.Level{{
		Element: "resources[0].with[0]", Type: "core", Needed: 2, Total: 3,
		Buckets: []fluxion.Bucket{
			{Reason: fluxion.HeldByJob, Count: 2, Examples: []string{"/cluster0/node0/core0"}, FreeFrom: busy.At},
			{Reason: fluxion.CouldServe, Count: 1, Examples: []string{"/cluster0/node0/core2"}},
		},
	}})
	alike(t, busy.Hints, []fluxion.Hint{{CountAtMost: 1, Element: "resources[0]"}})
	equal(t, *busy.WhyNot, fluxion.WhyNot{
		Path: "/cluster0/node0/core0", Element: "resources[0].with[0]", Reason: fluxion.HeldByJob, FreeFrom: busy.At, Used: true,
	})
	alike(t, *busy.Preemption, fluxion.Preemption{
		Outcome: fluxion.GoingNeeded, Jobs: []fluxion.PreemptedJob{{JobID: 1, JobKey: "mine", Cost: 3}}, TotalCost: 3,
	})
	if !strings.HasPrefix(busy.Sentence, "Needs 2 cores, 1 could serve: of 3, 2 are held until") {
		t.Error(busy.Sentence)
	}
	never := explained(t, graph, fluxion.ExplainRequest{Jobspec: want(4, "core"), NoHints: true})
	equal(t, never.Verdict, fluxion.Never)
	equal(t, len(never.Hints), 0)
}

func TestWhichJobsWouldHaveToGo(t *testing.T) {
	graph := served(t, 1, 3)
	for i := 0; i < 3; i++ {
		take(t, graph, cores(1))
	}
	ask := func(preempt fluxion.Preempt, slots int) fluxion.Preemption {
		request := fluxion.ExplainRequest{Jobspec: want(slots, "core"), NoHints: true, Preempt: &preempt}
		return *explained(t, graph, request).Preemption
	}
	job := func(id fluxion.JobID, cost uint64) fluxion.PreemptedJob {
		return fluxion.PreemptedJob{JobID: id, Cost: cost}
	}
	some := map[fluxion.JobID]uint64{1: 1, 3: 5}
	alike(t, ask(fluxion.Preempt{Costs: some, Others: 2}, 2), fluxion.Preemption{
		Outcome: fluxion.GoingNeeded, Jobs: []fluxion.PreemptedJob{job(1, 1), job(2, 2)}, TotalCost: 3,
	})
	alike(t, ask(fluxion.Preempt{Costs: some, Others: fluxion.Stays}, 2), fluxion.Preemption{
		Outcome: fluxion.GoingNeeded, Jobs: []fluxion.PreemptedJob{job(1, 1), job(3, 5)}, TotalCost: 6,
	})
	alike(t, ask(fluxion.Preempt{Costs: map[fluxion.JobID]uint64{2: fluxion.Stays}}, 3), fluxion.Preemption{Outcome: fluxion.GoingInVain})
}

func TestWhyAJobWaits(t *testing.T) {
	graph := served(t, 1, 2)
	take(t, graph, cores(2))
	next := take(t, graph, fluxion.MatchRequest{Jobspec: want(1, "core"), Operation: fluxion.AllocateOrElseReserve, JobKey: "next"})
	waits, err := graph.ExplainJob(background, fluxion.JobKey("next"), 0)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, waits.Verdict, fluxion.FitsLater)
	equal(t, waits.At, next.At)
	equal(t, waits.Blockers[0].JobID, 1)
	refused(t, []refusal{
		{"no job", failure(graph.ExplainJob(background, fluxion.JobID(9), 0)), fluxion.ErrNotFound, "job 9"},
		{"no path", failure(graph.Explain(background, fluxion.ExplainRequest{Jobspec: want(1, "core"), WhyNot: fluxion.Path("/x")})), fluxion.ErrNotFound, "path /x"},
		{"yaml", failure(graph.Explain(background, fluxion.ExplainRequest{Jobspec: "version: [\n"})), fluxion.ErrInvalid, "jobspec at "},
		{"no graph", failure(nowhere(t).Explain(background, fluxion.ExplainRequest{Jobspec: want(1, "core")})), fluxion.ErrNotFound, "graph nowhere"},
	})
}

func TestARefusedMatchTellsWhy(t *testing.T) {
	graph := served(t, 1, 2)
	take(t, graph, cores(2))
	request := cores(1)
	request.Explain = true
	why := func(err error) *fluxion.Explanation {
		var refused *fluxion.Error
		if !errors.As(err, &refused) {
			t.Fatal(err)
		}
		return refused.Explanation
	}
	_, err := graph.Match(background, request)
	if !errors.Is(err, fluxion.ErrExhausted) {
		t.Fatal(err)
	}
	equal(t, why(err).Verdict, fluxion.FitsLater)
	equal(t, why(err).Blockers[0].JobID, fluxion.JobID(1))
	results, err := graph.MatchAll(background, []fluxion.MatchRequest{request, cores(1)})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, why(results[0].Err).Cause, fluxion.CauseBusy)
	equal(t, why(results[1].Err) == nil, true)
}
