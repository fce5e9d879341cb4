package fluxion_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
)

func TestEveryOperationSaysWhatItDid(t *testing.T) {
	graph := served(t, 1, 2)
	for _, row := range []struct {
		operation fluxion.Operation
		job       fluxion.JobID
		outcome   fluxion.Outcome
		at        int64
	}{
		{fluxion.Satisfiability, 0, fluxion.Satisfiable, 0},
		{fluxion.WithoutAllocating, 0, fluxion.Matched, 0},
		{fluxion.Allocate, 1, fluxion.Allocated, 0},
		{fluxion.WithoutAllocatingFuture, 0, fluxion.Matched, 3600},
		{fluxion.AllocateOrElseReserve, 2, fluxion.Reserved, 3600},
	} {
		t.Run(row.operation.String(), func(t *testing.T) {
			found := take(t, graph, fluxion.MatchRequest{Jobspec: want(2, "core"), Operation: row.operation})
			equal(t, found.JobID, row.job)
			equal(t, found.Outcome, row.outcome)
			equal(t, found.At, row.at)
			equal(t, found.Resources == fluxion.ResourceSet{}, row.operation == fluxion.Satisfiability)
		})
	}
	match := func(operation fluxion.Operation, slots int) error {
		return failure(graph.Match(background, fluxion.MatchRequest{Jobspec: want(slots, "core"), Operation: operation}))
	}
	refused(t, []refusal{
		{"busy", match(fluxion.Allocate, 1), fluxion.ErrExhausted, "retry in 1s"},
		{"busy, not never", match(fluxion.AllocateWithSatisfiability, 1), fluxion.ErrExhausted, "retry in 1s"},
		{"never", match(fluxion.AllocateWithSatisfiability, 3), fluxion.ErrUnsatisfiable, "never"},
		{"unsatisfiable", match(fluxion.Satisfiability, 3), fluxion.ErrUnsatisfiable, "never"},
	})
}

func TestAMatchInEveryFormat(t *testing.T) {
	graph := served(t, 1, 9)
	for format, text := range map[fluxion.ResourceFormat]string{
		0:                    `"nodes"`,
		fluxion.Simple:       "core",
		fluxion.PrettySimple: "core",
		fluxion.JGF:          `"nodes"`,
		fluxion.JGFShorthand: `"nodes"`,
		fluxion.JGFFull:      `"nodes"`,
		fluxion.RLite:        `"rank"`,
		fluxion.RV1:          `"scheduling"`,
		fluxion.RV1NoSched:   `"R_lite"`,
		fluxion.RV1Shorthand: `"scheduling"`,
	} {
		request := cores(1)
		request.Format, request.Operation = format, fluxion.WithoutAllocating
		found := take(t, graph, request)
		expected := format
		if format == 0 {
			expected = fluxion.JGF
		}
		equal(t, found.Resources.Format, expected)
		if !strings.Contains(found.Resources.Text, text) {
			t.Errorf("%v: %s", format, found.Resources.Text)
		}
	}
}

func TestAMatchByAnotherPolicyAtAnotherTime(t *testing.T) {
	graph := served(t, 1, 3)
	for policy, core := range map[string]string{"": "core0", "low": "core0", "high": "core2", "policy=high": "core2"} {
		request := cores(1)
		request.Policy, request.Now = policy, 7
		request.Format, request.Operation = fluxion.Simple, fluxion.WithoutAllocating
		found := take(t, graph, request)
		equal(t, found.At, 7)
		if !strings.Contains(found.Resources.Text, core+"[") {
			t.Errorf("%q chose %s", policy, found.Resources.Text)
		}
	}
}

