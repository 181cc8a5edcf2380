package blocks

import (
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// TaskGone takes the place of the card of a task that is no longer on the
// platform; its name may be unknown.
func (p Printer) TaskGone(ref batchsync.TaskRef, at time.Time) Message {
	said := p.say("task.vanished", mark(ref.ID.String()))
	if ref.Name != "" {
		said = p.say("task.gone_title", p.shortName(ref.Name), mark(ref.ID.String()))
	}
	return Message{Text: top(said), Blocks: []slack.Block{
		section("task/gone", said),
		slack.NewActionBlock("task/gone/buttons", p.button(ActionAudit, "button.audit", ref.ID.String())),
		contextLine("task/gone/fresh", p.say("task.as_of", date(at))),
	}}
}
