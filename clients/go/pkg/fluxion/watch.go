package fluxion

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// Cursor is a place in what happens to a graph: after a revision of one load of it.
type Cursor struct {
	Incarnation string
	Revision    uint64
}

// Event is something that happened to a graph, as the definition has it: its Change is one of its messages.
type Event = pb.Event

// EventKind is what an event is about.
type EventKind = pb.EventKind

// GraphState is what there is in a graph beside its vertices.
type GraphState struct {
	// Jobs hold resources, or will.
	Jobs []Job
	// Down are the vertices that are marked down themselves.
	Down []*pb.DownVertex
	// Windows are those of the calendar.
	Windows []WindowInfo
}

// WatchOptions say where a watch begins and what it tells. The zero value tells all that happens from now on.
type WatchOptions struct {
	// After is the place after which it begins.
	After *Cursor
	// State asks for the state of now first.
	State bool
	// Kinds are the events that are told; all if empty.
	Kinds []EventKind
	// Bookmarks come after so many seconds without anything else; 0 stands for 5.
	Bookmarks uint32
	// Patience is for how long a watch that lost its connection tries to go on; 0 stands for 5 minutes.
	Patience time.Duration
}

// Watched is what a watch tells. State and Event are nil where it only says how far all was told.
type Watched struct {
	// Cursor is where to go on after it.
	Cursor Cursor
	// State comes first, if it was asked for.
	State *GraphState
	// Event is what happened.
	Event *Event
}

// Watch is a watch of a graph. It is not safe for concurrent use.
type Watch struct {
	graph   *Graph
	ctx     context.Context
	end     context.CancelFunc
	request *pb.WatchRequest
	options WatchOptions
	stream  pb.InsightService_WatchClient
	// drop ends the stream.
	drop   context.CancelFunc
	cursor *Cursor
}

const (
	firstWait   = 100 * time.Millisecond
	longestWait = 5 * time.Second
	silence     = 10 * time.Second
)

// Watch tells what happens to the graph, until ctx ends or Close. If the connection is lost, or the service ends, it goes on with the
// next one after what it has told last: nothing is told twice, and nothing is left out. What cannot be watched shows with the
// first Next: an *Error whose code is OutOfRange if some of what came after the cursor is not known any more.
func (g *Graph) Watch(ctx context.Context, options WatchOptions) *Watch {
	request := &pb.WatchRequest{Graph: g.name, Kinds: options.Kinds, BookmarkSeconds: options.Bookmarks}
	switch {
	case options.After != nil:
		request.Start = after(*options.After)
	case options.State:
		request.Start = &pb.WatchRequest_WithState{WithState: true}
	default:
		request.Start = &pb.WatchRequest_Now{Now: true}
	}
	if options.Bookmarks == 0 {
		options.Bookmarks = 5
	}
	if options.Patience == 0 {
		options.Patience = 5 * time.Minute
	}
	ctx, end := context.WithCancel(ctx)
	return &Watch{graph: g, ctx: ctx, end: end, request: request, options: options, drop: func() {}}
}

func after(cursor Cursor) *pb.WatchRequest_After {
	return &pb.WatchRequest_After{After: &pb.Cursor{Incarnation: cursor.Incarnation, Revision: cursor.Revision}}
}

// Close ends the watch.
func (w *Watch) Close() { w.end() }

// Next waits for the next thing. Its error ends the watch: the graph was dropped, another took its place, the cursor means nothing, or
// the service could not be reached for as long as patience lasts.
func (w *Watch) Next() (Watched, error) {
	wait, late := firstWait, time.Time{}
	for {
		told, err := w.tell()
		if err == nil {
			w.cursor = &told.Cursor
			return told, nil
		}
		w.drop()
		w.stream = nil
		if late.IsZero() {
			late = time.Now().Add(w.options.Patience)
		}
		if w.ctx.Err() != nil || !mayPass(err) || time.Now().Add(wait).After(late) {
			w.end()
			return Watched{}, failed(w.graph.what("watch"), err)
		}
		select {
		case <-w.ctx.Done():
		case <-time.After(wait):
		}
		if wait *= 2; wait > longestWait {
			wait = longestWait
		}
	}
}

// mayPass says whether another connection may help.
func mayPass(err error) bool {
	switch status.Code(err) {
	case codes.Unavailable, codes.Unknown, codes.Internal, codes.Canceled:
		return true
	}
	return false
}

func (w *Watch) begin() error {
	if w.cursor != nil {
		w.request.Start = after(*w.cursor)
	}
	ctx, drop := context.WithCancel(w.ctx)
	stream, err := w.graph.client.insight.Watch(ctx, w.request)
	if err != nil {
		drop()
		return err
	}
	w.stream, w.drop = stream, drop
	return nil
}

// tell is the next thing of one stream.
func (w *Watch) tell() (Watched, error) {
	if w.stream == nil {
		if err := w.begin(); err != nil {
			return Watched{}, err
		}
	}
	state := &GraphState{}
	for {
		answer, err := w.receive()
		if err != nil {
			return Watched{}, err
		}
		switch item := answer.GetItem().(type) {
		case *pb.WatchResponse_State:
			for _, each := range item.State.GetJobs() {
				state.Jobs = append(state.Jobs, job(each))
			}
			state.Down = append(state.Down, item.State.GetDown()...)
			state.Windows = append(state.Windows, windowInfos(item.State.GetWindows())...)
		case *pb.WatchResponse_Synced:
			if w.cursor != nil {
				continue // it goes on
			}
			if !w.options.State || w.options.After != nil {
				state = nil
			}
			return Watched{Cursor: cursor(item.Synced), State: state}, nil
		case *pb.WatchResponse_Event:
			return Watched{Cursor: cursor(item.Event.GetCursor()), Event: item.Event}, nil
		case *pb.WatchResponse_Bookmark:
			return Watched{Cursor: cursor(item.Bookmark)}, nil
		}
	}
}

// receive ends a stream on which nothing comes any more.
func (w *Watch) receive() (*pb.WatchResponse, error) {
	silent := time.AfterFunc(3*time.Duration(w.options.Bookmarks)*time.Second+silence, w.drop)
	defer silent.Stop()
	return w.stream.Recv()
}

func cursor(out *pb.Cursor) Cursor {
	return Cursor{out.GetIncarnation(), out.GetRevision()}
}
