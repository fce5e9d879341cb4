package fluxion_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/client"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/testserver"
)

// example connects, and creates a graph of two nodes with 36 cores each.
func example(name string) (*fluxion.Client, *fluxion.Graph) {
	client, err := fluxion.Connect(context.Background(), address)
	if err != nil {
		log.Fatal(err)
	}
	graph := client.Graph(name)
	options := fluxion.CreateOptions{Replace: true, GraphOptions: fluxion.GraphOptions{Policy: "low"}}
	text := strings.NewReader(testserver.File("examples/cluster.json"))
	if _, err := graph.Create(context.Background(), text, options); err != nil {
		log.Fatal(err)
	}
	return client, graph
}

func Example() {
	ctx := context.Background()
	client, err := fluxion.Connect(ctx, address)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	graph := client.Graph("tiny")
	text := strings.NewReader(testserver.File("examples/cluster.json")) // an os.File does as well
	info, err := graph.Create(ctx, text, fluxion.CreateOptions{Replace: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Name, "has", info.Vertices, "vertices")
	jobspec := testserver.File("examples/jobspec.yaml")
	found, err := graph.Match(ctx, fluxion.MatchRequest{
		Jobspec:   jobspec,
		Operation: fluxion.AllocateOrElseReserve,
		JobKey:    "mine",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("job", found.JobID, "starts at", found.At)
	cancelled, err := graph.Cancel(ctx, fluxion.JobKey("mine"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("job", cancelled.JobID, "is cancelled")
	// Output:
	// tiny has 100 vertices
	// job 1 starts at 0
	// job 1 is cancelled
}

func ExampleError() {
	client, graph := example("errors")
	defer client.Close()
	_, err := graph.Match(context.Background(), fluxion.MatchRequest{Jobspec: want(1000, "core")})
	fmt.Println("not now:", errors.Is(err, fluxion.ErrExhausted))
	var failed *fluxion.Error
	if errors.As(err, &failed) {
		fmt.Println("try again in", failed.RetryAfter)
	}
	_, err = graph.Match(context.Background(), fluxion.MatchRequest{Jobspec: "version: 1\nresources: [\n"})
	if errors.Is(err, fluxion.ErrInvalid) && errors.As(err, &failed) {
		for _, field := range failed.Fields {
			fmt.Printf("%s, line %d, column %d\n", field.Field, field.Line, field.Column)
		}
	}
	// Output:
	// not now: true
	// try again in 1s
	// jobspec, line 3, column 1
}

func ExampleGraph_Create_progress() {
	client, _ := example("other")
	defer client.Close()
	text := strings.NewReader(testserver.File("examples/cluster.json"))
	_, err := client.Graph("progress").Create(context.Background(), text, fluxion.CreateOptions{
		Replace: true,
		Progress: func(p fluxion.Progress) {
			if p.Loading {
				fmt.Println("all", p.Received, "bytes have arrived")
			}
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: all 31054 bytes have arrived
}

func ExampleGraph_MatchMany() {
	client, graph := example("many")
	defer client.Close()
	stream, err := graph.MatchMany(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	defer stream.Close()
	go func() {
		for _, jobspec := range []string{want(2, "core"), "version: 1", want(1, "core")} {
			if stream.Send(fluxion.MatchRequest{Jobspec: jobspec}) != nil {
				return // Recv tells why
			}
		}
		_ = stream.CloseSend()
	}()
	for {
		result, err := stream.Recv()
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		switch {
		case result.Err == nil:
			fmt.Println("job", result.Match.JobID)
		case errors.Is(result.Err, fluxion.ErrInvalid):
			fmt.Println("a bad jobspec")
		default:
			log.Fatal(result.Err)
		}
	}
	// Output:
	// job 1
	// a bad jobspec
	// job 2
}

func ExampleGraph_Jobs() {
	ctx := context.Background()
	client, graph := example("jobs")
	defer client.Close()
	for i := 0; i < 3; i++ {
		if _, err := graph.Match(ctx, fluxion.MatchRequest{Jobspec: want(1, "core")}); err != nil {
			log.Fatal(err)
		}
	}
	jobs := graph.Jobs(ctx, fluxion.JobFilter{States: []fluxion.JobState{fluxion.JobAllocated}})
	for jobs.Next() {
		fmt.Println("job", jobs.Job().ID, "ends at", jobs.Job().End)
	}
	if err := jobs.Err(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// job 1 ends at 3600
	// job 2 ends at 3600
	// job 3 ends at 3600
}

func ExampleGraph_Retime() {
	ctx := context.Background()
	client, graph := example("retime")
	defer client.Close()
	request := fluxion.MatchRequest{Jobspec: want(72, "core"), Operation: fluxion.AllocateOrElseReserve}
	for i := 0; i < 2; i++ {
		if _, err := graph.Match(ctx, request); err != nil {
			log.Fatal(err)
		}
	}
	retimed, err := graph.Retime(ctx, fluxion.JobID(1), fluxion.LaterBy(-600))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("job", retimed.JobID, "ends at", retimed.End)
	_, err = graph.Retime(ctx, fluxion.JobID(1), fluxion.EndAt(3601))
	var failed *fluxion.Error
	if errors.Is(err, fluxion.ErrPrecondition) && errors.As(err, &failed) {
		for _, violation := range failed.Preconditions {
			if violation.Kind == "MEETS_JOB" {
				fmt.Println("job", violation.Subject, "is in the way")
			}
		}
	}
	// Output:
	// job 1 ends at 3000
	// job 2 is in the way
}

func ExampleGraph_SetStatus() {
	ctx := context.Background()
	client, graph := example("status")
	defer client.Close()
	node := fluxion.Path("/tiny0/rack0/node0")
	if _, err := graph.SetStatus(ctx, node, fluxion.Down, fluxion.JustVertices); err != nil {
		log.Fatal(err)
	}
	vertices, err := graph.Status(ctx, node)
	if err != nil {
		log.Fatal(err)
	}
	for _, vertex := range vertices {
		fmt.Println(vertex.Path, "is down:", vertex.Status == fluxion.Down)
	}
	// Output: /tiny0/rack0/node0 is down: true
}

func ExampleClient_Conn() {
	full, _ := example(fluxion.DefaultGraph)
	defer full.Close()
	three := client.OverConnection(full.Conn())
	fmt.Println(three.Connected())
	// Output: true
}
