package fluxion

import (
	"context"
	"math"
	"time"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// Verdict is what a match would come to that may reserve.
type Verdict = pb.Verdict

// The verdicts. The zero value is not known: the budget was spent before.
const (
	// FitsNow starts now. Of a job: it has started.
	FitsNow Verdict = pb.Verdict_VERDICT_FITS_NOW
	// FitsLater starts at Explanation.At, as far as is booked.
	FitsLater Verdict = pb.Verdict_VERDICT_FITS_LATER
	// NotForeseen would fit an idle machine, but no time is known at which it starts.
	NotForeseen Verdict = pb.Verdict_VERDICT_NOT_FORESEEN
	// Never fits, not even an idle machine.
	Never Verdict = pb.Verdict_VERDICT_NEVER
)

// Cause is what keeps a jobspec from starting now: the first of these that does, each taken together with those before it.
type Cause = pb.Cause

// The causes. The zero value is none, or that it could not be found out.
const (
	// CauseShape is a graph without a place of this shape.
	CauseShape Cause = pb.Cause_CAUSE_SHAPE
	// CauseConstraint is a constraint that leaves none.
	CauseConstraint Cause = pb.Cause_CAUSE_CONSTRAINT
	// CauseDown is that what is up has none.
	CauseDown Cause = pb.Cause_CAUSE_DOWN
	// CauseWindow is that windows of the calendar which do not let it in leave too little.
	CauseWindow Cause = pb.Cause_CAUSE_WINDOW
	// CauseBusy is that allocations leave too little.
	CauseBusy Cause = pb.Cause_CAUSE_BUSY
	// CauseReserved is that reservations that begin before the request would end leave too little.
	CauseReserved Cause = pb.Cause_CAUSE_RESERVED
	// CauseFragmented is that allocations leave enough of everything, but not together.
	CauseFragmented Cause = pb.Cause_CAUSE_FRAGMENTED
	// CauseLimit is another rule of matching.
	CauseLimit Cause = pb.Cause_CAUSE_LIMIT
)

// Proof is how a cause is known.
type Proof = pb.Proof

// The proofs.
const (
	// ByCounts is that of some level fewer vertices could serve than are needed.
	ByCounts Proof = pb.Proof_PROOF_COUNTS
	// BySearch is that without the cause the matcher finds a place, and with it none.
	BySearch Proof = pb.Proof_PROOF_SEARCH
	// ByNothing is that the budget was spent before.
	ByNothing Proof = pb.Proof_PROOF_BUDGET
)

// VertexReason is why a vertex could not serve now: the first that applies, what is above it regarded.
type VertexReason = pb.VertexReason

// The reasons of vertices.
const (
	TooSmall      VertexReason = pb.VertexReason_VERTEX_REASON_TOO_SMALL
	NotPermitted  VertexReason = pb.VertexReason_VERTEX_REASON_CONSTRAINT
	VertexDown    VertexReason = pb.VertexReason_VERTEX_REASON_DOWN
	KeptByWindow  VertexReason = pb.VertexReason_VERTEX_REASON_WINDOW
	HeldByJob     VertexReason = pb.VertexReason_VERTEX_REASON_HELD
	ReservedByJob VertexReason = pb.VertexReason_VERTEX_REASON_RESERVED
	TooLittleFree VertexReason = pb.VertexReason_VERTEX_REASON_SHORT
	CouldServe    VertexReason = pb.VertexReason_VERTEX_REASON_FITS
)

// ExplainRequest says what is asked of a jobspec. All but Jobspec may be left out.
type ExplainRequest struct {
	// Jobspec is a jobspec (RFC 14 or RFC 25), as YAML or JSON.
	Jobspec string
	// Now is the time of the question. Under ClockSystem the graph takes its own, and any other than 0 is ErrInvalid.
	Now int64
	// Policy is as in MatchRequest.
	Policy string
	// Windows are reservations of the calendar that let it in, as in MatchRequest.
	Windows []string
	// NoHints leaves out changes with which it would fit now.
	NoHints bool
	// Examples is how many vertices are named of each reason; more than 16 are not.
	Examples uint32
	// MaxVisits is how many times vertices may be looked at in all, if that is less than the graph allows.
	MaxVisits uint64
	// WhyNot is a vertex of which it is told why it is not used; of several the first.
	WhyNot Target
	// Preempt asks which jobs would have to go so that the jobspec fits now.
	Preempt *Preempt
}

// Stays is the cost of a job that may not go.
const Stays uint64 = math.MaxUint64

// Preempt says which jobs may be told to go, and what that costs whoever asks. Nothing is taken from them.
type Preempt struct {
	// Costs are those of some jobs; Stays for one that may not go.
	Costs map[JobID]uint64
	// Others is the cost of every other job; Stays if none of them may go.
	Others uint64
}

func (p *Preempt) message() *pb.Preempt {
	if p == nil {
		return nil
	}
	out := &pb.Preempt{DefaultCost: cost(p.Others)}
	for job, each := range p.Costs {
		out.Costs = append(out.Costs, &pb.JobCost{JobId: uint64(job), Cost: cost(each)})
	}
	return out
}

func cost(cost uint64) *uint64 {
	if cost == Stays {
		return nil
	}
	return &cost
}

// Explanation is why a jobspec does not start now, or a job not earlier, when it does, and what would help.
type Explanation struct {
	Verdict Verdict
	// At is when it starts; for FitsNow and FitsLater.
	At    int64
	Cause Cause
	Proof Proof
	// Levels are what there is of each type that the jobspec asks for, in its order.
	Levels []Level
	// Blockers are the jobs that have now what the request gets later, the last to end first, at most 16; then windows that keep it, by name.
	Blockers []Blocker
	// Hints are changes with which the jobspec fits now. Each was tried.
	Hints []Hint
	// WhyNot is about the vertex that was asked about.
	WhyNot *WhyNot
	// Preemption is which jobs would have to go, if that was asked for.
	Preemption *Preemption
	// Sentence is all of it in a few words for people.
	Sentence string
	// Complete is whether everything was done, and told. If not, what is told is true all the same.
	Complete    bool
	Revision    uint64
	Incarnation string
	// Overhead is the time that the engine took.
	Overhead time.Duration
}

// Level is what there is of the type of one element of a jobspec.
type Level struct {
	// Element is which one, as `resources[0].with[1]`.
	Element, Type string
	// Needed is how many vertices the request needs at least; Total how many there are.
	Needed, Total uint64
	// Buckets are why they could not serve, or that they could. Their counts come to Total.
	Buckets []Bucket
	// Alternative is whether the request may do without.
	Alternative bool
}

// Bucket is the vertices of a level with one reason.
type Bucket struct {
	Reason VertexReason
	Count  uint64
	// Examples are the paths of some of them.
	Examples []string
	// FreeFrom is when the first of those that are held or reserved is free for long enough; 0 if that is not known.
	FreeFrom int64
	// Shortages are what those lack that are too small or have too little free.
	Shortages []Shortage
}

// Shortage is a type of which too little is below some vertices.
type Shortage struct {
	Type string
	// Needed are the units that are needed below each; MostFree the most that any of them has; Vertices how many lack it.
	Needed, MostFree, Vertices uint64
}

// Blocker is a job in the way, or a window.
type Blocker struct {
	JobID  JobID
	JobKey JobKey
	// Window is the name of a window; then there is no job.
	Window string
	// Start and End are as booked.
	Start, End int64
	// Vertices is how many it has of those that the request would get.
	Vertices uint64
	// Last is whether no other job in the way ends later.
	Last bool
}

// Hint is a change with which the jobspec fits now; one of these is set.
type Hint struct {
	// DurationAtMost is a duration of so many seconds.
	DurationAtMost int64
	// CountAtMost is so many of Element.
	CountAtMost uint64
	Element     string
	// WithoutConstraint is what is left out of the constraint: RFC 31, as JSON.
	WithoutConstraint string
	// BringUp is the path of a vertex that would have to be up.
	BringUp string
	// WithoutWindow is the name of a window that would have to be dropped.
	WithoutWindow string
}

// WhyNot is why one vertex is not used.
type WhyNot struct {
	Path string
	// Element is that whose type it has; empty if there is none.
	Element  string
	Reason   VertexReason
	FreeFrom int64
	// Used is whether the match would use it, now or later.
	Used bool
}

// PreemptionOutcome is what is known of the jobs that would have to go.
type PreemptionOutcome = pb.PreemptionOutcome

// The outcomes. The zero value is that nothing is known: the budget was spent before, or the jobspec can never run.
const (
	// GoingNeeded is that without these jobs the jobspec fits now, and that none of them could stay while the others go.
	GoingNeeded PreemptionOutcome = pb.PreemptionOutcome_PREEMPTION_OUTCOME_NEEDED
	// GoingEnough is that without these jobs it fits now; whether one of them could stay is not known.
	GoingEnough PreemptionOutcome = pb.PreemptionOutcome_PREEMPTION_OUTCOME_ENOUGH
	// GoingInVain is that it does not fit now even if all jobs go that may.
	GoingInVain PreemptionOutcome = pb.PreemptionOutcome_PREEMPTION_OUTCOME_IN_VAIN
)

// Preemption is which jobs would have to go so that a jobspec fits now.
type Preemption struct {
	Outcome PreemptionOutcome
	// Jobs are the cheapest first.
	Jobs      []PreemptedJob
	TotalCost uint64
}

// PreemptedJob is a job that would have to go.
type PreemptedJob struct {
	JobID  JobID
	JobKey JobKey
	Cost   uint64
}

// Explain tells why a jobspec does not start now, when it does, and what would help. It changes nothing, and that a jobspec
// does not fit is no error.
//
// Errors: ErrInvalid, ErrNotFound (there is no such graph, path or rank).
func (g *Graph) Explain(ctx context.Context, request ExplainRequest) (*Explanation, error) {
	return g.explain(ctx, &pb.ExplainRequest{
		Subject:      &pb.ExplainRequest_Jobspec{Jobspec: request.Jobspec},
		Now:          request.Now,
		Policy:       request.Policy,
		Windows:      request.Windows,
		Hints:        !request.NoHints,
		Examples:     request.Examples,
		BudgetVisits: request.MaxVisits,
		WhyNot:       aim(request.WhyNot),
		Preempt:      request.Preempt.message(),
	})
}

// ExplainJob tells when a job starts, and which jobs are in the way until then; now is as in ExplainRequest. A job that is not there is
// ErrNotFound.
func (g *Graph) ExplainJob(ctx context.Context, job JobReference, now int64) (*Explanation, error) {
	return g.explain(ctx, &pb.ExplainRequest{Subject: &pb.ExplainRequest_Job{Job: refer(job)}, Now: now})
}

func (g *Graph) explain(ctx context.Context, in *pb.ExplainRequest) (*Explanation, error) {
	in.Graph = g.name
	out, err := unary(ctx, g.client, g.what("explain"), g.client.insight.Explain, in)
	if err != nil {
		return nil, err
	}
	return explanation(out), nil
}

func explanation(out *pb.ExplainResponse) *Explanation {
	return &Explanation{
		Verdict:     out.GetVerdict(),
		At:          out.GetAt(),
		Cause:       out.GetCause(),
		Proof:       out.GetProof(),
		Levels:      each(out.GetLevels(), level),
		Blockers:    each(out.GetBlockers(), blocker),
		Hints:       each(out.GetHints(), hint),
		WhyNot:      whyNot(out.GetWhyNot()),
		Preemption:  preemption(out.GetPreemption()),
		Sentence:    out.GetSentence(),
		Complete:    out.GetComplete(),
		Revision:    out.GetRevision(),
		Incarnation: out.GetIncarnation(),
		Overhead:    seconds(out.GetSeconds()),
	}
}

// each reads a list; that of nothing is nil.
func each[In, Out any](list []In, read func(In) Out) []Out {
	var out []Out
	for _, in := range list {
		out = append(out, read(in))
	}
	return out
}

func level(in *pb.Level) Level {
	buckets := each(in.GetBuckets(), bucket)
	return Level{in.GetElement(), in.GetType(), in.GetNeeded(), in.GetTotal(), buckets, in.GetAlternative()}
}

func bucket(in *pb.Bucket) Bucket {
	shortages := each(in.GetShortages(), shortage)
	return Bucket{in.GetReason(), in.GetCount(), in.GetExamples(), in.GetFreeFrom(), shortages}
}

func shortage(in *pb.Shortage) Shortage {
	return Shortage{in.GetType(), in.GetNeeded(), in.GetMostFree(), in.GetVertices()}
}

func blocker(in *pb.Blocker) Blocker {
	job, key := JobID(in.GetJobId()), JobKey(in.GetJobKey())
	return Blocker{job, key, in.GetWindow(), in.GetStart(), in.GetEnd(), in.GetVertices(), in.GetLast()}
}

func hint(in *pb.Hint) Hint {
	constraint, path, window := in.GetWithoutConstraint(), in.GetBringUp(), in.GetWithoutWindow()
	return Hint{in.GetDurationAtMost(), in.GetCountAtMost(), in.GetElement(), constraint, path, window}
}

func whyNot(in *pb.WhyNot) *WhyNot {
	if in == nil {
		return nil
	}
	return &WhyNot{in.GetPath(), in.GetElement(), in.GetReason(), in.GetFreeFrom(), in.GetUsed()}
}

func preemption(in *pb.Preemption) *Preemption {
	if in == nil {
		return nil
	}
	job := func(in *pb.PreemptedJob) PreemptedJob {
		return PreemptedJob{JobID(in.GetJobId()), JobKey(in.GetJobKey()), in.GetCost()}
	}
	return &Preemption{in.GetOutcome(), each(in.GetJobs(), job), in.GetTotalCost()}
}
