package fluxion_test

import (
	"context"
	"testing"

	"google.golang.org/grpc/metadata"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
)

func TestTheLastRevisionThatIsSaidCounts(t *testing.T) {
	said := fluxion.WithMinRevision(fluxion.WithMinRevision(context.Background(), 3), 7)
	outgoing, _ := metadata.FromOutgoingContext(fluxion.WithRequestID(said, "nightly"))
	if got := outgoing.Get("fluxion-min-revision"); len(got) != 1 || got[0] != "7" {
		t.Fatalf("said %q", got)
	}
}
