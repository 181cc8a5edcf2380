package handlers

import (
	"context"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/slacksim"

	"github.com/slack-go/slack"
)

// reply is what becomes of one call.
type reply func(*http.Request) (*http.Response, error)

func withStatus(status int, body string, header ...string) reply {
	return func(*http.Request) (*http.Response, error) {
		h := http.Header{}
		if len(header) == 2 {
			h.Set(header[0], header[1])
		}
		return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: h}, nil
	}
}

var (
	fine    = withStatus(http.StatusOK, `{"ok":true,"view":{"id":"V9"},"channel":"C1","ts":"1.1"}`)
	down    = withStatus(http.StatusServiceUnavailable, "")
	limited = withStatus(http.StatusTooManyRequests, "", "Retry-After", "1")
)

func refused(code string) reply {
	return withStatus(http.StatusOK, `{"ok":false,"error":"`+code+`"}`)
}

func cutOff(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }

func silent(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// script is a Slack whose methods answer as they are told, the last answer for
// ever; what is not told of is fine.
type script struct {
	mu     sync.Mutex
	tell   map[string][]reply
	called []string // "method: body"
}

func (s *script) Do(r *http.Request) (*http.Response, error) {
	method := path.Base(r.URL.Path)
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.called = append(s.called, method+": "+string(body))
	next := fine
	if told := s.tell[method]; len(told) > 0 {
		next = told[0]
		if len(told) > 1 {
			s.tell[method] = told[1:]
		}
	}
	s.mu.Unlock()
	return next(r)
}

// calls are those of a method that hold all the words.
func (s *script) calls(method string, words ...string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.called {
		if strings.HasPrefix(c, method+": ") && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(c, w) }) {
			n++
		}
	}
	return n
}

func scripted(tell map[string][]reply) (*Bot, *script) {
	s := &script{tell: tell}
	return idle(nil, nothing{}, slack.New("xoxb-1", slack.OptionHTTPClient(s))), s
}

// TestBot_Draw_Lost loses drawings in every way. One that may come through is
// made again; of one that does not the person is told, once.
func TestBot_Draw_Lost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		update []reply
		calls  int
		took   time.Duration
		said   string // "" for nothing
	}{
		{"fine", []reply{fine}, 1, 0, ""},
		{"limited once", []reply{limited, fine}, 2, time.Second, ""},
		{"limited for long", []reply{withStatus(http.StatusTooManyRequests, "", "Retry-After", "30")}, 1, 0, "could+not+be+shown"},
		{"down once", []reply{down, fine}, 2, 300 * time.Millisecond, ""},
		{"cutOff twice", []reply{cutOff, cutOff, fine}, 3, 1300 * time.Millisecond, ""},
		{"hangs once", []reply{silent, fine}, 2, 3300 * time.Millisecond, ""},
		{"hangs", []reply{silent}, 3, 10 * time.Second, "could+not+be+shown"},
		{"down", []reply{down}, 4, 3300 * time.Millisecond, "could+not+be+shown"},
		{"overtook us", []reply{refused("hash_conflict"), fine}, 2, 0, ""},
		{"closed", []reply{refused("not_found")}, 1, 0, ""},
		{"closed meanwhile", []reply{down, refused("not_found")}, 2, 300 * time.Millisecond, ""},
		{"refused", []reply{refused("invalid_arguments")}, 1, 0, "Something+went+wrong"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b, slack := scripted(map[string][]reply{"views.update": c.update})
				began := time.Now()
				o := origin{User: slacksim.Ana, Channel: "C1", Again: opener{blocks.ActionCommand, "backfill orders"}}
				b.draw(t.Context(), o, "V1", "h1", b.printer(o.User).Loading())
				if n, took := slack.calls("views.update"), time.Since(began); n != c.calls || took != c.took {
					t.Errorf("%d calls in %v, want %d in %v", n, took, c.calls, c.took)
				}
				want := 0
				if c.said != "" {
					want = 1
				}
				if all := slack.calls("chat.postEphemeral"); all != want || slack.calls("chat.postEphemeral", c.said) != want {
					t.Errorf("said %q", slack.called)
				}
				if strings.HasPrefix(c.said, "could") && slack.calls("chat.postEphemeral", "command.run", "backfill+orders") != 1 {
					t.Errorf("no way to open it again: %q", slack.called)
				}
			})
		})
	}
}

