package batchsync

import "time"

// SignName names one of the things by which it is seen that the bot does its
// work.
type SignName string

// The signs, in the order they are shown.
const (
	SignSlack    SignName = "slack"    // bytes on the socket, pings too
	SignHearing  SignName = "hearing"  // what people do arrives here, or Slack itself asked to wait
	SignPlatform SignName = "platform" // cz-cli did what it was told
	SignMonitor  SignName = "monitor"  // a look at the platform succeeded
	SignLooks    SignName = "looks"    // a look ended, however
	SignOutbox   SignName = "outbox"   // messages are delivered
	SignStore    SignName = "store"    // the file was written to
	SignDisk     SignName = "disk"     // there is room for the file
)

// Sign is how one of them stands.
type Sign struct {
	Name SignName
	OK   bool
	// Vital signs are those whose loss a restart of the process may cure.
	Vital bool
	// Last is the last good moment; zero: none since the start. Age is the time
	// since it, or since the start, and Bound what it may be. All three are
	// unset for the disk.
	Last       time.Time
	Age, Bound time.Duration
	Free, Need int64 // bytes at the database, of the disk only
	// Failed, of the store only: the last attempt failed, and Full: because the
	// disk is full or read-only.
	Failed, Full bool
}

// Life is what was observed of the bot's own work; zero times mean never.
type Life struct {
	Started   time.Time
	Connected bool      // to Slack
	Frame     time.Time // last bytes on the socket
	Heard     time.Time // last proof that requests arrive, or end of a wait that Slack asked for
	Program   time.Time // last success of cz-cli
	Looked    time.Time // end of the last look that succeeded
	Ended     time.Time // end of the last look
	Oldest    time.Time // since when the longest waiting message waits; zero: none does
	Paused    time.Time // end of the last pause in sending that Slack asked for
	Written   time.Time // last write of the file that took
	Unwritten bool      // a later one failed
	Full      bool      // because the disk is full or read-only, which no restart cures
	Free      int64     // bytes at the database; negative: not known
}

// LifeBounds are how old signs may be that the configuration decides on.
type LifeBounds struct {
	Deaf time.Duration // nothing heard from Slack
	Look time.Duration // no look at the platform
}

// Bounds that nothing configures.
const (
	FrameBound   = time.Minute // within which a silent socket is replaced
	MessageBound = 10 * time.Minute
	WriteBound   = 2 * time.Minute
	FreeBound    = 256 << 20 // bytes
	deafGrace    = time.Minute
	lookGrace    = 30 * time.Minute // a look of a platform that hangs takes long
)

// Signs judges them.
func (l Life) Signs(now time.Time, b LifeBounds) []Sign {
	frame := l.since(now, SignSlack, l.Frame, FrameBound)
	frame.OK = frame.OK && l.Connected
	hearing := l.since(now, SignHearing, l.Heard, b.Deaf+deafGrace).vital() // the process ends by itself at Deaf
	outbox := Sign{Name: SignOutbox, OK: true, Last: now, Bound: MessageBound}
	if waits := latest(l.Oldest, l.Paused); !l.Oldest.IsZero() && waits.Before(now) {
		outbox = l.since(now, SignOutbox, waits, MessageBound)
	}
	store := l.since(now, SignStore, l.Written, WriteBound)
	store.Failed, store.Full = l.Unwritten, l.Unwritten && l.Full
	store.OK, store.Vital = store.OK && !store.Failed, !store.Full
	return []Sign{
		frame, hearing,
		l.since(now, SignPlatform, l.Program, b.Look),
		l.since(now, SignMonitor, l.Looked, b.Look),
		l.since(now, SignLooks, l.Ended, b.Look+lookGrace).vital(),
		outbox,
		store,
		{Name: SignDisk, OK: l.Free < 0 || l.Free >= FreeBound, Free: l.Free, Need: FreeBound},
	}
}

// since is a sign by the age of its last good moment. What was not good yet has
// its time from the start.
func (l Life) since(now time.Time, name SignName, last time.Time, bound time.Duration) Sign {
	age := max(0, now.Sub(latest(last, l.Started)))
	return Sign{Name: name, OK: age <= bound, Last: last, Age: age, Bound: bound}
}

func (s Sign) vital() Sign {
	s.Vital = true
	return s
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
