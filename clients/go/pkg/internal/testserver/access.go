package testserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Token is the token of a name.
func Token(name string) string {
	return "flx_" + name + "_" + strings.Repeat("x", 43)
}

// Entry is what the file of a server says of the token of a name: its role, a pattern of graphs, and whatever else there is.
func Entry(name, role, graphs, more string) string {
	hash := sha256.Sum256([]byte(Token(name)))
	return fmt.Sprintf("[[token]]\nid = %q\nsha256 = \"%x\"\nrole = %q\ngraphs = [%q]\n%s\n", name, hash, role, graphs, more)
}

// Authority vouches for certificates.
type Authority struct {
	// File has its own certificate.
	File        string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// NewAuthority is an authority whose certificate is in a folder of the test.
func NewAuthority(t *testing.T, name string) Authority {
	t.Helper()
	template := certificate(name)
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	key := newKey(t)
	file := Write(t, name+".pem", sign(t, template, template, key, key))
	return Authority{file, template, key}
}

// Issue makes a certificate for this machine, or for a client, and its key.
func (a Authority) Issue(t *testing.T, name string) (certificateFile, keyFile string) {
	t.Helper()
	template := certificate(name)
	template.DNSNames, template.IPAddresses = []string{"localhost", name}, []net.IP{net.IPv4(127, 0, 0, 1)}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	key := newKey(t)
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pair := sign(t, template, a.certificate, key, a.key)
	return Write(t, name+".pem", pair), Write(t, name+".key", block("PRIVATE KEY", encoded))
}

func certificate(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t *testing.T, template, issuer *x509.Certificate, key, by *ecdsa.PrivateKey) string {
	t.Helper()
	signed, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	return block("CERTIFICATE", signed)
}

func block(kind string, content []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
}

// Write puts a text into a file of the test.
func Write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
