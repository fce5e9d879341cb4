// Loads a graph, matches a jobspec and cancels the job, over gRPC. From the root of the repository, with a
// server on port 4242:
//
//	go run examples/go/example.go --jobspec ./examples/go/jobspec.yaml
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/client"
	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion-grpc"
)

func main() {
	host := flag.String("host", "localhost", "name or address of the server")
	port := flag.String("port", "4242", "port of the server")
	policy := flag.String("policy", "lonode", "match policy")
	graph := flag.String("graph", "examples/cluster.json", "graph in JSON Graph Format")
	jobspec := flag.String("jobspec", "", "jobspec (required)")
	flag.Parse()
	if err := run(net.JoinHostPort(*host, *port), *policy, *graph, *jobspec); err != nil {
		fmt.Fprintln(os.Stderr, "example:", err)
		os.Exit(1)
	}
}

func run(host, policy, graphPath, jobspecPath string) error {
	if jobspecPath == "" {
		return errors.New("--jobspec is required")
	}
	graph, err := os.ReadFile(graphPath)
	if err != nil {
		return err
	}
	jobspec, err := os.ReadFile(jobspecPath)
	if err != nil {
		return err
	}
	service, err := client.NewClient(host)
	if err != nil {
		return err
	}
	defer service.Close()
	return walk(service, policy, string(graph), string(jobspec))
}

func walk(service client.Client, policy, graph, jobspec string) error {
	ctx := context.Background()
	loaded, err := service.Init(ctx, &pb.InitRequest{Policy: policy, Jgf: graph})
	if err != nil {
		return fmt.Errorf("init: %w", err)
	}
	fmt.Println("Init cluster status:", loaded.GetStatus())

	matched, err := service.Match(ctx, &pb.MatchRequest{Jobspec: jobspec, Request: "allocate"})
	if err != nil {
		return fmt.Errorf("match: %w", err)
	}
	fmt.Println("Match status:", matched.GetStatus())
	fmt.Print("Allocation: ", matched.GetAllocation())
	fmt.Printf("Overhead: %f\n", matched.GetOverhead())
	fmt.Println("Reserved:", matched.GetReserved())
	fmt.Println("Jobid:", matched.GetJobid())
	fmt.Println("At:", matched.GetAt())

	cancelled, err := service.Cancel(ctx, &pb.CancelRequest{JobID: matched.GetJobid()})
	if err != nil {
		return fmt.Errorf("cancel: %w", err)
	}
	fmt.Println("Cancel status:", cancelled.GetStatus())
	return nil
}
