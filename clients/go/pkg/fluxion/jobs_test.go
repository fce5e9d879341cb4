package fluxion_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/testserver"
)

// set is a resource set in JGF.
func set(text string) fluxion.ResourceSet {
	return fluxion.ResourceSet{Format: fluxion.JGF, Text: text}
}

// exclusive is what of a resource set is held alone: all that a job can give back.
func exclusive(t *testing.T, resources fluxion.ResourceSet) fluxion.ResourceSet {
	t.Helper()
	var document struct {
		Graph struct {
			Nodes []object `json:"nodes"`
			Edges []object `json:"edges"`
		} `json:"graph"`
	}
	ok(t, json.Unmarshal([]byte(resources.Text), &document))
	own := document.Graph.Nodes[:0]
	for _, vertex := range document.Graph.Nodes {
		if vertex["metadata"].(map[string]any)["exclusive"] == true {
			own = append(own, vertex)
		}
	}
	document.Graph.Nodes = own
	text, err := json.Marshal(document)
	ok(t, err)
	return set(string(text))
}

func inFull(slots int) fluxion.MatchRequest {
	return fluxion.MatchRequest{Jobspec: want(slots, "core"), Format: fluxion.JGFFull}
}

func TestJobsThatNobodyHasNamedAreListed(t *testing.T) {
	graph := served(t, 1, 2)
	request := cores(1)
	request.RequestKey = "attempt"
	found := take(t, graph, request)
	listed := func() []fluxion.Job {
		jobs, err := graph.Jobs(background, fluxion.JobFilter{Unconfirmed: true}).All()
		ok(t, err)
		return jobs
	}
	jobs := listed()
	equal(t, len(jobs), 1)
	equal(t, jobs[0].Unconfirmed.RequestKey, "attempt")
	equal(t, jobs[0].Unconfirmed.Held["core"], 1)
	take(t, graph, request)
	equal(t, len(listed()), 0)
	_, err := graph.Cancel(background, found.JobID)
	ok(t, err)
}

func TestJobsOfThePast(t *testing.T) {
	client, err := fluxion.Connect(background, testserver.Kept(t))
	ok(t, err)
	t.Cleanup(func() { _ = client.Close() })
	for errors.Is(failure(client.Graphs(background)), fluxion.ErrUnavailable) {
	}
	graph := client.Graph("g")
	_, err = graph.Create(background, strings.NewReader(cluster(1, 2)), fluxion.CreateOptions{})
	ok(t, err)
	request := cores(1)
	request.JobKey = "early"
	take(t, graph, request)
	take(t, graph, cores(1))
	_, err = graph.Cancel(background, fluxion.JobID(1))
	ok(t, err)
	past := func(filter fluxion.JobFilter) []fluxion.Job {
		jobs, err := graph.Jobs(background, filter).All()
		ok(t, err)
		return jobs
	}
	jobs := past(fluxion.JobFilter{History: &fluxion.HistoryRange{}, PageSize: 1})
	equal(t, len(jobs), 2)
	equal(t, jobs[0].Key, "early")
	equal(t, jobs[0].State, fluxion.JobCanceled)
	equal(t, jobs[0].BookedAt.Before(jobs[0].EndedAt), true)
	equal(t, jobs[1].State, fluxion.JobAllocated)
	equal(t, jobs[1].EndedAt.IsZero(), true)
	long := time.Now().Add(-time.Hour)
	equal(t, len(past(fluxion.JobFilter{History: &fluxion.HistoryRange{Since: long}})), 2)
	equal(t, len(past(fluxion.JobFilter{History: &fluxion.HistoryRange{Until: long}})), 0)
	_, err = served(t, 1, 1).Jobs(background, fluxion.JobFilter{History: &fluxion.HistoryRange{}}).All()
	fails(t, err, fluxion.ErrPrecondition, "MEMORY_ONLY "+t.Name())
}

func TestJobsAreFoundByNumberAndByKey(t *testing.T) {
	graph := served(t, 1, 2)
	request := cores(1)
	request.JobKey = "mine"
	found := take(t, graph, request)
	byKey, err := graph.Job(background, fluxion.JobKey("mine"))
	ok(t, err)
	alike(t, byKey, fluxion.Job{
		ID: 1, Key: "mine", State: fluxion.JobAllocated, Start: 0, End: 3600, Resources: found.Resources,
	})
	byID, err := graph.Job(background, found.JobID)
	ok(t, err)
	alike(t, byID, byKey)
	cancelled, err := graph.Cancel(background, fluxion.JobKey("mine"))
	ok(t, err)
	equal(t, cancelled, fluxion.Cancelled{JobID: 1, Released: 3, Revision: 3, Incarnation: found.Incarnation})
	gone, err := graph.Job(background, found.JobID)
	ok(t, err)
	equal(t, gone.State, fluxion.JobCanceled)
	equal(t, gone.Resources, fluxion.ResourceSet{})
}

