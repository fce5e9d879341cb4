package fluxion

import (
	"context"
	"errors"
	"io"

	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// MatchStream carries many matches. One goroutine may call Send and CloseSend while another calls Recv.
//
// The service holds back when answers are not received: who sends many requests must receive meanwhile, as
// Graph.MatchAll does.
type MatchStream struct {
	graph  *Graph
	stream pb.JobService_MatchManyClient
	cancel context.CancelFunc
}

// MatchResult is the answer to one request of a stream: Match, or the error that Graph.Match would return.
type MatchResult struct {
	Match *Match
	Err   error
}

// MatchMany opens a stream of matches. It ends with ctx; no default limit applies. Close it, or receive
// until io.EOF, to free what it holds.
func (g *Graph) MatchMany(ctx context.Context) (*MatchStream, error) {
	ctx, cancel := context.WithCancel(ctx)
	stream, err := g.client.jobs.MatchMany(ctx)
	if err != nil {
		cancel()
		return nil, failed(g.what("match many"), err)
	}
	return &MatchStream{g, stream, cancel}, nil
}

// Send asks for a match. It returns io.EOF if the stream has broken; Recv tells why.
func (s *MatchStream) Send(request MatchRequest) error {
	err := s.stream.Send(request.message(s.graph))
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return failed(s.graph.what("match many"), err)
}

// CloseSend says that no more requests come; Recv gives the answers that are due, and then io.EOF.
func (s *MatchStream) CloseSend() error {
	return failed(s.graph.what("match many"), s.stream.CloseSend())
}

// Recv waits for the answer to the next request, in the order of sending. Its error is about the stream:
// io.EOF behind the last answer, an *Error if it broke. That of one match is in the result.
func (s *MatchStream) Recv() (MatchResult, error) {
	answer, err := s.stream.Recv()
	if err != nil {
		s.cancel()
		if errors.Is(err, io.EOF) {
			return MatchResult{}, io.EOF
		}
		return MatchResult{}, streamFailed(s.graph.what("match many"), s.stream, err)
	}
	switch result := answer.GetResult().(type) {
	case *pb.MatchManyResponse_Match:
		return MatchResult{Match: match(result.Match)}, nil
	case *pb.MatchManyResponse_Failure:
		header, _ := s.stream.Header()
		return MatchResult{Err: fromStatus(s.graph.what("match"), statusOf(result.Failure), header)}, nil
	default:
		return MatchResult{Err: fromStatus(s.graph.what("match"), status.New(codes.Internal, "the answer is empty"))}, nil
	}
}

// statusOf is the status that Match would have ended with; without its details where they cannot be read.
func statusOf(failure *pb.MatchFailure) *status.Status {
	answer := &spb.Status{}
	if proto.Unmarshal(failure.GetStatusDetails(), answer) != nil {
		answer = &spb.Status{}
	}
	answer.Code, answer.Message = failure.GetCode(), failure.GetMessage()
	return status.FromProto(answer)
}

// Close gives the stream up. What was matched but not received is undone, as the definition says.
func (s *MatchStream) Close() { s.cancel() }

// MatchAll sends all requests over one stream, and returns an answer for each, in their order. If the
// stream breaks, it returns the answers until then with the error.
func (g *Graph) MatchAll(ctx context.Context, requests []MatchRequest) ([]MatchResult, error) {
	stream, err := g.MatchMany(ctx)
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	go func() {
		for _, request := range requests {
			if stream.Send(request) != nil {
				return
			}
		}
		_ = stream.CloseSend()
	}()
	results := make([]MatchResult, 0, len(requests))
	for {
		result, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return results, nil
		}
		if err != nil {
			return results, err
		}
		results = append(results, result)
	}
}
