package fluxion_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/testserver"
)

var background = context.Background()

// address is where the server of the tests listens.
var address string

func TestMain(m *testing.M) {
	os.Exit(testserver.Run(m, func(listening string) { address = listening }))
}

func connect(t *testing.T, options ...fluxion.Option) *fluxion.Client {
	t.Helper()
	client, err := fluxion.Connect(background, address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// served is a graph named after the test, with so many nodes, each of a rank, and cores on each.
func served(t *testing.T, nodes, cores int) *fluxion.Graph {
	t.Helper()
	graph := connect(t).Graph(t.Name())
	options := fluxion.CreateOptions{Replace: true, GraphOptions: fluxion.GraphOptions{Policy: "low", ResourceFormat: fluxion.JGF}}
	if _, err := graph.Create(background, strings.NewReader(cluster(nodes, cores)), options); err != nil {
		t.Fatal(err)
	}
	return graph
}

// nowhere is a graph that is not there.
func nowhere(t *testing.T) *fluxion.Graph { return connect(t).Graph("nowhere") }

type object map[string]any

// parts are the vertices and edges of a JGF, whose vertices have numbers from first.
type parts struct {
	first        int
	numbers      map[string]string
	nodes, edges []object
}

// add puts a vertex below the path of another, or at the root if that is empty.
func (p *parts) add(below, kind string, id, rank int) string {
	path := fmt.Sprintf("%s/%s%d", below, kind, id)
	if p.numbers == nil {
		p.numbers = map[string]string{}
	}
	p.numbers[path] = fmt.Sprint(p.first + len(p.nodes))
	p.nodes = append(p.nodes, object{"id": p.numbers[path], "metadata": object{
		"type": kind, "id": id, "rank": rank, "paths": object{"containment": path},
	}})
	if below != "" {
		p.edges = append(p.edges, object{"source": p.numbers[below], "target": p.numbers[path]})
	}
	return path
}

func (p *parts) jgf() string {
	text, err := json.Marshal(object{"graph": object{"nodes": p.nodes, "edges": p.edges}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func cluster(nodes, cores int) string {
	var p parts
	root := p.add("", "cluster", 0, -1)
	for n := 0; n < nodes; n++ {
		node := p.add(root, "node", n, n)
		for c := 0; c < cores; c++ {
			p.add(node, "core", c, n)
		}
	}
	return p.jgf()
}

// anotherNode is what Grow takes: the root, and below it a node with one core.
func anotherNode(number int) string {
	p := parts{first: 1000 * number}
	p.add(p.add(p.add("", "cluster", 0, -1), "node", number, number), "core", 0, number)
	return p.jgf()
}

// want is a jobspec for so many slots of a type, for an hour.
func want(slots int, kind string) string { return wantFor(3600, slots, kind) }

// wantFor is a jobspec for so many seconds.
func wantFor(duration, slots int, kind string) string {
	return fmt.Sprintf(`
version: 1
resources: [{type: slot, count: %d, label: default, with: [{type: %s, count: 1}]}]
tasks: [{command: [app], slot: default, count: {per_slot: 1}}]
attributes: {system: {duration: %d}}
`, slots, kind, duration)
}

func take(t *testing.T, graph *fluxion.Graph, request fluxion.MatchRequest) *fluxion.Match {
	t.Helper()
	found, err := graph.Match(background, request)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func cores(slots int) fluxion.MatchRequest { return fluxion.MatchRequest{Jobspec: want(slots, "core")} }

// ok fails the test with an error of a call that should do.
func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, got, expected T) {
	t.Helper()
	if got != expected {
		t.Errorf("got %v, expected %v", got, expected)
	}
}

// alike is equal for what has slices.
func alike[T any](t *testing.T, got, expected T) {
	t.Helper()
	if !reflect.DeepEqual(got, expected) {
		t.Errorf("got %+v, expected %+v", got, expected)
	}
}

// fails checks the kind of an error, and what its text or details tell.
func fails(t *testing.T, err, kind error, detail string) {
	t.Helper()
	if !errors.Is(err, kind) || !strings.Contains(told(err), detail) {
		t.Errorf("got %v (%s), expected %v with %q", err, told(err), kind, detail)
	}
}

// told is the details in one line.
func told(err error) string {
	var e *fluxion.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	var text []string
	for _, f := range e.Fields {
		text = append(text, fmt.Sprintf("%s at %d:%d", f.Field, f.Line, f.Column))
	}
	if e.Resource != nil {
		text = append(text, e.Resource.Kind+" "+e.Resource.Name)
	}
	for _, v := range append(e.Preconditions, e.Quotas...) {
		text = append(text, v.Kind+" "+v.Subject)
	}
	if e.RetryAfter != 0 {
		text = append(text, "retry in "+e.RetryAfter.String())
	}
	return strings.Join(append(text, e.Message), "; ")
}

// refusal is a call, and how it should fail.
type refusal struct {
	call   string
	err    error
	kind   error
	detail string
}

func refused(t *testing.T, refusals []refusal) {
	t.Helper()
	for _, r := range refusals {
		t.Run(r.call, func(t *testing.T) { fails(t, r.err, r.kind, r.detail) })
	}
}

// failure leaves the error of a call alone.
func failure[T any](_ T, err error) error { return err }

func code(err error) codes.Code { return status.Code(err) }
