//go:build linux || darwin

package main

import (
	"path/filepath"
	"syscall"
)

// freeBytes is the room left for a file; -1 when it cannot be told.
func freeBytes(file string) int64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(file), &st); err != nil {
		return -1
	}
	return int64(st.Bavail) * int64(st.Bsize)
}
