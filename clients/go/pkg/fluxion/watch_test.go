package fluxion_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// next is the next thing that is no bookmark.
func next(t *testing.T, watch *fluxion.Watch) fluxion.Watched {
	t.Helper()
	for {
		told, err := watch.Next()
		ok(t, err)
		if told.State != nil || told.Event != nil {
			return told
		}
	}
}

func TestAWatchBeginsWithTheStateAndGoesOn(t *testing.T) {
	graph := served(t, 1, 4)
	request := fluxion.MatchRequest{Jobspec: wantFor(60, 1, "core")}
	first, err := graph.Match(background, request)
	ok(t, err)
	ctx, cancel := context.WithTimeout(background, time.Minute)
	defer cancel()
	watch := graph.Watch(ctx, fluxion.WatchOptions{State: true})
	defer watch.Close()
	told := next(t, watch)
	equal(t, len(told.State.Jobs), 1)
	equal(t, told.State.Jobs[0].ID, first.JobID)
	equal(t, told.Cursor, fluxion.Cursor{Incarnation: first.Incarnation, Revision: 2})
	second, err := graph.Match(background, request)
	ok(t, err)
	told = next(t, watch)
	equal(t, fluxion.JobID(told.Event.GetJobBooked().GetJob().GetJobId()), second.JobID)

	after := graph.Watch(ctx, fluxion.WatchOptions{After: &fluxion.Cursor{Incarnation: first.Incarnation, Revision: 9}})
	_, err = after.Next()
	equal(t, status.Code(err), codes.InvalidArgument)
	kinds := []fluxion.EventKind{pb.EventKind_EVENT_KIND_JOB_CANCELED}
	filtered := graph.Watch(ctx, fluxion.WatchOptions{Kinds: kinds, Bookmarks: 1})
	defer filtered.Close()
	told, err = filtered.Next()
	ok(t, err)
	equal(t, told.Cursor.Revision, uint64(3))
	ok(t, graph.Drop(background))
	_, err = watch.Next()
	equal(t, errors.Is(err, fluxion.ErrNotFound), true)
}

// wire passes connections on to the server until they are cut.
type wire struct {
	listener net.Listener
	mutex    sync.Mutex
	open     []net.Conn
}

func (w *wire) cut() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, conn := range w.open {
		_ = conn.Close()
	}
	w.open = nil
}

func newWire(t *testing.T) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	w := &wire{listener: listener}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", address)
			if err != nil {
				_ = near.Close()
				continue
			}
			w.mutex.Lock()
			w.open = append(w.open, near, far)
			w.mutex.Unlock()
			go pass(near, far)
			go pass(far, near)
		}
	}()
	return w
}

func pass(from, to net.Conn) {
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		if _, wrong := to.Write(buffer[:n]); err != nil || wrong != nil {
			_ = from.Close()
			_ = to.Close()
			return
		}
	}
}

func TestAWatchGoesOnWhenItsConnectionIsCut(t *testing.T) {
	graph, line := served(t, 1, 4), newWire(t)
	far, err := fluxion.Connect(background, line.listener.Addr().String())
	ok(t, err)
	defer func() { _ = far.Close() }()
	ctx, cancel := context.WithTimeout(background, 2*time.Minute)
	defer cancel()
	watch := far.Graph(graph.Name()).Watch(ctx, fluxion.WatchOptions{})
	defer watch.Close()
	begun, err := watch.Next()
	ok(t, err)
	equal(t, begun.Cursor.Revision, uint64(1))
	revision := uint64(1)
	for round := 0; round < 5; round++ {
		match, err := graph.Match(background, fluxion.MatchRequest{Jobspec: wantFor(60, 1, "core")})
		ok(t, err)
		equal(t, next(t, watch).Cursor.Revision, revision+1)
		line.cut()
		_, err = graph.Cancel(background, match.JobID)
		ok(t, err)
		equal(t, next(t, watch).Cursor.Revision, revision+2)
		revision += 2
	}
}
