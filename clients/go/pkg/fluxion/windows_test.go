package fluxion_test

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

const node0 = "/cluster0/node0"

// over is maintenance of what is at a path.
func over(path string, when fluxion.WindowTime) fluxion.Window {
	targets := fluxion.WindowTargets{Paths: []string{path}}
	return fluxion.Window{Name: "w", Kind: fluxion.Maintenance, Targets: targets, When: when}
}

func span(start, end int64) fluxion.WindowSpan { return fluxion.WindowSpan{Start: start, End: end} }

func setWindow(t *testing.T, graph *fluxion.Graph, request fluxion.SetWindowRequest) *fluxion.CheckedWindow {
	t.Helper()
	told, err := graph.SetWindow(background, request)
	ok(t, err)
	return told
}

// windowNames are those of all windows.
func windowNames(t *testing.T, graph *fluxion.Graph) []string {
	t.Helper()
	windows, err := graph.Windows(background, 0)
	ok(t, err)
	names := []string{}
	for _, window := range windows {
		names = append(names, window.Name)
	}
	return names
}

func TestMaintenanceKeepsEverybodyOut(t *testing.T) {
	graph := served(t, 2, 1)
	window := over("/cluster0", span(10, 500))
	window.Note = "a new switch"
	told := setWindow(t, graph, fluxion.SetWindowRequest{Window: window})
	expected := fluxion.WindowInfo{Window: window, Paths: []string{"/cluster0"}, Vertices: 1, Next: []fluxion.WindowSpan{span(10, 500)}}
	alike(t, *told, fluxion.CheckedWindow{
		Window: expected, Conflicts: []fluxion.WindowConflict{}, Revision: 2, Incarnation: incarnation(t, graph),
	})
	equal(t, take(t, graph, forSeconds(11, 1)).At, 500)
	equal(t, take(t, graph, forSeconds(10, 1)).At, 0)
	windows, err := graph.Windows(background, 0)
	ok(t, err)
	alike(t, windows, []fluxion.WindowInfo{expected})

	revision, err := graph.DropWindow(background, "w", fluxion.RequestKey("once"))
	ok(t, err)
	again, err := graph.DropWindow(background, "w", fluxion.RequestKey("once"))
	ok(t, err)
	equal(t, revision, 5)
	equal(t, again, 5)
	equal(t, take(t, graph, forSeconds(11, 1)).At, 0)
	alike(t, windowNames(t, graph), []string{})
}

func TestAReservationLetsInWhoNamesIt(t *testing.T) {
	graph := served(t, 2, 1)
	course := over(node0, span(0, 1000))
	course.Name, course.Kind = "course", fluxion.Reservation
	setWindow(t, graph, fluxion.SetWindowRequest{Window: course})
	named := forSeconds(60, 1)
	named.Windows, named.InsideWindows = []string{"course"}, true
	var inside []fluxion.JobID
	for _, at := range []int64{0, 60} {
		found := take(t, graph, named)
		inside = append(inside, found.JobID)
		equal(t, found.At, at)
		equal(t, strings.Contains(found.Resources.Text, `"/cluster0/node0/core0"`), true)
		equal(t, take(t, graph, forSeconds(60, 1)).At, at)
	}
	told, err := graph.Window(background, "course", 0)
	ok(t, err)
	equal(t, told.Window.Kind, fluxion.Reservation)
	equal(t, len(told.Conflicts), len(inside))
	for i, letIn := range told.Conflicts {
		equal(t, letIn.JobID, inside[i])
		equal(t, letIn.Fate, fluxion.ConflictKeep)
	}

	unknown, nowhere := cores(1), cores(1)
	unknown.Windows, nowhere.InsideWindows = []string{"cours"}, true
	refused(t, []refusal{
		{"unknown", failure(graph.Match(background, unknown)), fluxion.ErrNotFound, "window cours"},
		{"inside of none", failure(graph.Match(background, nowhere)), fluxion.ErrInvalid, "inside_windows"},
	})
}

