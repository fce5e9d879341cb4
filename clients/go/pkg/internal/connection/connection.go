// Package connection opens connections to a service, and limits calls. It knows of no call.
package connection

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/connectivity"
)

// ErrHostRequired is returned for an empty host.
var ErrHostRequired = errors.New("host is required")

// Open connects to the service at host, `name:port`. It retries until the connection stands, the limit is
// reached or ctx ends: the service may still be starting.
func Open(ctx context.Context, host string, settings Settings) (*grpc.ClientConn, error) {
	if host == "" {
		return nil, ErrHostRequired
	}
	conn, err := grpc.NewClient(host, settings.options()...)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to %s: %w", host, err)
	}
	ctx, cancel := Limit(ctx, settings.Connect)
	defer cancel()
	if err := wait(ctx, conn); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("cannot connect to %s: %w", host, err)
	}
	return conn, nil
}

func wait(ctx context.Context, conn *grpc.ClientConn) error {
	for {
		conn.Connect()
		state := conn.GetState()
		if state == connectivity.Ready {
			return nil
		}
		if !conn.WaitForStateChange(ctx, state) {
			return ctx.Err()
		}
	}
}

// Limit applies a default limit, none if 0, where the caller set no deadline.
func Limit(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has || timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, timeout)
}

// Allocations on a large machine are far larger than the 4 MiB that gRPC accepts by default.
func (s Settings) options() []grpc.DialOption {
	return append([]grpc.DialOption{
		grpc.WithTransportCredentials(s.Credentials),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: retries(), MinConnectTimeout: 5 * time.Second}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)),
		grpc.WithDisableServiceConfig(),
	}, s.Dial...)
}

func retries() backoff.Config {
	config := backoff.DefaultConfig
	config.BaseDelay = 100 * time.Millisecond
	config.MaxDelay = 5 * time.Second
	return config
}
