package fluxion_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
)

const node1 = fluxion.Path("/cluster0/node1")

func textOf(text string) io.Reader { return strings.NewReader(text) }

func TestVerticesAreMarkedAndFound(t *testing.T) {
	graph := served(t, 2, 2)
	for _, row := range []struct {
		target   fluxion.Target
		scope    fluxion.Scope
		status   fluxion.Status
		vertices uint64
		down     string
	}{
		{node1, fluxion.JustVertices, fluxion.Down, 1, "node1"},
		{node1, fluxion.Subtrees, fluxion.Down, 3, "node1/core1"},
		{node1, fluxion.Subtrees, fluxion.Up, 3, ""},
		{fluxion.Ranks("0"), fluxion.Subtrees, fluxion.Down, 3, "node0/core0"},
		{fluxion.Ranks("0-1"), fluxion.Subtrees, fluxion.Up, 6, ""},
	} {
		t.Run(fmt.Sprint(row), func(t *testing.T) {
			changed, err := graph.SetStatus(background, row.target, row.status, row.scope)
			ok(t, err)
			equal(t, changed.Vertices, row.vertices)
			vertices, err := graph.Status(background, row.target)
			ok(t, err)
			for _, vertex := range vertices {
				equal(t, vertex.Status, row.status)
			}
			found, err := graph.Find(background, "status=down", 0)
			ok(t, err)
			equal(t, found.Revision, changed.Revision)
			equal(t, found.Resources.Text != "", row.down != "")
			if !strings.Contains(found.Resources.Text, row.down) {
				t.Errorf("found %s", found.Resources.Text)
			}
		})
	}
}

func TestWhatIsAllocatedOrFreeIsFound(t *testing.T) {
	graph := served(t, 1, 2)
	take(t, graph, cores(1))
	for criteria, core := range map[string]string{
		"sched-now=allocated and names=core0,core1": "core0",
		"sched-now=free and names=core0,core1":      "core1",
	} {
		found, err := graph.Find(background, criteria, 0)
		ok(t, err)
		equal(t, found.Resources.Format, fluxion.JGF)
		equal(t, strings.Contains(found.Resources.Text, "core0"), core == "core0")
		equal(t, strings.Contains(found.Resources.Text, "core1"), core == "core1")
	}
}

func TestPropertiesAreSetAndRead(t *testing.T) {
	graph := served(t, 2, 2)
	changed, err := graph.SetProperty(background, node1, "disk", "fast")
	ok(t, err)
	equal(t, changed, fluxion.Changed{Vertices: 1, Revision: 2, Incarnation: incarnation(t, graph)})
	properties, err := graph.Properties(background, node1)
	ok(t, err)
	equal(t, fmt.Sprint(properties), "map[disk:fast]")
}

func TestAGraphGrowsAndShrinks(t *testing.T) {
	graph := served(t, 2, 1)
	grown, err := graph.Grow(background, anotherNode(2), fluxion.RequestKey("once"))
	ok(t, err)
	equal(t, grown, fluxion.Changed{Vertices: 2, Revision: 2, Incarnation: incarnation(t, graph)})
	again, err := graph.Grow(background, anotherNode(2), fluxion.RequestKey("once"))
	ok(t, err)
	equal(t, again, grown)
	take(t, graph, cores(2))
	shrink := func(target fluxion.Target, jobs fluxion.ShrinkJobs) error {
		return failure(graph.Shrink(background, target, jobs))
	}
	refused(t, []refusal{
		{"held", shrink(node1, fluxion.Refuse), fluxion.ErrPrecondition, "HELD job 1"},
		{"held, by default", shrink(node1, 0), fluxion.ErrPrecondition, "HELD job 1"},
		{"root", shrink(fluxion.Path("/cluster0"), fluxion.Release), fluxion.ErrPrecondition, "NOT_REMOVABLE target"},
		{"jobs", shrink(node1, 99), fluxion.ErrInvalid, "jobs"},
	})
	for _, row := range []struct {
		target fluxion.Target
		jobs   fluxion.ShrinkJobs
	}{{node1, fluxion.Release}, {fluxion.Ranks("2"), fluxion.Refuse}} {
		gone, err := graph.Shrink(background, row.target, row.jobs)
		ok(t, err)
		equal(t, gone.Vertices, 2)
	}
	info, err := graph.Describe(background)
	ok(t, err)
	equal(t, info.Vertices, 3)
}