func TestWhatBecomesOfJobsThatAWindowMeets(t *testing.T) {
	graph := served(t, 1, 2)
	request := forSeconds(60, 2)
	request.JobKey = "mine"
	runs := take(t, graph, request)
	waits := take(t, graph, forSeconds(60, 2))
	equal(t, waits.At, 60)
	try := fluxion.SetWindowRequest{Window: over(node0, span(30, 90)), DryRun: true}
	fails(t, failure(graph.SetWindow(background, try)), fluxion.ErrPrecondition,
		fmt.Sprintf("WINDOW_CONFLICT %d; WINDOW_CONFLICT %d; ", runs.JobID, waits.JobID))

	try.Running, try.Reserved = fluxion.ConflictTruncate, fluxion.ConflictCancel
	mine := fluxion.WindowConflict{
		JobID: runs.JobID, JobKey: "mine", Start: 0, End: 60, Fate: fluxion.ConflictTruncate, NewEnd: 30,
	}
	other := fluxion.WindowConflict{JobID: waits.JobID, Start: 60, End: 120, Fate: fluxion.ConflictCancel}
	told := setWindow(t, graph, try)
	alike(t, metOn(t, told, node0+"/core"), []fluxion.WindowConflict{mine, other})
	equal(t, told.Revision, waits.Revision)
	alike(t, windowNames(t, graph), []string{})

	try.DryRun, try.RequestKey = false, "once"
	for i := 0; i < 2; i++ {
		told = setWindow(t, graph, try)
		alike(t, metOn(t, told, node0+"/core"), []fluxion.WindowConflict{mine, other})
		equal(t, told.Revision, waits.Revision+1)
	}
	ended, err := graph.Job(background, fluxion.JobKey("mine"))
	ok(t, err)
	equal(t, ended.End, 30)
	gone, err := graph.Job(background, waits.JobID)
	ok(t, err)
	equal(t, gone.State, fluxion.JobCanceled)
	equal(t, take(t, graph, forSeconds(60, 1)).At, 90)
}

// metOn are the jobs that a window meets, without their paths, which begin in one way.
func metOn(t *testing.T, told *fluxion.CheckedWindow, path string) []fluxion.WindowConflict {
	t.Helper()
	met := []fluxion.WindowConflict{}
	for _, each := range told.Conflicts {
		equal(t, strings.HasPrefix(each.Path, path), true)
		each.Path = ""
		met = append(met, each)
	}
	return met
}

func TestJobsThatAreKeptAreTold(t *testing.T) {
	graph := served(t, 1, 1)
	job := take(t, graph, forSeconds(60, 1)).JobID
	setWindow(t, graph, fluxion.SetWindowRequest{Window: over(node0, span(30, 90)), Running: fluxion.ConflictKeep})
	for now, fates := range map[int64][]fluxion.OnConflict{0: {fluxion.ConflictKeep}, 90: nil} {
		told, err := graph.Window(background, "w", now)
		ok(t, err)
		equal(t, len(told.Conflicts), len(fates))
		for i, fate := range fates {
			equal(t, told.Conflicts[i].JobID, job)
			equal(t, told.Conflicts[i].Fate, fate)
		}
	}
}

func TestTheVerticesOfAWindowAreNamedInFourWays(t *testing.T) {
	graph := served(t, 3, 1)
	for _, row := range []struct {
		targets  fluxion.WindowTargets
		expected []string
	}{
		{fluxion.WindowTargets{Paths: []string{node0, "/cluster0/node2"}}, []string{node0, "/cluster0/node2"}},
		{fluxion.WindowTargets{Ranks: "1-2"}, []string{"/cluster0/node1", "/cluster0/node2"}},
		{fluxion.WindowTargets{Criteria: "names=node0"}, []string{node0}},
		{fluxion.WindowTargets{Jobspec: want(2, "node")}, []string{node0, "/cluster0/node1"}},
		{fluxion.WindowTargets{Paths: []string{node0}, Ranks: "1"}, []string{node0, "/cluster0/node1"}},
	} {
		window := over("", span(100, 200))
		window.Targets, window.Overlap = row.targets, true
		told := setWindow(t, graph, fluxion.SetWindowRequest{Window: window}).Window
		sort.Strings(told.Paths)
		alike(t, told.Paths, row.expected)
		alike(t, told.Window, window)
	}
}

func TestAWindowThatFloats(t *testing.T) {
	graph := served(t, 1, 2)
	told := setWindow(t, graph, fluxion.SetWindowRequest{Window: over(node0, fluxion.FloatingLead(100))}).Window
	alike(t, told.When, fluxion.WindowTime(fluxion.FloatingLead(100)))
	equal(t, len(told.Next), 0)
	equal(t, take(t, graph, forSeconds(100, 1)).At, 0)
	equal(t, failure(graph.Match(background, forSeconds(101, 1))) != nil, true)
}

func TestAWindowThatRecurs(t *testing.T) {
	graph := timed(t, 1, fluxion.ExpiryHold)
	start := time.Now().UTC().Add(48 * time.Hour).Truncate(time.Second)
	daily := fluxion.Recurrence{
		Start: start.Format("2006-01-02T15:04:05"), TimeZone: "Etc/UTC", Duration: 600, Rule: "FREQ=DAILY",
	}
	told := setWindow(t, graph, fluxion.SetWindowRequest{Window: over(node0, daily)}).Window
	alike(t, told.When, fluxion.WindowTime(daily))
	equal(t, len(told.Next), 64)
	alike(t, told.Next[1], span(start.Unix()+86400, start.Unix()+87000))
	// What was told may be set again.
	alike(t, setWindow(t, graph, fluxion.SetWindowRequest{Window: told.Window}).Window, told)
}

