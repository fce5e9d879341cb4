package fluxion

import (
	"context"
	"errors"
	"io"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/connection"
)

// GraphOptions say how a graph is served. Empty fields take the default of the server.
type GraphOptions struct {
	// Format is how the text is written.
	Format GraphFormat
	// Policy is `first`, `firstnodex`, `high`, `low`, `hinode`, `lonode`, `hinodex`, `lonodex`, `locality`,
	// `variation`, or a custom string such as `policy=low node_centric=true`.
	Policy string
	// Traverser is `simple` or `flexible`.
	Traverser string
	// PruneFilters are pruning filters, say `ALL:core,ALL:node`.
	PruneFilters string
	// Subsystems are named as in resource-query, say `CA` or `C+IBA`.
	Subsystems string
	// ResourceFormat is how resource sets are printed unless a call says otherwise.
	ResourceFormat ResourceFormat
	// Allowlist has the types to load, for GraphHwloc; all if empty.
	Allowlist []string
	// Slots is where the slots of a jobspec may stand; SlotsDeep unless the server was told otherwise.
	Slots SlotRule
	// MaxVisits is how many times the search for one match may look at vertices.
	MaxVisits uint64
	// Clock is who says what time it is; ClockManual unless the server was told otherwise.
	Clock Clock
	// Expiry is what becomes of allocations whose time is over; ExpiryHold unless the server was told otherwise.
	Expiry Expiry
}

func (o GraphOptions) message() *pb.GraphOptions {
	return &pb.GraphOptions{
		Format:         o.Format,
		Policy:         o.Policy,
		Traverser:      o.Traverser,
		PruneFilters:   o.PruneFilters,
		Subsystems:     o.Subsystems,
		ResourceFormat: o.ResourceFormat,
		Allowlist:      o.Allowlist,
		Slots:          o.Slots,
		MaxVisits:      o.MaxVisits,
		Clock:          o.Clock,
		Expiry:         o.Expiry,
	}
}

// GraphInfo is what is known about a graph without looking at its vertices.
type GraphInfo struct {
	Name    string
	Options GraphOptions
	// Revision grows with each change; it is 1 when the graph has loaded.
	Revision uint64
	// Incarnation is which load of a graph it is: another each time, also under the same name.
	Incarnation     string
	Vertices, Edges uint64
	// LiveJobs hold resources, now or later.
	LiveJobs uint64
	// Fork is of what it is a fork; nil if it is none.
	Fork *ForkInfo
}

func graphInfo(graph *pb.Graph) GraphInfo {
	options := graph.GetOptions()
	return GraphInfo{
		Name: graph.GetName(),
		Options: GraphOptions{
			Format:         options.GetFormat(),
			Policy:         options.GetPolicy(),
			Traverser:      options.GetTraverser(),
			PruneFilters:   options.GetPruneFilters(),
			Subsystems:     options.GetSubsystems(),
			ResourceFormat: options.GetResourceFormat(),
			Allowlist:      options.GetAllowlist(),
			Slots:          options.GetSlots(),
			MaxVisits:      options.GetMaxVisits(),
			Clock:          options.GetClock(),
			Expiry:         options.GetExpiry(),
		},
		Revision:    graph.GetRevision(),
		Incarnation: graph.GetIncarnation(),
		Vertices:    graph.GetVertices(),
		Edges:       graph.GetEdges(),
		LiveJobs:    graph.GetLiveJobs(),
		Fork:        forkInfo(graph.GetFork()),
	}
}

// Describe tells the size of the graph, how it is served, and its revision.
func (g *Graph) Describe(ctx context.Context) (GraphInfo, error) {
	in := &pb.GetGraphRequest{Name: g.name}
	out, err := unary(ctx, g.client, g.what("describe"), g.client.graphs.GetGraph, in)
	if err != nil {
		return GraphInfo{}, err
	}
	return graphInfo(out), nil
}

// Snapshot writes down all that there is of the graph, for the next start of its server, and returns the revision that was
// written. It fails with ErrPrecondition if the server keeps its graphs in memory only.
func (g *Graph) Snapshot(ctx context.Context) (revision uint64, err error) {
	in := &pb.SnapshotGraphRequest{Name: g.name}
	written, err := unary(ctx, g.client, g.what("snapshot"), g.client.graphs.SnapshotGraph, in)
	if err != nil {
		return 0, err
	}
	return written.GetRevision(), nil
}

// Drop forgets the graph with all its jobs. Calls that wait for it fail with ErrNotFound.
func (g *Graph) Drop(ctx context.Context, options ...MutationOption) error {
	in := &pb.DropGraphRequest{Name: g.name, RequestKey: requestKey(options), Incarnation: g.incarnation}
	_, err := unary(ctx, g.client, g.what("drop"), g.client.graphs.DropGraph, in)
	return err
}

// Export writes the graph, without its jobs, and returns the revision that was written. The format is
// ExportJGF if 0. An error of to is returned as it is.
func (g *Graph) Export(ctx context.Context, to io.Writer, format ExportFormat) (revision uint64, err error) {
	ctx, cancel := connection.Limit(ctx, g.client.settings.Transfer)
	defer cancel()
	pieces, err := g.client.graphs.ExportGraph(ctx, &pb.ExportGraphRequest{Name: g.name, Format: format})
	if err != nil {
		return 0, failed(g.what("export"), err)
	}
	for {
		piece, err := pieces.Recv()
		if errors.Is(err, io.EOF) {
			return revision, nil
		}
		if err != nil {
			return revision, streamFailed(g.what("export"), pieces, err)
		}
		revision = piece.GetRevision()
		if _, err := to.Write(piece.GetText()); err != nil {
			return revision, err
		}
	}
}
