package client

import (
	"math"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// Option changes how a client connects and how long it waits.
type Option func(*settings)

type settings struct {
	connectTimeout time.Duration
	initTimeout    time.Duration
	callTimeout    time.Duration
	credentials    credentials.TransportCredentials
	dial           []grpc.DialOption
}

func defaults() settings {
	return settings{
		connectTimeout: 10 * time.Second,
		initTimeout:    10 * time.Minute,
		callTimeout:    30 * time.Second,
		credentials:    insecure.NewCredentials(),
	}
}

// WithConnectTimeout limits how long NewClient tries to connect: 10 seconds by default, for ever if 0.
func WithConnectTimeout(timeout time.Duration) Option {
	return func(s *settings) { s.connectTimeout = timeout }
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
	return func(s *settings) { s.credentials = credentials }
}

// WithDialOptions adds options of gRPC, say interceptors; they win over those of the client.
func WithDialOptions(options ...grpc.DialOption) Option {
	return func(s *settings) { s.dial = append(s.dial, options...) }
}

// Allocations on a large machine are far larger than the 4 MiB that gRPC accepts by default.
func (s *settings) dialOptions() []grpc.DialOption {
	return append([]grpc.DialOption{
		grpc.WithTransportCredentials(s.credentials),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: retries(), MinConnectTimeout: 5 * time.Second}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)),
		grpc.WithDisableServiceConfig(),
	}, s.dial...)
}
