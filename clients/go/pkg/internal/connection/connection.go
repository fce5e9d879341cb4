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
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// ErrHostRequired is returned for an empty host.
var ErrHostRequired = errors.New("host is required")

// Open connects to the service at host, which readTarget reads. It retries until the connection stands, the limit is
// reached or ctx ends: the service may still be starting.
func Open(ctx context.Context, host string, settings Settings) (*grpc.ClientConn, error) {
	if host == "" {
		return nil, ErrHostRequired
	}
	place, options, err := settings.options(host)
	if err != nil {
		return nil, err
	}
	conn, err := grpc.NewClient(place, options...)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to %s: %w", host, err)
	}
	ctx, cancel := Limit(ctx, settings.Connect)
	defer cancel()
	if err := wait(ctx, conn); err != nil {
		defer conn.Close()
		return nil, fmt.Errorf("cannot connect to %s: %w%s", host, err, reason(conn))
	}
	return conn, nil
}

// reason is what the last attempt met with, which a connection tells to those alone who call over it.
func reason(conn *grpc.ClientConn) string {
	if conn.GetState() != connectivity.TransientFailure {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := conn.Invoke(ctx, "/grpc.health.v1.Health/Check", &emptypb.Empty{}, &emptypb.Empty{})
	if status.Code(err) != codes.Unavailable {
		return ""
	}
	return ": " + status.Convert(err).Message()
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

func (s Settings) options(host string) (string, []grpc.DialOption, error) {
	place, transport, token, err := s.Identity.credentials(host)
	if err != nil {
		return "", nil, err
	}
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: retries(), MinConnectTimeout: 5 * time.Second}),
		// Allocations on a large machine are far larger than the 4 MiB that gRPC accepts by default.
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)),
		grpc.WithDisableServiceConfig(),
	}
	if token != nil {
		options = append(options, grpc.WithPerRPCCredentials(token))
	}
	if s.Silence > 0 {
		options = append(options, grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: s.Silence, Timeout: s.Answer}))
	}
	return place.dial, append(options, s.Dial...), nil
}

func retries() backoff.Config {
	config := backoff.DefaultConfig
	config.BaseDelay = 100 * time.Millisecond
	config.MaxDelay = 5 * time.Second
	return config
}
