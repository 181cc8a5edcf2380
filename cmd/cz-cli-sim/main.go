// Command cz-cli-sim answers like cz-cli, out of a simulated world in the
// directory that CZ_SIM_STATE names. It serves the demo and the tests.
package main

import (
	"os"

	"batchsync/internal/studiosim"
)

func main() {
	os.Exit(studiosim.Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
