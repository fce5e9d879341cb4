package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// sample is a value at a time in milliseconds.
type sample struct {
	at    int64
	value float64
}

func (s sample) T() int64                      { return s.at }
func (s sample) F() float64                    { return s.value }
func (s sample) H() *histogram.Histogram       { return nil }
func (s sample) FH() *histogram.FloatHistogram { return nil }
func (s sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s sample) Copy() chunks.Sample           { return s }

// seriesSet is what a Prometheus would have scraped.
type seriesSet []storage.Series

// scraped reads series in the notation of `promtool test rules`: one a line, a value a minute.
func scraped(t *testing.T, text string) seriesSet {
	t.Helper()
	set := seriesSet{}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		of, values, err := parser.ParseSeriesDesc(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		of = labels.NewBuilder(of).Set("job", "fluxion").Set("instance", "a:9242").Labels()
		samples := []chunks.Sample{}
		for i, value := range values {
			if !value.Omitted {
				samples = append(samples, sample{int64(i) * time.Minute.Milliseconds(), value.Value})
			}
		}
		set = append(set, storage.NewListSeries(of, samples))
	}
	slices.SortFunc(set, func(a, b storage.Series) int { return labels.Compare(a.Labels(), b.Labels()) })
	return set
}

func (set seriesSet) Querier(int64, int64) (storage.Querier, error) { return querier{set}, nil }

type querier struct{ set seriesSet }

func (q querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	found := []storage.Series{}
	for _, series := range q.set {
		matches := func(m *labels.Matcher) bool { return !m.Matches(series.Labels().Get(m.Name)) }
		if !slices.ContainsFunc(matchers, matches) {
			found = append(found, series)
		}
	}
	return &listed{series: found, at: -1}
}

func (q querier) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (q querier) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (q querier) Close() error { return nil }

type listed struct {
	series []storage.Series
	at     int
}

func (l *listed) Next() bool                        { l.at++; return l.at < len(l.series) }
func (l *listed) At() storage.Series                { return l.series[l.at] }
func (l *listed) Err() error                        { return nil }
func (l *listed) Warnings() annotations.Annotations { return nil }

// fires is whether an alert fires at a minute: its expression held at every quarter of a minute for as long as it has to.
func fires(t *testing.T, alert string, series string, minute int) bool {
	t.Helper()
	rules := alertRules(t)
	i := slices.IndexFunc(rules, func(rule rulefmt.Rule) bool { return rule.Alert == alert })
	if i < 0 {
		t.Fatalf("there is no alert %s", alert)
	}
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1 << 22, Timeout: time.Minute, LookbackDelta: 5 * time.Minute})
	end := time.UnixMilli(int64(minute) * time.Minute.Milliseconds())
	set, held := scraped(t, series), time.Duration(rules[i].For)
	for at := end.Add(-held); !at.After(end); at = at.Add(15 * time.Second) {
		query, err := engine.NewInstantQuery(context.Background(), set, nil, rules[i].Expr, at)
		if err != nil {
			t.Fatal(err)
		}
		result := query.Exec(context.Background())
		vector, err := result.Vector()
		if err != nil {
			t.Fatal(err)
		}
		query.Close()
		if len(vector) == 0 {
			return false
		}
	}
	return true
}