// TestBot_Undrawn_Again holds what opens a modal again that could not be drawn:
// a draft itself, else what opened it, also from within the modal.
func TestBot_Undrawn_Again(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		o    origin
		view func(b *Bot) slack.ModalViewRequest
		want []string
	}{
		{"wizard", origin{User: slacksim.Ana, Channel: "C1", Again: opener{blocks.ActionCommand, "new a b -> c"}}, func(b *Bot) slack.ModalViewRequest {
			d, _ := b.Store.Draft("d1")
			return slack.ModalViewRequest{CallbackID: string(blocks.CallbackWizard), PrivateMetadata: blocks.Ref{ID: string(d.ID), Version: d.Version}.String()}
		}, []string{string(blocks.ActionOpenWizard), "%22d1%22", "channel=C1"}},
		{"wizard, from within", origin{User: slacksim.Ana}, func(b *Bot) slack.ModalViewRequest {
			return slack.ModalViewRequest{CallbackID: string(blocks.CallbackWizard), PrivateMetadata: "1:d1"}
		}, []string{string(blocks.ActionOpenWizard), "%22d1%22", "channel=C1"}},
		{"form, from within", origin{User: slacksim.Ana}, func(b *Bot) slack.ModalViewRequest {
			b.opened.remember("V1", opening{channel: "C2", again: opener{blocks.ActionBackfill, "1:7"}})
			return slack.ModalViewRequest{CallbackID: string(blocks.CallbackSchedule), PrivateMetadata: "1:7"}
		}, []string{string(blocks.ActionBackfill), "%221%3A7%22", "channel=C2"}},
		{"form of another process", origin{User: slacksim.Ana, Channel: "C1"}, func(b *Bot) slack.ModalViewRequest {
			return slack.ModalViewRequest{CallbackID: string(blocks.CallbackSchedule), PrivateMetadata: "1:7"}
		}, []string{"ask+again", "channel=C1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, slack := scripted(nil)
			b.Store = newLedger() // its draft is d1, of the channel C1
			b.undrawn(t.Context(), c.o, "V1", c.view(b), io.ErrUnexpectedEOF)
			if slack.calls("chat.postEphemeral", c.want...) != 1 {
				t.Errorf("want %q in %q", c.want, slack.called)
			}
		})
	}
}

// TestOrigin_Again holds what a request is asked for again with.
func TestOrigin_Again(t *testing.T) {
	t.Parallel()
	typed := decodeSlash(slack.SlashCommand{Text: "Backfill orders  2026-01-01"})
	if want := (opener{blocks.ActionCommand, "backfill orders  2026-01-01"}); typed.Again != want {
		t.Errorf("typed: got %+v, want %+v", typed.Again, want)
	}
	c := slack.InteractionCallback{ActionCallback: slack.ActionCallbacks{BlockActions: []*slack.BlockAction{{ActionID: "task.backfill", Value: "1:7"}}}}
	if pressed, _ := decodeClick(c); pressed.Again != (opener{"task.backfill", "1:7"}) {
		t.Errorf("pressed: got %+v", pressed.Again)
	}
	c.View.ID = "V1" // what is pressed in a modal opens none
	if within, _ := decodeClick(c); within.Again != (opener{}) {
		t.Errorf("within a modal: got %+v", within.Again)
	}
}

