package main

import (
	"fmt"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/slacksim"
)

// shown is a command that a document shows, as it is typed.
type shown struct{ where, line string }

var (
	code   = regexp.MustCompile("`([^`]+)`")
	option = regexp.MustCompile(`\[([^\]]*)\]`)
	inner  = regexp.MustCompile(`(\[[^\[\]]*)\[([^\[\]]*)\]`)
)

// slashes are the commands of a document: those of its text blocks, those in
// backticks, and in a table what follows one in the first column.
func (d document) slashes() (out []shown) {
	fences, prose := d.fences()
	for _, f := range fences {
		for _, line := range f.lines {
			if f.lang == "text" && strings.HasPrefix(line, "/batchsync") {
				out = append(out, shown{f.where, line})
			}
		}
	}
	for n, line := range prose {
		out = append(out, inBackticks(fmt.Sprintf("%s:%d", d.path, n+1), line)...)
	}
	return slices.DeleteFunc(out, func(c shown) bool { return len(strings.Fields(c.line)) < 2 })
}

func inBackticks(where, line string) (out []shown) {
	line = strings.ReplaceAll(line, `\|`, "\x00") // no end of a cell
	first := ""
	if cells := strings.Split(line, "|"); len(cells) > 2 && strings.HasPrefix(strings.TrimSpace(cells[1]), "`/batchsync ") {
		first = cells[1]
	}
	add := func(text, prefix string) {
		for _, m := range code.FindAllStringSubmatch(text, -1) {
			typed := strings.ReplaceAll(m[1], "\x00", "|")
			switch {
			case strings.HasPrefix(typed, "/batchsync "):
				out = append(out, shown{where, typed})
			case prefix != "":
				out = append(out, shown{where, prefix + typed})
			}
		}
	}
	add(first, "/batchsync ")
	add(strings.Replace(line, first, "", 1), "")
	return out
}

// variants are the lines that a command with [parts that may be left out] and
// with alternatives|of|words stands for: each part and each alternative is in
// one of them at least.
func variants(line string) []string {
	for inner.MatchString(line) {
		line = inner.ReplaceAllString(line, "$1$2") // what is optional inside of what is optional
	}
	groups := option.FindAllStringIndex(line, -1)
	if len(groups) == 0 {
		return alternatives(line)
	}
	out := alternatives(strings.Join(strings.Fields(option.ReplaceAllString(line, " ")), " "))
	for n := range groups {
		var one strings.Builder
		at := 0
		for i, g := range groups {
			one.WriteString(line[at:g[0]])
			if i == n {
				one.WriteString("\x01")
			}
			at = g[1]
		}
		one.WriteString(line[at:])
		inside := strings.Split(line[groups[n][0]+1:groups[n][1]-1], "|")
		for _, choice := range inside {
			whole := strings.Replace(one.String(), "\x01", strings.TrimSpace(choice), 1)
			out = append(out, alternatives(strings.Join(strings.Fields(whole), " "))[0])
		}
	}
	return out
}

// alternatives takes each of a word's alternatives in turn, the first of all
// others.
func alternatives(line string) []string {
	words := strings.Fields(line)
	out := []string{""}
	for i, w := range words {
		if w != "|" && strings.Contains(w, "|") && !strings.ContainsAny(w, `"'`) {
			choices := strings.Split(w, "|")
			words[i] = choices[0]
			for _, c := range choices[1:] {
				other := slices.Clone(words)
				other[i] = c
				out = append(out, strings.Join(other, " "))
			}
		}
	}
	out[0] = strings.Join(words, " ")
	return out
}

// demoWords are what the documents' placeholders are in the demo's world. What a
// day or a time is depends on the command.
func (s *stage) demoWords(t *testing.T) func(line string) string {
	task := s.online(t)
	runs, err := s.world.Runs(task.ID)
	must(t, err)
	words := map[string]string{
		"TASK": task.Name, "RUN": fmt.Sprint(runs[len(runs)-1].ID), "TABLE": "orders", "ATTEMPT": "1", "TEXT": "mysql",
		"FOLDER/*": "data_sync/mysql/*", "source:NAME": "source:aliyun_mysql", "WORD": "backfill",
		"DAY": dayAgo(4), "FROM": dayAgo(5), "TO": dayAgo(4), "topics": "failures tables", "HH:MM": "09:00",
		"concurrency=N": "concurrency=3", "retries=N": "retries=3", "interval=MINUTES": "interval=5", "why": "planned work",
		"@user": "@adam", "@person": "@adam",
		"LINE": "aliyun_mysql shop.orders -> ods.orders overwrite daily 02:00 vc=sync_vc folder=data_sync/mysql",
	}
	return func(line string) string {
		all := strings.Fields(line)
		for i, w := range all {
			if is, ok := words[w]; ok {
				all[i] = is
			}
			if len(all) > 1 && all[1] == "quiet" && (w == "FROM" || w == "TO") {
				all[i] = map[string]string{"FROM": "+1h", "TO": "+2h"}[w]
			}
		}
		return strings.Join(all, " ")
	}
}

