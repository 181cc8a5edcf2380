package slacksim

import (
	"maps"
	"slices"
	"time"
)

// RateLimit allows Calls calls within Per.
type RateLimit struct {
	Calls int
	Per   time.Duration
}

// SlackRateLimits is Slack's tier table for the methods served here.
// chat.postMessage counts per channel, everything else per method.
func SlackRateLimits() map[string]RateLimit {
	tiers := map[int][]string{
		20:  {"usergroups.users.list"},
		50:  {"chat.update", "chat.delete", "conversations.info", "conversations.open", "team.info", "bots.info"},
		100: {"views.open", "views.push", "views.update", "views.publish", "chat.postEphemeral", "users.info", "conversations.members", "files.getUploadURLExternal", "files.completeUploadExternal"},
	}
	out := map[string]RateLimit{
		"chat.postMessage":      {Calls: 1, Per: time.Second},
		"apps.connections.open": {Calls: 5, Per: 5 * time.Minute}, // one a minute sustained; a restart needs a few at once
	}
	for n, names := range tiers {
		for _, name := range names {
			out[name] = RateLimit{Calls: n, Per: time.Minute}
		}
	}
	return out
}

// SetRateLimits replaces the table of limits; nil switches them off.
func (s *Sim) SetRateLimits(limits map[string]RateLimit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opts.RateLimits = maps.Clone(limits)
	s.windows = map[string][]time.Time{}
}

// overLimit reports how long a call must wait; zero counts it and lets it pass.
func (s *Sim) overLimit(name string, args Object) time.Duration {
	limit, limited := s.opts.RateLimits[name]
	if !limited {
		return 0
	}
	key, now := name, time.Now()
	if name == "chat.postMessage" {
		key += str(args, "channel")
	}
	recent := slices.DeleteFunc(s.windows[key], func(t time.Time) bool { return now.Sub(t) >= limit.Per })
	s.windows[key] = recent
	if len(recent) >= limit.Calls {
		return limit.Per - now.Sub(recent[0])
	}
	s.windows[key] = append(recent, now)
	return 0
}

// seconds rounds a wait up, as the Retry-After header wants it.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
