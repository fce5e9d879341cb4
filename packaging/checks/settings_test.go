package checks

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	core "k8s.io/api/core/v1"
)

// settings is what of a file of settings other documents have to agree with.
type settings struct {
	Listen      string `toml:"listen"`
	AdminListen string `toml:"admin-listen"`
	DataDir     string `toml:"data-dir"`
	TLSCert     string `toml:"tls-cert"`
	TLSKey      string `toml:"tls-key"`
	TLSClientCA string `toml:"tls-client-ca"`
	AuthFile    string `toml:"auth-file"`
	Insecure    bool   `toml:"insecure"`
	Grace       int64  `toml:"grace"`
	DrainDelay  int64  `toml:"drain-delay"`
}

// checkSettings reads the file that the container is given, and asks the server what it thinks of it.
func checkSettings(t *testing.T, o *objects, container *core.Container, ports map[string]int32) {
	t.Helper()
	if len(container.Args) != 2 || container.Args[0] != "--config" {
		t.Fatal(container.Args)
	}
	mount, name := volumeAt(container, container.Args[1])
	text := ""
	for _, config := range o.configs {
		if mount.Name == "settings" && config.Data[name] != "" {
			text = config.Data[name]
		}
	}
	var told settings
	if _, err := toml.Decode(text, &told); err != nil || text == "" {
		t.Fatalf("%v\n%s", err, text)
	}
	for of, address := range map[string]string{"grpc": told.Listen, "admin": told.AdminListen} {
		if !strings.HasSuffix(address, ":"+strconv.Itoa(int(ports[of]))) {
			t.Errorf("it listens at %s, and the port %s is %d", address, of, ports[of])
		}
	}
	if mount, below := volumeAt(container, told.DataDir); mount.Name != "data" || below == "." {
		t.Errorf("%s is not below the volume", told.DataDir)
	}
	for volume, file := range map[string]string{"tls": told.TLSCert, "client-ca": told.TLSClientCA, "auth": told.AuthFile} {
		if mount, _ := volumeAt(container, file); file != "" && mount.Name != volume {
			t.Errorf("%s is not on the volume %s", file, volume)
		}
	}
	if least := told.Grace + told.DrainDelay + 15; *o.server.Spec.Template.Spec.TerminationGracePeriodSeconds < least {
		t.Errorf("the pod has less than %d seconds to end", least)
	}
	checkProbes(t, container)
	checkedByTheServer(t, text, told)
}

// checkedByTheServer puts what the settings name into a folder, and lets `fluxion serve` check them.
func checkedByTheServer(t *testing.T, text string, told settings) {
	t.Helper()
	folder := t.TempDir()
	put(t, folder, told.TLSCert, certificate)
	put(t, folder, told.TLSKey, key)
	put(t, folder, told.TLSClientCA, certificate)
	if told.AuthFile != "" {
		put(t, folder, told.AuthFile, nil)
		fluxion(t, "token", "new", "--id", "root", "--role", "admin", "--add", folder+told.AuthFile)
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, `"/etc/`, `"`+folder+`/etc/`), `"/data/`, `"`+folder+`/data/`)
	file := filepath.Join(folder, "fluxion.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(command(t), "serve", "--config", file, "--check-config").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%s", err, text, said)
	}
}

func put(t *testing.T, folder, path string, contents []byte) {
	t.Helper()
	if path == "" {
		return
	}
	if err := os.MkdirAll(filepath.Dir(folder+path), 0o700); err != nil {
		t.Fatal(err)
	}
	if contents == nil {
		return
	}
	if err := os.WriteFile(folder+path, contents, 0o600); err != nil {
		t.Fatal(err)
	}
}

var certificate, key = pair()

func pair() (certificate, key []byte) {
	secret, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"fluxion"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, _ := x509.CreateCertificate(rand.Reader, template, template, &secret.PublicKey, secret)
	private, _ := x509.MarshalPKCS8PrivateKey(secret)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
}

func checkProbes(t *testing.T, container *core.Container) {
	t.Helper()
	for path, probe := range map[string]*core.Probe{
		"/startupz": container.StartupProbe, "/livez": container.LivenessProbe, "/readyz": container.ReadinessProbe,
	} {
		if probe.HTTPGet.Path != path || probe.HTTPGet.Port.StrVal != "admin" {
			t.Errorf("%s at %v", probe.HTTPGet.Path, probe.HTTPGet.Port)
		}
	}
}

func TestThereIsWhatProbesAskFor(t *testing.T) {
	admin, _ := served(t)
	for _, path := range []string{"/startupz", "/livez", "/readyz", "/metrics"} {
		if status, told := page(t, admin, path); status != 200 {
			t.Errorf("%s: %d %s", path, status, told)
		}
	}
}
