package checks

import (
	"os"
	"slices"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

const kustomizePath = root + "/packaging/kustomize/"

func kustomized(t *testing.T, folder string) objects {
	t.Helper()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), kustomizePath+folder)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := resources.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, string(documents))
}

func TestKustomizationsFitTogether(t *testing.T) {
	folders := []string{"base"}
	entries, err := os.ReadDir(kustomizePath + "overlays")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		folders = append(folders, "overlays/"+entry.Name())
	}
	if len(folders) < 3 {
		t.Fatal(folders)
	}
	for _, folder := range folders {
		t.Run(folder, func(t *testing.T) {
			objects := kustomized(t, folder)
			objects.check(t)
			mounts := objects.server.Spec.Template.Spec.Containers[0].VolumeMounts
			if isTrial := strings.HasSuffix(folder, "trial"); isTrial != (len(mounts) == 2) {
				t.Error(mounts)
			}
			if strings.HasSuffix(folder, "monitored") {
				checkRuleIsOurs(t, &objects)
			}
		})
	}
}

// The chart and the base are two ways to the same pod.
func TestTheBaseIsWhatTheChartMakes(t *testing.T) {
	documents, _, err := rendered(t, "fluxion", secure...)
	if err != nil {
		t.Fatal(err)
	}
	chart, base := decoded(t, documents), kustomized(t, "base")
	ours, theirs := chart.server.Spec.Template.Spec, base.server.Spec.Template.Spec
	for _, spec := range []*core.PodSpec{&ours, &theirs} {
		for i := range spec.Volumes {
			if spec.Volumes[i].ConfigMap != nil {
				spec.Volumes[i].ConfigMap.Name = ""
			}
		}
		spec.Containers[0].ImagePullPolicy = ""
	}
	if a, b := ours.String(), theirs.String(); a != b {
		t.Errorf("the chart has\n%s\nthe base\n%s", a, b)
	}
	settings := func(o objects) []string {
		lines := []string{}
		for _, line := range strings.Split(o.configs[0].Data["fluxion.toml"], "\n") {
			if line != "" && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
		slices.Sort(lines)
		return lines
	}
	if a, b := settings(chart), settings(base); !slices.Equal(a, b) {
		t.Errorf("the settings of the chart are\n%v\nthose of the base\n%v", a, b)
	}
}
