package fluxion_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
)

func ExampleGraph_SetWindow() {
	ctx := context.Background()
	client, graph := example("course")
	defer client.Close()
	if _, err := graph.Match(ctx, fluxion.MatchRequest{Jobspec: want(1, "core")}); err != nil {
		log.Fatal(err)
	}
	request := fluxion.SetWindowRequest{Window: fluxion.Window{
		Name:    "course",
		Kind:    fluxion.Reservation,
		Targets: fluxion.WindowTargets{Ranks: "0"},
		When:    fluxion.WindowSpan{Start: 600, End: 7200},
	}}
	_, err := graph.SetWindow(ctx, request)
	var failed *fluxion.Error
	if errors.Is(err, fluxion.ErrPrecondition) && errors.As(err, &failed) {
		for _, violation := range failed.Preconditions {
			fmt.Println(violation.Kind, "job", violation.Subject)
		}
	}
	request.Running = fluxion.ConflictTruncate
	told, err := graph.SetWindow(ctx, request)
	if err != nil {
		log.Fatal(err)
	}
	for _, met := range told.Conflicts {
		fmt.Println("job", met.JobID, "ends at", met.NewEnd)
	}
	inside, err := graph.Match(ctx, fluxion.MatchRequest{
		Jobspec:       want(1, "node"),
		Operation:     fluxion.AllocateOrElseReserve,
		Windows:       []string{"course"},
		InsideWindows: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("job", inside.JobID, "starts at", inside.At)
	// Output:
	// WINDOW_CONFLICT job 1
	// job 1 ends at 600
	// job 2 starts at 600
}
