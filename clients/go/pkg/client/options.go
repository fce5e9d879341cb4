package client

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/connection"
)

// Option changes how a client connects and how long it waits.
type Option func(*settings)

type settings struct {
	connection  connection.Settings
	initTimeout time.Duration
	callTimeout time.Duration
}

func collect(options []Option) settings {
	settings := settings{
		connection:  connection.Defaults(),
		initTimeout: 10 * time.Minute,
		callTimeout: 30 * time.Second,
	}
	for _, option := range options {
		option(&settings)
	}
	return settings
}

// WithConnectTimeout limits how long NewClient tries to connect: 10 seconds by default, for ever if 0.
func WithConnectTimeout(timeout time.Duration) Option {
	return func(s *settings) { s.connection.Timeout = timeout }
}

// WithInitTimeout limits an Init whose context has no deadline: 10 minutes by default, no limit if 0.
func WithInitTimeout(timeout time.Duration) Option {
	return func(s *settings) { s.initTimeout = timeout }
}

// WithCallTimeout limits a Match or Cancel whose context has no deadline: 30 seconds by default, no limit
// if 0.
func WithCallTimeout(timeout time.Duration) Option {
	return func(s *settings) { s.callTimeout = timeout }
}

// WithTransportCredentials secures the connection, which is plain text by default.
func WithTransportCredentials(credentials credentials.TransportCredentials) Option {
	return func(s *settings) { s.connection.Credentials = credentials }
}

// WithDialOptions adds options of gRPC, say interceptors; they win over those of the client.
func WithDialOptions(options ...grpc.DialOption) Option {
	return func(s *settings) { s.connection.Dial = append(s.connection.Dial, options...) }
}