func TestAWatchTellsOfWindows(t *testing.T) {
	graph := served(t, 1, 1)
	setWindow(t, graph, fluxion.SetWindowRequest{Window: over(node0, span(3000, 4000))})
	ctx, cancel := context.WithTimeout(background, time.Minute)
	defer cancel()
	kinds := []fluxion.EventKind{pb.EventKind_EVENT_KIND_WINDOW_SET, pb.EventKind_EVENT_KIND_WINDOW_ENDED}
	watch := graph.Watch(ctx, fluxion.WatchOptions{State: true, Kinds: kinds})
	defer watch.Close()
	windows, err := graph.Windows(background, 0)
	ok(t, err)
	alike(t, next(t, watch).State.Windows, windows)
	job := take(t, graph, forSeconds(60, 1)).JobID
	setWindow(t, graph, fluxion.SetWindowRequest{Window: over(node0, span(30, 90)), Running: fluxion.ConflictTruncate})
	told := next(t, watch).Event.GetWindowSet()
	equal(t, told.GetName(), "w")
	equal(t, told.GetSpans()[0].GetStart(), 30)
	equal(t, fluxion.JobID(told.GetTruncated()[0].GetJobId()), job)
	ok(t, failure(graph.DropWindow(background, "w")))
	equal(t, next(t, watch).Event.GetWindowEnded().GetName(), "w")
}

func TestAWindowThatIsNotSet(t *testing.T) {
	graph := served(t, 1, 1)
	kept := over(node0, span(10, 20))
	kept.Name = "kept"
	setWindow(t, graph, fluxion.SetWindowRequest{Window: kept})
	with := func(change func(*fluxion.SetWindowRequest)) error {
		request := fluxion.SetWindowRequest{Window: over(node0, span(100, 200))}
		change(&request)
		return failure(graph.SetWindow(background, request))
	}
	type request = fluxion.SetWindowRequest
	targets := func(targets fluxion.WindowTargets) error {
		return with(func(r *request) { r.Window.Targets = targets })
	}
	when := func(when fluxion.WindowTime) error { return with(func(r *request) { r.Window.When = when }) }
	recurrence := fluxion.Recurrence{Start: "2027-01-01T00:00:00", Duration: 60, Rule: "FREQ=DAILY"}
	ended, cancel := context.WithCancel(background)
	cancel()
	other := graph.WithIncarnation("0123456789abcdef")
	refused(t, []refusal{
		{"no name", with(func(r *request) { r.Window.Name = "" }), fluxion.ErrInvalid, "window.name"},
		{"no kind", with(func(r *request) { r.Window.Kind = 0 }), fluxion.ErrInvalid, "window.kind"},
		{"no targets", targets(fluxion.WindowTargets{}), fluxion.ErrInvalid, "window.targets"},
		{"no path", targets(fluxion.WindowTargets{Paths: []string{"/x"}}), fluxion.ErrNotFound, "path /x"},
		{"no jobspec", targets(fluxion.WindowTargets{Jobspec: "version: [\n"}), fluxion.ErrInvalid, "jobspec"},
		{"no time", when(nil), fluxion.ErrInvalid, "window.when"},
		{"no end", when(span(5, 5)), fluxion.ErrInvalid, "window.span.end"},
		{"no lead", when(fluxion.FloatingLead(0)), fluxion.ErrInvalid, "window.floating_lead"},
		{"no clock", when(recurrence), fluxion.ErrInvalid, "window.recurrence"},
		{"overlap", when(span(15, 25)), fluxion.ErrPrecondition, "WINDOW_OVERLAP kept"},
		{"truncated", with(func(r *request) { r.Reserved = fluxion.ConflictTruncate }), fluxion.ErrInvalid, "reserved"},
		{"no window", failure(graph.Window(background, "x", 0)), fluxion.ErrNotFound, "window x"},
		{"nothing to drop", failure(graph.DropWindow(background, "x")), fluxion.ErrNotFound, "window x"},
		{"no graph", failure(nowhere(t).Windows(background, 0)), fluxion.ErrNotFound, "graph nowhere"},
		{"other load", failure(other.DropWindow(background, "kept")), fluxion.ErrPrecondition, "OTHER_INCARNATION"},
		{"cancelled", failure(graph.Windows(ended, 0)), context.Canceled, ""},
	})
	alike(t, windowNames(t, graph), []string{"kept"})
}
