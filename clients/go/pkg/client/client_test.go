package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/client"
	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion-grpc"
)

var background = context.Background()

const oneCore = `
version: 1
resources: [{type: slot, count: 1, label: default, with: [{type: core, count: 1}]}]
tasks: [{command: [app], slot: default, count: {per_slot: 1}}]
attributes: {system: {duration: 60}}
`

func connect(t *testing.T, host string, options ...client.Option) client.Client {
	t.Helper()
	service, err := client.NewClient(host, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close() })
	return service
}

func loaded(t *testing.T) client.Client {
	t.Helper()
	service := connect(t, address)
	if _, err := service.Init(background, &pb.InitRequest{Policy: "lonode", Jgf: file("examples/cluster.json")}); err != nil {
		t.Fatal(err)
	}
	return service
}

func checkCode(t *testing.T, err error, code codes.Code, text string) {
	t.Helper()
	if status.Code(err) != code || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v, expected %v with %q", err, code, text)
	}
}

func TestTheMainJob(t *testing.T) {
	service := loaded(t)
	if !service.Connected() || service.GetHost() != address {
		t.Errorf("connected: %v, host: %s", service.Connected(), service.GetHost())
	}
	in := &pb.MatchRequest{Jobspec: file("examples/go/jobspec.yaml")}
	matched, err := service.Match(background, in)
	if err != nil {
		t.Fatal(err)
	}
	if in.Request != "" {
		t.Errorf("the caller's request became %q", in.Request)
	}
	if matched.Jobid != 1 || matched.At != 0 || matched.Reserved || !strings.Contains(matched.Allocation, "gpu0") {
		t.Errorf("got %v", matched)
	}
	cancelled, err := service.Cancel(background, &pb.CancelRequest{JobID: 1})
	if err != nil || cancelled.Status != pb.CancelResponse_CANCEL_SUCCESS || cancelled.JobID != 1 {
		t.Errorf("got %v, %v", cancelled, err)
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	service := loaded(t)
	_, err := service.Init(background, &pb.InitRequest{Jgf: "{"})
	checkCode(t, err, codes.InvalidArgument, "line 1")
	_, err = service.Match(background, &pb.MatchRequest{Jobspec: "version: 1\n"})
	checkCode(t, err, codes.InvalidArgument, "resource")
	_, err = service.Match(background, nil)
	checkCode(t, err, codes.InvalidArgument, "")
	cancelled, err := service.Cancel(background, &pb.CancelRequest{JobID: 77})
	checkCode(t, err, codes.NotFound, "77")
	if cancelled.GetStatus() != pb.CancelResponse_CANCEL_REQUEST_ERROR {
		t.Errorf("got %v", cancelled)
	}
}

func TestAHostIsRequired(t *testing.T) {
	if _, err := client.NewClient(""); err == nil || err.Error() != "host is required" {
		t.Errorf("got %v", err)
	}
}

func TestConnectingHasALimit(t *testing.T) {
	_, err := client.NewClient("127.0.0.1:1", client.WithConnectTimeout(50*time.Millisecond))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(background)
	cancel()
	if _, err := client.NewClientContext(ctx, "127.0.0.1:1"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestDeadlines(t *testing.T) {
	service := connect(t, address, client.WithCallTimeout(time.Nanosecond), client.WithInitTimeout(0))
	if _, err := service.Init(background, &pb.InitRequest{Jgf: file("examples/cluster.json")}); err != nil {
		t.Fatal(err)
	}
	request := &pb.MatchRequest{Jobspec: file("examples/jobspec.yaml")}
	_, err := service.Match(background, request)
	checkCode(t, err, codes.DeadlineExceeded, "")
	ctx, cancel := context.WithTimeout(background, time.Minute)
	defer cancel()
	if _, err := service.Match(ctx, request); err != nil {
		t.Errorf("the caller's deadline should win: %v", err)
	}
}

func TestACallWithoutConnectionIsNotSent(t *testing.T) {
	service := connect(t, address)
	if err := service.Close(); err != nil {
		t.Fatal(err)
	}
	_, initErr := service.Init(background, &pb.InitRequest{})
	_, matchErr := service.Match(background, &pb.MatchRequest{})
	cancelled, cancelErr := service.Cancel(background, &pb.CancelRequest{JobID: 1})
	for _, err := range []error{initErr, matchErr, cancelErr} {
		if !errors.Is(err, client.ErrNotConnected) || err.Error() != "client is not connected" {
			t.Errorf("got %v", err)
		}
	}
	if service.Connected() || cancelled.GetStatus() != pb.CancelResponse_CANCEL_REQUEST_ERROR {
		t.Errorf("connected: %v, cancel: %v", service.Connected(), cancelled)
	}
}

// failing is a service that reports a number with each Cancel, as the published definition allows.
type failing struct {
	pb.UnimplementedFluxionServiceServer
}

func (failing) Cancel(context.Context, *pb.CancelRequest) (*pb.CancelResponse, error) {
	return &pb.CancelResponse{Error: 5}, nil
}

func TestCancelMapsANumberToAStatus(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	pb.RegisterFluxionServiceServer(server, failing{})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	cancelled, err := connect(t, listener.Addr().String()).Cancel(background, &pb.CancelRequest{JobID: 1})
	if err != nil || cancelled.Status != pb.CancelResponse_CANCEL_ERROR || cancelled.Error != 5 {
		t.Errorf("got %v, %v", cancelled, err)
	}
}

// relay passes connections on to the server, and gives out each so that a test can cut it.
func relay(t *testing.T) (host string, connections <-chan net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	accepted := make(chan net.Conn, 8)
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
			go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
			go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
			accepted <- near
		}
	}()
	return listener.Addr().String(), accepted
}

func TestALostConnectionIsOpenedAgain(t *testing.T) {
	host, connections := relay(t)
	service := connect(t, host)
	_ = (<-connections).Close()
	deadline := time.Now().Add(30 * time.Second)
	for {
		_, err := service.Init(background, &pb.InitRequest{Jgf: file("examples/cluster.json")})
		if err == nil {
			return
		}
		// A call that was under way when the connection broke is lost; the next is not.
		if code := status.Code(err); code != codes.Unavailable || time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func TestGoroutinesShareAClient(t *testing.T) {
	service := loaded(t)
	request := &pb.MatchRequest{Jobspec: oneCore}
	var group sync.WaitGroup
	ids := make(chan int64, 40)
	for i := 0; i < cap(ids); i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			matched, err := service.Match(background, request)
			if err != nil {
				t.Error(err)
			}
			ids <- matched.GetJobid()
		}()
	}
	group.Wait()
	close(ids)
	seen := map[int64]bool{}
	for id := range ids {
		seen[id] = true
	}
	if len(seen) != cap(ids) {
		t.Errorf("%d ids for %d jobs", len(seen), cap(ids))
	}
}
