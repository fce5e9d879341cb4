package client_test

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

const root = "../../../.."

// address is where the server of the tests listens.
var address string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	command, err := serverCommand()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	server, err := start(command)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%v: %v\n", command, err)
		return 1
	}
	defer func() {
		_ = server.Kill()
		_, _ = server.Wait()
	}()
	return m.Run()
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

// start sets address to where the server says that it listens.
func start(command []string) (*os.Process, error) {
	arguments := append(command[1:len(command):len(command)], "--host", "127.0.0.1", "--port", "0", "--log", "off")
	server := exec.Command(command[0], arguments...)
	stdout, err := server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	_, after, found := strings.Cut(strings.TrimSpace(line), " listening on ")
	if err != nil || !found {
		_ = server.Process.Kill()
		return nil, fmt.Errorf("it printed %q instead of its address", line)
	}
	address = after
	return server.Process, nil
}

func file(path string) string {
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		panic(err)
	}
	return string(text)
}
