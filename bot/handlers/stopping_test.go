package handlers

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestIntake(t *testing.T) {
	t.Parallel()
	i := newIntake()
	isSettled := func(none <-chan struct{}) bool {
		select {
		case <-none:
			return true
		default:
			return false
		}
	}
	if first, second := i.take(), i.take(); !first || !second {
		t.Fatal("an open intake takes nothing")
	}
	i.given()
	none := i.close()
	if i.take() {
		t.Error("a closed one takes more")
	}
	if isSettled(none) {
		t.Error("it is settled while one is not acknowledged")
	}
	i.given()
	if !isSettled(none) || !isSettled(i.close()) {
		t.Error("it is not settled in the end")
	}
	if idle := newIntake(); !isSettled(idle.close()) {
		t.Error("one that took nothing is not settled")
	}
}

// TestPool_Run_CutsShort gives requests their time after the stop, and their
// people a last word after that, however many they are.
func TestPool_Run_CutsShort(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(2, 100, time.Minute, quiet())
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { p.Run(ctx, requestGrace); close(ended) }()
		words := 0
		p.Submit("quick", func(ctx context.Context) {
			<-time.After(requestGrace - time.Second)
			if word, done := lastWord(ctx); cut(ctx) || word != ctx {
				t.Error("a request within its time is cut short")
				done()
			}
		})
		for range 50 {
			p.Submit("slow", func(ctx context.Context) {
				<-ctx.Done()
				if !cut(ctx) {
					t.Error("a request beyond its time is not cut short")
				}
				word, done := lastWord(ctx)
				defer done()
				if word.Err() == nil {
					words++
				}
				select { // a Slack that takes a while
				case <-time.After(lastWordTimeout / 4):
				case <-word.Done():
				}
			})
		}
		began := time.Now()
		stop()
		<-ended
		if took := time.Since(began); took != requestGrace+lastWordTimeout {
			t.Errorf("it took %v, want %v", took, requestGrace+lastWordTimeout)
		}
		if words != 4 {
			t.Errorf("%d had their last word, want as many as there was time for", words)
		}
	})
}

func TestCut_ByOthers(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if word, done := lastWord(ctx); cut(ctx) || word != ctx {
		done()
		t.Error("a request that ended otherwise counts as cut short")
	}
}
