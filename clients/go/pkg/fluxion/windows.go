package fluxion

import (
	"context"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// WindowKind is whom a window lets in.
type WindowKind = pb.WindowKind

// The kinds of windows.
const (
	// Maintenance lets in nobody.
	Maintenance WindowKind = pb.WindowKind_WINDOW_KIND_MAINTENANCE
	// Reservation lets in requests that name it: MatchRequest.Windows.
	Reservation WindowKind = pb.WindowKind_WINDOW_KIND_RESERVATION
)

// Window is a time during which vertices, with all that lies below them, are kept from most jobs. It holds nothing: what is told of free
// and used resources does not change by it.
type Window struct {
	// Name has letters, digits, `.`, `_` and `-`; at most 128 bytes.
	Name    string
	Kind    WindowKind
	Targets WindowTargets
	// When is a WindowSpan, a Recurrence or a FloatingLead.
	When WindowTime
	// Overlap is whether it may share vertices and time with other windows that may, too.
	Overlap bool
	// Note is for people; at most 1,000 bytes.
	Note string
}

func (w Window) message() *pb.Window {
	window := &pb.Window{
		Name:    w.Name,
		Kind:    w.Kind,
		Targets: w.Targets.message(),
		Overlap: w.Overlap,
		Note:    w.Note,
	}
	// That it is missing, the service answers.
	if w.When != nil {
		w.When.set(window)
	}
	return window
}

// WindowTargets are the vertices of a window, as they are when it is set: all that are named here in any way.
type WindowTargets struct {
	// Paths mean all vertices at them.
	Paths []string
	// Ranks are an idset such as `0-3,7` (RFC 22): the node of each.
	Ranks string
	// Criteria are as for Graph.Find.
	Criteria string
	// Jobspec means what it would get for the time of the window, or of the first one: nobody has it then.
	Jobspec string
}

func (t WindowTargets) message() *pb.WindowTargets {
	return &pb.WindowTargets{Paths: t.Paths, Ranks: t.Ranks, Criteria: t.Criteria, Jobspec: t.Jobspec}
}

// WindowInfo is a window as it was set, and what is known of it.
type WindowInfo struct {
	Window
	// Paths are those of the first 1000 vertices that are meant, without those below them; Vertices is how many they are.
	Paths    []string
	Vertices uint64
	// Next is when it is, from the present on: the first 64 times, where it recurs.
	Next []WindowSpan
}

func windowInfo(in *pb.Window) WindowInfo {
	targets := in.GetTargets()
	info := WindowInfo{
		Window: Window{
			Name:    in.GetName(),
			Kind:    in.GetKind(),
			Targets: WindowTargets{targets.GetPaths(), targets.GetRanks(), targets.GetCriteria(), targets.GetJobspec()},
			When:    windowTime(in),
			Overlap: in.GetOverlap(),
			Note:    in.GetNote(),
		},
		Paths:    in.GetPaths(),
		Vertices: in.GetVertices(),
	}
	for _, span := range in.GetNext() {
		info.Next = append(info.Next, windowSpan(span))
	}
	return info
}

func windowInfos(in []*pb.Window) []WindowInfo {
	windows := make([]WindowInfo, 0, len(in))
	for _, window := range in {
		windows = append(windows, windowInfo(window))
	}
	return windows
}

// SetWindowRequest says which window to set, and what becomes of jobs that it meets.
type SetWindowRequest struct {
	Window Window
	// Running is what becomes of jobs that have started, Reserved of reservations.
	Running, Reserved OnConflict
	// DryRun only tells what would be.
	DryRun bool
	// Now is the time of the request. Under ClockSystem the graph takes its own, and any other than 0 is ErrInvalid.
	Now int64
	// RequestKey makes it safe to repeat the request.
	RequestKey RequestKey
}

// CheckedWindow is a window with the jobs that it meets.
type CheckedWindow struct {
	Window WindowInfo
	// Conflicts are the jobs, by number.
	Conflicts   []WindowConflict
	Revision    uint64
	Incarnation string
}

func checkedWindow(out interface {
	GetWindow() *pb.Window
	GetConflicts() []*pb.WindowConflict
	GetRevision() uint64
	GetIncarnation() string
}) *CheckedWindow {
	conflicts := windowConflicts(out.GetConflicts())
	return &CheckedWindow{windowInfo(out.GetWindow()), conflicts, out.GetRevision(), out.GetIncarnation()}
}

// SetWindow sets a window, in place of an earlier one of its name.
//
// A window that means no vertex, or one that is not there, is ErrNotFound. Jobs that are in the way are ErrPrecondition: a violation
// `WINDOW_CONFLICT` has the number of one as its subject, of the first 50. So is another window where one of both must not overlap: then
// the violation is `WINDOW_OVERLAP`, and has the name of that one.
//
//	var failed *fluxion.Error
//	if errors.Is(err, fluxion.ErrPrecondition) && errors.As(err, &failed) {
//		for _, violation := range failed.Preconditions {
//			if violation.Kind == "WINDOW_CONFLICT" {
//				fmt.Println("job", violation.Subject, "is in the way")
//			}
//		}
//	}
func (g *Graph) SetWindow(ctx context.Context, request SetWindowRequest) (*CheckedWindow, error) {
	in := &pb.SetWindowRequest{
		Graph:       g.name,
		Window:      request.Window.message(),
		Running:     request.Running,
		Reserved:    request.Reserved,
		DryRun:      request.DryRun,
		Now:         request.Now,
		RequestKey:  string(request.RequestKey),
		Incarnation: g.incarnation,
	}
	out, err := unary(ctx, g.client, g.what("set window"), g.client.calendar.SetWindow, in)
	if err != nil {
		return nil, err
	}
	return checkedWindow(out), nil
}

// DropWindow ends a window, now and for ever, and returns the revision after it. One that is not there is ErrNotFound.
func (g *Graph) DropWindow(ctx context.Context, name string, options ...MutationOption) (revision uint64, err error) {
	in := &pb.DropWindowRequest{Graph: g.name, Name: name, RequestKey: requestKey(options), Incarnation: g.incarnation}
	out, err := unary(ctx, g.client, g.what("drop window"), g.client.calendar.DropWindow, in)
	return out.GetRevision(), err
}

// Window tells one window, with the jobs that it meets at the time now: they were there before it, or were let in. Under ClockSystem 0 is
// the present time. One that is not there is ErrNotFound.
func (g *Graph) Window(ctx context.Context, name string, now int64) (*CheckedWindow, error) {
	in := &pb.GetWindowRequest{Graph: g.name, Name: name, Now: now}
	out, err := unary(ctx, g.client, g.what("get window"), g.client.calendar.GetWindow, in)
	if err != nil {
		return nil, err
	}
	return checkedWindow(out), nil
}

// Windows tells all windows, by name, as they are at the time now. Under ClockSystem 0 is the present time.
func (g *Graph) Windows(ctx context.Context, now int64) ([]WindowInfo, error) {
	in := &pb.ListWindowsRequest{Graph: g.name, Now: now}
	out, err := unary(ctx, g.client, g.what("list windows"), g.client.calendar.ListWindows, in)
	if err != nil {
		return nil, err
	}
	return windowInfos(out.GetWindows()), nil
}