func TestAlertsFireWhenTheyShould(t *testing.T) {
	day := 24 * 60
	snapshots := func(bytes int, ago string) string {
		return fmt.Sprintf("process_start_time_seconds 0x%d\nfluxion_snapshot_last_success_timestamp_seconds %s\n"+
			"fluxion_journal_bytes_total 0+%dx%d", 2*day, ago, bytes, 2*day)
	}
	const running = "\nfluxion_build_info{version=\"1\"} 1x90"
	for _, c := range []struct {
		alert, series string
		minute        int
		expected      bool
	}{
		{"FluxionJournalFailed", "fluxion_journal_failed 0 0 1", 1, false},
		{"FluxionJournalFailed", "fluxion_journal_failed 0 0 1", 2, true},
		{"FluxionAbsent", "fluxion_build_info 1x5", 14, false},
		{"FluxionAbsent", "fluxion_build_info 1x5", 16, true},
		{"FluxionRestarts", "process_start_time_seconds 1 1 2 2 3 3x30" + running, 20, false},
		{"FluxionRestarts", "process_start_time_seconds 1 1 2 2 3 4x30" + running, 20, true},
		{"FluxionRestarts", "process_start_time_seconds 1 1 2 2 3 4x30", 20, false},
		{"FluxionDurabilityBehind", `fluxion_graph_revision{graph="a"} 1001+0x9
			fluxion_durable_revision{graph="a"} 0 0 0 1 1 1`, 2, true},
		{"FluxionDurabilityBehind", `fluxion_graph_revision{graph="a"} 1001+0x9
			fluxion_durable_revision{graph="a"} 0 0 0 1 1 1`, 3, false},
		{"FluxionSlowDisk", syncs(0), 14, false},
		{"FluxionSlowDisk", syncs(3), 14, true},
		{"FluxionQueueLong", `fluxion_queue_length{graph="a"} 5000 0 5000 5000`, 2, false},
		{"FluxionQueueLong", `fluxion_queue_length{graph="a"} 5000 0 5000 5000`, 3, true},
		{"FluxionQueueFull", `fluxion_refusals_total{reason="QUEUE_FULL"} 7x9`, 9, false},
		{"FluxionQueueFull", `fluxion_refusals_total{reason="QUEUE_FULL"} 7x8 8`, 9, true},
		{"FluxionQueueFull", `fluxion_refusals_total{reason="MEMORY"} 7x8 8`, 9, false},
		{"FluxionClientsHeldBack", `fluxion_refusals_total{reason="RATE"} 0+9x30`, 14, false},
		{"FluxionClientsHeldBack", `fluxion_refusals_total{reason="RATE"} 0+9x30`, 20, true},
		{"FluxionClientsHeldBack", `fluxion_refusals_total{reason="STREAMS"} 0 9x30`, 20, false},
		{"FluxionClientsHeldBack", `fluxion_refusals_total{reason="QUEUE_FULL"} 0+9x30`, 20, false},
		{"FluxionTotalsReached", `fluxion_refusals_total{reason="TOO_MANY_JOBS"} 7x8`, 8, false},
		{"FluxionTotalsReached", `fluxion_refusals_total{reason="TOO_MANY_JOBS"} 7x7 8`, 8, true},
		{"FluxionStreamsNearlyFull", "fluxion_streams 80x9\n" + streamLimits, 9, false},
		{"FluxionStreamsNearlyFull", "fluxion_streams 81x9\n" + streamLimits, 9, true},
		{"FluxionCertificateExpires", "fluxion_certificate_expiry_timestamp_seconds 604920x9", 2, false},
		{"FluxionCertificateExpires", "fluxion_certificate_expiry_timestamp_seconds 604920x9", 3, true},
		{"FluxionWrongCredentials", `fluxion_auth_failures_total{reason="WRONG_CREDENTIAL"} 0+59x30`, 20, false},
		{"FluxionWrongCredentials", `fluxion_auth_failures_total{reason="WRONG_CREDENTIAL"} 0+61x30`, 20, true},
		{"FluxionWrongCredentials", `fluxion_auth_failures_total{reason="ROLE_TOO_SMALL"} 0+61x30`, 20, false},
		{"FluxionMemoryNearlyFull", "fluxion_memory_bytes 69x9\nfluxion_memory_limit_bytes 100x9", 9, false},
		{"FluxionMemoryNearlyFull", "fluxion_memory_bytes 71x9\nfluxion_memory_limit_bytes 100x9", 9, true},
		{"FluxionConnectionsNearlyFull", "fluxion_connections 90x9\nfluxion_connections_limit 100x9", 9, false},
		{"FluxionConnectionsNearlyFull", "fluxion_connections 91x9\nfluxion_connections_limit 100x9", 9, true},
		{"FluxionFilesNearlyFull", "process_open_fds 91x9\nprocess_max_fds 100x9", 9, false},
		{"FluxionFilesNearlyFull", "process_open_fds 91x9\nprocess_max_fds 100x9" + running, 9, true},
		// a megabyte a minute, and never a snapshot: not in the first day, but after it
		{"FluxionSnapshotOld", snapshots(1<<20, "0x2880"), day - 60, false},
		{"FluxionSnapshotOld", snapshots(1<<20, "0x2880"), day + 60, true},
		// a snapshot an hour ago; or hardly a change
		{"FluxionSnapshotOld", snapshots(1<<20, "86400x2880"), day + 60, false},
		{"FluxionSnapshotOld", snapshots(1<<10, "0x2880"), day + 60, false},
	} {
		if fires(t, c.alert, c.series, c.minute) != c.expected {
			t.Errorf("%s at minute %d, expected %v:\n%s", c.alert, c.minute, c.expected, c.series)
		}
	}
}

const streamLimits = `fluxion_streams_limit{of="all"} 100x9
	fluxion_streams_limit{of="principal"} 50x9`

// syncs are a hundred syncs a minute, of which so many take more than a tenth of a second.
func syncs(slow int) string {
	return fmt.Sprintf("fluxion_journal_sync_seconds_bucket{le=\"0.01\"} 0+%dx20\n"+
		"fluxion_journal_sync_seconds_bucket{le=\"0.1\"} 0+%dx20\n"+
		"fluxion_journal_sync_seconds_bucket{le=\"1\"} 0+100x20\n"+
		"fluxion_journal_sync_seconds_bucket{le=\"+Inf\"} 0+100x20", 100-slow, 100-slow)
}
