package fluxion

import (
	"context"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// Clock is who says what time it is on a graph. The zero value is the default of the server.
type Clock = pb.Clock

// The clocks of GraphOptions.Clock.
const (
	// ClockManual is that of the clients: each match brings its time, and jobs neither begin nor end by themselves.
	ClockManual Clock = pb.Clock_CLOCK_MANUAL
	// ClockSystem is that of the server, in seconds since 1970. Jobs begin and end by themselves, and no request
	// brings a time.
	ClockSystem Clock = pb.Clock_CLOCK_SYSTEM
)

// Expiry is what becomes of an allocation whose time is over. The zero value is the default of the server.
type Expiry = pb.Expiry

// What GraphOptions.Expiry says.
const (
	// ExpiryHold makes it hold what it has until it is cancelled.
	ExpiryHold Expiry = pb.Expiry_EXPIRY_HOLD
	// ExpiryRelease makes it give everything back, and JobEnded its state. It is for graphs with ClockSystem.
	ExpiryRelease Expiry = pb.Expiry_EXPIRY_RELEASE
)

// GraphTime is what time it is on a graph.
type GraphTime struct {
	Clock Clock
	// Now is in seconds since 1970; 0 under ClockManual.
	Now         int64
	Revision    uint64
	Incarnation string
}

// Time tells what time it is on the graph. Under ClockSystem it never goes back.
func (g *Graph) Time(ctx context.Context) (GraphTime, error) {
	out, err := unary(ctx, g.client, g.what("get time"), g.client.graphs.GetTime, &pb.GetTimeRequest{Name: g.name})
	return GraphTime{out.GetClock(), out.GetNow(), out.GetRevision(), out.GetIncarnation()}, err
}