func TestARequestKeyMakesACancelSafeToRepeat(t *testing.T) {
	graph := served(t, 1, 2)
	job := take(t, graph, cores(1)).JobID
	first, err := graph.Cancel(background, job, fluxion.RequestKey("once"))
	ok(t, err)
	second, err := graph.Cancel(background, job, fluxion.RequestKey("once"))
	ok(t, err)
	equal(t, first, second)
	fails(t, failure(graph.Cancel(background, job)), fluxion.ErrNotFound, "job 1")
}

func TestJobsThatAreNotThere(t *testing.T) {
	graph, none := served(t, 1, 1), nowhere(t)
	ended, cancel := context.WithCancel(background)
	cancel()
	id := fluxion.JobID(9)
	refused(t, []refusal{
		{"get", failure(graph.Job(background, id)), fluxion.ErrNotFound, "job 9"},
		{"get by key", failure(graph.Job(background, fluxion.JobKey("x"))), fluxion.ErrNotFound, "job x"},
		{"get nothing", failure(graph.Job(background, nil)), fluxion.ErrInvalid, "job"},
		{"get, no graph", failure(none.Job(background, id)), fluxion.ErrNotFound, "graph nowhere"},
		{"get, cancelled", failure(graph.Job(ended, id)), context.Canceled, ""},
		{"cancel", failure(graph.Cancel(background, id)), fluxion.ErrNotFound, "job 9"},
		{"cancel by key", failure(graph.Cancel(background, fluxion.JobKey("x"))), fluxion.ErrNotFound, "job x"},
		{"cancel nothing", failure(graph.Cancel(background, nil)), fluxion.ErrInvalid, "job"},
		{"cancel, no graph", failure(none.Cancel(background, id)), fluxion.ErrNotFound, "graph nowhere"},
		{"cancel, cancelled", failure(graph.Cancel(ended, id)), context.Canceled, ""},
		{"list, no graph", failure(none.Jobs(background, fluxion.JobFilter{}).All()), fluxion.ErrNotFound, "graph nowhere"},
		{"list, cancelled", failure(graph.Jobs(ended, fluxion.JobFilter{}).All()), context.Canceled, ""},
	})
}

func TestJobsAreListedByPagesAndStates(t *testing.T) {
	graph := served(t, 1, 5)
	for i := 0; i < 5; i++ {
		take(t, graph, cores(1))
	}
	later := cores(2)
	later.Operation = fluxion.AllocateOrElseReserve
	take(t, graph, later)
	ok(t, failure(graph.Cancel(background, fluxion.JobID(2))))
	for name, row := range map[string]struct {
		filter fluxion.JobFilter
		ids    string
	}{
		"all":            {fluxion.JobFilter{}, "[1 2 3 4 5 6]"},
		"pages of two":   {fluxion.JobFilter{PageSize: 2}, "[1 2 3 4 5 6]"},
		"pages of four":  {fluxion.JobFilter{PageSize: 4}, "[1 2 3 4 5 6]"},
		"reserved":       {fluxion.JobFilter{States: []fluxion.JobState{fluxion.JobReserved}}, "[6]"},
		"two, singly":    {fluxion.JobFilter{States: []fluxion.JobState{fluxion.JobReserved, fluxion.JobCanceled}, PageSize: 1}, "[2 6]"},
		"allocated":      {fluxion.JobFilter{States: []fluxion.JobState{fluxion.JobAllocated}}, "[1 3 4 5]"},
		"of a huge size": {fluxion.JobFilter{PageSize: 1 << 31}, "[1 2 3 4 5 6]"},
	} {
		t.Run(name, func(t *testing.T) {
			jobs, err := graph.Jobs(background, row.filter).All()
			ok(t, err)
			var ids []fluxion.JobID
			for _, job := range jobs {
				ids = append(ids, job.ID)
			}
			equal(t, fmt.Sprint(ids), row.ids)
		})
	}
	bad := fluxion.JobFilter{States: []fluxion.JobState{0}}
	fails(t, failure(graph.Jobs(background, bad).All()), fluxion.ErrInvalid, "states")
}

