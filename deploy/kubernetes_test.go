package deploy_test

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"
)

// cluster is what the manifests make.
type cluster struct {
	namespaces  []corev1.Namespace
	configs     []corev1.ConfigMap
	secrets     []corev1.Secret
	volumes     []corev1.PersistentVolumeClaim
	deployments []appsv1.Deployment
	policies    []networkingv1.NetworkPolicy
	restores    []corev1.Pod
}

// stopsWithin is how long the bot may take to stop, in seconds.
const stopsWithin = 20

// manifests decodes every document strictly: a key that is misspelt or stands in
// the wrong place is an error.
func manifests(t *testing.T) cluster {
	t.Helper()
	var c cluster
	files, err := filepath.Glob("kubernetes/*.yaml")
	must(t, err)
	for _, path := range files {
		if filepath.Base(path) == "kustomization.yaml" || ignored(path) {
			continue
		}
		for _, document := range strings.Split(read(t, path), "\n---\n") {
			var kind struct{ APIVersion, Kind string }
			must(t, yaml.Unmarshal([]byte(document), &kind))
			switch kind.APIVersion + " " + kind.Kind {
			case "v1 Namespace":
				c.namespaces = decoded(t, path, document, c.namespaces)
			case "v1 ConfigMap":
				c.configs = decoded(t, path, document, c.configs)
			case "v1 Secret":
				c.secrets = decoded(t, path, document, c.secrets)
			case "v1 PersistentVolumeClaim":
				c.volumes = decoded(t, path, document, c.volumes)
			case "apps/v1 Deployment":
				c.deployments = decoded(t, path, document, c.deployments)
			case "networking.k8s.io/v1 NetworkPolicy":
				c.policies = decoded(t, path, document, c.policies)
			case "v1 Pod":
				c.restores = decoded(t, path, document, c.restores)
			default:
				t.Errorf("%s: nobody looks at a %s of %q", path, kind.Kind, kind.APIVersion)
			}
		}
	}
	if len(c.namespaces) != 1 || len(c.configs) != 1 || len(c.secrets) != 2 || len(c.volumes) != 1 || len(c.deployments) != 1 || len(c.policies) != 1 || len(c.restores) != 1 {
		t.Fatalf("the manifests make %d namespaces, %d configs, %d secrets, %d volumes, %d deployments, %d policies, %d restores",
			len(c.namespaces), len(c.configs), len(c.secrets), len(c.volumes), len(c.deployments), len(c.policies), len(c.restores))
	}
	return c
}

func decoded[T any](t *testing.T, path, document string, all []T) []T {
	t.Helper()
	var one T
	if err := yaml.UnmarshalStrict([]byte(document), &one); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return append(all, one)
}

// TestKubernetes_One holds what keeps a second process away from the file.
func TestKubernetes_One(t *testing.T) {
	t.Parallel()
	c := manifests(t)
	d, pod := c.deployments[0], c.deployments[0].Spec.Template.Spec
	if d.Spec.Replicas == nil || *d.Spec.Replicas != 1 || d.Spec.Strategy.Type != appsv1.RecreateDeploymentStrategyType {
		t.Errorf("replicas %v, strategy %s", d.Spec.Replicas, d.Spec.Strategy.Type)
	}
	if grace := pod.TerminationGracePeriodSeconds; grace == nil || *grace < stopsWithin+5 {
		t.Errorf("grace %v, but the bot takes up to %d s", grace, stopsWithin)
	}
	for name, value := range d.Spec.Selector.MatchLabels {
		if d.Spec.Template.Labels[name] != value || c.policies[0].Spec.PodSelector.MatchLabels[name] != value {
			t.Errorf("label %s is %s in the selector only", name, value)
		}
	}
	if modes := c.volumes[0].Spec.AccessModes; len(modes) != 1 || modes[0] == corev1.ReadWriteMany || modes[0] == corev1.ReadOnlyMany {
		t.Errorf("the volume may be used %v", modes)
	}
}

