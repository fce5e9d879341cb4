package checks

import (
	"bufio"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	// helm tells of each symbolic link that it follows
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}

// root is the root of the repository.
const root = "../.."

// command is the fluxion command that FLUXION_SERVER names.
func command(t *testing.T) string {
	t.Helper()
	path := os.Getenv("FLUXION_SERVER")
	if path == "" {
		t.Fatal("FLUXION_SERVER has to name the fluxion command: make charts-test")
	}
	return path
}

// fluxion runs the command, and returns all that it prints.
func fluxion(t *testing.T, words ...string) string {
	t.Helper()
	told, err := exec.Command(command(t), words...).CombinedOutput()
	if err != nil {
		t.Fatalf("fluxion %s: %v\n%s", strings.Join(words, " "), err, told)
	}
	return string(told)
}

// text is a file of the repository.
func text(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var addresses = regexp.MustCompile(`admin port address="?([^" ]+)|started .*addresses="([^"]+)"`)

// served starts a server with a journal and these options, which ends with the test; admin and service are where it listens.
func served(t *testing.T, options ...string) (admin, service string) {
	t.Helper()
	words := []string{"serve", "--port", "0", "--admin-listen", "127.0.0.1:0", "--data-dir", t.TempDir()}
	server := exec.Command(command(t), append(words, options...)...)
	told, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(told)
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	for (admin == "" || service == "") && lines.Scan() {
		if found := addresses.FindStringSubmatch(lines.Text()); found != nil {
			admin, service = admin+found[1], service+found[2]
		}
	}
	if admin == "" || service == "" {
		t.Fatal("the server did not say where it listens")
	}
	go func() { _, _ = io.Copy(io.Discard, told) }()
	for end := time.Now().Add(time.Minute); ; {
		if status, said := page(t, admin, "/readyz"); status == http.StatusOK {
			break
		} else if time.Now().After(end) {
			t.Fatal(said)
		}
	}
	return admin, service
}

// page is what the admin port says.
func page(t *testing.T, admin, path string) (int, string) {
	t.Helper()
	answer, err := http.Get("http://" + admin + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}
