//go:build !linux && !darwin

package main

// freeBytes is the room left for a file; -1 when it cannot be told.
func freeBytes(string) int64 { return -1 }