// TestKubernetes_Restricted holds the profile "restricted" of the pod security
// standards, which the namespace enforces, and more.
func TestKubernetes_Restricted(t *testing.T) {
	t.Parallel()
	c := manifests(t)
	if got := c.namespaces[0].Labels["pod-security.kubernetes.io/enforce"]; got != "restricted" {
		t.Errorf("the namespace enforces %q", got)
	}
	pod := c.deployments[0].Spec.Template.Spec
	p, b := pod.SecurityContext, bot(t, c).SecurityContext
	switch {
	case p == nil || b == nil || p.RunAsNonRoot == nil || b.AllowPrivilegeEscalation == nil || b.ReadOnlyRootFilesystem == nil || b.Capabilities == nil:
		t.Fatal("the pod says nothing of its rights")
	case !*p.RunAsNonRoot || *p.RunAsUser == 0 || *p.RunAsUser != *p.FSGroup:
		t.Errorf("it runs as %d with files of %d", *p.RunAsUser, *p.FSGroup)
	case p.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault:
		t.Errorf("seccomp %s", p.SeccompProfile.Type)
	case *b.AllowPrivilegeEscalation || !*b.ReadOnlyRootFilesystem || !slices.Equal(b.Capabilities.Drop, []corev1.Capability{"ALL"}) || len(b.Capabilities.Add) > 0:
		t.Errorf("rights of the container: %+v", b)
	}
	if pod.HostNetwork || pod.HostPID || pod.HostIPC || pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken || *pod.EnableServiceLinks {
		t.Error("the pod sees what it does not need")
	}
	if user := imageUser(t); user != *p.RunAsUser {
		t.Errorf("the image is made for user %d, the pod runs as %d", user, *p.RunAsUser)
	}
	if limits := bot(t, c).Resources.Limits; limits.Memory().IsZero() {
		t.Error("no limit of memory")
	}
}

// TestKubernetes_Settings follows each setting to where it comes from, and each
// path to a volume that can be written to.
func TestKubernetes_Settings(t *testing.T) {
	t.Parallel()
	c := manifests(t)
	set := map[string]string{}
	for _, from := range bot(t, c).EnvFrom {
		switch {
		case from.ConfigMapRef != nil && from.ConfigMapRef.Name == c.configs[0].Name:
			for name, value := range c.configs[0].Data {
				set[name] = value
			}
		case from.SecretRef != nil && from.SecretRef.Name == c.secrets[0].Name:
			for name, value := range c.secrets[0].StringData {
				set[name] = value
				if value != "REPLACE-ME" {
					t.Errorf("%s is no placeholder", name)
				}
			}
		default:
			t.Errorf("settings come from %+v, which is not there", from)
		}
	}
	all, required := settings(t)
	for _, name := range required {
		if _, ok := set[name]; !ok {
			t.Errorf("%s has to be set and is not", name)
		}
	}
	for name := range set {
		if !slices.Contains(all, name) {
			t.Errorf("%s is no setting", name)
		}
	}
	for _, name := range []string{"BATCHSYNC_DB", "BATCHSYNC_BACKUP_DIR"} {
		if mount := mounted(t, c, set[name]); mount.Name != "data" || mount.ReadOnly {
			t.Errorf("%s is %s, on volume %q", name, set[name], mount.Name)
		}
	}
	if mount := mounted(t, c, "/home/batchsync/.clickzetta/profiles.toml"); mount.Name != "profiles" || mount.SubPath != "profiles.toml" {
		t.Errorf("the profiles come from %+v", mount)
	}
	if _, ok := c.secrets[1].StringData["profiles.toml"]; !ok || c.secrets[1].Name != "batchsync-profiles" {
		t.Error("the example has no profiles")
	}
}

// mounted is the mount that a path lies on.
func mounted(t *testing.T, c cluster, path string) corev1.VolumeMount {
	t.Helper()
	var best corev1.VolumeMount
	for _, m := range bot(t, c).VolumeMounts {
		if (path == m.MountPath || strings.HasPrefix(path, m.MountPath+"/")) && len(m.MountPath) > len(best.MountPath) {
			best = m
		}
		if !slices.ContainsFunc(c.deployments[0].Spec.Template.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == m.Name }) {
			t.Errorf("%s is mounted from %s, which is not there", m.MountPath, m.Name)
		}
	}
	return best
}

