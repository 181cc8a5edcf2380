package torture

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"batchsync/internal/slacksim"
	"batchsync/internal/studiosim"
)

// model is what a round must have come to: it knows what was asked, what the
// platform is like, what Slack shows and what the file holds, and nothing of
// how the program goes about it.
type model struct {
	r       *round
	file    *file
	tasks   map[int64]studiosim.Task
	effects map[effect]int // commands that brought it about
	result  *result
}

// effect is one thing that can happen to one thing of the platform.
type effect struct {
	verb string
	id   int64 // of the task; of the run, where it is about one
}

// check compares all of it, when all is quiet and the bot is stopped.
func (r *round) check(f *file) error {
	m := &model{r: r, file: f, tasks: map[int64]studiosim.Task{}, effects: map[effect]int{}, result: &r.result}
	if err := m.look(); err != nil {
		return err
	}
	for _, a := range r.ledger.asks {
		m.known(a)
		if a.title() != "" {
			m.change(a)
		} else {
			m.record(a)
		}
	}
	m.nothingElse()
	m.trail()
	m.rest()
	m.secrets()
	for _, v := range r.slack.Violations() {
		if !strings.Contains(v, "ack") { // late and double ones come of killing
			m.lost("Slack's rules were broken: %s", v)
		}
	}
	return nil
}

func (m *model) lost(format string, args ...any) {
	m.result.lost = append(m.result.lost, fmt.Sprintf(format, args...))
}

func (m *model) doubled(format string, args ...any) {
	m.result.doubled = append(m.result.doubled, fmt.Sprintf(format, args...))
}

func (m *model) leaked(format string, args ...any) {
	m.result.leaked = append(m.result.leaked, fmt.Sprintf(format, args...))
}

// look reads the platform. A command that the program carried out twice by
// itself counts once: the bot is judged here.
func (m *model) look() error {
	all, err := m.r.world.Tasks()
	if err != nil {
		return err
	}
	for _, t := range all {
		m.tasks[t.ID] = t
	}
	runs, err := m.r.world.Runs(0)
	if err != nil {
		return err
	}
	taskOf := map[int64]int64{}
	for _, run := range runs {
		taskOf[run.ID] = run.Task
	}
	journal, err := m.r.world.Invocations()
	if err != nil {
		return err
	}
	for _, inv := range journal {
		if inv.Fault != "" {
			m.result.faults++
		}
		once := map[effect]bool{}
		for _, text := range inv.Effect {
			var e effect
			if _, err := fmt.Sscanf(text, "%s %d", &e.verb, &e.id); err != nil {
				continue // a statement
			}
			if e.verb == "run" {
				e.id = taskOf[e.id]
			}
			once[e] = true
		}
		for e := range once {
			m.effects[e]++
		}
	}
	m.result.faults += len(m.r.slack.Strikes())
	return nil
}

// known finds the task that an ask made.
func (m *model) known(a *ask) {
	if a.task != 0 {
		return
	}
	n := 0
	for id, t := range m.tasks {
		if t.Name == a.name {
			a.task = id
			n++
		}
	}
	if n > 1 {
		m.doubled("%s: %d tasks are called that", a.name, n)
	}
}

// object is what an effect of an ask is about.
func (a *ask) object(verb string) effect {
	if verb == "rerun" || verb == "stop" {
		return effect{verb, a.run}
	}
	return effect{verb, a.task}
}

// states are the words of a card that nobody works on any more.
var states = map[string]string{
	"*Ready*": "done", "*Done*": "done", "*Finished with failures*": "done", "*Stopped*": "done",
	"*Not created*": "refused", "*Not started*": "refused", "*Given up*": "dropped",
}

// stateOf is what a card says of its change; "" while it goes on.
func stateOf(m slacksim.Message) string {
	for word, state := range states {
		if strings.Contains(m.AllText(), word) {
			return state
		}
	}
	return ""
}

// cards are the messages that tell of an ask, oldest first. They stand where it
// was asked for, or go to the person where the bot could not find out whether
// the channel may be told.
func (r *round) cards(a *ask) (out []slacksim.Message) {
	for _, m := range append(r.slack.Messages(channelOf(a.who)), r.slack.Messages(a.who)...) {
		if m.FromApp && (m.ThreadTS == "" || m.ThreadTS == m.TS) && contains(m.AllText(), a.title()) && stateLine(m) {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b slacksim.Message) int { return strings.Compare(a.TS, b.TS) })
	return out
}

