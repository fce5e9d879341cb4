package client_test

import (
	"os"
	"testing"

	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/testserver"
)

// address is where the server of the tests listens.
var address string

func TestMain(m *testing.M) {
	os.Exit(testserver.Run(m, func(listening string) { address = listening }))
}

func file(path string) string { return testserver.File(path) }
