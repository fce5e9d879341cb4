package fluxion_test

import (
	"testing"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
)

func TestAnExplanationNamesWindows(t *testing.T) {
	graph := served(t, 1, 2)
	window := over("/cluster0", span(0, 500))
	window.Kind = fluxion.Reservation
	setWindow(t, graph, fluxion.SetWindowRequest{Window: window})
	request := fluxion.ExplainRequest{Jobspec: wantFor(60, 1, "core")}
	kept := explained(t, graph, request)
	equal(t, kept.Verdict, fluxion.FitsLater)
	equal(t, kept.At, 500)
	equal(t, kept.Cause, fluxion.CauseWindow)
	equal(t, len(kept.Blockers), 1)
	equal(t, kept.Blockers[0].Window, "w")
	equal(t, kept.Blockers[0].End, 500)
	equal(t, kept.Levels[0].Buckets[0].Reason, fluxion.KeptByWindow)
	alike(t, kept.Hints, []fluxion.Hint{{WithoutWindow: "w"}})
	request.Windows = []string{"w"}
	equal(t, explained(t, graph, request).Verdict, fluxion.FitsNow)
}