// stateLine tells cards from other messages that name a task.
func stateLine(m slacksim.Message) bool {
	return stateOf(m) != "" || says(m.AllText(), "*Creating*", "*In progress*", "*Waiting for you*", "*Outcome unknown*", "*Failed*")
}

// change judges a change: what is told of it is what became of it.
func (m *model) change(a *ask) {
	m.result.checked++
	cards := m.r.cards(a)
	if len(cards) == 0 {
		if a.is(accepted) {
			m.lost("%s %s was accepted, and no card tells of it", a.kind, a.name)
		}
		for _, verb := range a.effects() {
			if n := m.effects[a.object(verb)]; n > 0 {
				m.lost("%s %s: %s took effect, and no card tells of it", a.kind, a.name, verb)
			}
		}
		return
	}
	m.result.copies[channelOf(a.who)] += len(cards) - 1
	state := stateOf(cards[len(cards)-1])
	for i, verb := range a.effects() {
		n := m.effects[a.object(verb)]
		switch {
		case n > 1:
			m.doubled("%s %s: %s took effect %d times", a.kind, a.name, verb, n)
		case state == "done" && n == 0:
			m.lost("%s %s is told as done, and %s did not take effect", a.kind, a.name, verb)
		case state == "refused" && i == 0 && n > 0:
			m.lost("%s %s is told as refused, and %s took effect", a.kind, a.name, verb)
		}
	}
	switch {
	case state == "":
		m.lost("%s %s: its card never ends: %.300s", a.kind, a.name, cards[len(cards)-1].AllText())
	case state == "done" && !m.stands(a):
		m.lost("%s %s is told as done, and the platform has %+v", a.kind, a.name, m.tasks[a.task])
	}
	m.result.outcome(state)
}

// stands reports whether the platform is as a change wanted it.
func (m *model) stands(a *ask) bool {
	t, there := m.tasks[a.task]
	if !there {
		return false
	}
	switch a.kind {
	case "create", "create_message":
		return t.Online && t.Published != nil && t.Published.Cron == "0 30 03 * * ? *" && t.Content != nil && len(t.Content.Tables) == 1
	case "schedule":
		return t.Online && t.Published != nil && t.Published.Cron == "0 45 05 * * ? *"
	case "tune":
		return t.Online && t.Published != nil && t.Published.RetryCount == 3
	case "deploy":
		return t.Online
	case "undeploy":
		return !t.Online
	}
	return true
}

// record judges what is kept by the bot itself.
func (m *model) record(a *ask) {
	if !a.is(accepted) && !a.is(told) {
		return
	}
	m.result.checked++
	kept := false
	switch a.kind {
	case "adopt":
		kept = slices.ContainsFunc(m.file.tasks, func(t task) bool { return t.Name == a.name })
	case "mute":
		kept = !a.is(accepted) || slices.ContainsFunc(m.file.tasks, func(t task) bool { return t.Name == a.name && t.Muted.After(time.Now()) })
	case "acceptance":
		kept = slices.ContainsFunc(m.file.deliveries, func(d delivery) bool { return d.Name == a.name && d.AcceptedBy != "" })
	case "alert":
		kept = !a.is(accepted) || slices.ContainsFunc(m.file.incidents, func(i incident) bool { return i.Name == a.name && i.AckedBy != "" })
		if why := m.r.untold(a); why != "" {
			m.lost("alert %s: %s", a.name, why)
		}
	}
	if !kept {
		m.lost("%s %s was accepted, and is not in the file", a.kind, a.name)
	}
}

// untold is what is wrong with the message about a task's trouble; "" when what
// is shown is what is true.
func (r *round) untold(a *ask) string {
	var alerts []slacksim.Message
	for _, m := range r.slack.Messages(channelOf(a.who)) {
		root := m.ThreadTS == "" || m.ThreadTS == m.TS
		if m.FromApp && root && contains(m.AllText(), a.name) && says(m.Text, "Failed", "Recovered") {
			alerts = append(alerts, m)
		}
	}
	if len(alerts) == 0 {
		return "it is not told"
	}
	last := alerts[len(alerts)-1].Text
	if recovered := strings.Contains(last, "Recovered"); recovered != a.mended {
		return fmt.Sprintf("it is mended: %v, and told is %q", a.mended, last)
	}
	return ""
}

