package handlers

import (
	"slices"
	"strconv"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// partOf is the part of the bot that a sign tells of.
func partOf(name batchsync.SignName) blocks.CheckName {
	switch name {
	case batchsync.SignSlack, batchsync.SignHearing:
		return blocks.CheckSlack
	case batchsync.SignPlatform:
		return blocks.CheckPlatform
	case batchsync.SignMonitor, batchsync.SignLooks:
		return blocks.CheckMonitor
	case batchsync.SignOutbox:
		return blocks.CheckOutbox
	case batchsync.SignDisk:
		return blocks.CheckDisk
	}
	return blocks.CheckStore
}

// withSigns adds the signs of life to the parts they tell of. One that is
// missing makes its part look no better than it is.
func withSigns(checks []blocks.Check, signs []batchsync.Sign) []blocks.Check {
	for _, s := range signs {
		part := partOf(s.Name)
		i := slices.IndexFunc(checks, func(c blocks.Check) bool { return c.Name == part })
		if i < 0 {
			i = len(checks)
			checks = append(checks, blocks.Check{Name: part, State: blocks.CheckOK})
		}
		c := &checks[i]
		if said := signText(s); !said.IsZero() {
			c.Signs = append(c.Signs, said)
		}
		switch {
		case !s.OK && (s.Vital || s.Full || part == blocks.CheckSlack):
			c.State = blocks.CheckBad
		case !s.OK && c.State == blocks.CheckOK:
			c.State = blocks.CheckWarn
		}
	}
	return checks
}

// signText is a sign in words; nothing for one that goes without saying.
func signText(s batchsync.Sign) batchsync.Text {
	age := s.Age.Round(time.Second).String()
	switch {
	case s.Name == batchsync.SignDisk:
		if s.Free < 0 {
			return batchsync.Text{}
		}
		return batchsync.T("status.sign_disk", megabytes(s.Free), megabytes(s.Need))
	case s.Name == batchsync.SignOutbox:
		if s.Age < time.Second {
			return batchsync.Text{}
		}
		return batchsync.T("status.sign_outbox", age, s.Bound.String())
	case s.Full:
		return batchsync.T("status.sign_full", age)
	case s.Age > s.Bound:
		return batchsync.T("status.sign_missing", age, s.Bound.String())
	case s.Last.IsZero():
		return batchsync.T("status.sign_not_yet", age)
	case s.Failed:
		return batchsync.T("status.sign_failed", age)
	}
	switch s.Name {
	case batchsync.SignSlack:
		return batchsync.T("status.sign_slack", age)
	case batchsync.SignPlatform:
		return batchsync.T("status.sign_platform", age)
	case batchsync.SignMonitor:
		return batchsync.T("status.sign_monitor", age)
	case batchsync.SignStore:
		return batchsync.T("status.sign_store", age)
	}
	return batchsync.Text{} // hearing and looks are said by the two above while they are fine
}

func megabytes(n int64) string { return strconv.FormatInt(n>>20, 10) }
