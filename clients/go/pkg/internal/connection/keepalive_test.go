package connection

import (
	"testing"
	"time"
)

func TestKeepalive(t *testing.T) {
	usual := Collect(nil)
	for _, row := range []struct {
		options         []Option
		silence, answer time.Duration
		further         int
	}{
		{nil, 30 * time.Second, 20 * time.Second, 0},
		{[]Option{WithKeepalive(time.Minute, time.Second)}, time.Minute, time.Second, 0},
		{[]Option{WithKeepalive(0, time.Second)}, 0, time.Second, -1},
	} {
		settings := Collect(row.options)
		if settings.Silence != row.silence || settings.Answer != row.answer {
			t.Errorf("got %v and %v, expected %v and %v", settings.Silence, settings.Answer, row.silence, row.answer)
		}
		if further := count(t, settings) - count(t, usual); further != row.further {
			t.Errorf("%v: gRPC is told %d things more, expected %d", row.silence, further, row.further)
		}
	}
}

func count(t *testing.T, settings Settings) int {
	t.Helper()
	_, options, err := settings.options("localhost:1")
	if err != nil {
		t.Fatal(err)
	}
	return len(options)
}
