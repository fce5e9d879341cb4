package fluxion

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// requestID is where calls and answers say which request they are.
const requestID = "fluxion-request-id"

// WithRequestID names the calls that are made with the context in the log and the journal of the server, with at most 64 printable
// ASCII characters. A call without such a name, or with another one, gets one from the server. Error.RequestID tells it.
func WithRequestID(ctx context.Context, id string) context.Context {
	named, _ := metadata.FromOutgoingContext(ctx)
	named = named.Copy()
	named.Set(requestID, id)
	return metadata.NewOutgoingContext(ctx, named)
}

// streamFailed is failed for a stream that has ended.
func streamFailed(call string, stream grpc.ClientStream, err error) error {
	if err == nil {
		return nil
	}
	header, _ := stream.Header()
	return failed(call, err, header, stream.Trailer())
}

// toldID is the request id in the metadata of an answer, empty if there is none.
func toldID(answers []metadata.MD) string {
	for _, answer := range answers {
		if ids := answer.Get(requestID); len(ids) > 0 {
			return ids[0]
		}
	}
	return ""
}
