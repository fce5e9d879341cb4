package fluxion

import (
	"context"
	"math"
	"time"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// JobState is where a job stands.
type JobState = pb.JobState

// The states of a job.
const (
	// JobAllocated holds its resources from the time at which it was matched.
	JobAllocated JobState = pb.JobState_JOB_STATE_ALLOCATED
	// JobReserved holds its resources from a later time.
	JobReserved JobState = pb.JobState_JOB_STATE_RESERVED
	// JobCanceled holds nothing any more.
	JobCanceled JobState = pb.JobState_JOB_STATE_CANCELED
	// JobEnded holds nothing any more, as its time was over (ExpiryRelease).
	JobEnded JobState = pb.JobState_JOB_STATE_ENDED
)

// Job is a job on a graph.
type Job struct {
	ID    JobID
	Key   JobKey
	State JobState
	// Start and End are from when to when; End is not part of it.
	Start, End int64
	// Resources are what the job holds, in the format of the graph. Graph.Job alone fills them in, for live
	// jobs.
	Resources ResourceSet
	// Unconfirmed is there as long as nobody has named the job since a match booked it: its client may never
	// have heard of it.
	Unconfirmed *Unconfirmed
	// BookedAt and EndedAt are when the job was booked and when it ended, on the clock of the service; zero if that
	// is not known. Graph.Jobs alone fills them in, where the filter asks for a history.
	BookedAt, EndedAt time.Time
	// HeldUpBy is what keeps a reservation from beginning although its time has come; nil if nothing does.
	HeldUpBy *HeldUpBy
	// Overruns is whether an allocation still holds what it has although its time is over.
	Overruns bool
	// HoldsUp are the reservations that wait for it, the one first that was to begin first; of many the first 100.
	HoldsUp []JobID
}

// HeldUpBy is what keeps a reservation from beginning although its time has come.
type HeldUpBy struct {
	// JobID is a job that has something of it; 0 if that is down instead.
	JobID JobID
}

func heldUpBy(out *pb.HeldUpBy) *HeldUpBy {
	if out == nil {
		return nil
	}
	return &HeldUpBy{JobID(out.GetJobId())}
}

func jobIDs(numbers []uint64) []JobID {
	var ids []JobID
	for _, number := range numbers {
		ids = append(ids, JobID(number))
	}
	return ids
}

// Unconfirmed is how a job was booked that nobody has named since.
type Unconfirmed struct {
	// Since is how long ago that was.
	Since time.Duration
	// RequestKey is that of the match.
	RequestKey RequestKey
	// Held is what the job has for itself: vertices by type, without what lies below them. Graph.Jobs alone
	// fills it in, where the filter asks for unconfirmed jobs.
	Held map[string]uint64
}

func unconfirmed(out *pb.Unconfirmed) *Unconfirmed {
	if out == nil {
		return nil
	}
	return &Unconfirmed{seconds(out.GetSeconds()), RequestKey(out.GetRequestKey()), out.GetHeld()}
}

// moment is a time that the service told in seconds since 1970.
func moment(seconds *float64) time.Time {
	if seconds == nil {
		return time.Time{}
	}
	return time.UnixMicro(int64(math.Round(*seconds * 1e6)))
}

func job(out *pb.Job) Job {
	if out == nil {
		return Job{}
	}
	return Job{
		ID:          JobID(out.GetJobId()),
		Key:         JobKey(out.GetJobKey()),
		State:       out.GetState(),
		Start:       out.GetStart(),
		End:         out.GetEnd(),
		Resources:   resourceSet(out.GetResources()),
		Unconfirmed: unconfirmed(out.GetUnconfirmed()),
		BookedAt:    moment(out.BookedAt),
		EndedAt:     moment(out.EndedAt),
		HeldUpBy:    heldUpBy(out.GetHeldUpBy()),
		Overruns:    out.GetOverruns(),
		HoldsUp:     jobIDs(out.GetHoldsUp()),
	}
}

// Job is one job, by number or key. One that is not there is ErrNotFound.
func (g *Graph) Job(ctx context.Context, reference JobReference) (Job, error) {
	in := &pb.GetJobRequest{Graph: g.name, Job: refer(reference)}
	out, err := unary(ctx, g.client, g.what("get job"), g.client.jobs.GetJob, in)
	return job(out), err
}

// JobFilter says which jobs Graph.Jobs lists.
type JobFilter struct {
	// States are those of the jobs; any if empty.
	States []JobState
	// PageSize is how many come with one call to the service: 100 if 0, at most 1,000.
	PageSize uint32
	// Unconfirmed means only jobs that hold resources and that nobody has named since a match booked them.
	Unconfirmed bool
	// History means the jobs to which something happened within a range of time, also when the graph has forgotten
	// them since, as far as the service keeps its history; without one it answers ErrPrecondition. A Graph with
	// an incarnation means that load of the graph, also when it is gone.
	History *HistoryRange
}

// HistoryRange is a range of time on the clock of the service.
type HistoryRange struct {
	// Since is from when; from the beginning if zero.
	Since time.Time
	// Until is until when, which is not part of it; until now if zero.
	Until time.Time
}

func (r *HistoryRange) message() *pb.HistoryRange {
	if r == nil {
		return nil
	}
	seconds := func(at time.Time) *float64 {
		if at.IsZero() {
			return nil
		}
		seconds := float64(at.UnixMicro()) / 1e6
		return &seconds
	}
	return &pb.HistoryRange{Since: seconds(r.Since), Until: seconds(r.Until)}
}

// JobIterator goes through jobs by number, ascending. It is for one goroutine.
//
//	jobs := graph.Jobs(ctx, fluxion.JobFilter{})
//	for jobs.Next() {
//		fmt.Println(jobs.Job().ID)
//	}
//	if err := jobs.Err(); err != nil {
type JobIterator struct {
	ctx     context.Context
	graph   *Graph
	in      *pb.ListJobsRequest
	page    []*pb.Job
	current Job
	last    bool
	err     error
}

// Jobs lists jobs, and fetches pages as they are needed. A default limit applies to each page.
func (g *Graph) Jobs(ctx context.Context, filter JobFilter) *JobIterator {
	in := &pb.ListJobsRequest{Graph: g.name, States: filter.States, PageSize: filter.PageSize, Unconfirmed: filter.Unconfirmed, History: filter.History.message()}
	if filter.History != nil {
		in.Incarnation = g.incarnation
	}
	return &JobIterator{ctx: ctx, graph: g, in: in}
}

// Next goes to the next job; it is false behind the last and after an error.
func (i *JobIterator) Next() bool {
	for len(i.page) == 0 {
		if i.last || i.err != nil {
			return false
		}
		i.fetch()
	}
	i.current, i.page = job(i.page[0]), i.page[1:]
	return true
}

func (i *JobIterator) fetch() {
	client := i.graph.client
	out, err := unary(i.ctx, client, i.graph.what("list jobs"), client.jobs.ListJobs, i.in)
	if err != nil {
		i.err = err
		return
	}
	i.page, i.in.PageToken = out.GetJobs(), out.GetNextPageToken()
	i.last = i.in.PageToken == ""
}

// Job is the job that Next went to.
func (i *JobIterator) Job() Job { return i.current }

// Err is what ended the list early; nil at its end.
func (i *JobIterator) Err() error { return i.err }

// All collects the jobs that are left.
func (i *JobIterator) All() ([]Job, error) {
	var jobs []Job
	for i.Next() {
		jobs = append(jobs, i.Job())
	}
	return jobs, i.Err()
}
