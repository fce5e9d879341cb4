package fluxion

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/connection"
)

// pieceBytes is the size of the pieces in which a text is sent: large enough for few messages, small
// enough for any server.
const pieceBytes = 256 << 10

// CreateOptions say how a graph is loaded and served.
type CreateOptions struct {
	GraphOptions
	// Replace makes a graph of this name give way once the new one has loaded; else it is ErrExists. After
	// WithIncarnation only that one gives way, else it is ErrPrecondition.
	Replace bool
	// TextBytes is the size of the text if known, which lets the server refuse early. Where it is 0, that
	// of a text that can tell its length is used (as bytes.Reader, bytes.Buffer and strings.Reader can).
	TextBytes uint64
	// RequestKey makes it safe to repeat the call with the same options and the same text.
	RequestKey RequestKey
	// Progress, if there, is told now and then how far it is, by the goroutine that called Create.
	Progress func(Progress)
}

// Progress is how far Graph.Create is.
type Progress struct {
	// Received is how many bytes of the text the service has.
	Received uint64
	// Loading is whether all text has arrived and is being read.
	Loading bool
}

// Create loads a graph under the name of g. While it loads, other graphs, and the old graph of that name,
// answer as before.
//
// Create returns when the service refuses the text or ctx ends, even if a Read of the text is still under
// way; what that reads is thrown away. An error of text is returned as it is, and no graph is made.
func (g *Graph) Create(ctx context.Context, text io.Reader, options CreateOptions) (GraphInfo, error) {
	ctx, cancel := connection.Limit(ctx, g.client.settings.Transfer)
	defer cancel()
	stream, err := g.client.graphs.CreateGraph(ctx)
	if err != nil {
		return GraphInfo{}, failed(g.what("create"), err)
	}
	unread := make(chan error, 1)
	header := g.header(text, options)
	go func() {
		if err := send(ctx, stream, header, text); err != nil {
			unread <- err
			// A stream that is not closed but cancelled leaves no half graph behind.
			cancel()
		}
	}()
	graph, err := loaded(stream, options.Progress)
	if err == nil {
		return graphInfo(graph), nil
	}
	select {
	case err := <-unread:
		return GraphInfo{}, err
	default:
		return GraphInfo{}, streamFailed(g.what("create"), stream, err)
	}
}

func (g *Graph) header(text io.Reader, options CreateOptions) *pb.CreateGraphHeader {
	header := &pb.CreateGraphHeader{
		Name:        g.name,
		Options:     options.GraphOptions.message(),
		Replace:     options.Replace,
		TextBytes:   options.TextBytes,
		RequestKey:  string(options.RequestKey),
		Incarnation: g.incarnation,
	}
	if sized, ok := text.(interface{ Len() int }); ok && header.TextBytes == 0 {
		header.TextBytes = uint64(sized.Len())
	}
	return header
}

// send returns the errors of the text only; what becomes of the stream is told where it is received from.
func send(ctx context.Context, stream pb.GraphService_CreateGraphClient, header *pb.CreateGraphHeader, text io.Reader) error {
	if stream.Send(&pb.CreateGraphRequest{Part: &pb.CreateGraphRequest_Header{Header: header}}) != nil {
		return nil
	}
	piece := make([]byte, pieceBytes)
	for ctx.Err() == nil {
		n, err := text.Read(piece)
		if n > 0 {
			// Send has marshalled the piece when it returns, so that its room can be used again.
			if stream.Send(&pb.CreateGraphRequest{Part: &pb.CreateGraphRequest_Text{Text: piece[:n]}}) != nil {
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			_ = stream.CloseSend()
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// loaded waits for the last message.
func loaded(stream pb.GraphService_CreateGraphClient, progress func(Progress)) (*pb.Graph, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	for {
		answer, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil, status.Error(codes.Internal, "the answer ended before the graph was there")
		}
		if err != nil {
			return nil, err
		}
		switch event := answer.GetEvent().(type) {
		case *pb.CreateGraphResponse_ReceivedBytes:
			progress(Progress{Received: event.ReceivedBytes})
		case *pb.CreateGraphResponse_Loading:
			progress(Progress{Received: event.Loading.GetTextBytes(), Loading: true})
		case *pb.CreateGraphResponse_Graph:
			return event.Graph, nil
		}
	}
}
