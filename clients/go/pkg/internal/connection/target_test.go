package connection

import (
	"errors"
	"testing"
)

func TestTargets(t *testing.T) {
	for text, expected := range map[string]target{
		"localhost:4242":                {"localhost:4242", false, true},
		"http://10.0.0.7:80/":           {"10.0.0.7:80", false, false},
		"https://a:1":                   {"a:1", true, false},
		"[::1]:4242":                    {"[::1]:4242", false, true},
		"https://[2001:db8::1]:1":       {"[2001:db8::1]:1", true, false},
		"http://[::ffff:127.0.0.1]:1":   {"[::ffff:127.0.0.1]:1", false, true},
		"127.9.9.9:1":                   {"127.9.9.9:1", false, true},
		"[2001:db8::1]:1":               {"[2001:db8::1]:1", false, false},
		"localhost.example.org:1":       {"localhost.example.org:1", false, false},
		"unix:/run/fluxion.sock":        {"unix:///run/fluxion.sock", false, true},
		"unix:///run/a b%.sock":         {"unix:///run/a%20b%25.sock", false, true},
		"passthrough:///localhost:4242": {"passthrough:///localhost:4242", false, false},
	} {
		found, err := readTarget(text)
		if err != nil || found != expected {
			t.Errorf("%s: %+v, %v", text, found, err)
		}
	}
}

func TestWhatIsNoTarget(t *testing.T) {
	for _, text := range []string{
		"https://a", "https://a:1/path", "https://", "http://a:b", "http://a b:1", "http://a:99999", "http://me@a:1", "http://a:1?b", "unix:", "unix://",
	} {
		_, err := readTarget(text)
		words := "`" + text + "` is no target: expected `name:port`, say `localhost:4242`"
		if !errors.Is(err, ErrTarget) || err.Error() != words {
			t.Errorf("%s: %v", text, err)
		}
	}
}
