package operation

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// atOnce calls f with every number below n, up to limit calls at the same time,
// and waits for all of them. It returns the error of the smallest number that
// failed; a panic counts as one, because nobody else stands between it and the
// end of the program.
func atOnce(limit, n int, f func(i int) error) error {
	errs := make([]error, n)
	turns := make(chan struct{}, limit)
	var all sync.WaitGroup
	for i := range n {
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			defer func() {
				if v := recover(); v != nil {
					errs[i] = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
				}
			}()
			errs[i] = f(i)
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
