package connection

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// Settings say how to connect, and how long a call may take whose context has no deadline. A limit of 0 is none.
type Settings struct {
	// Connect limits how long Open tries.
	Connect time.Duration
	// Call limits a call.
	Call time.Duration
	// Transfer limits a call that carries a whole graph.
	Transfer    time.Duration
	Credentials credentials.TransportCredentials
	// Dial has further options; they win.
	Dial []grpc.DialOption
}

// Option changes one of the settings.
type Option func(*Settings)

// Collect applies options to the defaults: 10 seconds to connect, 30 for a call, 10 minutes for a graph, plain text.
func Collect(options []Option) Settings {
	settings := Settings{
		Connect:     10 * time.Second,
		Call:        30 * time.Second,
		Transfer:    10 * time.Minute,
		Credentials: insecure.NewCredentials(),
	}
	for _, option := range options {
		option(&settings)
	}
	return settings
}

// WithConnect sets Connect.
func WithConnect(limit time.Duration) Option { return func(s *Settings) { s.Connect = limit } }

// WithCall sets Call.
func WithCall(limit time.Duration) Option { return func(s *Settings) { s.Call = limit } }

// WithTransfer sets Transfer.
func WithTransfer(limit time.Duration) Option { return func(s *Settings) { s.Transfer = limit } }

// WithCredentials sets Credentials.
func WithCredentials(credentials credentials.TransportCredentials) Option {
	return func(s *Settings) { s.Credentials = credentials }
}

// WithDial adds to Dial.
func WithDial(options ...grpc.DialOption) Option {
	return func(s *Settings) { s.Dial = append(s.Dial, options...) }
}
