package main

import (
	"fmt"
	"log/slog"

	"batchsync/internal/store"
)

// logExposed tells what was done about files that others had rights to.
func logExposed(file *store.Store, log *slog.Logger) {
	for _, e := range file.Exposed() {
		mode := fmt.Sprintf("%04o", e.Mode)
		if e.Err != nil {
			log.Warn("others have rights to this file, and they could not be taken away", "path", e.Path, "mode", mode, "error", e.Err)
			continue
		}
		log.Info("others had rights to this file, and have none any more", "path", e.Path, "mode", mode)
	}
}

// exposedLine is the same for those who work with the file by hand.
func exposedLine(e store.Exposed) string {
	if e.Err != nil {
		return fmt.Sprintf("Others have rights to %s (mode %04o), and they could not be taken away: %v. Run chmod 600 as its owner.", e.Path, e.Mode, e.Err)
	}
	return fmt.Sprintf("Others had rights to %s (mode %04o), and have none any more.", e.Path, e.Mode)
}