// goodAnswers are what each command is answered with when it was understood: in a
// message that its sender alone sees, or in a form.
func goodAnswers() map[string]string {
	return map[string]string{
		"new":           `Step \d of 5|unfinished draft|There is no such data source`,
		"questions":     `/batchsync new`,
		"list":          `atch syncs`,
		"show":          `Sync VCluster`,
		"runs":          `Runs of`,
		"log":           `Log of run`,
		"deps":          `Dependencies of`,
		"config":        `Configuration of`,
		"mapping":       `Columns of`,
		"backfill":      `again for past days`,
		"rerun":         `repeated for the same plan time`,
		"run":           `really reads the source and writes the target`,
		"stop":          `is over already`,
		"deploy":        `as it is saved`,
		"undeploy":      `cannot be undone`,
		"schedule":      `At present it runs`,
		"tune":          `At present:|saved and deployed at once`,
		"mute":          `Keep the news of`,
		"adopt":         `Online`,
		"incidents":     `ncident`,
		"ack":           `No incident of|Acknowledged`,
		"diagnose":      `Diagnosis:`,
		"subscribe":     `This channel is told of|What this channel is told`,
		"unsubscribe":   `not subscribed to|no longer told of|still told of|What this channel is told`,
		"subscriptions": `What this channel is told`,
		"quiet":         `Quiet|is over`,
		"rehearse":      `Rehearsal: |rehearsal is under way`,
		"acceptance":    `figures of source and target|is being examined|delivery of`,
		"accept":        `was not examined yet|is being examined|You take the delivery|cannot be accepted`,
		"expect":        `What the tables of`,
		"audit":         `Who did what|on (their|its) way to you|nothing to send as a file`,
		"status":        `workspace`,
		"help":          "`/?batchsync|Type `/batchsync",
	}
}

// TestDocs_Slash types every command that the documents and the help show, with
// each of its optional parts: the bot understands all of them.
func TestDocs_Slash(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(tail(s.log.String(), 3000))
		}
	})
	s.quick(t, 300)
	s.start("BATCHSYNC_POLL=@every 1h", "BATCHSYNC_LOCALE=en", "BATCHSYNC_ADMINS="+strings.Join([]string{slacksim.Ana, slacksim.Adam, slacksim.Vera, slacksim.Lin}, ","))
	all := s.as(t, "adam").helped()
	for _, d := range documents(t) {
		all = append(all, d.slashes()...)
	}
	meant := s.demoWords(t)
	typed := map[string]shown{}
	for _, c := range all {
		for _, line := range variants(c.line) {
			line = meant(line)
			typed[line] = shown{c.where, line}
		}
	}
	if len(typed) < 80 {
		t.Errorf("only %d commands were found", len(typed))
	}
	todo := make(chan shown, len(typed))
	for _, line := range slices.Sorted(maps.Keys(typed)) {
		todo <- typed[line]
	}
	close(todo)
	var people sync.WaitGroup
	for _, name := range []string{"ana", "adam", "vera", "lin"} {
		p := s.as(t, name)
		people.Go(func() {
			for c := range todo {
				p.understood(c.where, c.line)
			}
		})
	}
	people.Wait()
	t.Logf("%d commands", len(typed))
}

// helped are the commands that the help shows, which has all there are.
func (p *person) helped() (out []shown) {
	p.t.Helper()
	whole := html.UnescapeString(p.ask("/batchsync help", "Type `/batchsync` and one of these").AllText())
	for line := range strings.Lines(whole) {
		if !strings.HasPrefix(line, "• ") {
			continue
		}
		for _, m := range code.FindAllStringSubmatch(line, -1) {
			out = append(out, shown{"help", "/batchsync " + m[1]})
		}
	}
	said := map[string]bool{}
	for _, c := range out {
		said[strings.Fields(c.line)[1]] = true
	}
	for word := range blocks.CommandActions() {
		if !said[word] {
			p.t.Errorf("the help does not tell of %s", word)
		}
		about := html.UnescapeString(p.ask("/batchsync help "+word, "`/batchsync "+word).AllText())
		out = append(out, inBackticks("help "+word, about)...)
	}
	return out
}

// understood types a command and waits until it is answered as such commands
// are.
func (p *person) understood(where, line string) {
	p.t.Helper()
	want := regexp.MustCompile(cmpAnswer(line))
	before, posted := len(p.slack.Ephemerals(p.name)), len(p.slack.Messages(slacksim.DataSync))
	was, _ := p.slack.View(p.name)
	if _, err := p.actor.Slash(within(p.t, ackWait), slacksim.DataSync, line); err != nil {
		p.t.Errorf("%s: %s: %v", where, line, err)
		return
	}
	var got string
	for deadline := time.Now().Add(storyWait); time.Now().Before(deadline); <-time.After(5 * time.Millisecond) {
		got = ""
		for _, m := range append(p.slack.Ephemerals(p.name)[before:], p.slack.Messages(slacksim.DataSync)[posted:]...) {
			got += m.AllText() + "\n"
		}
		if now, open := p.slack.View(p.name); open && now.ID != was.ID {
			got += now.AllText()
		}
		if want.MatchString(got) {
			return
		}
	}
	p.t.Errorf("%s: %s was answered with\n%s\nwant %s", where, line, tail(got, 1500), want)
}

// cmpAnswer is what a command's answer has to look like; nothing matches where
// the command is not known.
func cmpAnswer(line string) string {
	if want := goodAnswers()[strings.Fields(line)[1]]; want != "" {
		return want
	}
	return `$^`
}
