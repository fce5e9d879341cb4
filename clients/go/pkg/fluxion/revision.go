package fluxion

import (
	"context"
	"strconv"

	"google.golang.org/grpc/metadata"
)

// minRevision is where calls say which revision they want at least.
const minRevision = "fluxion-min-revision"

// WithMinRevision makes the calls that are made with the context, as far as they only look at a graph, tell what it was at this revision
// or a later one, so that one sees what one was told of elsewhere. They fail with FAILED_PRECONDITION if no such revision is on its way. The
// Revision of an answer, or of an event, goes here; 0 is for any revision, whatever changes the client has on their way.
func WithMinRevision(ctx context.Context, revision uint64) context.Context {
	said, _ := metadata.FromOutgoingContext(ctx)
	said = said.Copy()
	said.Set(minRevision, strconv.FormatUint(revision, 10))
	return metadata.NewOutgoingContext(ctx, said)
}
