// Package client calls the published Fluxion service: load a graph, match a jobspec, cancel the job.
//
// It has the names and the behaviour of the published client, and is safe for concurrent use. It writes
// nothing to standard output or to a log: what goes wrong is in the error that a call returns, whose gRPC
// code status.Code tells.
package client

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/protobuf/proto"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion-grpc"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/connection"
)

var (
	// ErrHostRequired is returned for an empty host, unless FLUXION_ADDRESS says where the service is.
	ErrHostRequired = connection.ErrHostRequired
	// ErrNotConnected is returned by a call that was not sent, as there is no connection.
	ErrNotConnected = errors.New("client is not connected")
	// ErrTarget is returned for a host that names no service.
	ErrTarget = connection.ErrTarget
	// ErrCredentials is returned if a certificate, a key or the token cannot be used.
	ErrCredentials = connection.ErrCredentials
	// ErrClearTextToken is returned if the token would go to another machine without TLS.
	ErrClearTextToken = connection.ErrClearTextToken
)

// Client is a connection to one service.
//
// A call whose context has a deadline ends then; any other ends after the limit of WithCallTimeout or
// WithInitTimeout. A connection that was lost is opened again by the next call; while the service cannot
// be reached, calls fail with ErrNotConnected.
type Client interface {
	// Init loads a graph in JSON Graph Format. All jobs of the graph before it are forgotten.
	Init(ctx context.Context, in *pb.InitRequest, opts ...grpc.CallOption) (*pb.InitResponse, error)
	// Match finds resources for a jobspec, and books them. An empty request means `allocate`.
	Match(ctx context.Context, in *pb.MatchRequest, opts ...grpc.CallOption) (*pb.MatchResponse, error)
	// Cancel releases what a job holds. The response is never nil: its status is CANCEL_REQUEST_ERROR
	// beside an error, CANCEL_ERROR if the service reports a number other than 0, else CANCEL_SUCCESS.
	Cancel(ctx context.Context, in *pb.CancelRequest, opts ...grpc.CallOption) (*pb.CancelResponse, error)
	// Close ends the connection, and the calls in flight.
	Close() error
	// GetHost returns where the service is, as the client was told.
	GetHost() string
	// Connected tells whether the connection stands.
	Connected() bool
}

type client struct {
	host    string
	conn    *grpc.ClientConn
	close   func() error
	service pb.FluxionServiceClient
	options connection.Settings
}

// NewClient connects to the service at host, `name:port`, `https://name:port` or `unix:PATH`, within the limit of
// WithConnectTimeout.
func NewClient(host string, options ...Option) (Client, error) {
	return NewClientContext(context.Background(), host, options...)
}

// NewClientContext is NewClient, which also ends with ctx.
func NewClientContext(ctx context.Context, host string, options ...Option) (Client, error) {
	settings, host := connection.Collect(options), connection.Address(host)
	conn, err := connection.Open(ctx, host, settings)
	if err != nil {
		return nil, err
	}
	return &client{host, conn, conn.Close, pb.NewFluxionServiceClient(conn), settings}, nil
}

// OverConnection is a client over a connection that stands, say that of the fluxion package. The options
// that say how to connect mean nothing; Close does nothing, as the connection is the caller's.
func OverConnection(conn *grpc.ClientConn, options ...Option) Client {
	keep := func() error { return nil }
	return &client{conn.Target(), conn, keep, pb.NewFluxionServiceClient(conn), connection.Collect(options)}
}

func (c *client) Init(ctx context.Context, in *pb.InitRequest, opts ...grpc.CallOption) (*pb.InitResponse, error) {
	ctx, cancel := connection.Limit(ctx, c.options.Transfer)
	defer cancel()
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	return c.service.Init(ctx, in, opts...)
}

func (c *client) Match(ctx context.Context, in *pb.MatchRequest, opts ...grpc.CallOption) (*pb.MatchResponse, error) {
	ctx, cancel := connection.Limit(ctx, c.options.Call)
	defer cancel()
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	if in.GetRequest() == "" {
		in = withRequest(in, "allocate")
	}
	return c.service.Match(ctx, in, opts...)
}

// withRequest leaves the caller's message as it is: other goroutines may be sending it.
func withRequest(in *pb.MatchRequest, request string) *pb.MatchRequest {
	out := &pb.MatchRequest{}
	if in != nil {
		proto.Merge(out, in)
	}
	out.Request = request
	return out
}

func (c *client) Cancel(ctx context.Context, in *pb.CancelRequest, opts ...grpc.CallOption) (*pb.CancelResponse, error) {
	out := &pb.CancelResponse{JobID: in.GetJobID()}
	ctx, cancel := connection.Limit(ctx, c.options.Call)
	defer cancel()
	if err := c.ready(ctx); err != nil {
		out.Status = pb.CancelResponse_CANCEL_REQUEST_ERROR
		return out, err
	}
	answer, err := c.service.Cancel(ctx, in, opts...)
	out.Error = answer.GetError()
	switch {
	case err != nil:
		out.Status = pb.CancelResponse_CANCEL_REQUEST_ERROR
	case out.Error != 0:
		out.Status = pb.CancelResponse_CANCEL_ERROR
	default:
		out.Status = pb.CancelResponse_CANCEL_SUCCESS
	}
	return out, err
}

// ready opens a connection that is idle, as it is after the service closed it, but waits for no retry.
func (c *client) ready(ctx context.Context) error {
	for {
		switch state := c.conn.GetState(); state {
		case connectivity.Ready:
			return nil
		case connectivity.Idle, connectivity.Connecting:
			c.conn.Connect()
			if !c.conn.WaitForStateChange(ctx, state) {
				return fmt.Errorf("%w: %s", ErrNotConnected, ctx.Err())
			}
		default:
			return ErrNotConnected
		}
	}
}

func (c *client) Close() error { return c.close() }

func (c *client) GetHost() string { return c.host }

func (c *client) Connected() bool { return c.conn.GetState() == connectivity.Ready }