func TestWhatIsNotThereCannotBeAskedOrChanged(t *testing.T) {
	graph := served(t, 2, 1)
	for name, row := range map[string]struct {
		target fluxion.Target
		kind   error
		detail string
	}{
		"path":      {fluxion.Path("/x"), fluxion.ErrNotFound, "path /x"},
		"rank":      {fluxion.Ranks("9"), fluxion.ErrNotFound, "rank 9"},
		"ranks":     {fluxion.Ranks("x"), fluxion.ErrInvalid, "target.ranks"},
		"no target": {nil, fluxion.ErrInvalid, "target"},
	} {
		refused(t, []refusal{
			{name + ": get", failure(graph.Status(background, row.target)), row.kind, row.detail},
			{name + ": set", failure(graph.SetStatus(background, row.target, fluxion.Up, fluxion.JustVertices)), row.kind, row.detail},
			{name + ": shrink", failure(graph.Shrink(background, row.target, fluxion.Refuse)), row.kind, row.detail},
		})
	}
	refused(t, []refusal{
		{"status", failure(graph.SetStatus(background, node1, 0, fluxion.Subtrees)), fluxion.ErrInvalid, "status"},
		{"criteria", failure(graph.Find(background, "status=sideways", 0)), fluxion.ErrInvalid, "criteria"},
		{"properties", failure(graph.Properties(background, "/x")), fluxion.ErrNotFound, "path /x"},
		{"property", failure(graph.SetProperty(background, "/x", "a", "b")), fluxion.ErrNotFound, "path /x"},
		{"key", failure(graph.SetProperty(background, node1, "", "b")), fluxion.ErrInvalid, "key"},
		{"grow", failure(graph.Grow(background, "{\n?")), fluxion.ErrInvalid, "jgf at 2:1"},
	})
}

func TestEveryCallOnResourcesNeedsAGraphAndAContext(t *testing.T) {
	ended, cancel := context.WithCancel(background)
	cancel()
	for _, row := range []struct {
		ctx    context.Context
		graph  *fluxion.Graph
		kind   error
		detail string
	}{
		{background, nowhere(t), fluxion.ErrNotFound, "graph nowhere"},
		{ended, served(t, 2, 1), context.Canceled, ""},
	} {
		refused(t, []refusal{
			{"find", failure(row.graph.Find(row.ctx, "status=up", 0)), row.kind, row.detail},
			{"status", failure(row.graph.Status(row.ctx, node1)), row.kind, row.detail},
			{"set status", failure(row.graph.SetStatus(row.ctx, node1, fluxion.Up, fluxion.Subtrees)), row.kind, row.detail},
			{"properties", failure(row.graph.Properties(row.ctx, node1)), row.kind, row.detail},
			{"set property", failure(row.graph.SetProperty(row.ctx, node1, "a", "b")), row.kind, row.detail},
			{"grow", failure(row.graph.Grow(row.ctx, anotherNode(2))), row.kind, row.detail},
			{"shrink", failure(row.graph.Shrink(row.ctx, node1, fluxion.Refuse)), row.kind, row.detail},
			{"stats", failure(row.graph.Stats(row.ctx)), row.kind, row.detail},
			{"describe", failure(row.graph.Describe(row.ctx)), row.kind, row.detail},
			{"drop", row.graph.Drop(row.ctx), row.kind, row.detail},
		})
	}
}

func TestFiguresAreCounted(t *testing.T) {
	graph := served(t, 2, 2)
	take(t, graph, cores(1))
	fails(t, failure(graph.Match(background, cores(4))), fluxion.ErrExhausted, "retry in 1s")
	stats, err := graph.Stats(background)
	ok(t, err)
	equal(t, fmt.Sprint(stats.VerticesByType), "map[cluster:1 core:4 node:2]")
	equal(t, stats.LoadTime > 0 && stats.MatchTime >= stats.LongestMatch && stats.LongestMatch > 0, true)
	figures := []uint64{
		stats.Revision, stats.Vertices, stats.Edges, stats.Allocated, stats.Reserved, stats.Canceled,
		stats.MatchesSucceeded, stats.MatchesFailed,
	}
	equal(t, fmt.Sprint(figures), "[2 7 6 1 0 0 1 1]")
}
