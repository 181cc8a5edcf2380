package blocks

import (
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// How much of each kind the Home tab shows; it takes 100 blocks.
const (
	maxHomeFew  = 5
	maxHomeRows = 15
)

// HomeView is what a person sees on the Home tab.
type HomeView struct {
	User      batchsync.UserID
	Refused   *batchsync.Problem    // why the person sees nothing else; nil: they may look
	Incidents []batchsync.Incident  // open ones, in the order shown
	Attention []batchsync.Operation // of the person, that wait for somebody
	Failed    []TaskRow             // of the person, whose last run failed
	Mine      []TaskRow
	Running   []batchsync.Operation            // of everybody
	Drafts    []batchsync.Draft                // open ones of the person
	Cards     map[batchsync.OperationID]string // web addresses of the cards of operations, those the person can open
	FreshAt   time.Time                        // when the runs were read from the platform; zero: not yet
	FailedAt  time.Time                        // when reading them failed since; zero: it did not
	Now       time.Time
	MayCreate bool
}

// Home is what the Home tab shows: first what wants attention, then what is
// under way, then the person's tasks. It stays on the screen for hours, so it
// tells moments and no ages.
func (p Printer) Home(h HomeView) slack.HomeTabViewRequest {
	all := []slack.Block{p.header("home/title", p.word("home.title"))}
	if h.Refused != nil {
		return homeTab(append(all, section("home/refused", lines(p.sentence(h.Refused.Text, false), p.hint(h.Refused.Hint, false)))))
	}
	all = append(all, slack.NewActionBlock("home/actions", p.homeActions(h)...))
	if h.empty() {
		all = append(all, section("home/empty", p.say("home.empty")))
		if h.MayCreate {
			all = append(all, section("home/example", p.say("home.example")))
		}
	}
	all = append(all, p.homeIncidents(h)...)
	all = append(all, p.attention(h)...)
	all = append(all, p.underWay(h)...)
	all = append(all, p.homeDrafts(h)...)
	all = append(all, p.homeTasks("home/mine", "home.mine", "mine", h.Mine, h.Now)...)
	all = append(all, contextLine("home/fresh", p.homeFresh(h)), slack.NewActionBlock("home/more",
		p.button(ActionStatus, "button.status", FilterAll),
		p.button(ActionAudit, "button.audit", FilterAll),
		p.button(ActionHelp, "button.help", FilterAll)))
	return homeTab(all)
}

func homeTab(all []slack.Block) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: toldApart(all)}}
}

// homeFresh tells how old the part is that is not brought up to date by itself.
func (p Printer) homeFresh(h HomeView) mark {
	fresh := p.say("home.not_read")
	if !h.FreshAt.IsZero() {
		fresh = p.say("home.runs_as_of", date(h.FreshAt))
	}
	if h.FailedAt.IsZero() {
		return fresh
	}
	return lines(fresh, p.say("home.read_failed", date(h.FailedAt)))
}

func (h HomeView) empty() bool {
	return len(h.Attention)+len(h.Failed)+len(h.Mine)+len(h.Running)+len(h.Drafts) == 0
}

func (p Printer) homeActions(h HomeView) []slack.BlockElement {
	var out []slack.BlockElement
	if h.MayCreate {
		out = append(out, primary(p.button(ActionOpenWizard, "button.new_sync", "")))
	}
	return append(out,
		p.button(ActionList, "button.all_tasks", FilterAll),
		p.button(ActionRefreshHome, "button.refresh", FilterAll))
}

// homeIncidents are what is wrong with tasks, whoever owns them.
func (p Printer) homeIncidents(h HomeView) []slack.Block {
	if len(h.Incidents) == 0 {
		return nil
	}
	all := []slack.Block{slack.NewDividerBlock(), section("home/incidents", bold(p.word("incidents.title")))}
	for n, i := range h.Incidents {
		if n == maxHomeFew {
			more := p.say("list.more", number(len(h.Incidents)-n))
			return append(all, row("home/incidents/more", more, p.button(ActionIncidents, "button.incidents", FilterAll)))
		}
		id := "home/incidents/" + strconv.Itoa(n) + "/" + strconv.Itoa(i.Version)
		about := lines(p.shortName(p.incidentName(i)), p.incidentLine(i, "", p.zone))
		switch {
		case h.MayCreate:
			all = append(all, listed(id, about, p.incidentButton(i)))
		case i.Task > 0:
			all = append(all, listed(id, about, p.spoken(p.button(ActionShowTask, "button.show", TaskRefOf(i.Task).String()), p.incidentName(i))))
		default:
			all = append(all, section(id, about))
		}
	}
	return all
}

