// Package fluxion calls the full Fluxion service, fluxion.v1: graphs by name, streamed in and out; matches
// with every operation, policy and format; jobs found again by number or key; the status, the properties,
// the growing and the shrinking of resources; the calendar.
//
// Connect gives a Client, Client.Graph the calls on one graph. All of them are safe for concurrent use and
// share one connection. The package writes nothing to standard output or to a log: what goes wrong is in
// the error that a call returns, which errors.Is compares with ErrNotFound and the like, and from which
// errors.As takes an *Error with all that the service says.
//
// Times are in seconds on the graph's own axis, 0 being its start.
package fluxion

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/connection"
)

// DefaultGraph is the graph that the published three-call service works on.
const DefaultGraph = "default"

// Client is a connection to one service.
//
// A call whose context has a deadline ends then; any other ends after the limit of WithCallTimeout or
// WithTransferTimeout. A connection that was lost is opened again by the next call; while the service
// cannot be reached, calls fail with ErrUnavailable.
type Client struct {
	conn      *grpc.ClientConn
	close     func() error
	graphs    pb.GraphServiceClient
	jobs      pb.JobServiceClient
	resources pb.ResourceServiceClient
	insight   pb.InsightServiceClient
	calendar  pb.CalendarServiceClient
	settings  connection.Settings
}

// Connect connects to the service at host, `name:port`, `https://name:port` or `unix:PATH`, until ctx ends or the limit of
// WithConnectTimeout is reached. An empty host is what FLUXION_ADDRESS says.
func Connect(ctx context.Context, host string, options ...Option) (*Client, error) {
	settings := connection.Collect(options)
	conn, err := connection.Open(ctx, connection.Address(host), settings)
	if err != nil {
		return nil, err
	}
	return over(conn, conn.Close, settings), nil
}

// OverConnection is a client over a connection that stands. The options that say how to connect mean
// nothing; Close does nothing, as the connection is the caller's.
func OverConnection(conn *grpc.ClientConn, options ...Option) *Client {
	return over(conn, func() error { return nil }, connection.Collect(options))
}

func over(conn *grpc.ClientConn, close func() error, settings connection.Settings) *Client {
	return &Client{
		conn:      conn,
		close:     close,
		graphs:    pb.NewGraphServiceClient(conn),
		jobs:      pb.NewJobServiceClient(conn),
		resources: pb.NewResourceServiceClient(conn),
		insight:   pb.NewInsightServiceClient(conn),
		calendar:  pb.NewCalendarServiceClient(conn),
		settings:  settings,
	}
}

// Conn is the connection, say for client.OverConnection of the published three calls.
func (c *Client) Conn() *grpc.ClientConn { return c.conn }

// Close ends the connection, and the calls in flight.
func (c *Client) Close() error { return c.close() }

// Graph gives the calls on the graph of a name, DefaultGraph if empty. It asks the service nothing: the
// graph need not be there yet.
func (c *Client) Graph(name string) *Graph {
	if name == "" {
		name = DefaultGraph
	}
	return &Graph{client: c, name: name}
}

// Graphs lists the graphs, by name.
func (c *Client) Graphs(ctx context.Context) ([]GraphInfo, error) {
	out, err := unary(ctx, c, "list graphs", c.graphs.ListGraphs, &pb.ListGraphsRequest{})
	if err != nil {
		return nil, err
	}
	graphs := make([]GraphInfo, 0, len(out.Graphs))
	for _, graph := range out.Graphs {
		graphs = append(graphs, graphInfo(graph))
	}
	return graphs, nil
}

// Graph has the calls on one graph. Each call on a graph that is not there fails with ErrNotFound.
type Graph struct {
	client      *Client
	name        string
	incarnation string
}

// Name is the name of the graph.
func (g *Graph) Name() string { return g.name }

// WithIncarnation is the same graph, as long as it is of this incarnation, which GraphInfo and other answers
// tell: changes fail with ErrPrecondition once another graph has been loaded under the name.
func (g *Graph) WithIncarnation(incarnation string) *Graph {
	return &Graph{client: g.client, name: g.name, incarnation: incarnation}
}

// what names a call for its errors.
func (g *Graph) what(call string) string { return call + " on graph " + g.name }

// unary carries out a call of the stubs that has one request and one answer.
func unary[In, Out any](
	ctx context.Context, c *Client, what string,
	call func(context.Context, In, ...grpc.CallOption) (Out, error), in In,
) (Out, error) {
	ctx, cancel := connection.Limit(ctx, c.settings.Call)
	defer cancel()
	var header, trailer metadata.MD
	out, err := call(ctx, in, grpc.Header(&header), grpc.Trailer(&trailer))
	return out, failed(what, err, header, trailer)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
