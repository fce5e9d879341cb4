package checks

import (
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/strvals"
	"sigs.k8s.io/yaml"
)

const chartPath = root + "/packaging/helm/fluxion"

func loaded(t *testing.T) *chart.Chart {
	t.Helper()
	chart, err := loader.Load(chartPath)
	if err != nil {
		t.Fatal(err)
	}
	return chart
}

// valuesOf reads values as `helm install --set` takes them.
func valuesOf(t *testing.T, sets []string) map[string]any {
	t.Helper()
	values := map[string]any{}
	for _, set := range sets {
		if err := strvals.ParseInto(set, values); err != nil {
			t.Fatal(err)
		}
	}
	return values
}

// rendered is what `helm install RELEASE` makes of the chart with these values: the documents, and the notes.
func rendered(t *testing.T, release string, sets ...string) (documents, notes string, err error) {
	t.Helper()
	chart := loaded(t)
	options := chartutil.ReleaseOptions{Name: release, Namespace: "clusters", IsInstall: true, Revision: 1}
	values, err := chartutil.ToRenderValues(chart, valuesOf(t, sets), options, chartutil.DefaultCapabilities)
	if err != nil {
		return "", "", err
	}
	files, err := engine.Render(chart, values)
	if err != nil {
		return "", "", err
	}
	for name, text := range files {
		switch {
		case strings.HasSuffix(name, "NOTES.txt"):
			notes = text
		case !strings.HasSuffix(name, ".tpl"):
			documents += "\n---\n" + text
		}
	}
	return documents, notes, nil
}

var (
	secure    = []string{"tls.secretName=fluxion-tls", "auth.secretName=fluxion-auth"}
	monitored = []string{"serviceMonitor.enabled=true", "prometheusRule.enabled=true", "dashboard.enabled=true"}
)

func TestTheChartFitsTogether(t *testing.T) {
	for name, sets := range map[string][]string{
		"secure":       secure,
		"insecure":     {"insecure=true"},
		"contents":     {"tls.secretName=fluxion-tls", "auth.contents=# nobody"},
		"certificates": {"tls.secretName=fluxion-tls", "tls.clientCA.secretName=clients"},
		"both":         append([]string{"tls.clientCA.secretName=clients", "tls.clientCA.mode=optional"}, secure...),
		"monitored":    append(monitored, secure...),
		"settings": append([]string{"settings.max.connections=500", "settings.policy=lonode", "settings.grace=300",
			"settings.history=30d", "settings.snapshot-every-bytes=128MiB"}, secure...),
		"all the rest": append([]string{"image.digest=sha256:" + strings.Repeat("0a", 32), "imagePullSecrets[0].name=pull", "address=[::]",
			"persistence.storageClassName=fast", "persistence.annotations.a=b", "service.type=LoadBalancer", "service.annotations.a=b",
			"podDisruptionBudget.maxUnavailable=0", "serviceAccountName=me", "priorityClassName=high", "podAnnotations.a=b",
			"podLabels.a=b", "nodeSelector.a=b", "tolerations[0].operator=Exists", "env[0].name=FLUXION_LOG", "env[0].value=debug",
			"affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key=a",
			"affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator=Exists",
		}, secure...),
	} {
		t.Run(name, func(t *testing.T) {
			documents, notes, err := rendered(t, "prod", sets...)
			if err != nil {
				t.Fatal(err)
			}
			objects := decoded(t, documents)
			objects.check(t)
			if isMonitored := len(objects.monitors)+len(objects.rules) == 2; isMonitored != (name == "monitored") {
				t.Error("what the Prometheus operator knows is off unless it is asked for")
			}
			if !strings.Contains(notes, "data-prod-fluxion-0") || strings.Contains(notes, "WARNING") != (name == "insecure") {
				t.Error(notes)
			}
		})
	}
}

func TestARuleIsThatOfPrometheus(t *testing.T) {
	documents, _, err := rendered(t, "fluxion", append(monitored, secure...)...)
	if err != nil {
		t.Fatal(err)
	}
	objects := decoded(t, documents)
	checkRuleIsOurs(t, &objects)
	board := objects.configs[0].Data["fluxion.json"] + objects.configs[len(objects.configs)-1].Data["fluxion.json"]
	if strings.TrimSpace(board) != strings.TrimSpace(text(t, "packaging/grafana/fluxion.json")) {
		t.Error("the board of the chart is another")
	}
}

// checkRuleIsOurs compares the rules of a cluster with those of packaging/prometheus.
func checkRuleIsOurs(t *testing.T, objects *objects) {
	t.Helper()
	var ours any
	if err := yaml.Unmarshal([]byte(text(t, alertsPath)), &ours); err != nil {
		t.Fatal(err)
	}
	theirs, err := yaml.Marshal(objects.rules[0].Spec)
	if err != nil {
		t.Fatal(err)
	}
	expected, err := yaml.Marshal(ours)
	if err != nil {
		t.Fatal(err)
	}
	if string(theirs) != string(expected) {
		t.Errorf("expected\n%s\nfound\n%s", expected, theirs)
	}
}

func TestTheChartRefusesWhatIsNotSafe(t *testing.T) {
	for _, c := range []struct {
		sets     []string
		expected []string
	}{
		{nil, []string{"nothing keeps strangers out", "kubectl create secret tls", "fluxion token new", "--set insecure=true"}},
		{[]string{"tls.secretName=a"}, []string{"nobody is asked who they are", "--set-file auth.contents"}},
		{[]string{"auth.secretName=a"}, []string{"what clients say can be read on its way", "--set tls.secretName"}},
		{[]string{"tls.secretName=a", "tls.clientCA.secretName=b", "tls.clientCA.mode=optional"}, []string{"nobody is asked"}},
		{[]string{"tls.clientCA.secretName=b"}, []string{"needs tls.secretName"}},
		{append([]string{"auth.contents=a"}, secure...), []string{"take one of them"}},
		{append([]string{"replicas=3"}, secure...), []string{"replicas"}},
		{append([]string{"settings.insecure=true"}, secure...), []string{"settings"}},
		{append([]string{"settings.data-dir=/tmp"}, secure...), []string{"settings"}},
		{append([]string{"persistence.accessModes[0]=ReadWriteMany"}, secure...), []string{"accessModes"}},
	} {
		_, _, err := rendered(t, "prod", c.sets...)
		if err == nil {
			t.Errorf("%v is taken", c.sets)
			continue
		}
		for _, words := range c.expected {
			if !strings.Contains(err.Error(), words) {
				t.Errorf("%v: expected %q in\n%v", c.sets, words, err)
			}
		}
	}
}

func TestTheChartHasNoLint(t *testing.T) {
	linted := lint.All(chartPath, valuesOf(t, secure), "clusters", true)
	for _, message := range linted.Messages {
		// an icon is all that it lacks
		if !strings.Contains(message.Err.Error(), "icon is recommended") {
			t.Error(message)
		}
	}
}

func TestTheChartIsOfThisVersion(t *testing.T) {
	version := loaded(t).Metadata.Version
	if loaded(t).Metadata.AppVersion != version || !strings.Contains(text(t, "Cargo.toml"), "\nversion = \""+version+"\"\n") {
		t.Error(version)
	}
	if !strings.Contains(text(t, "packaging/kustomize/base/kustomization.yaml"), "newTag: \""+version+"\"\n") {
		t.Error("the base of kustomize has another version")
	}
}
