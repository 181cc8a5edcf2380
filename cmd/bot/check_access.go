//go:build linux || darwin

package main

import "syscall"

// mayWrite is what the system call takes to ask for the right to write.
const mayWrite = 2

// writable reports whether this process may write to a file or make files in a
// folder. It tries neither.
func writable(path string) bool { return syscall.Access(path, mayWrite) == nil }
