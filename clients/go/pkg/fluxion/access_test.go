package fluxion_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/client"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion-grpc"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/testserver"
)

// far is an address of another machine, where nobody answers.
const far = "192.0.2.1:1"

// secured is a server that asks who calls, and the files of its clients.
type secured struct {
	clear, tls, socket         string
	authority                  testserver.Authority
	certificate, key, stranger string
}

// secure starts a server with TLS, tokens and client certificates, and one with tokens alone.
func secure(t *testing.T) secured {
	t.Helper()
	access := testserver.Write(t, "auth.toml", strings.Join([]string{
		testserver.Entry("root", "admin", "*", ""),
		testserver.Entry("reader", "read", "*", ""),
		testserver.Entry("old", "admin", "*", "expires = 2001-01-01"),
		testserver.Entry("narrow", "admin", "prod-*", ""),
		"[[certificate]]\ndns = \"client\"\nrole = \"admin\"\ngraphs = [\"*\"]\n",
	}, "\n"))
	s := secured{authority: testserver.NewAuthority(t, "authority"), stranger: testserver.NewAuthority(t, "stranger").File}
	certificate, key := s.authority.Issue(t, "server")
	s.certificate, s.key = s.authority.Issue(t, "client")
	// The path of a socket must be short.
	folder, err := os.MkdirTemp("", "fluxion")
	ok(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	s.socket = "unix:" + filepath.Join(folder, "s")
	s.clear, _, _ = strings.Cut(testserver.With(t, "--listen", "127.0.0.1:0,"+s.socket, "--auth-file", access), ", ")
	s.tls = "https://" + testserver.With(t, "--auth-file", access, "--tls-cert", certificate, "--tls-key", key,
		"--tls-client-ca", s.authority.File, "--tls-client-auth", "optional")
	return s
}

// list connects, and lists the graphs.
func list(host string, options ...fluxion.Option) error {
	return calling(host, func(c *fluxion.Client) error { return failure(c.Graphs(background)) }, options...)
}

func calling(host string, call func(*fluxion.Client) error, options ...fluxion.Option) error {
	client, err := fluxion.Connect(background, host, options...)
	if err != nil {
		return err
	}
	defer client.Close()
	return call(client)
}

func token(name string) fluxion.Option { return fluxion.WithToken(testserver.Token(name)) }

// reason is what the service gives, and which metadata.
func reason(err error) (string, map[string]string) {
	var failed *fluxion.Error
	if errors.As(err, &failed) {
		return failed.Reason, failed.ReasonMetadata
	}
	return "", nil
}

func TestTokens(t *testing.T) {
	s := secure(t)
	ca := fluxion.WithTLSCA(s.authority.File)
	for _, host := range []string{s.clear, "http://" + s.clear, s.socket, s.tls} {
		for _, row := range []struct {
			name, reason string
			kind         error
			options      []fluxion.Option
		}{
			{"no", fluxion.ReasonNoCredential, fluxion.ErrUnauthenticated, nil},
			{"an empty", fluxion.ReasonNoCredential, fluxion.ErrUnauthenticated, []fluxion.Option{fluxion.WithToken("")}},
			{"a wrong", fluxion.ReasonWrongCredential, fluxion.ErrUnauthenticated, []fluxion.Option{token("nobody")}},
			{"an expired", fluxion.ReasonExpiredCredential, fluxion.ErrUnauthenticated, []fluxion.Option{token("old")}},
			{"the right", "", nil, []fluxion.Option{token("reader")}},
			{"one in a file", "", nil, []fluxion.Option{
				token("nobody"), fluxion.WithTokenFile(testserver.Write(t, "token", testserver.Token("reader")+"\n")),
			}},
		} {
			err := list(host, append(row.options, ca)...)
			told, _ := reason(err)
			if !errors.Is(err, row.kind) || told != row.reason {
				t.Errorf("%s token at %s: %v", row.name, host, err)
			}
		}
	}
}

func TestWhatACallerMayNot(t *testing.T) {
	host := secure(t).clear
	drop := func(graph string) func(*fluxion.Client) error {
		return func(c *fluxion.Client) error { return c.Graph(graph).Drop(background) }
	}
	small := calling(host, drop("a"), token("reader"))
	fails(t, small, fluxion.ErrPermissionDenied, "`reader` has the role read")
	told, about := reason(small)
	equal(t, told, fluxion.ReasonRoleTooSmall)
	equal(t, about["principal"]+" "+about["role"]+" "+about["needed"], "reader read allocate")
	narrow := calling(host, drop("a"), token("narrow"))
	fails(t, narrow, fluxion.ErrPermissionDenied, "may not use a graph named `a`")
	told, about = reason(narrow)
	equal(t, told, fluxion.ReasonGraphOutOfScope)
	equal(t, about["principal"]+" "+about["graph"], "narrow a")
	fails(t, calling(host, drop("prod-a"), token("narrow")), fluxion.ErrNotFound, "")
}

func TestTooManyWrongCredentials(t *testing.T) {
	host := secure(t).clear
	client, err := fluxion.Connect(background, host, token("nobody"))
	ok(t, err)
	defer client.Close()
	for i := 0; i < 1000; i++ {
		err = failure(client.Graphs(background))
		if told, _ := reason(err); told == fluxion.ReasonFailedAttempts {
			break
		}
	}
	fails(t, err, fluxion.ErrExhausted, "too many calls from this address")
}

func TestClientCertificates(t *testing.T) {
	s := secure(t)
	ca, shown := fluxion.WithTLSCA(s.authority.File), fluxion.WithClientCertificate(s.certificate, s.key)
	ok(t, list(s.tls, ca, shown))
	briefly := fluxion.WithConnectTimeout(time.Second)
	fails(t, list(s.tls, fluxion.WithTLSCA(s.stranger), shown, briefly), context.DeadlineExceeded, "certificate signed by unknown authority")
	required := "https://" + testserver.With(t, "--tls-cert", s.certificate, "--tls-key", s.key, "--tls-client-ca", s.authority.File)
	ok(t, list(required, ca, shown))
	// Why it was refused is lost if the server has closed the connection before the client has said all.
	fails(t, list(required, ca, briefly), context.DeadlineExceeded, "cannot connect to "+required)
}

func TestWhatIsNeverSent(t *testing.T) {
	s := secure(t)
	none := filepath.Join(t.TempDir(), "none")
	text := testserver.Write(t, "text", "no PEM")
	for _, row := range []struct {
		host    string
		options []fluxion.Option
		kind    error
		told    string
	}{
		{far, []fluxion.Option{token("root")}, fluxion.ErrClearTextToken, "the token is not sent to " + far + " in clear text"},
		{"http://" + far, []fluxion.Option{token("root")}, fluxion.ErrClearTextToken, "use https://, or allow it"},
		{s.tls, nil, fluxion.ErrCredentials, "the credentials cannot be used: https needs the certificates of those who vouch"},
		{s.tls, []fluxion.Option{fluxion.WithTLSCA(text)}, fluxion.ErrCredentials, "has no certificate"},
		{s.tls, []fluxion.Option{fluxion.WithTLSCA(none)}, fs.ErrNotExist, "cannot read " + none},
		{s.clear, []fluxion.Option{fluxion.WithTLSCA(none)}, fs.ErrNotExist, "cannot read " + none},
		{s.clear, []fluxion.Option{fluxion.WithTokenFile(none)}, fs.ErrNotExist, "cannot read " + none},
		{s.clear, []fluxion.Option{fluxion.WithTokenFile(testserver.Write(t, "token", "\xff"))}, fluxion.ErrCredentials, "did not contain valid UTF-8"},
		{s.clear, []fluxion.Option{fluxion.WithToken("a\x01b")}, fluxion.ErrCredentials, "characters that no token has"},
		{s.clear, []fluxion.Option{fluxion.WithClientCertificate(s.certificate, none)}, fs.ErrNotExist, "cannot read " + none},
		{s.clear, []fluxion.Option{fluxion.WithClientCertificate(s.certificate, text)}, fluxion.ErrCredentials, "key"},
		{"https://localhost", nil, fluxion.ErrTarget, "`https://localhost` is no target: expected `name:port`"},
	} {
		err := list(row.host, row.options...)
		if !errors.Is(err, row.kind) || !strings.Contains(err.Error(), row.told) {
			t.Errorf("%s: got %v, expected %s", row.host, err, row.told)
		}
	}
}

func TestATokenMayBeAllowedInClearText(t *testing.T) {
	short := fluxion.WithConnectTimeout(10 * time.Millisecond)
	_, err := fluxion.Connect(background, far, token("root"), short, fluxion.WithInsecureToken())
	fails(t, err, context.DeadlineExceeded, "cannot connect to "+far)
	t.Setenv("FLUXION_INSECURE_TOKEN", "On")
	_, err = fluxion.Connect(background, far, token("root"), short)
	fails(t, err, context.DeadlineExceeded, "cannot connect to "+far)
}

func TestTheEnvironment(t *testing.T) {
	s := secure(t)
	files := map[string]string{"FLUXION_TLS_CA": s.authority.File, "FLUXION_CLIENT_CERT": s.certificate, "FLUXION_CLIENT_KEY": s.key}
	for _, row := range []struct {
		name      string
		host      string
		variables map[string]string
		options   []fluxion.Option
		kind      error
		told      string
	}{
		{"an address", "", map[string]string{"FLUXION_ADDRESS": address}, nil, nil, ""},
		{"no address", "", nil, nil, fluxion.ErrHostRequired, ""},
		{"the host wins", address, map[string]string{"FLUXION_ADDRESS": "https://nowhere"}, nil, nil, ""},
		{"a token", s.clear, map[string]string{"FLUXION_TOKEN": testserver.Token("reader")}, nil, nil, ""},
		{"an empty token", s.clear, map[string]string{"FLUXION_TOKEN": ""}, nil, fluxion.ErrUnauthenticated, ""},
		{"a file wins", s.clear, map[string]string{
			"FLUXION_TOKEN": testserver.Token("nobody"), "FLUXION_TOKEN_FILE": testserver.Write(t, "token", testserver.Token("reader")),
		}, nil, nil, ""},
		{"an option wins", s.clear, map[string]string{"FLUXION_TOKEN_FILE": "none"}, []fluxion.Option{token("reader")}, nil, ""},
		{"certificates", s.tls, files, nil, nil, ""},
		{"an authority wins", s.tls, files, []fluxion.Option{fluxion.WithTLSCA("none")}, fs.ErrNotExist, ""},
		{"a certificate alone", s.clear, map[string]string{"FLUXION_CLIENT_CERT": s.certificate}, nil, fluxion.ErrCredentials, "neither"},
		{"a key alone", s.clear, map[string]string{"FLUXION_CLIENT_KEY": s.key}, nil, fluxion.ErrCredentials, "neither"},
		{"clear text", far, map[string]string{"FLUXION_INSECURE_TOKEN": "no"}, []fluxion.Option{token("a")}, fluxion.ErrClearTextToken, ""},
		{"no boolean", far, map[string]string{"FLUXION_INSECURE_TOKEN": "maybe"}, nil, fluxion.ErrCredentials, "was not a boolean"},
	} {
		t.Run(row.name, func(t *testing.T) {
			for name, value := range row.variables {
				t.Setenv(name, value)
			}
			err := list(row.host, row.options...)
			if !errors.Is(err, row.kind) || err != nil && !strings.Contains(err.Error(), row.told) {
				t.Error(err)
			}
		})
	}
}

func TestThePublishedCallsShowATokenToo(t *testing.T) {
	s := secure(t)
	service, err := client.NewClient(s.tls, client.WithTLSCA(s.authority.File), client.WithToken(testserver.Token("root")))
	ok(t, err)
	defer service.Close()
	ok(t, failure(service.Init(background, &pb.InitRequest{Jgf: cluster(1, 1)})))
	equal(t, service.GetHost(), s.tls)
	_, err = client.NewClient(far, client.WithToken(testserver.Token("root")))
	equal(t, errors.Is(err, client.ErrClearTextToken), true)
}

func TestRequestIDs(t *testing.T) {
	graph := nowhere(t)
	named := fluxion.WithRequestID(fluxion.WithRequestID(background, "mistaken"), "nightly 7")
	stream, err := graph.MatchMany(named)
	ok(t, err)
	defer stream.Close()
	ok(t, stream.Send(cores(1)))
	_, streamed := stream.Recv()
	served := served(t, 1, 1)
	results, err := served.MatchAll(named, []fluxion.MatchRequest{cores(2)})
	ok(t, err)
	for call, err := range map[string]error{
		"call":   failure(graph.Describe(named)),
		"create": failure(graph.Create(named, strings.NewReader("?"), fluxion.CreateOptions{})),
		"export": failure(graph.Export(named, &strings.Builder{}, 0)),
		"stream": streamed,
		"one":    results[0].Err,
	} {
		var failed *fluxion.Error
		if !errors.As(err, &failed) || failed.RequestID != "nightly 7" {
			t.Errorf("%s: %v", call, err)
		}
	}
	var failed *fluxion.Error
	equal(t, errors.As(failure(graph.Describe(background)), &failed), true)
	equal(t, failed.RequestID != "" && failed.RequestID != "nightly 7", true)
}

func TestKeepalive(t *testing.T) {
	for _, silence := range []time.Duration{0, time.Minute} {
		ok(t, list(address, fluxion.WithKeepalive(silence, time.Second)))
	}
}
