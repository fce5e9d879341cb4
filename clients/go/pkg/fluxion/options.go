package fluxion

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/connection"
)

// Option changes how a client connects and how long it waits.
type Option func(*settings)

type settings struct {
	connection      connection.Settings
	callTimeout     time.Duration
	transferTimeout time.Duration
}

func collect(options []Option) settings {
	settings := settings{
		connection:      connection.Defaults(),
		callTimeout:     30 * time.Second,
		transferTimeout: 10 * time.Minute,
	}
	for _, option := range options {
		option(&settings)
	}
	return settings
}

// WithConnectTimeout limits how long Connect tries: 10 seconds by default, for ever if 0.
func WithConnectTimeout(timeout time.Duration) Option {
	return func(s *settings) { s.connection.Timeout = timeout }
}

// WithCallTimeout limits a call whose context has no deadline: 30 seconds by default, no limit if 0. For
// Graph.Create and Graph.Export there is WithTransferTimeout; Graph.MatchMany has no limit.
func WithCallTimeout(timeout time.Duration) Option {
	return func(s *settings) { s.callTimeout = timeout }
}

// WithTransferTimeout limits a Graph.Create or Graph.Export whose context has no deadline: 10 minutes by
// default, no limit if 0.
func WithTransferTimeout(timeout time.Duration) Option {
	return func(s *settings) { s.transferTimeout = timeout }
}

// WithTransportCredentials secures the connection, which is plain text by default.
func WithTransportCredentials(credentials credentials.TransportCredentials) Option {
	return func(s *settings) { s.connection.Credentials = credentials }
}

// WithDialOptions adds options of gRPC, say interceptors; they win over those of the client.
func WithDialOptions(options ...grpc.DialOption) Option {
	return func(s *settings) { s.connection.Dial = append(s.connection.Dial, options...) }
}
