package fluxion_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/client"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion-grpc"
	v1 "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

func TestConnectingHasALimit(t *testing.T) {
	_, err := fluxion.Connect(background, "127.0.0.1:1", fluxion.WithConnectTimeout(50*time.Millisecond))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(background)
	cancel()
	if _, err := fluxion.Connect(ctx, "127.0.0.1:1"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := fluxion.Connect(background, ""); err == nil || err.Error() != "host is required" {
		t.Errorf("got %v", err)
	}
}

func TestAConnectionIsSharedWithTheThreeCalls(t *testing.T) {
	full := connect(t)
	three := client.OverConnection(full.Conn())
	equal(t, three.Connected(), true)
	if _, err := three.Init(background, &pb.InitRequest{Policy: "low", Jgf: cluster(1, 2)}); err != nil {
		t.Fatal(err)
	}
	matched, err := three.Match(background, &pb.MatchRequest{Jobspec: want(1, "core")})
	ok(t, err)
	ok(t, three.Close())
	job, err := full.Graph("").Job(background, fluxion.JobID(matched.GetJobid()))
	ok(t, err)
	equal(t, job.State, fluxion.JobAllocated)
	over := fluxion.OverConnection(full.Conn())
	ok(t, over.Close())
	ok(t, failure(over.Graph(fluxion.DefaultGraph).Describe(background)))
}

func TestDeadlines(t *testing.T) {
	name := served(t, 1, 1).Name()
	hasty := connect(t, fluxion.WithCallTimeout(time.Nanosecond), fluxion.WithTransferTimeout(time.Nanosecond)).Graph(name)
	create := func(graph *fluxion.Graph) error {
		return failure(graph.Create(background, strings.NewReader(cluster(1, 1)), fluxion.CreateOptions{Replace: true}))
	}
	refused(t, []refusal{
		{"call", failure(hasty.Describe(background)), context.DeadlineExceeded, ""},
		{"create", create(hasty), context.DeadlineExceeded, ""},
		{"export", failure(hasty.Export(background, io.Discard, 0)), context.DeadlineExceeded, ""},
	})
	ctx, cancel := context.WithTimeout(background, time.Minute)
	defer cancel()
	ok(t, failure(hasty.Describe(ctx)))
	patient := connect(t, fluxion.WithCallTimeout(0), fluxion.WithTransferTimeout(0)).Graph(name)
	ok(t, create(patient))
	ok(t, failure(patient.Describe(background)))
}

func TestACallOverAClosedConnectionFails(t *testing.T) {
	client, err := fluxion.Connect(background, address)
	ok(t, err)
	ok(t, client.Close())
	graph := client.Graph("")
	refused(t, []refusal{
		{"list", failure(client.Graphs(background)), context.Canceled, "closing"},
		{"match many", failure(graph.MatchMany(background)), context.Canceled, "closing"},
		{"create", failure(graph.Create(background, strings.NewReader(""), fluxion.CreateOptions{})), context.Canceled, "closing"},
	})
}

func TestAServiceThatCannotBeReached(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	server := grpc.NewServer()
	go func() { _ = server.Serve(listener) }()
	client, err := fluxion.Connect(background, listener.Addr().String())
	ok(t, err)
	defer client.Close()
	server.Stop()
	fails(t, failure(client.Graphs(background)), fluxion.ErrUnavailable, "")
}

// halting is a service that ends its answers early.
type halting struct {
	v1.UnimplementedGraphServiceServer
	v1.UnimplementedJobServiceServer
}

func (halting) ListGraphs(context.Context, *v1.ListGraphsRequest) (*v1.ListGraphsResponse, error) {
	full, err := status.New(codes.ResourceExhausted, "full").WithDetails(
		&errdetails.ErrorInfo{Reason: fluxion.ReasonQueueFull}, &errdetails.RetryInfo{RetryDelay: durationpb.New(time.Second)})
	if err != nil {
		return nil, err
	}
	return nil, full.Err()
}

func (halting) CreateGraph(v1.GraphService_CreateGraphServer) error { return nil }

func (halting) MatchMany(stream v1.JobService_MatchManyServer) error {
	return stream.Send(&v1.MatchManyResponse{})
}

func TestAnAnswerThatLacksSomethingIsAnError(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	server := grpc.NewServer()
	v1.RegisterGraphServiceServer(server, halting{})
	v1.RegisterJobServiceServer(server, halting{})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	client, err := fluxion.Connect(background, listener.Addr().String())
	ok(t, err)
	defer client.Close()
	graph := client.Graph("")
	equal(t, code(failure(graph.Create(background, strings.NewReader("x"), fluxion.CreateOptions{}))), codes.Internal)
	results, err := graph.MatchAll(background, nil)
	ok(t, err)
	equal(t, code(results[0].Err), codes.Internal)
	equal(t, code(failure(graph.Describe(background))), codes.Unimplemented)
	var full *fluxion.Error
	equal(t, errors.As(failure(client.Graphs(background)), &full), true)
	equal(t, full.Reason, fluxion.ReasonQueueFull)
	equal(t, full.RetryAfter, time.Second)
}

func TestAnErrorTellsTheCallTheCodeAndTheMessage(t *testing.T) {
	_, err := nowhere(t).Describe(background)
	equal(t, err.Error(), "describe on graph nowhere: NotFound: there is no graph named `nowhere`")
	equal(t, code(err), codes.NotFound)
	var e *fluxion.Error
	equal(t, errors.As(err, &e), true)
	equal(t, *e.Resource, fluxion.Resource{Kind: "graph", Name: "nowhere"})
	for _, other := range []error{fluxion.ErrInvalid, fluxion.ErrExists, context.Canceled, io.EOF} {
		equal(t, errors.Is(err, other), false)
	}
}

func TestGoroutinesShareAClient(t *testing.T) {
	graph := served(t, 5, 8)
	var group sync.WaitGroup
	ids := make(chan fluxion.JobID, 40)
	for i := 0; i < cap(ids); i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			found, err := graph.Match(background, cores(1))
			if err != nil {
				t.Error(err)
				return
			}
			ids <- found.JobID
		}()
	}
	group.Wait()
	close(ids)
	seen := map[fluxion.JobID]bool{}
	for id := range ids {
		seen[id] = true
	}
	equal(t, len(seen), 40)
}