// TestBot_Draw_Overtaken ends the attempts of an old drawing with a newer one, or
// when the person sends the modal, before that has its turn: nothing covers what
// came of it.
func TestBot_Draw_Overtaken(t *testing.T) {
	t.Parallel()
	for name, overtake := range map[string]func(*Bot){
		"drawing": func(b *Bot) {
			b.draw(context.Background(), origin{User: slacksim.Ana}, "V1", "", slack.ModalViewRequest{CallbackID: "newer"})
		},
		"submission": func(b *Bot) {
			b.interaction(func(any) {}, slack.InteractionCallback{Type: slack.InteractionTypeViewSubmission, User: slack.User{ID: slacksim.Ana}, View: slack.View{ID: "V1"}}, "E1")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b, slackSide := scripted(map[string][]reply{"views.update": {down, fine}})
				var old sync.WaitGroup
				old.Go(func() {
					b.draw(t.Context(), origin{User: slacksim.Ana}, "V1", "", slack.ModalViewRequest{CallbackID: "older"})
				})
				synctest.Wait() // the old one waits for its second attempt
				b.drawings.begin(t.Context(), "V2")
				overtake(b)
				old.Wait()
				if n := slackSide.calls("views.update", "older"); n != 1 {
					t.Errorf("the old one was sent %d times, want once", n)
				}
				if n := slackSide.calls("chat.postMessage") + slackSide.calls("chat.postEphemeral"); n != 0 {
					t.Errorf("said %q", slackSide.called)
				}
				if len(b.drawings.by) != 1 {
					t.Errorf("%d drawings are remembered, want that of V2", len(b.drawings.by))
				}
			})
		})
	}
}

// TestBot_Draw_Cut tells the person whose drawing the end of the process cut short.
func TestBot_Draw_Cut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, slack := scripted(map[string][]reply{"views.update": {silent}})
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(cutShort{time.Now().Add(lastWordTimeout)}) })
		began := time.Now()
		b.draw(ctx, origin{User: slacksim.Ana, Channel: "C1"}, "V1", "", b.printer(slacksim.Ana).Loading())
		if took := time.Since(began); took != time.Second || slack.calls("chat.postEphemeral", "could+not+be+shown") != 1 {
			t.Errorf("after %v: %q", took, slack.called)
		}
	})
}

// drawUntil leaves time to tell, and takes time for one attempt in any case.
func TestDrawUntil(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, c := range map[string]struct{ has, want time.Duration }{
		"no end":         {0, 10 * time.Second},
		"a minute":       {time.Minute, 10 * time.Second},
		"eight seconds":  {8 * time.Second, 6 * time.Second},
		"the last words": {2 * time.Second, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			if c.has > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithDeadline(ctx, now.Add(c.has))
				defer cancel()
			}
			if got := drawUntil(ctx, now).Sub(now); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestBot_OpenLoading_Unanswered finds a modal whose opening was not answered, by
// the bot's own id for it. One that is refused is not looked for.
func TestBot_OpenLoading_Unanswered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		open, update []reply
		opened       bool
		looked       int
	}{
		{"fine", []reply{fine}, nil, true, 0},
		{"lost", []reply{cutOff}, []reply{fine}, true, 1},
		{"hangs", []reply{silent}, []reply{fine}, true, 1},
		{"lost, found late", []reply{down}, []reply{down, fine}, true, 2},
		{"not there", []reply{cutOff}, []reply{refused("not_found")}, false, 1},
		{"expired", []reply{refused("expired_trigger_id")}, nil, false, 0},
		{"limited", []reply{limited}, nil, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b, slack := scripted(map[string][]reply{"views.open": c.open, "views.update": c.update})
				began := time.Now()
				view, err := b.openLoading(t.Context(), origin{User: slacksim.Ana, Trigger: "1.2.3"})
				if c.opened != (err == nil && view == "V9") || slack.calls("views.update", `"external_id":"`) != c.looked {
					t.Errorf("got %q, %v after %q", view, err, slack.called)
				}
				if took := time.Since(began); took > openTimeout+findTimeout {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// TestBot_OpenModal_Again remembers with a modal what opened it.
func TestBot_OpenModal_Again(t *testing.T) {
	t.Parallel()
	b, _ := scripted(nil)
	o := origin{User: slacksim.Ana, Trigger: "1.2.3", Again: opener{blocks.ActionDeploy, "1:7"}}
	view, ok := b.openModal(t.Context(), o)
	if got := b.opened.of(view).again; !ok || got != o.Again {
		t.Errorf("opened %v, remembered %+v", ok, got)
	}
}