// TestKubernetes_Reachable compares probes, ports and the network policy.
func TestKubernetes_Reachable(t *testing.T) {
	t.Parallel()
	c := manifests(t)
	b := bot(t, c)
	for _, probe := range []struct {
		name, path string
		probe      *corev1.Probe
	}{{"startup", "/healthz", b.StartupProbe}, {"liveness", "/healthz", b.LivenessProbe}, {"readiness", "/readyz", b.ReadinessProbe}} {
		if probe.probe == nil || probe.probe.HTTPGet == nil || probe.probe.HTTPGet.Path != probe.path || probe.probe.HTTPGet.Port.StrVal != b.Ports[0].Name {
			t.Errorf("%s asks %+v, want %s", probe.name, probe.probe, probe.path)
		}
	}
	if listen := c.configs[0].Data["BATCHSYNC_LISTEN"]; listen != ":8090" || b.Ports[0].ContainerPort != 8090 {
		t.Errorf("it listens at %s and is asked at %d", listen, b.Ports[0].ContainerPort)
	}
	policy := c.policies[0].Spec
	if len(policy.PolicyTypes) != 2 || len(policy.Ingress) != 1 || len(policy.Ingress[0].From) != 1 || len(policy.Ingress[0].Ports) != 1 || policy.Ingress[0].Ports[0].Port.IntVal != 8090 {
		t.Errorf("who may call: %+v", policy.Ingress)
	}
	var out []int32
	for _, rule := range policy.Egress {
		if len(rule.Ports) == 0 {
			t.Error("a rule lets the bot call every port")
		}
		for _, p := range rule.Ports {
			out = append(out, p.Port.IntVal)
		}
	}
	if want := []int32{53, 53, 443, 3306, 5432, 1433}; !slices.Equal(out, want) {
		t.Errorf("it may call ports %v, want %v", out, want)
	}
}

// TestKubernetes_Kustomization applies everything but the placeholders.
func TestKubernetes_Kustomization(t *testing.T) {
	t.Parallel()
	c := manifests(t)
	var k struct {
		APIVersion string                                   `json:"apiVersion"`
		Kind       string                                   `json:"kind"`
		Namespace  string                                   `json:"namespace"`
		Resources  []string                                 `json:"resources"`
		Images     []struct{ Name, NewName, NewTag string } `json:"images"`
	}
	must(t, yaml.UnmarshalStrict([]byte(read(t, "kubernetes/kustomization.yaml")), &k))
	files, err := filepath.Glob("kubernetes/*.yaml")
	must(t, err)
	for _, path := range files {
		name := filepath.Base(path)
		if wanted := name != "kustomization.yaml" && !strings.HasSuffix(name, ".example.yaml") && !ignored(path); wanted != slices.Contains(k.Resources, name) {
			t.Errorf("%s: applied is %t, want %t", name, !wanted, wanted)
		}
	}
	if len(k.Images) != 1 || k.Images[0].Name != bot(t, c).Image || k.Namespace != c.namespaces[0].Name || k.Namespace != c.secrets[0].Namespace {
		t.Errorf("image and namespace: %+v", k)
	}
}

// TestKubernetes_Restore has the pod that restores a backup work as the bot does,
// on the same volume, and nowhere else.
func TestKubernetes_Restore(t *testing.T) {
	t.Parallel()
	c := manifests(t)
	pod, running := c.restores[0], c.deployments[0].Spec.Template.Spec
	if !reflect.DeepEqual(pod.Spec.SecurityContext, running.SecurityContext) || len(pod.Spec.Containers) != 1 || pod.Spec.RestartPolicy != corev1.RestartPolicyNever {
		t.Fatalf("the pod is %+v", pod.Spec)
	}
	b := pod.Spec.Containers[0]
	if !reflect.DeepEqual(b.SecurityContext, bot(t, c).SecurityContext) || b.Args[0] != "restore" || pod.Namespace != c.namespaces[0].Name {
		t.Errorf("the container is %+v", b)
	}
	if len(b.EnvFrom) != 1 || b.EnvFrom[0].ConfigMapRef.Name != c.configs[0].Name || mounted(t, c, b.Args[1]).MountPath != b.VolumeMounts[0].MountPath {
		t.Errorf("it restores %s with settings of %+v and %+v", b.Args[1], b.EnvFrom, b.VolumeMounts)
	}
	if volume := pod.Spec.Volumes[0].PersistentVolumeClaim; volume == nil || volume.ClaimName != c.volumes[0].Name {
		t.Errorf("its volume is %+v", pod.Spec.Volumes)
	}
}

// bot is the only container.
func bot(t *testing.T, c cluster) corev1.Container {
	t.Helper()
	pod := c.deployments[0].Spec.Template.Spec
	if len(pod.Containers) != 1 || len(pod.InitContainers) != 0 {
		t.Fatalf("%d containers", len(pod.Containers))
	}
	return pod.Containers[0]
}
