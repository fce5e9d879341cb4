package fluxion

import (
	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// WindowTime is when a window is: a WindowSpan, a Recurrence or a FloatingLead.
type WindowTime interface {
	set(*pb.Window)
}

// WindowSpan is once: from its start until before its end, in seconds.
type WindowSpan struct{ Start, End int64 }

func (span WindowSpan) set(in *pb.Window) {
	in.When = &pb.Window_Span{Span: &pb.WindowSpan{Start: span.Start, End: span.End}}
}

func windowSpan(in *pb.WindowSpan) WindowSpan { return WindowSpan{in.GetStart(), in.GetEnd()} }

// Recurrence is again and again. It is for graphs with ClockSystem.
type Recurrence struct {
	// Start is the local time of the first, as `2026-12-01T02:00:00`. It gives each its time of day.
	Start string
	// TimeZone is one of the IANA, as `Europe/Berlin`; UTC if empty. A local time that a clock leaves out counts by the offset before, and one
	// that it shows twice is the first.
	TimeZone string
	// Duration is how long each lasts, in seconds.
	Duration int64
	// Rule is a part of RFC 5545, 3.3.10, as `FREQ=MONTHLY;BYDAY=1SU`: FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT, UNTIL, BYMONTH,
	// BYMONTHDAY, BYDAY, BYSETPOS, WKST. What is known are the next 64 times of the next 400 days.
	Rule string
}

func (r Recurrence) set(in *pb.Window) {
	recurrence := &pb.Recurrence{Start: r.Start, TimeZone: r.TimeZone, Duration: r.Duration, Rule: r.Rule}
	in.When = &pb.Window_Recurrence{Recurrence: recurrence}
}

// FloatingLead is from so many seconds after the present on, which moves on: no job may last longer. At least 1.
type FloatingLead int64

func (lead FloatingLead) set(in *pb.Window) {
	in.When = &pb.Window_FloatingLead{FloatingLead: int64(lead)}
}

// windowTime is nil for a time of a kind that a newer server knows.
func windowTime(in *pb.Window) WindowTime {
	switch when := in.GetWhen().(type) {
	case *pb.Window_Span:
		return windowSpan(when.Span)
	case *pb.Window_Recurrence:
		r := when.Recurrence
		return Recurrence{r.GetStart(), r.GetTimeZone(), r.GetDuration(), r.GetRule()}
	case *pb.Window_FloatingLead:
		return FloatingLead(when.FloatingLead)
	}
	return nil
}
