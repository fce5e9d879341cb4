package client_test

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/status"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/client"
	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion-grpc"
)

func Example() {
	ctx := context.Background()
	service, err := client.NewClient(address, client.WithCallTimeout(time.Minute))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer service.Close()
	if _, err := service.Init(ctx, &pb.InitRequest{Policy: "lonode", Jgf: file("examples/cluster.json")}); err != nil {
		fmt.Println(err)
		return
	}
	matched, err := service.Match(ctx, &pb.MatchRequest{Jobspec: file("examples/jobspec.yaml")})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("starts at", matched.GetAt())
	cancelled, err := service.Cancel(ctx, &pb.CancelRequest{JobID: matched.GetJobid()})
	fmt.Println(cancelled.GetStatus(), err)
	// Output:
	// starts at 0
	// CANCEL_SUCCESS <nil>
}

func ExampleClient_Cancel() {
	ctx := context.Background()
	service, err := client.NewClient(address)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer service.Close()
	if _, err := service.Init(ctx, &pb.InitRequest{Jgf: file("examples/cluster.json")}); err != nil {
		fmt.Println(err)
		return
	}
	cancelled, err := service.Cancel(ctx, &pb.CancelRequest{JobID: 77})
	fmt.Println(cancelled.GetStatus(), status.Code(err))
	// Output: CANCEL_REQUEST_ERROR NotFound
}
