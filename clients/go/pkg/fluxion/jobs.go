package fluxion

import (
	"context"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// JobReference is a JobID or a JobKey.
type JobReference interface {
	reference() *pb.JobReference
}

// JobID is the number of a job on its graph.
type JobID uint64

func (id JobID) reference() *pb.JobReference {
	return &pb.JobReference{Reference: &pb.JobReference_JobId{JobId: uint64(id)}}
}

// JobKey is the name of a job that was given at match time.
type JobKey string

func (key JobKey) reference() *pb.JobReference {
	return &pb.JobReference{Reference: &pb.JobReference_JobKey{JobKey: string(key)}}
}

// refer leaves a nil reference to the service, which answers that it is missing.
func refer(job JobReference) *pb.JobReference {
	if job == nil {
		return nil
	}
	return job.reference()
}

// MutationOption adds to a call that changes a graph. RequestKey is one.
type MutationOption interface {
	apply(*mutation)
}

type mutation struct{ requestKey string }

// RequestKey is any text of at most 128 bytes. A repeat with the same key and the same content returns the
// first answer and changes nothing; the same key with other content is ErrInvalid.
type RequestKey string

func (key RequestKey) apply(m *mutation) { m.requestKey = string(key) }

func requestKey(options []MutationOption) string {
	var m mutation
	for _, option := range options {
		option.apply(&m)
	}
	return m.requestKey
}

// Cancelled is what a cancel released.
type Cancelled struct {
	JobID JobID
	// Released is how many vertices.
	Released uint64
	Revision uint64
	// Incarnation is that of the graph, as in GraphInfo.
	Incarnation string
}

// Cancel releases all that a job holds, or will hold. A job that is not there, was cancelled before or has
// ended, is ErrNotFound.
func (g *Graph) Cancel(ctx context.Context, job JobReference, options ...MutationOption) (Cancelled, error) {
	in := &pb.CancelRequest{Graph: g.name, Job: refer(job), RequestKey: requestKey(options), Incarnation: g.incarnation}
	out, err := unary(ctx, g.client, g.what("cancel"), g.client.jobs.Cancel, in)
	return Cancelled{JobID(out.GetJobId()), out.GetReleased(), out.GetRevision(), out.GetIncarnation()}, err
}

// PartlyCancelled is what became of a job that gave back a part.
type PartlyCancelled struct {
	JobID JobID
	// Cancelled is whether the job holds nothing any more.
	Cancelled   bool
	Revision    uint64
	Incarnation string
}

// PartialCancel gives back a part of what a job holds, as JGF or as RV1 of whole ranks. A job that is not
// there is ErrNotFound, one that does not hold it ErrPrecondition.
func (g *Graph) PartialCancel(ctx context.Context, job JobReference, part ResourceSet, options ...MutationOption) (PartlyCancelled, error) {
	in := &pb.PartialCancelRequest{Graph: g.name, Job: refer(job), Resources: part.message(), RequestKey: requestKey(options), Incarnation: g.incarnation}
	out, err := unary(ctx, g.client, g.what("partial cancel"), g.client.jobs.PartialCancel, in)
	return PartlyCancelled{JobID(out.GetJobId()), out.GetCancelled(), out.GetRevision(), out.GetIncarnation()}, err
}

// UpdateRequest is a resource set that was chosen elsewhere, say before a restart.
type UpdateRequest struct {
	JobID  JobID
	JobKey JobKey
	// Resources are in JGF, JGFShorthand or a form of RV1.
	Resources ResourceSet
	// Start is from when, under ClockSystem 0 for now; Duration for how long, at least 1; both in seconds.
	Start, Duration int64
	RequestKey      RequestKey
}

// Updated is what was booked.
type Updated struct {
	JobID JobID
	// Resources are in the format of the graph.
	Resources   ResourceSet
	Revision    uint64
	Incarnation string
}

// Update books a resource set for a job of a given number. A live job of this number or key is ErrExists;
// something that is taken or not in the graph ErrPrecondition.
func (g *Graph) Update(ctx context.Context, request UpdateRequest) (Updated, error) {
	in := &pb.UpdateRequest{
		Graph:       g.name,
		JobId:       uint64(request.JobID),
		JobKey:      string(request.JobKey),
		Resources:   request.Resources.message(),
		Start:       request.Start,
		Duration:    request.Duration,
		RequestKey:  string(request.RequestKey),
		Incarnation: g.incarnation,
	}
	out, err := unary(ctx, g.client, g.what("update"), g.client.jobs.Update, in)
	return Updated{JobID(out.GetJobId()), resourceSet(out.GetResources()), out.GetRevision(), out.GetIncarnation()}, err
}
