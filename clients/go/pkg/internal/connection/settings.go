package connection

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// Settings say how to connect, and how long a call may take whose context has no deadline. A limit of 0 is none.
type Settings struct {
	// Connect limits how long Open tries.
	Connect time.Duration
	// Call limits a call.
	Call time.Duration
	// Transfer limits a call that carries a whole graph.
	Transfer time.Duration
	// Silence is after how long without a sign a server that owes an answer is asked whether it is there; calls fail if it
	// does not say so within Answer.
	Silence, Answer time.Duration
	Identity        Identity
	// Dial has further options; they win.
	Dial []grpc.DialOption
}

// Option changes one of the settings.
type Option func(*Settings)

// Collect applies options to the defaults: 10 seconds to connect, 30 for a call, 10 minutes for a graph. Who the
// client is, and whom it trusts, is left to the environment.
func Collect(options []Option) Settings {
	settings := Settings{
		Connect:  10 * time.Second,
		Call:     30 * time.Second,
		Transfer: 10 * time.Minute,
		Silence:  30 * time.Second,
		Answer:   20 * time.Second,
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

// WithKeepalive sets Silence and Answer.
func WithKeepalive(silence, answer time.Duration) Option {
	return func(s *Settings) { s.Silence, s.Answer = silence, answer }
}

// WithCredentials sets Identity.Transport.
func WithCredentials(credentials credentials.TransportCredentials) Option {
	return func(s *Settings) { s.Identity.Transport = credentials }
}

// WithAuthorities sets Identity.Authorities.
func WithAuthorities(file string) Option {
	return func(s *Settings) { s.Identity.Authorities = &file }
}

// WithCertificate sets Identity.Certificate and Identity.Key.
func WithCertificate(certificate, key string) Option {
	return func(s *Settings) { s.Identity.Certificate, s.Identity.Key = &certificate, &key }
}

// WithToken sets Identity.Token.
func WithToken(token string) Option { return func(s *Settings) { s.Identity.Token = &token } }

// WithTokenFile sets Identity.TokenFile.
func WithTokenFile(file string) Option { return func(s *Settings) { s.Identity.TokenFile = &file } }

// WithInsecureToken sets Identity.ClearText.
func WithInsecureToken() Option {
	allowed := true
	return func(s *Settings) { s.Identity.ClearText = &allowed }
}

// WithDial adds to Dial.
func WithDial(options ...grpc.DialOption) Option {
	return func(s *Settings) { s.Dial = append(s.Dial, options...) }
}