func TestAMatchThatCannotBeUsed(t *testing.T) {
	graph := served(t, 1, 2)
	ended, cancel := context.WithCancel(background)
	cancel()
	mine := cores(1)
	mine.JobKey = "mine"
	take(t, graph, mine)
	match := func(change func(*fluxion.MatchRequest)) error {
		request := cores(1)
		change(&request)
		return failure(graph.Match(background, request))
	}
	long := strings.Repeat("k", 129)
	refused(t, []refusal{
		{"yaml", match(func(r *fluxion.MatchRequest) { r.Jobspec = "version: [\n" }), fluxion.ErrInvalid, "jobspec at "},
		{"type", match(func(r *fluxion.MatchRequest) { r.Jobspec = want(1, "warp_core") }), fluxion.ErrInvalid, "jobspec at 3:"},
		{"operation", match(func(r *fluxion.MatchRequest) { r.Operation = 99 }), fluxion.ErrInvalid, "operation"},
		{"format", match(func(r *fluxion.MatchRequest) { r.Format = 99 }), fluxion.ErrInvalid, "resource_format"},
		{"now", match(func(r *fluxion.MatchRequest) { r.Now = -1 }), fluxion.ErrInvalid, "now"},
		{"job key", match(func(r *fluxion.MatchRequest) { r.JobKey = fluxion.JobKey(long) }), fluxion.ErrInvalid, "job_key"},
		{"request key", match(func(r *fluxion.MatchRequest) { r.RequestKey = fluxion.RequestKey(long) }), fluxion.ErrInvalid, "request_key"},
		{"policy", match(func(r *fluxion.MatchRequest) { r.Policy = "best" }), fluxion.ErrInvalid, "policy"},
		{"visits", match(func(r *fluxion.MatchRequest) { r.MaxVisits = 1 }), fluxion.ErrExhausted, " visits"},
		{"live job key", match(func(r *fluxion.MatchRequest) { r.JobKey = "mine" }), fluxion.ErrExists, "job mine"},
		{"no graph", failure(nowhere(t).Match(background, cores(1))), fluxion.ErrNotFound, "graph nowhere"},
		{"cancelled", failure(graph.Match(ended, cores(1))), context.Canceled, ""},
	})
}

func TestARequestKeyMakesARepeatSafe(t *testing.T) {
	graph := served(t, 1, 2)
	request := cores(1)
	request.RequestKey = "once"
	first, second := take(t, graph, request), take(t, graph, request)
	equal(t, *first, *second)
	request.Jobspec = want(2, "core")
	fails(t, failure(graph.Match(background, request)), fluxion.ErrInvalid, "request_key")
}

func TestManyMatchesAreAnsweredInOrder(t *testing.T) {
	graph := served(t, 10, 10)
	var requests []fluxion.MatchRequest
	for i := 0; i < 150; i++ {
		requests = append(requests, cores(1))
	}
	requests[3].Jobspec = "version: 1"
	results, err := graph.MatchAll(background, requests)
	ok(t, err)
	equal(t, len(results), 150)
	fails(t, results[3].Err, fluxion.ErrInvalid, "resource")
	fails(t, results[149].Err, fluxion.ErrExhausted, "free now")
	last := fluxion.JobID(0)
	for i, result := range results[:101] {
		if i == 3 {
			continue
		}
		ok(t, result.Err)
		equal(t, result.Match.JobID > last, true)
		last = result.Match.JobID
	}
}

func TestAFailureOfManyIsThatOfASingleMatch(t *testing.T) {
	graph := served(t, 1, 1)
	ok(t, failure(graph.Match(background, cores(1))))
	wrong := fluxion.MatchRequest{Jobspec: "version: 1"}
	results, err := graph.MatchAll(background, []fluxion.MatchRequest{cores(1), wrong})
	ok(t, err)
	fails(t, results[0].Err, fluxion.ErrExhausted, "retry in 1s")
	for i, request := range []fluxion.MatchRequest{cores(1), wrong} {
		var many, single *fluxion.Error
		equal(t, errors.As(results[i].Err, &many), true)
		equal(t, errors.As(failure(graph.Match(background, request)), &single), true)
		equal(t, told(many), told(single))
		equal(t, proto.Equal(many.GRPCStatus().Proto(), single.GRPCStatus().Proto()), true)
	}
}

func TestAStreamOfMatches(t *testing.T) {
	graph := served(t, 1, 2)
	stream, err := graph.MatchMany(background)
	ok(t, err)
	defer stream.Close()
	for id := fluxion.JobID(1); id <= 2; id++ {
		ok(t, stream.Send(cores(1)))
		result, err := stream.Recv()
		ok(t, err)
		ok(t, result.Err)
		equal(t, result.Match.JobID, id)
	}
	ok(t, stream.CloseSend())
	if _, err := stream.Recv(); err != io.EOF {
		t.Errorf("got %v", err)
	}
	results, err := graph.MatchAll(background, nil)
	ok(t, err)
	equal(t, len(results), 0)
}

func TestAStreamThatBreaks(t *testing.T) {
	_, err := nowhere(t).MatchAll(background, []fluxion.MatchRequest{cores(1), cores(1)})
	fails(t, err, fluxion.ErrNotFound, "graph nowhere")
	graph := served(t, 1, 1)
	ctx, cancel := context.WithCancel(background)
	stream, err := graph.MatchMany(ctx)
	ok(t, err)
	cancel()
	fails(t, failure(stream.Recv()), context.Canceled, "")
	if err := stream.Send(cores(1)); !errors.Is(err, io.EOF) && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	closed, err := graph.MatchMany(background)
	ok(t, err)
	closed.Close()
	fails(t, failure(closed.Recv()), context.Canceled, "")
}
