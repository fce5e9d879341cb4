package fluxion_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
)

func TestAGraphIsCreatedDescribedListedAndDropped(t *testing.T) {
	client := connect(t)
	graph := client.Graph("life.of_a-graph")
	options := fluxion.GraphOptions{Format: fluxion.GraphJGF, Policy: "high", ResourceFormat: fluxion.RV1}
	made, err := graph.Create(background, strings.NewReader(cluster(2, 3)), fluxion.CreateOptions{GraphOptions: options})
	ok(t, err)
	equal(t, made.Name, graph.Name())
	equal(t, made.Vertices, 9)
	equal(t, made.Edges, 8)
	equal(t, made.Revision, 1)
	equal(t, made.Options.Policy, "high")
	equal(t, made.Options.Slots, fluxion.SlotsDeep)
	equal(t, made.Options.ResourceFormat, fluxion.RV1)
	take(t, graph, cores(1))
	info, err := graph.Describe(background)
	ok(t, err)
	equal(t, info.LiveJobs, 1)
	equal(t, info.Revision, 2)
	all, err := client.Graphs(background)
	ok(t, err)
	listed := false
	for _, one := range all {
		listed = listed || one.Name == graph.Name() && one.LiveJobs == 1
	}
	equal(t, listed, true)
	ok(t, graph.Drop(background))
	fails(t, failure(graph.Describe(background)), fluxion.ErrNotFound, "graph life.of_a-graph")
}

func TestARequestKeyMakesGraphsSafeToRepeat(t *testing.T) {
	graph := connect(t).Graph("again")
	create := func(nodes int) (fluxion.GraphInfo, error) {
		options := fluxion.CreateOptions{RequestKey: "create again", Replace: true}
		return graph.Create(background, strings.NewReader(cluster(nodes, 1)), options)
	}
	_, err := create(1)
	ok(t, err)
	take(t, graph, cores(1))
	repeated, err := create(1)
	ok(t, err)
	equal(t, repeated.LiveJobs, 0)
	info, err := graph.Describe(background)
	ok(t, err)
	equal(t, info.LiveJobs, 1)
	fails(t, failure(create(2)), fluxion.ErrInvalid, "request_key")
	ok(t, graph.Drop(background, fluxion.RequestKey("drop again")))
	ok(t, graph.Drop(background, fluxion.RequestKey("drop again")))
}

// incarnation is which load of a graph it is.
func incarnation(t *testing.T, graph *fluxion.Graph) string {
	t.Helper()
	info, err := graph.Describe(background)
	ok(t, err)
	equal(t, len(info.Incarnation), 16)
	return info.Incarnation
}

func TestAChangeForAnotherIncarnationIsRefused(t *testing.T) {
	graph := served(t, 1, 2)
	old := graph.WithIncarnation(incarnation(t, graph))
	take(t, old, cores(1))
	again, err := old.Create(background, strings.NewReader(cluster(1, 2)), fluxion.CreateOptions{Replace: true})
	ok(t, err)
	stats, err := graph.Stats(background)
	ok(t, err)
	equal(t, stats.Incarnation, again.Incarnation)
	detail := "OTHER_INCARNATION " + graph.Name()
	fails(t, failure(old.Match(background, cores(1))), fluxion.ErrPrecondition, detail)
	fails(t, failure(old.Cancel(background, fluxion.JobID(1))), fluxion.ErrPrecondition, detail)
	fails(t, failure(old.SetProperty(background, "/", "k", "v")), fluxion.ErrPrecondition, detail)
	fails(t, old.Drop(background), fluxion.ErrPrecondition, detail)
	ok(t, graph.WithIncarnation(again.Incarnation).Drop(background))
}

func TestATextIsStreamedWithProgress(t *testing.T) {
	text := cluster(1, 1)
	text += strings.Repeat(" ", 3<<20)
	for name, reader := range map[string]io.Reader{
		"of known length":   strings.NewReader(text),
		"of unknown length": io.MultiReader(strings.NewReader(text)),
		"in small pieces":   iotest.HalfReader(strings.NewReader(text)),
		"end with data":     iotest.DataErrReader(strings.NewReader(text)),
	} {
		t.Run(name, func(t *testing.T) {
			var told []fluxion.Progress
			note := func(p fluxion.Progress) { told = append(told, p) }
			options := fluxion.CreateOptions{Replace: true, Progress: note}
			made, err := connect(t).Graph("streamed").Create(background, reader, options)
			ok(t, err)
			equal(t, made.Vertices, 3)
			equal(t, told[len(told)-1], fluxion.Progress{Received: uint64(len(text)), Loading: true})
			for i := 1; i < len(told); i++ {
				equal(t, told[i-1].Received <= told[i].Received, true)
			}
		})
	}
}

