// Command passes passes one point three times, and says so.
package main

import "batchsync/internal/failpoint"

func main() {
	for range 3 {
		failpoint.Hit(failpoint.CommitAfter)
		print("passed ")
	}
}
