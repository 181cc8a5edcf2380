package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// residentMB is the memory of a process that is in RAM, in 10^6 bytes. Linux is
// asked itself: small images have no ps.
func residentMB(tb testing.TB, pid int) float64 {
	tb.Helper()
	if runtime.GOOS == "linux" {
		out, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
		must(tb, err)
		var size, resident int
		_, err = fmt.Sscan(string(out), &size, &resident) // in pages
		must(tb, err)
		return float64(resident*os.Getpagesize()) / 1e6
	}
	out, err := exec.Command("ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output()
	must(tb, err)
	kib, err := strconv.Atoi(strings.TrimSpace(string(out)))
	must(tb, err)
	return float64(kib) * 1024 / 1e6
}

// cpuTime is what this process has used, children not counted.
func cpuTime(tb testing.TB) time.Duration {
	tb.Helper()
	var used syscall.Rusage
	must(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// otherTime is what everybody else has used: all of the machine but this process
// and one more, interrupts and other virtual machines included. Only Linux tells;
// elsewhere it stands still. It counts in hundredths of a second.
func otherTime(tb testing.TB, pid int) time.Duration {
	tb.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	stat, err := os.ReadFile("/proc/stat")
	must(tb, err)
	first, _, _ := bytes.Cut(stat, []byte("\n"))
	ticks := func(fields ...string) (sum time.Duration) {
		for _, f := range fields {
			n, err := strconv.Atoi(f)
			must(tb, err)
			sum += time.Duration(n)
		}
		return sum * time.Second / 100
	}
	all := strings.Fields(string(first)) // cpu user nice system idle iowait irq softirq steal
	busy := ticks(append(all[1:4:4], all[6:9]...)...)

	stat, err = os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	must(tb, err)
	_, rest, _ := strings.Cut(string(stat), ") ") // the name may have anything before
	of := strings.Fields(rest)
	return busy - ticks(of[11:13]...) - cpuTime(tb)
}
