package checks

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

const alertsPath = "packaging/prometheus/fluxion-alerts.yaml"

// exposed is what a server with three graphs, and with all limits, tells after some calls of each kind.
func exposed(t *testing.T) string {
	t.Helper()
	admin, service := served(t, "--max-rate", "1000000")
	example := func(name string) string { return filepath.Join(root, "examples", name) }
	for _, graph := range []string{"default", "second", "third"} {
		at := []string{"--server", service, "--graph", graph}
		call := func(words ...string) { fluxion(t, append(words, at...)...) }
		call("init", example("cluster.json"))
		call("match", example("jobspec.yaml"))
		call("jobs")
		call("snapshot")
	}
	return metricsOf(t, admin)
}

// exposedWithTLS is what a server with a certificate tells.
func exposedWithTLS(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	put(t, folder, "/tls.crt", certificate)
	put(t, folder, "/tls.key", key)
	admin, _ := served(t, "--tls-cert", folder+"/tls.crt", "--tls-key", folder+"/tls.key")
	return metricsOf(t, admin)
}

func metricsOf(t *testing.T, admin string) string {
	t.Helper()
	status, told := page(t, admin, "/metrics")
	if status != 200 {
		t.Fatal(status, told)
	}
	return told
}

// families are the metrics of a text by the names that queries use, with the labels of each, and `label=value`.
func families(t *testing.T, told string) map[string][]string {
	t.Helper()
	reader := expfmt.TextParser{}
	parsed, err := reader.TextToMetricFamilies(strings.NewReader(told))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for name, family := range parsed {
		scraped := []string{"job", "instance"}
		for _, metric := range family.Metric {
			for _, label := range metric.Label {
				scraped = append(scraped, label.GetName(), label.GetName()+"="+label.GetValue())
			}
		}
		if family.GetType() != dto.MetricType_HISTOGRAM {
			found[name] = scraped
			continue
		}
		found[name+"_bucket"] = append(slices.Clone(scraped), "le")
		found[name+"_sum"], found[name+"_count"] = scraped, scraped
	}
	return found
}

// checkQuery parses an expression, and fails for metrics and labels that there are not.
func checkQuery(t *testing.T, where, query string, known map[string][]string) {
	t.Helper()
	// what Grafana puts in
	query = strings.NewReplacer("$__rate_interval", "5m", "$instance", ".*", "$graph", ".*").Replace(query)
	expression, err := parser.ParseExpr(query)
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	ofAll := map[string]bool{}
	parser.Inspect(expression, func(node parser.Node, _ []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		has, ok := known[selector.Name]
		if !ok {
			t.Errorf("%s: there is no metric %q", where, selector.Name)
		}
		for _, label := range has {
			ofAll[label] = true
		}
		for _, matcher := range selector.LabelMatchers {
			if matcher.Name != labels.MetricName && !slices.Contains(has, matcher.Name) {
				t.Errorf("%s: %s has no label %q", where, selector.Name, matcher.Name)
			}
			isWord := matcher.Type == labels.MatchEqual || matcher.Type == labels.MatchNotEqual
			if matcher.Name != labels.MetricName && isWord && !slices.Contains(has, matcher.Name+"="+matcher.Value) {
				t.Errorf("%s: %s has no %s", where, selector.Name, matcher)
			}
		}
		return nil
	})
	parser.Inspect(expression, func(node parser.Node, _ []parser.Node) error {
		named := []string{}
		switch node := node.(type) {
		case *parser.AggregateExpr:
			named = node.Grouping
		case *parser.BinaryExpr:
			if node.VectorMatching != nil {
				named = node.VectorMatching.MatchingLabels
			}
		}
		for _, label := range named {
			if !ofAll[label] {
				t.Errorf("%s: nothing in it has the label %q", where, label)
			}
		}
		return nil
	})
}

func alertRules(t *testing.T) []rulefmt.Rule {
	t.Helper()
	groups, errors := rulefmt.Parse([]byte(text(t, alertsPath)), false)
	if len(errors) != 0 {
		t.Fatal(errors)
	}
	rules := []rulefmt.Rule{}
	for _, group := range groups.Groups {
		rules = append(rules, group.Rules...)
	}
	return rules
}

var heading = regexp.MustCompile(`(?m)^#+ (.*)$`)

// anchors are where the links to a document lead.
func anchors(document string) []string {
	found := []string{}
	for _, line := range heading.FindAllStringSubmatch(document, -1) {
		kept := regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(line[1]), "")
		found = append(found, strings.ReplaceAll(kept, " ", "-"))
	}
	return found
}

func TestWhatIsToldIsWhatIsWatched(t *testing.T) {
	known := map[string][]string{}
	for _, told := range []string{exposedWithTLS(t), exposed(t)} {
		problems, err := promlint.New(strings.NewReader(told)).Lint()
		if err != nil || len(problems) != 0 {
			t.Error(problems, err)
		}
		maps.Copy(known, families(t, told))
	}
	t.Run("rules", func(t *testing.T) { checkRules(t, known) })
	t.Run("board", func(t *testing.T) { checkBoard(t, known) })
	t.Run("documents", func(t *testing.T) { checkDocuments(t, known) })
}

