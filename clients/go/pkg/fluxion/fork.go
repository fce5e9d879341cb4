package fluxion

import (
	"context"
	"math"
	"time"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// ForkInfo is what a fork was made of, and how long it stays.
type ForkInfo struct {
	// Origin is the name of the graph that was copied, as it was then.
	Origin      string
	Incarnation string
	Revision    uint64
	// Until is when it is dropped, in seconds since 1970.
	Until int64
}

func forkInfo(fork *pb.Fork) *ForkInfo {
	if fork == nil {
		return nil
	}
	return &ForkInfo{fork.GetOrigin(), fork.GetIncarnation(), fork.GetRevision(), fork.GetUntil()}
}

// Fork makes a copy of the graph as it is, with its jobs, under a name of its own; the service makes a name if it is empty. It is dropped
// after the lifetime, or after ten minutes if that is 0. Parts of a second count as a whole one.
func (g *Graph) Fork(ctx context.Context, name string, lifetime time.Duration) (*Graph, error) {
	seconds := uint32(math.Min(math.Ceil(math.Max(lifetime.Seconds(), 0)), math.MaxUint32))
	in := &pb.ForkRequest{Graph: g.name, Name: name, Seconds: seconds}
	out, err := unary(ctx, g.client, g.what("fork"), g.client.graphs.Fork, in)
	if err != nil {
		return nil, err
	}
	return g.client.Graph(out.GetName()), nil
}