// nothingElse asserts that nothing happened that nobody had asked for.
func (m *model) nothingElse() {
	wanted := map[effect]bool{}
	for _, a := range m.r.ledger.asks {
		if !a.is(sent) {
			continue
		}
		for _, verb := range append(a.effects(), extras(a)...) {
			wanted[a.object(verb)] = true
		}
	}
	for e := range m.effects {
		if !wanted[e] {
			m.doubled("%s of %d took effect, and nobody asked for it", e.verb, e.id)
		}
	}
}

// extras are effects that may belong to a change beside those it must have.
func extras(a *ask) []string {
	if strings.HasPrefix(a.kind, "create") || a.kind == "schedule" {
		return []string{"save-config", "edit"}
	}
	return nil
}

// trail compares audit and operations: each has the other, and they agree.
func (m *model) trail() {
	asked, last := map[string]int{}, map[string]string{}
	for _, row := range m.file.audit {
		if row.Operation == "" {
			continue
		}
		if _, there := m.file.operations[row.Operation]; !there {
			m.lost("the audit names operation %s, which is not there", row.Operation)
		}
		switch {
		case row.Outcome != "asked":
			last[row.Operation] = row.Outcome
		case row.Action == m.file.operations[row.Operation].Kind: // others are presses on its card
			asked[row.Operation]++
		}
	}
	cards := map[string]int{}
	for _, c := range m.file.messages {
		if c.Kind == "operation" {
			cards[c.Object]++
			if c.State != "sent" || c.Shown != c.Wanted || c.TS == "" {
				m.lost("the card of operation %s is %+v", c.Object, c)
			}
		}
	}
	for id, op := range m.file.operations {
		if asked[id] != 1 {
			m.doubled("%s %s was asked for %d times by the audit", op.Kind, id, asked[id])
		}
		if outcome := last[id]; outcome != op.State && !(op.State == "done" && (outcome == "trouble" || outcome == "stopped")) {
			m.lost("%s %s is %s, and the audit says %q", op.Kind, id, op.State, outcome)
		}
		if cards[id] != 1 {
			m.lost("%s %s has %d cards in the file", op.Kind, id, cards[id])
		}
	}
}

// rest asserts that nothing is left lying about, and that what Slack shows twice
// was cut off between its answer and the note of it.
func (m *model) rest() {
	for lock, op := range m.file.locks {
		m.lost("lock %s is still held by operation %s, which is %s", lock, op, m.file.operations[op].State)
	}
	for _, dead := range m.file.dead {
		m.lost("a message was given up: %s", dead)
	}
	cuts := 0
	for _, n := range m.result.kills {
		cuts += n
	}
	for _, s := range m.r.slack.Strikes() {
		if s.Method == "chat.postMessage" && s.Fault == slacksim.ResetAfter() {
			cuts++
		}
	}
	for _, call := range m.r.slack.Calls("chat.postMessage") {
		if call.OK() && call.Left { // a busy machine answers later than the bot waits
			cuts++
		}
	}
	for channel, n := range m.result.copies {
		if n > cuts {
			m.doubled("%d cards too many in %s, after %d cuts", n, channel, cuts)
		}
	}
}

// secrets looks for what was planted everywhere it must not come to.
func (m *model) secrets() {
	secrets := []string{plantedPassword, sourcePassword, otherPassword, m.r.slack.BotToken, m.r.slack.AppToken}
	for _, e := range m.r.slack.Envelopes() {
		if url, ok := e.Payload["response_url"].(string); ok {
			secrets = append(secrets, url)
		}
	}
	log, raw := m.r.log.String(), string(m.file.raw)
	var calls strings.Builder
	for _, c := range m.r.slack.Calls() {
		fmt.Fprintln(&calls, c.Method, c.Args)
	}
	for _, f := range m.r.slack.Uploads() {
		fmt.Fprintf(&calls, "%s %s %s\n", f.Name, f.Title, f.Data)
	}
	said := calls.String()
	for _, secret := range secrets {
		for where, text := range map[string]string{"the log": log, "the file": raw, "a call of Slack": said} {
			if i := strings.Index(text, secret); i >= 0 {
				m.leaked("%s shows %q: %.200q", where, secret, text[max(0, i-60):])
			}
		}
	}
}