func TestAGraphThatCannotBeCreated(t *testing.T) {
	graph := served(t, 1, 1)
	client := connect(t)
	create := func(name, text string, options fluxion.CreateOptions) error {
		return failure(client.Graph(name).Create(background, strings.NewReader(text), options))
	}
	with := func(options fluxion.GraphOptions) fluxion.CreateOptions {
		return fluxion.CreateOptions{GraphOptions: options}
	}
	good := cluster(1, 1)
	refused(t, []refusal{
		{"name", create("a b", good, fluxion.CreateOptions{}), fluxion.ErrInvalid, "header.name"},
		{"exists", create(graph.Name(), good, fluxion.CreateOptions{}), fluxion.ErrExists, "graph " + graph.Name()},
		{"text", create("x", "{\n\n?", fluxion.CreateOptions{}), fluxion.ErrInvalid, "text at 3:1"},
		{"UTF-8", create("x", "{\n \xff", fluxion.CreateOptions{}), fluxion.ErrInvalid, "text at 2:2"},
		{"empty", create("x", "", fluxion.CreateOptions{}), fluxion.ErrInvalid, "text"},
		{"size", create("x", good, fluxion.CreateOptions{TextBytes: 1}), fluxion.ErrInvalid, "header.text_bytes"},
		{"too large", create("x", good, fluxion.CreateOptions{TextBytes: 1 << 60}), fluxion.ErrExhausted, "text"},
		{"policy", create("x", good, with(fluxion.GraphOptions{Policy: "best"})), fluxion.ErrInvalid, "header.options.policy"},
		{"traverser", create("x", good, with(fluxion.GraphOptions{Traverser: "x"})), fluxion.ErrInvalid, "header.options.traverser"},
		{"slots", create("x", good, with(fluxion.GraphOptions{Slots: 99})), fluxion.ErrInvalid, "header.options.slots"},
		{"filters", create("x", good, with(fluxion.GraphOptions{PruneFilters: "x"})), fluxion.ErrInvalid, "header.options.prune_filters"},
		{"subsystems", create("x", good, with(fluxion.GraphOptions{Subsystems: "x"})), fluxion.ErrInvalid, "header.options.subsystems"},
		{"format", create("x", good, with(fluxion.GraphOptions{Format: 99})), fluxion.ErrInvalid, "header.options.format"},
	})
}

func TestAnErrorOfTheTextIsReturnedAndNothingIsMade(t *testing.T) {
	graph := connect(t).Graph("half")
	broken := errors.New("the disk is gone")
	text := io.MultiReader(strings.NewReader(cluster(1, 1)), iotest.ErrReader(broken))
	_, err := graph.Create(background, text, fluxion.CreateOptions{})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	fails(t, failure(graph.Describe(background)), fluxion.ErrNotFound, "graph half")
}

func TestCreateEndsWhileATextKeepsItWaiting(t *testing.T) {
	graph := served(t, 1, 1)
	silent, writer := io.Pipe()
	defer writer.Close()
	_, err := graph.Create(background, silent, fluxion.CreateOptions{})
	fails(t, err, fluxion.ErrExists, graph.Name())
	ctx, cancel := context.WithCancel(background)
	cancel()
	fails(t, failure(graph.Create(ctx, silent, fluxion.CreateOptions{Replace: true})), context.Canceled, "")
}

func TestAGraphIsExportedAndReadAgain(t *testing.T) {
	graph := served(t, 2, 2)
	for format, text := range map[fluxion.ExportFormat]string{
		0:                     `"containment": "/cluster0/node1/core1"`,
		fluxion.ExportJGF:     `"containment": "/cluster0/node1/core1"`,
		fluxion.ExportDOT:     "digraph",
		fluxion.ExportGraphML: "<graphml",
	} {
		var out bytes.Buffer
		revision, err := graph.Export(background, &out, format)
		ok(t, err)
		equal(t, revision, 1)
		squeezed := strings.ReplaceAll(out.String(), " ", "")
		if !strings.Contains(squeezed, strings.ReplaceAll(text, " ", "")) {
			t.Errorf("%v: %.200s", format, out.String())
		}
	}
	read, write := io.Pipe()
	go func() {
		_, err := graph.Export(background, write, fluxion.ExportJGF)
		_ = write.CloseWithError(err)
	}()
	copied, err := connect(t).Graph("copy").Create(background, read, fluxion.CreateOptions{Replace: true})
	ok(t, err)
	equal(t, copied.Vertices, 7)
}

func TestAGraphThatCannotBeExportedOrDropped(t *testing.T) {
	graph := served(t, 1, 1)
	full := errors.New("the disk is full")
	if _, err := graph.Export(background, failing{full}, 0); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	ended, cancel := context.WithCancel(background)
	cancel()
	refused(t, []refusal{
		{"export nothing", failure(nowhere(t).Export(background, io.Discard, 0)), fluxion.ErrNotFound, "graph nowhere"},
		{"export format", failure(graph.Export(background, io.Discard, 99)), fluxion.ErrInvalid, "format"},
		{"export cancelled", failure(graph.Export(ended, io.Discard, 0)), context.Canceled, ""},
		{"drop nothing", nowhere(t).Drop(background), fluxion.ErrNotFound, "graph nowhere"},
		{"describe nothing", failure(nowhere(t).Describe(background)), fluxion.ErrNotFound, "graph nowhere"},
	})
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