func checkRules(t *testing.T, known map[string][]string) {
	sections := anchors(text(t, "docs/operations.md"))
	rules := alertRules(t)
	if len(rules) < 16 {
		t.Fatal(len(rules))
	}
	for _, rule := range rules {
		checkQuery(t, rule.Alert, rule.Expr, known)
		if severity := rule.Labels["severity"]; severity != "critical" && severity != "warning" {
			t.Errorf("%s: severity %q", rule.Alert, severity)
		}
		if rule.Annotations["summary"] == "" {
			t.Errorf("%s has no summary", rule.Alert)
		}
		page, anchor, _ := strings.Cut(rule.Annotations["runbook_url"], "#")
		if !strings.HasSuffix(page, "/docs/operations.md") || !slices.Contains(sections, anchor) {
			t.Errorf("%s: docs/operations.md has no section #%s", rule.Alert, anchor)
		}
	}
}

// board is what is read of a Grafana board.
type board struct {
	Panels []struct {
		ID      int
		Title   string
		Type    string
		GridPos struct{ X, Y, W, H int }
		Targets []struct{ Expr, RefID string }
	}
	Templating struct {
		List []struct{ Name, Type, Query string }
	}
}

var labelValues = regexp.MustCompile(`^label_values\((.*), ([a-z]+)\)$`)

func checkBoard(t *testing.T, known map[string][]string) {
	var read board
	if err := json.Unmarshal([]byte(text(t, "packaging/grafana/fluxion.json")), &read); err != nil {
		t.Fatal(err)
	}
	queries, taken := 0, map[[2]int]string{}
	for _, panel := range read.Panels {
		for _, target := range panel.Targets {
			queries++
			checkQuery(t, panel.Title, target.Expr, known)
		}
		place := panel.GridPos
		for x := place.X; x < place.X+place.W; x++ {
			for y := place.Y; y < place.Y+place.H; y++ {
				if other, ok := taken[[2]int{x, y}]; ok || x >= 24 {
					t.Fatalf("%s lies over %q at %d, %d", panel.Title, other, x, y)
				}
				taken[[2]int{x, y}] = panel.Title
			}
		}
	}
	if queries < 30 {
		t.Error("only", queries, "queries")
	}
	for _, variable := range read.Templating.List {
		if variable.Type != "query" {
			continue
		}
		parts := labelValues.FindStringSubmatch(variable.Query)
		if parts == nil {
			t.Fatal(variable.Query)
		}
		checkQuery(t, variable.Name, fmt.Sprintf("count by (%s) (%s)", parts[2], parts[1]), known)
	}
}

var (
	tableRow = regexp.MustCompile("(?m)^\\| (`[a-z_`, ]+) \\| ([^|]*)\\|")
	quoted   = regexp.MustCompile("`([^`]+)`")
	metric   = regexp.MustCompile(`\b(fluxion|process)_[a-z_]+\b`)
)

// checkDocuments compares the table of metrics with what is told, both ways; and what else is named with it.
func checkDocuments(t *testing.T, known map[string][]string) {
	document := text(t, "docs/operations.md")
	_, table, _ := strings.Cut(document, "\n## Metrics\n")
	table, _, _ = strings.Cut(table, "\n#")
	documented := map[string]bool{}
	for _, row := range tableRow.FindAllStringSubmatch(table, -1) {
		for _, name := range quoted.FindAllStringSubmatch(row[1], -1) {
			full := name[1]
			if !strings.HasPrefix(full, "process_") {
				full = "fluxion_" + full
			}
			has, ok := known[full]
			if !ok {
				has, ok = known[full+"_bucket"]
				documented[full+"_bucket"], documented[full+"_sum"], documented[full+"_count"] = true, true, true
			}
			if !ok {
				t.Errorf("the table has %s, which is not told", full)
			}
			documented[full] = true
			for _, label := range quoted.FindAllStringSubmatch(row[2], -1) {
				if !slices.Contains(has, label[1]) {
					t.Errorf("the table gives %s the label %s", full, label[1])
				}
			}
		}
	}
	for name := range known {
		if !documented[name] {
			t.Errorf("%s is told, and is not in the table", name)
		}
	}
	for _, path := range []string{"docs/operations.md", "docs/durability.md", "docs/service.md", "docs/performance.md"} {
		for _, name := range metric.FindAllString(text(t, path), -1) {
			_, ok := known[name]
			_, isHistogram := known[name+"_bucket"]
			if !ok && !isHistogram && !strings.HasSuffix(name, "_") && !slices.Contains(crates, name) {
				t.Errorf("%s speaks of %s", path, name)
			}
		}
	}
}

// crates are named in lines of the log, with underscores.
var crates = []string{"fluxion_server", "fluxion_daemon", "fluxion_client"}
