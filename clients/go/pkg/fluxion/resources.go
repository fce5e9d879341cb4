package fluxion

import (
	"context"
	"time"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// Target is which vertices are meant: a Path or Ranks.
type Target interface {
	target() *pb.Target
}

// Path means all vertices at a path, say `/tiny0/rack0`.
type Path string

func (path Path) target() *pb.Target {
	return &pb.Target{Target: &pb.Target_Path{Path: string(path)}}
}

// Ranks means the vertices of ranks, an idset such as `0-3,7` (RFC 22); for a status the topmost of each,
// its node.
type Ranks string

func (ranks Ranks) target() *pb.Target {
	return &pb.Target{Target: &pb.Target_Ranks{Ranks: string(ranks)}}
}

// aim leaves a nil target to the service, which answers that it is missing.
func aim(target Target) *pb.Target {
	if target == nil {
		return nil
	}
	return target.target()
}

// Found is what met criteria.
type Found struct {
	// Resources are in the format of the graph; empty if nothing was found.
	Resources   ResourceSet
	Revision    uint64
	Incarnation string
}

// Find tells the resources that meet criteria, say `status=down` or `sched-now=free and property=ssd`, asked
// at the time now. Under ClockSystem 0 is the present time.
func (g *Graph) Find(ctx context.Context, criteria string, now int64) (Found, error) {
	in := &pb.FindRequest{Graph: g.name, Criteria: criteria, Now: now}
	out, err := unary(ctx, g.client, g.what("find"), g.client.resources.Find, in)
	return Found{resourceSet(out.GetResources()), out.GetRevision(), out.GetIncarnation()}, err
}

// Status is whether a vertex is in service.
type Status = pb.Status

// The status of a vertex.
const (
	Up   Status = pb.Status_STATUS_UP
	Down Status = pb.Status_STATUS_DOWN
)

// VertexStatus is a vertex's own status.
type VertexStatus struct {
	Path   string
	Status Status
}

// Status tells the status of vertices. A path or rank that is not there is ErrNotFound.
func (g *Graph) Status(ctx context.Context, target Target) ([]VertexStatus, error) {
	in := &pb.GetStatusRequest{Graph: g.name, Target: aim(target)}
	out, err := unary(ctx, g.client, g.what("get status"), g.client.resources.GetStatus, in)
	if err != nil {
		return nil, err
	}
	vertices := make([]VertexStatus, 0, len(out.GetVertices()))
	for _, vertex := range out.GetVertices() {
		vertices = append(vertices, VertexStatus{vertex.GetPath(), vertex.GetStatus()})
	}
	return vertices, nil
}

// Scope is how far down a status is set.
type Scope int

const (
	// JustVertices means the vertices themselves.
	JustVertices Scope = iota
	// Subtrees means all that lies below them too.
	Subtrees
)

// Changed tells what a call changed.
type Changed struct {
	// Vertices is how many were meant, came or went.
	Vertices    uint64
	Revision    uint64
	Incarnation string
}

// SetStatus takes vertices out of service, or back into it. Jobs that hold them are not affected. A path or
// rank that is not there is ErrNotFound.
func (g *Graph) SetStatus(ctx context.Context, target Target, status Status, scope Scope, options ...MutationOption) (Changed, error) {
	in := &pb.SetStatusRequest{
		Graph:       g.name,
		Target:      aim(target),
		Status:      status,
		Subtree:     scope == Subtrees,
		RequestKey:  requestKey(options),
		Incarnation: g.incarnation,
	}
	out, err := unary(ctx, g.client, g.what("set status"), g.client.resources.SetStatus, in)
	return Changed{out.GetVertices(), out.GetRevision(), out.GetIncarnation()}, err
}

// Properties are those of the vertices at a path. A path that is not there is ErrNotFound.
func (g *Graph) Properties(ctx context.Context, path Path) (map[string]string, error) {
	in := &pb.GetPropertiesRequest{Graph: g.name, Path: string(path)}
	out, err := unary(ctx, g.client, g.what("get properties"), g.client.resources.GetProperties, in)
	return out.GetProperties(), err
}

// SetProperty sets a property of the vertices at a path. A path that is not there is ErrNotFound.
func (g *Graph) SetProperty(ctx context.Context, path Path, key, value string, options ...MutationOption) (Changed, error) {
	in := &pb.SetPropertyRequest{
		Graph:       g.name,
		Path:        string(path),
		Key:         key,
		Value:       value,
		RequestKey:  requestKey(options),
		Incarnation: g.incarnation,
	}
	out, err := unary(ctx, g.client, g.what("set property"), g.client.resources.SetProperty, in)
	return Changed{out.GetVertices(), out.GetRevision(), out.GetIncarnation()}, err
}

// Grow attaches a subgraph anywhere below an existing vertex: the JGF of the new subtree, with the path
// from the root to it.
func (g *Graph) Grow(ctx context.Context, jgf string, options ...MutationOption) (Changed, error) {
	in := &pb.GrowRequest{Graph: g.name, Jgf: jgf, RequestKey: requestKey(options), Incarnation: g.incarnation}
	out, err := unary(ctx, g.client, g.what("grow"), g.client.resources.Grow, in)
	return Changed{out.GetVertices(), out.GetRevision(), out.GetIncarnation()}, err
}

// ShrinkJobs is what becomes of jobs that hold something of what is removed. The zero value is Refuse.
type ShrinkJobs = pb.ShrinkJobs

// What becomes of jobs in a shrink.
const (
	// Refuse removes nothing.
	Refuse ShrinkJobs = pb.ShrinkJobs_SHRINK_JOBS_REFUSE
	// Release makes them lose what they held there; a job that then holds nothing is cancelled.
	Release ShrinkJobs = pb.ShrinkJobs_SHRINK_JOBS_RELEASE
)

// Shrink removes resources with all that lies below them. A path or rank that is not there is ErrNotFound;
// under Refuse a job that holds something there, and always the root, ErrPrecondition.
func (g *Graph) Shrink(ctx context.Context, target Target, jobs ShrinkJobs, options ...MutationOption) (Changed, error) {
	in := &pb.ShrinkRequest{Graph: g.name, Target: aim(target), Jobs: jobs, RequestKey: requestKey(options), Incarnation: g.incarnation}
	out, err := unary(ctx, g.client, g.what("shrink"), g.client.resources.Shrink, in)
	return Changed{out.GetVertices(), out.GetRevision(), out.GetIncarnation()}, err
}

// Stats are figures of a graph.
type Stats struct {
	Revision        uint64
	Incarnation     string
	Vertices, Edges uint64
	VerticesByType  map[string]uint64
	// Jobs by state; of the cancelled and the ended ones those that the graph has not forgotten.
	Allocated, Reserved, Canceled, Ended uint64
	// Matches since the graph was loaded.
	MatchesSucceeded, MatchesFailed uint64
	// LoadTime is the time that loading took; MatchTime that matches took, all together.
	LoadTime, MatchTime, LongestMatch time.Duration
}

// Stats tells sizes, jobs and matches.
func (g *Graph) Stats(ctx context.Context) (Stats, error) {
	in := &pb.GetStatsRequest{Graph: g.name}
	out, err := unary(ctx, g.client, g.what("stats"), g.client.resources.GetStats, in)
	return Stats{
		Revision:         out.GetRevision(),
		Incarnation:      out.GetIncarnation(),
		Vertices:         out.GetVertices(),
		Edges:            out.GetEdges(),
		VerticesByType:   out.GetVerticesByType(),
		Allocated:        out.GetAllocated(),
		Reserved:         out.GetReserved(),
		Canceled:         out.GetCanceled(),
		Ended:            out.GetEnded(),
		MatchesSucceeded: out.GetMatchesSucceeded(),
		MatchesFailed:    out.GetMatchesFailed(),
		LoadTime:         seconds(out.GetLoadSeconds()),
		MatchTime:        seconds(out.GetMatchSeconds()),
		LongestMatch:     seconds(out.GetLongestMatchSeconds()),
	}, err
}
