package blocks

import (
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// Choices of the mute form.
const (
	MuteHour  = "1h"
	MuteShift = "8h"
	MuteDay   = "24h"
	MuteUntil = "until" // the end of the day chosen beside it
)

// MuteForm asks how long the news of a task is kept back. until is until when
// it is now, zero for not at all. Its metadata is [TaskRefOf].
func (p Printer) MuteForm(task batchsync.TaskRef, until, now time.Time) slack.ModalViewRequest {
	about := p.say("mute.about", p.name(task.Name))
	if until.After(now) {
		about = lines(about, p.say("mute.present", date(until)))
	}
	options := p.entries("mute_for.", []string{MuteHour, MuteShift, MuteDay, MuteUntil})
	choice := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, string(ActionMuteFor), options...)
	choice.InitialOption = options[1]
	last := p.ask(inputMuteDay, "label.mute_day", p.word("hint.mute_day"), day(ActionMuteDay))
	last.Optional = true
	return p.form(CallbackMute, "mute.title", "button.mute", TaskRefOf(task.ID), []slack.Block{
		section("about", about), p.ask(inputMuteFor, "label.mute_for", "", choice), last,
	})
}
