// Command cz-cli-sim answers like cz-cli, out of a simulated world in the
// directory that CZ_SIM_STATE names. It serves the demo and the tests.
package main

import (
	"os"
	"os/signal"
	"syscall"

	"batchsync/internal/studiosim"
)

func main() {
	// Who asked may be gone: what was done is noted in the journal all the same.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(studiosim.Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
