package fluxion

import (
	"context"
	"time"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// Operation is what a match is for. The zero value is Allocate.
type Operation = pb.MatchOperation

// The operations of a match.
const (
	// Allocate books now, or not at all.
	Allocate Operation = pb.MatchOperation_MATCH_OPERATION_ALLOCATE
	// AllocateOrElseReserve books now, or from the earliest later time at which it fits.
	AllocateOrElseReserve Operation = pb.MatchOperation_MATCH_OPERATION_ALLOCATE_ORELSE_RESERVE
	// AllocateWithSatisfiability books now; the failure tells whether it could ever run.
	AllocateWithSatisfiability Operation = pb.MatchOperation_MATCH_OPERATION_ALLOCATE_WITH_SATISFIABILITY
	// Satisfiability tells whether it could ever run; books nothing.
	Satisfiability Operation = pb.MatchOperation_MATCH_OPERATION_SATISFIABILITY
	// WithoutAllocating tells what Allocate would choose; books nothing.
	WithoutAllocating Operation = pb.MatchOperation_MATCH_OPERATION_WITHOUT_ALLOCATING
	// WithoutAllocatingFuture tells what AllocateOrElseReserve would choose; books nothing.
	WithoutAllocatingFuture Operation = pb.MatchOperation_MATCH_OPERATION_WITHOUT_ALLOCATING_FUTURE
)

// Outcome is how a match succeeded.
type Outcome = pb.MatchOutcome

// The outcomes of a match.
const (
	// Allocated is booked from now.
	Allocated Outcome = pb.MatchOutcome_MATCH_OUTCOME_ALLOCATED
	// Reserved is booked from a later time.
	Reserved Outcome = pb.MatchOutcome_MATCH_OUTCOME_RESERVED
	// Matched is found, and nothing booked.
	Matched Outcome = pb.MatchOutcome_MATCH_OUTCOME_MATCHED
	// Satisfiable could run; nothing is chosen.
	Satisfiable Outcome = pb.MatchOutcome_MATCH_OUTCOME_SATISFIABLE
)

// MatchRequest says what to find, and whether to book it. All but Jobspec may be left out.
type MatchRequest struct {
	// Jobspec is a jobspec (RFC 14 or RFC 25), as YAML or JSON.
	Jobspec   string
	Operation Operation
	// Format is that of Match.Resources.
	Format ResourceFormat
	// Now is the time of the match. Under ClockSystem the graph takes its own, and any other than 0 is ErrInvalid.
	Now int64
	// Windows are reservations of the calendar that let it in, by name; at most 64. One that is not there is ErrNotFound.
	Windows []string
	// InsideWindows takes nothing but what lies in one of these windows, during its time.
	InsideWindows bool
	// JobKey is a name for the job by which it is found again, at most 128 bytes; unique among the live jobs
	// of the graph.
	JobKey JobKey
	// RequestKey makes it safe to repeat the request.
	RequestKey RequestKey
	// Policy is that of this match, as in GraphOptions. The first match by another than that of the graph costs
	// time in proportion to the size of the graph; the four that were asked for last are remembered.
	Policy string
	// MaxVisits is how many times the search may look at vertices, if that is less than the graph allows.
	MaxVisits uint64
	// Explain asks a refusal because nothing fits to say why: Error.Explanation.
	Explain bool
}

func (r MatchRequest) message(graph *Graph) *pb.MatchRequest {
	return &pb.MatchRequest{
		Graph:          graph.name,
		Incarnation:    graph.incarnation,
		Operation:      r.Operation,
		Jobspec:        r.Jobspec,
		ResourceFormat: r.Format,
		Now:            r.Now,
		Windows:        r.Windows,
		InsideWindows:  r.InsideWindows,
		JobKey:         string(r.JobKey),
		RequestKey:     string(r.RequestKey),
		Policy:         r.Policy,
		MaxVisits:      r.MaxVisits,
		Explain:        r.Explain,
	}
}

// Match is what a match found.
type Match struct {
	// JobID is the job that was made; 0 if nothing was booked.
	JobID   JobID
	Outcome Outcome
	// At is when the job starts.
	At int64
	// Resources are what was chosen; empty for Satisfiability.
	Resources   ResourceSet
	Revision    uint64
	Incarnation string
	// Overhead is the time that the engine took.
	Overhead time.Duration
}

func match(out *pb.MatchResponse) *Match {
	return &Match{
		JobID:       JobID(out.GetJobId()),
		Outcome:     out.GetOutcome(),
		At:          out.GetAt(),
		Resources:   resourceSet(out.GetResources()),
		Revision:    out.GetRevision(),
		Incarnation: out.GetIncarnation(),
		Overhead:    seconds(out.GetOverhead()),
	}
}

// Match finds resources for a jobspec and, as the operation says, books them for a new job. If ctx ends
// before the answer was sent, the booking is undone, unless the request has a key.
//
// Errors: ErrExhausted (not now; Error.RetryAfter), ErrUnsatisfiable (never), ErrExists (a live job has this
// JobKey), ErrInvalid.
func (g *Graph) Match(ctx context.Context, request MatchRequest) (*Match, error) {
	out, err := unary(ctx, g.client, g.what("match"), g.client.jobs.Match, request.message(g))
	if err != nil {
		return nil, err
	}
	return match(out), nil
}