func TestAJobGivesBackAPart(t *testing.T) {
	graph := served(t, 2, 2)
	held := take(t, graph, inFull(1)).Resources
	other := take(t, graph, inFull(1)).Resources
	give := func(job fluxion.JobReference, part fluxion.ResourceSet) error {
		return failure(graph.PartialCancel(background, job, part))
	}
	one := fluxion.JobID(1)
	ended, cancel := context.WithCancel(background)
	cancel()
	refused(t, []refusal{
		{"text", give(one, set("[]")), fluxion.ErrInvalid, "resources.text"},
		{"format", give(one, fluxion.ResourceSet{Format: fluxion.Simple}), fluxion.ErrInvalid, "resources.format"},
		{"no job", give(nil, held), fluxion.ErrInvalid, "job"},
		{"not there", give(fluxion.JobKey("x"), held), fluxion.ErrNotFound, "job x"},
		{"not held", give(one, exclusive(t, other)), fluxion.ErrPrecondition, "NOT_HELD 1"},
		{"no graph", failure(nowhere(t).PartialCancel(background, one, held)), fluxion.ErrNotFound, "graph nowhere"},
		{"cancelled", failure(graph.PartialCancel(ended, one, held)), context.Canceled, ""},
	})
	back, err := graph.PartialCancel(background, one, exclusive(t, held))
	ok(t, err)
	equal(t, back, fluxion.PartlyCancelled{JobID: 1, Cancelled: true, Revision: 4, Incarnation: incarnation(t, graph)})
	two := take(t, graph, inFull(2))
	part, err := graph.PartialCancel(background, two.JobID, exclusive(t, held), fluxion.RequestKey("once"))
	ok(t, err)
	equal(t, part, fluxion.PartlyCancelled{JobID: two.JobID, Cancelled: false, Revision: 6, Incarnation: incarnation(t, graph)})
}

func TestAResourceSetIsBookedAgain(t *testing.T) {
	graph := served(t, 1, 2)
	held := take(t, graph, inFull(2))
	ok(t, failure(graph.Cancel(background, held.JobID)))
	request := fluxion.UpdateRequest{JobID: 7, JobKey: "again", Resources: held.Resources, Duration: 10}
	booked, err := graph.Update(background, request)
	ok(t, err)
	equal(t, booked.JobID, 7)
	equal(t, booked.Revision, 4)
	equal(t, booked.Resources.Format, fluxion.JGF)
	job, err := graph.Job(background, fluxion.JobKey("again"))
	ok(t, err)
	equal(t, job.End, 10)
	update := func(change func(*fluxion.UpdateRequest)) error {
		request := fluxion.UpdateRequest{JobID: 8, Resources: held.Resources, Duration: 10}
		change(&request)
		return failure(graph.Update(background, request))
	}
	ended, cancel := context.WithCancel(background)
	cancel()
	refused(t, []refusal{
		{"live key", update(func(r *fluxion.UpdateRequest) { r.JobKey = "again" }), fluxion.ErrExists, "job again"},
		{"live number", update(func(r *fluxion.UpdateRequest) { r.JobID = 7 }), fluxion.ErrExists, "job 7"},
		{"taken", update(func(*fluxion.UpdateRequest) {}), fluxion.ErrPrecondition, "TAKEN 8"},
		{"number", update(func(r *fluxion.UpdateRequest) { r.JobID = 0 }), fluxion.ErrInvalid, "job_id"},
		{"start", update(func(r *fluxion.UpdateRequest) { r.Start = -1 }), fluxion.ErrInvalid, "start"},
		{"duration", update(func(r *fluxion.UpdateRequest) { r.Duration = 0 }), fluxion.ErrInvalid, "duration"},
		{"format", update(func(r *fluxion.UpdateRequest) { r.Resources.Format = fluxion.Simple }), fluxion.ErrInvalid, "resources.format"},
		{"text", update(func(r *fluxion.UpdateRequest) { r.Resources.Text = "[]" }), fluxion.ErrInvalid, "resources.text"},
		{"no graph", failure(nowhere(t).Update(background, request)), fluxion.ErrNotFound, "graph nowhere"},
		{"cancelled", failure(graph.Update(ended, request)), context.Canceled, ""},
	})
	small := connect(t).Graph("small")
	ok(t, failure(small.Create(background, textOf(cluster(1, 1)), fluxion.CreateOptions{Replace: true})))
	fails(t, failure(small.Update(background, request)), fluxion.ErrPrecondition, "NOT_IN_GRAPH 7")
}
