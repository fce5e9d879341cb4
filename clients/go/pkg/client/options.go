package client

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/connection"
)

// Option changes how a client connects, how it shows who it is, and how long it waits. Options win over the environment.
type Option = connection.Option

// WithConnectTimeout limits how long NewClient tries to connect: 10 seconds by default, for ever if 0.
func WithConnectTimeout(timeout time.Duration) Option { return connection.WithConnect(timeout) }

// WithInitTimeout limits an Init whose context has no deadline: 10 minutes by default, no limit if 0.
func WithInitTimeout(timeout time.Duration) Option { return connection.WithTransfer(timeout) }

// WithCallTimeout limits a Match or Cancel whose context has no deadline: 30 seconds by default, no limit
// if 0.
func WithCallTimeout(timeout time.Duration) Option { return connection.WithCall(timeout) }

// WithTransportCredentials secures the connection, whatever the host begins with; then WithTLSCA, WithClientCertificate and their
// variables mean nothing.
func WithTransportCredentials(credentials credentials.TransportCredentials) Option {
	return connection.WithCredentials(credentials)
}

// WithTLSCA names a file with the certificates, in PEM, of those who vouch for the server: FLUXION_TLS_CA by default. A host with
// `https://` needs it.
func WithTLSCA(file string) Option { return connection.WithAuthorities(file) }

// WithClientCertificate names the files, in PEM, with the certificate that the client shows and its key: FLUXION_CLIENT_CERT and
// FLUXION_CLIENT_KEY by default.
func WithClientCertificate(certificate, key string) Option {
	return connection.WithCertificate(certificate, key)
}

// WithToken is the token that the client shows with each call, as `fluxion token new` makes it: FLUXION_TOKEN by default. If it is
// empty the client shows none, whatever the environment says.
//
// A token goes to other machines over TLS alone: anywhere else connecting fails with ErrClearTextToken.
func WithToken(token string) Option { return connection.WithToken(token) }

// WithTokenFile names a file with the token, and wins over WithToken: FLUXION_TOKEN_FILE by default.
func WithTokenFile(file string) Option { return connection.WithTokenFile(file) }

// WithInsecureToken lets the token go to another machine without TLS, as something else keeps it secret on its way:
// FLUXION_INSECURE_TOKEN by default.
func WithInsecureToken() Option { return connection.WithInsecureToken() }

// WithKeepalive says after what silence a server that owes an answer is asked whether it is there, and how long it may take to
// say so before calls fail: 30 and 20 seconds by default. gRPC waits for 10 seconds at least; 0 never asks.
func WithKeepalive(silence, answer time.Duration) Option {
	return connection.WithKeepalive(silence, answer)
}

// WithDialOptions adds options of gRPC, say interceptors; they win over those of the client.
func WithDialOptions(options ...grpc.DialOption) Option { return connection.WithDial(options...) }
