// Package testserver runs a real server for the tests of the clients.
package testserver

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// root is the root of the repository, from the folder of a package whose tests run.
const root = "../../../.."

// Run runs the tests of a package beside a server, and returns their exit code. It first tells the address
// at which the server listens.
func Run(m *testing.M, tell func(address string)) int {
	command, err := serverCommand()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	server, address, err := start(command)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%v: %v\n", command, err)
		return 1
	}
	defer func() {
		_ = server.Kill()
		_, _ = server.Wait()
	}()
	tell(address)
	forget()
	return m.Run()
}

// forget lets no variable of whoever runs the tests say how clients connect.
func forget() {
	for _, name := range []string{"ADDRESS", "TLS_CA", "CLIENT_CERT", "CLIENT_KEY", "TOKEN_FILE", "TOKEN", "INSECURE_TOKEN"} {
		_ = os.Unsetenv("FLUXION_" + name)
	}
}

// serverCommand is what FLUXION_SERVER names, else the newest build.
func serverCommand() ([]string, error) {
	newest := os.Getenv("FLUXION_SERVER")
	if newest == "" {
		newest = newestBuild()
	}
	if newest == "" {
		return nil, errors.New("no server to test against: run `make server`, or set FLUXION_SERVER to the binary")
	}
	if filepath.Base(newest) == "fluxion" {
		return []string{newest, "serve"}, nil
	}
	return []string{newest}, nil
}

func newestBuild() (newest string) {
	target := os.Getenv("CARGO_TARGET_DIR")
	if target == "" {
		target = filepath.Join(root, "target")
	}
	candidates := []string{filepath.Join(root, "bin", "server")}
	for _, kind := range []string{"debug", "release"} {
		for _, name := range []string{"fluxion", "server"} {
			candidates = append(candidates, filepath.Join(target, kind, name))
		}
	}
	var built os.FileInfo
	for _, path := range candidates {
		info, err := os.Stat(path)
		if err == nil && (built == nil || info.ModTime().After(built.ModTime())) {
			newest, built = path, info
		}
	}
	return newest
}

// Kept is the address of a server of its own, which keeps its graphs in a directory and ends with the test. It
// may have to read first what it keeps.
func Kept(t *testing.T) string {
	t.Helper()
	return With(t, "--data-dir", t.TempDir())
}

// With is where a server of its own listens that was started with these options, and ends with the test. If it listens at
// several addresses, `, ` is between them.
func With(t *testing.T, options ...string) string {
	t.Helper()
	command, err := serverCommand()
	if err != nil {
		t.Fatal(err)
	}
	server, address, err := start(command, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Kill()
		_, _ = server.Wait()
	})
	return address
}

// start also returns the address that the server says it listens at.
func start(command []string, options ...string) (*os.Process, string, error) {
	arguments := append(command[1:len(command):len(command)], "--host", "127.0.0.1", "--port", "0", "--log", "off")
	arguments = append(arguments, options...)
	server := exec.Command(command[0], arguments...)
	stdout, err := server.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := server.Start(); err != nil {
		return nil, "", err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	_, after, found := strings.Cut(strings.TrimSpace(line), " listening on ")
	if err != nil || !found {
		_ = server.Process.Kill()
		return nil, "", fmt.Errorf("it printed %q instead of its address", line)
	}
	return server.Process, after, nil
}

// File is a text of the repository, by its path from the root.
func File(path string) string {
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		panic(err)
	}
	return string(text)
}
