package client

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/connection"
)

// Option changes how a client connects and how long it waits.
type Option = connection.Option

// WithConnectTimeout limits how long NewClient tries to connect: 10 seconds by default, for ever if 0.
func WithConnectTimeout(timeout time.Duration) Option { return connection.WithConnect(timeout) }

// WithInitTimeout limits an Init whose context has no deadline: 10 minutes by default, no limit if 0.
func WithInitTimeout(timeout time.Duration) Option { return connection.WithTransfer(timeout) }

// WithCallTimeout limits a Match or Cancel whose context has no deadline: 30 seconds by default, no limit
// if 0.
func WithCallTimeout(timeout time.Duration) Option { return connection.WithCall(timeout) }

// WithTransportCredentials secures the connection, which is plain text by default.
func WithTransportCredentials(credentials credentials.TransportCredentials) Option {
	return connection.WithCredentials(credentials)
}

// WithDialOptions adds options of gRPC, say interceptors; they win over those of the client.
func WithDialOptions(options ...grpc.DialOption) Option { return connection.WithDial(options...) }
