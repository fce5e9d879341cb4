package fluxion

import (
	"context"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// NewEnd is when a job is to end: EndAt, EndAfter or LaterBy.
type NewEnd interface {
	set(*pb.RetimeRequest)
}

// EndAt is a time on the graph's own axis, in seconds.
type EndAt int64

func (end EndAt) set(in *pb.RetimeRequest) { in.NewEnd = &pb.RetimeRequest_End{End: int64(end)} }

// EndAfter is how long after its start the job ends, in seconds.
type EndAfter int64

func (duration EndAfter) set(in *pb.RetimeRequest) {
	in.NewEnd = &pb.RetimeRequest_Duration{Duration: int64(duration)}
}

// LaterBy is how much later than before the job ends, in seconds; earlier if negative.
type LaterBy int64

func (by LaterBy) set(in *pb.RetimeRequest) {
	in.NewEnd = &pb.RetimeRequest_LaterBy{LaterBy: int64(by)}
}

// Retimed is from when to when a job holds its resources now.
type Retimed struct {
	JobID JobID
	// Start and End are in seconds; End is not part of it.
	Start, End  int64
	Revision    uint64
	Incarnation string
}

// Retime lets a job end later, as long as nobody else has what it holds in that time, or earlier. Where it
// starts stays as it is.
//
// A job that is not there, was cancelled or has ended is ErrNotFound; an end that is not after the start is
// ErrInvalid. A job that would meet another one is ErrPrecondition; the violation `MEETS_JOB` has the number of
// that one as its subject:
//
//	var failed *fluxion.Error
//	if errors.Is(err, fluxion.ErrPrecondition) && errors.As(err, &failed) {
//		for _, violation := range failed.Preconditions {
//			if violation.Kind == "MEETS_JOB" {
//				fmt.Println("job", violation.Subject, "is in the way")
//			}
//		}
//	}
func (g *Graph) Retime(ctx context.Context, job JobReference, end NewEnd, options ...MutationOption) (Retimed, error) {
	in := &pb.RetimeRequest{Graph: g.name, Job: refer(job), RequestKey: requestKey(options), Incarnation: g.incarnation}
	// That it is missing, the service answers.
	if end != nil {
		end.set(in)
	}
	out, err := unary(ctx, g.client, g.what("retime"), g.client.jobs.Retime, in)
	return Retimed{JobID(out.GetJobId()), out.GetStart(), out.GetEnd(), out.GetRevision(), out.GetIncarnation()}, err
}
