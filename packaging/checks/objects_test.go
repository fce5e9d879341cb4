package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	policy "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

// objects is what a cluster would be told.
type objects struct {
	server   *apps.StatefulSet
	services []*core.Service
	configs  []*core.ConfigMap
	secrets  []*core.Secret
	budgets  []*policy.PodDisruptionBudget
	monitors []*monitoring.ServiceMonitor
	rules    []*monitoring.PrometheusRule
}

// strictly reads a document as what it says it is; a field that there is not is an error.
func strictly[T any](document string) (*T, error) {
	into := new(T)
	return into, yaml.UnmarshalStrict([]byte(document), into)
}

func (o *objects) add(document string) error {
	var is struct{ APIVersion, Kind string }
	err := yaml.Unmarshal([]byte(document), &is)
	if err != nil || is.Kind == "" {
		return fmt.Errorf("no document of Kubernetes: %w", err)
	}
	switch is.APIVersion + " " + is.Kind {
	case "apps/v1 StatefulSet":
		o.server, err = strictly[apps.StatefulSet](document)
	case "v1 Service":
		o.services, err = appended(o.services, document)
	case "v1 ConfigMap":
		o.configs, err = appended(o.configs, document)
	case "v1 Secret":
		o.secrets, err = appended(o.secrets, document)
	case "policy/v1 PodDisruptionBudget":
		o.budgets, err = appended(o.budgets, document)
	case "monitoring.coreos.com/v1 ServiceMonitor":
		o.monitors, err = appended(o.monitors, document)
	case "monitoring.coreos.com/v1 PrometheusRule":
		o.rules, err = appended(o.rules, document)
	default:
		return fmt.Errorf("not expected: %s %s", is.APIVersion, is.Kind)
	}
	return err
}

func appended[T any](all []*T, document string) ([]*T, error) {
	one, err := strictly[T](document)
	return append(all, one), err
}

// decoded reads documents that `---` divides.
func decoded(t *testing.T, documents string) objects {
	t.Helper()
	found := objects{}
	for _, document := range strings.Split("\n"+documents, "\n---") {
		if strings.TrimSpace(document) == "" {
			continue
		}
		if err := found.add(document); err != nil {
			t.Fatalf("%v\n%s", err, document)
		}
	}
	return found
}

// check holds what belongs together against each other, and the settings against the server.
func (o *objects) check(t *testing.T) {
	t.Helper()
	if o.server == nil {
		t.Fatal("there is no StatefulSet")
	}
	pod := &o.server.Spec.Template
	if *o.server.Spec.Replicas != 1 {
		t.Error("there is one server for a journal")
	}
	own := labels.Set(pod.Labels)
	selects := func(what string, selector map[string]string) {
		// an empty one selects everything, or nothing
		if len(selector) == 0 || !labels.SelectorFromSet(selector).Matches(own) {
			t.Errorf("%s selects %v, and the pod has %v", what, selector, own)
		}
	}
	selects("the StatefulSet", o.server.Spec.Selector.MatchLabels)
	for _, budget := range o.budgets {
		if budget.Spec.Selector == nil {
			t.Fatal("the budget selects nothing")
		}
		selects("the budget", budget.Spec.Selector.MatchLabels)
	}
	container := &pod.Spec.Containers[0]
	ports := map[string]int32{}
	for _, port := range container.Ports {
		ports[port.Name] = port.ContainerPort
	}
	for _, service := range o.services {
		selects(service.Name, service.Spec.Selector)
		for _, port := range service.Spec.Ports {
			if ports[port.TargetPort.StrVal] == 0 {
				t.Errorf("%s leads to port %v, which the pod has not", service.Name, port.TargetPort)
			}
		}
	}
	o.checkGoverning(t)
	o.checkMonitors(t)
	checkConfined(t, &pod.Spec)
	checkMounts(t, o, container)
	checkSettings(t, o, container, ports)
}

// checkGoverning finds the headless service that names the pod.
func (o *objects) checkGoverning(t *testing.T) {
	i := slices.IndexFunc(o.services, func(s *core.Service) bool { return s.Name == o.server.Spec.ServiceName })
	if i < 0 || o.services[i].Spec.ClusterIP != core.ClusterIPNone {
		t.Errorf("there is no headless service %s", o.server.Spec.ServiceName)
	}
}

// checkMonitors finds the one service that each monitor means, by its labels and its port.
func (o *objects) checkMonitors(t *testing.T) {
	for _, monitor := range o.monitors {
		selector := labels.SelectorFromSet(monitor.Spec.Selector.MatchLabels)
		found := slices.DeleteFunc(slices.Clone(o.services), func(s *core.Service) bool { return !selector.Matches(labels.Set(s.Labels)) })
		if len(found) != 1 {
			t.Fatalf("the monitor finds %d services", len(found))
		}
		end := monitor.Spec.Endpoints[0]
		if end.Path != "/metrics" || found[0].Spec.Ports[0].Name != end.Port || found[0].Spec.Ports[0].TargetPort.StrVal != "admin" {
			t.Errorf("the monitor asks %s at %s", end.Path, end.Port)
		}
	}
}

// checkConfined holds the pod against the profile `restricted` of the standards for pods, and a bit more.
func checkConfined(t *testing.T, pod *core.PodSpec) {
	of, in := pod.SecurityContext, pod.Containers[0].SecurityContext
	if !*of.RunAsNonRoot || *of.RunAsUser == 0 || of.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault {
		t.Error("the pod is not confined")
	}
	if *in.AllowPrivilegeEscalation || *in.Privileged || !*in.ReadOnlyRootFilesystem || in.Capabilities.Drop[0] != "ALL" {
		t.Error("the container is not confined")
	}
	if *pod.AutomountServiceAccountToken {
		t.Error("the server needs nothing of the cluster")
	}
	if pod.Containers[0].Resources.Limits.Memory().IsZero() {
		t.Error("memory has no limit")
	}
}

// checkMounts finds a volume for each mount and a mount for each volume, and what the volumes are of.
func checkMounts(t *testing.T, o *objects, container *core.Container) {
	has := map[string]bool{}
	for _, claim := range o.server.Spec.VolumeClaimTemplates {
		has[claim.Name] = true
	}
	for _, volume := range o.server.Spec.Template.Spec.Volumes {
		has[volume.Name] = true
		if of := volume.ConfigMap; of != nil && !slices.ContainsFunc(o.configs, func(c *core.ConfigMap) bool { return c.Name == of.Name }) {
			t.Errorf("there is no ConfigMap %s", of.Name)
		}
	}
	for _, mount := range container.VolumeMounts {
		if !has[mount.Name] {
			t.Errorf("there is no volume %s", mount.Name)
		}
		delete(has, mount.Name)
	}
	if len(has) != 0 {
		t.Errorf("nothing mounts %v", has)
	}
	for _, secret := range o.secrets {
		if !slices.ContainsFunc(o.server.Spec.Template.Spec.Volumes, func(v core.Volume) bool { return v.Secret != nil && v.Secret.SecretName == secret.Name }) {
			t.Errorf("nothing takes the Secret %s", secret.Name)
		}
	}
}

// volumeAt is the volume of the longest mount above a path, and the path within.
func volumeAt(container *core.Container, file string) (mount core.VolumeMount, rest string) {
	for _, one := range container.VolumeMounts {
		if strings.HasPrefix(file, one.MountPath+"/") && len(one.MountPath) > len(mount.MountPath) {
			mount, rest = one, strings.TrimPrefix(file, one.MountPath+"/")
		}
	}
	return mount, path.Clean(rest)
}
