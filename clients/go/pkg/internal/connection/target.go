package connection

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// ErrTarget is an address at which no service can be.
var ErrTarget = errors.New("no target")

// Address is host or, if that is empty, what FLUXION_ADDRESS says.
func Address(host string) string {
	if host == "" {
		return os.Getenv("FLUXION_ADDRESS")
	}
	return host
}

// target is where a service is.
type target struct {
	// dial is how gRPC calls it.
	dial string
	// secure is whether TLS is asked for.
	secure bool
	// near is whether what is sent there stays on this machine.
	near bool
}

// readTarget reads `name:port`, with `http://` or `https://` before it or nothing, or `unix:PATH`. Anything
// else is a target of gRPC, and left to it.
func readTarget(text string) (target, error) {
	switch {
	case strings.HasPrefix(text, "unix:"):
		return socket(text)
	case strings.HasPrefix(text, "https://"):
		return remote(text, strings.TrimPrefix(text, "https://"), true)
	case strings.HasPrefix(text, "http://"):
		return remote(text, strings.TrimPrefix(text, "http://"), false)
	default:
		return target{dial: text, near: isNear(text)}, nil
	}
}

func socket(text string) (target, error) {
	path := strings.TrimPrefix(strings.TrimPrefix(text, "unix:"), "//")
	if path == "" {
		return target{}, noTarget(text)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return target{}, err
	}
	place := url.URL{Scheme: "unix", Path: path}
	return target{dial: place.String(), near: true}, nil
}

var authority = regexp.MustCompile(`^((?:\[[^\]\[\s/?#@]+\]|[^\]\[\s/?#@:]+):([0-9]{1,5}))/?$`)

func remote(text, rest string, secure bool) (target, error) {
	found := authority.FindStringSubmatch(rest)
	if found == nil {
		return target{}, noTarget(text)
	}
	if _, err := strconv.ParseUint(found[2], 10, 16); err != nil {
		return target{}, noTarget(text)
	}
	return target{dial: found[1], secure: secure, near: isNear(found[1])}, nil
}

// isNear tells whether `name:port` is this machine whatever a name server says.
func isNear(authority string) bool {
	host, _, err := net.SplitHostPort(authority)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.Unmap().IsLoopback()
}

func noTarget(text string) error {
	return &told{ErrTarget, fmt.Sprintf("`%s` is no target: expected `name:port`, say `localhost:4242`", text)}
}

// told is an error of a kind, in words of its own.
type told struct {
	kind  error
	words string
}

func (t *told) Error() string { return t.words }

func (t *told) Unwrap() error { return t.kind }