func (p Printer) attention(h HomeView) []slack.Block {
	if len(h.Attention)+len(h.Failed) == 0 {
		return nil
	}
	all := []slack.Block{slack.NewDividerBlock(), section("home/attention", bold(p.word("home.attention")))}
	for i, op := range h.Attention {
		if i == maxHomeFew {
			all = append(all, contextLine("home/attention/more", p.say("list.more", number(len(h.Attention)-i))))
			break
		}
		id := "home/attention/" + strconv.Itoa(i) + "/" + strconv.Itoa(op.Version)
		text := cutMark(p.homeOperation(op, h.Cards[op.ID]), maxContext)
		if op.State.Settled() {
			all = append(all, section(id, mark(text)))
			continue
		}
		check := p.spoken(p.button(ActionCheckAgain, "button.check_again", refOf(op).String()), op.Name())
		all = append(all, row(id, mark(text), check))
	}
	return append(all, p.rows("home/failed", "failed", h.Failed, h.Now)...)
}

// homeOperation is an operation in a line that leads to its card, with what to
// do about it.
func (p Printer) homeOperation(op batchsync.Operation, card string) mark {
	head := p.say("card.state", bold(p.clip(p.operationTitle(op), maxArgument)), p.stateWord(op))
	if webURL(card) != "" {
		head = join([]mark{head, link(card, p.word("settled.card"))}, " · ")
	}
	if problem := p.cardProblem(op); problem != nil {
		return lines(head, p.sentence(problem.Text, false), p.hint(problem.Hint, false))
	}
	return lines(head, p.homeProgress(op))
}

// homeProgress is how far an operation under way is.
func (p Printer) homeProgress(op batchsync.Operation) mark {
	if tally := p.tally(op); tally != "" {
		return tally
	}
	i := op.Current()
	if op.State != batchsync.OpRunning || i < 0 {
		return ""
	}
	return p.say("home.step", number(i+1), number(len(op.Steps)), p.enum("operation.step.", string(op.Steps[i].Name)))
}

func (p Printer) underWay(h HomeView) []slack.Block {
	if len(h.Running) == 0 {
		return nil
	}
	all := []slack.Block{slack.NewDividerBlock(), section("home/running", bold(p.word("home.running")))}
	for i, op := range h.Running {
		if i == maxHomeFew {
			return append(all, contextLine("home/running/more", p.say("list.more", number(len(h.Running)-i))))
		}
		about := p.homeOperation(op, h.Cards[op.ID])
		if op.Actor != h.User {
			about = lines(about, p.asked(op))
		}
		all = append(all, section("home/running/"+strconv.Itoa(i), mark(cutMark(about, maxContext))))
	}
	return all
}

func (p Printer) homeDrafts(h HomeView) []slack.Block {
	if len(h.Drafts) == 0 {
		return nil
	}
	all := []slack.Block{slack.NewDividerBlock(), section("home/drafts", bold(p.word("home.drafts")))}
	all = append(all, p.draftRows("home/drafts", h.Drafts, maxHomeFew)...)
	if more := len(h.Drafts) - maxHomeFew; more > 0 {
		all = append(all, row("home/drafts/more", p.say("list.more", number(more)), p.button(ActionDrafts, "button.all_drafts", FilterAll)))
	}
	return all
}

func (p Printer) homeTasks(id string, title batchsync.TextKey, filter string, rows []TaskRow, now time.Time) []slack.Block {
	if len(rows) == 0 {
		return nil
	}
	all := []slack.Block{slack.NewDividerBlock(), section(id, bold(p.word(title)))}
	return append(all, p.rows(id, filter, rows, now)...)
}

// rows lists tasks; where there are too many, a button leads to the list.
func (p Printer) rows(id, filter string, rows []TaskRow, now time.Time) []slack.Block {
	var all []slack.Block
	for i, r := range rows[:min(len(rows), maxHomeRows)] {
		all = append(all, p.taskRow(id+"/"+strconv.Itoa(i), r, now))
	}
	if rest := len(rows) - maxHomeRows; rest > 0 {
		key := batchsync.TextKey("button.my_tasks")
		if filter == "failed" {
			key = "button.failed_tasks"
		}
		all = append(all, row(id+"/more", p.say("list.more", number(rest)), p.button(ActionList, key, filter)))
	}
	return all
}
