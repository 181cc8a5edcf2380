package blocks

import (
	"fmt"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"batchsync/internal/batchsync"
)

// ScheduleForm asks for another schedule of a task. Its metadata is
// [ExpectRef] with Seen. Its inputs are the wizard's, so a change of one is an action of
// [FieldAction]: draw the form again then, with what [ScheduleAnswers] reads.
type ScheduleForm struct {
	Task     batchsync.TaskRef
	Seen     string                 // [SeenOnline] when the form was opened; empty: not known
	Cron     string                 // deployed
	VCluster string                 // likewise
	Zone     string                 // the platform's, IANA
	Clusters []batchsync.VCluster   // to choose from, where there is no VCluster or another one is wanted; else nil
	Cluster  string                 // chosen of them to begin with
	Switch   bool                   // ask for another cluster than VCluster
	Answers  batchsync.Answers      // so far; nil: read from Cron
	Problems []batchsync.FieldError // shown at the top, where they belong to no input
	Now      time.Time

	ReaderZone string           // see [Screen]
	Crowd      *batchsync.Crowd // likewise
}

// SeenOnline stands for whether a task was deployed as a form was opened.
func SeenOnline(online bool) string {
	if online {
		return "1"
	}
	return "0"
}

// Schedule is what the form shows to be chosen; it may be incomplete.
func (f ScheduleForm) Schedule() batchsync.Schedule { return f.draft().Spec().Schedule }

func (f ScheduleForm) draft() batchsync.Draft {
	answers := f.Answers
	if answers == nil {
		answers = batchsync.Answers{batchsync.FieldZone: one(f.Zone)}
		if present, ok := batchsync.ReadSchedule(f.Cron, f.Zone); ok {
			answers = scheduleAnswers(present)
		}
	}
	return batchsync.Draft{Step: batchsync.StepSchedule, Answers: answers}
}

// ScheduleForm shows the present schedule and asks for another one.
func (p Printer) ScheduleForm(f ScheduleForm) slack.ModalViewRequest {
	_, readable := batchsync.ReadSchedule(f.Cron, f.Zone)
	s := Screen{
		Draft:    f.draft(),
		Problems: f.Problems, PlatformZone: f.Zone, Now: f.Now,
		ReaderZone: f.ReaderZone, Crowd: f.Crowd,
	}
	all := []slack.Block{section("present", p.present(f, readable))}
	if problems := p.problems(s); problems != "" {
		all = append(all, section("problems", problems))
	}
	all = append(all, p.clusters(f)...)
	for _, field := range batchsync.StepFields(batchsync.StepSchedule) {
		if s.Draft.Shows(field) {
			all = append(all, p.question(s, field))
		}
	}
	all = append(all, p.preview(s)...)
	all = append(all, contextLine("then", p.say("reschedule.then")))
	return p.form(CallbackSchedule, "reschedule.title", "button.change_schedule", ExpectRef(f.Task.ID, f.Seen), all)
}

// clusters asks for the cluster, of a task that has none or shall have another
// one.
func (p Printer) clusters(f ScheduleForm) []slack.Block {
	options := p.VClusterOptions(f.Clusters).Options
	if f.VCluster != "" && !f.Switch || len(options) == 0 {
		return nil
	}
	el := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, string(ActionCluster), options...)
	for _, o := range options {
		if o.Value == p.veil(f.Cluster) {
			el.InitialOption = o
		}
	}
	about := p.say("reschedule.cluster")
	if f.VCluster != "" {
		about = p.say("reschedule.switch")
	}
	return []slack.Block{section("clusters", about), p.ask(inputCluster, "label.cluster", "", el)}
}

func (p Printer) present(f ScheduleForm, readable bool) mark {
	now := p.say("reschedule.none")
	if f.Cron != "" {
		now = p.say("reschedule.present", p.onCluster(p.cron(f.Cron, f.Zone), f.VCluster))
	}
	if f.Cron != "" && !readable {
		return lines(p.name(f.Task.Name), now, p.say("reschedule.unreadable"))
	}
	return lines(p.name(f.Task.Name), now)
}

// scheduleAnswers are the answers that make a schedule.
func scheduleAnswers(s batchsync.Schedule) batchsync.Answers {
	a := batchsync.Answers{
		batchsync.FieldSchedule: one(string(s.Every)),
		batchsync.FieldTime:     one(fmt.Sprintf("%02d:%02d", s.Hour, s.Minute)),
		batchsync.FieldZone:     one(s.Zone),
	}
	if s.OnWorkingDays() {
		a[batchsync.FieldSchedule] = one(string(batchsync.Weekdays))
	}
	if s.Last > 0 {
		a[batchsync.FieldUntil] = one(strconv.Itoa(s.Last))
	}
	for _, d := range s.Weekdays {
		a[batchsync.FieldWeekdays] = append(a[batchsync.FieldWeekdays], one(strconv.Itoa(int(d)))...)
	}
	if s.Day > 0 {
		a[batchsync.FieldDay] = one(strconv.Itoa(s.Day))
	}
	if s.Step > 0 {
		a[batchsync.FieldStep] = one(strconv.Itoa(s.Step))
	}
	return a
}

func one(value string) []batchsync.Choice { return []batchsync.Choice{{Value: value}} }
