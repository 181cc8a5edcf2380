package handlers

import (
	"cmp"
	"context"
	"strings"
	"time"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

// listPatience is how long a line waits for the lists that its names are looked
// up in; without them the names are asked for.
const listPatience = 25 * time.Second

// openNew begins a new sync: by the wizard, by a task in one line, or like
// another task.
func (b *Bot) openNew(ctx context.Context, o origin, rest string) {
	b.Lists.Warm(batchsync.Prefetch{})
	b.newIn(ctx, o, b.openFrame(ctx, o), rest)
}

// newIn fills an open modal, or what stands for one.
func (b *Bot) newIn(ctx context.Context, o origin, view, rest string) {
	rest = strings.TrimSpace(rest)
	if rest == "" {
		b.begin(ctx, o, view, "")
		return
	}
	if !b.offeredIn(ctx, o, view, batchsync.ActCreate, "command/new") {
		return
	}
	fill := func(ctx context.Context) { b.drawLine(ctx, o, view, rest) }
	if task, like := likeTask(rest); like {
		fill = func(ctx context.Context) { b.fillModal(ctx, o.aside(), view, task, (*Bot).likeForm) }
	}
	b.fillBehind(o, view, func(ctx context.Context) {
		if b.frames.of(view) != nil {
			defer b.patience(o).Stop()
		}
		fill(ctx)
	})
}

// likeTask is the task behind the word like; a line with an arrow is a line.
func likeTask(rest string) (task string, like bool) {
	first, task, _ := strings.Cut(rest, " ")
	if !strings.EqualFold(first, "like") || strings.Contains(rest, "->") || strings.Contains(rest, "=>") {
		return "", false
	}
	return strings.TrimSpace(task), true
}

// takeLine goes on with another line, in the modal that told what is wrong with
// the one before. The draft of that one is given up.
func (b *Bot) takeLine(ctx context.Context, in click, rest string) {
	ref, err := blocks.ParseRef(in.View.PrivateMetadata)
	if err != nil {
		b.unknownButton(ctx, in)
		return
	}
	if old, err := b.ownDraft(in.origin, batchsync.DraftID(ref.ID)); err == nil {
		in.Channel = old.Channel
	}
	done, err := b.cancel(in.origin, ref)
	switch {
	case err != nil:
		b.drawProblem(ctx, in.origin, in.View.ID, "give draft up", err, nil)
	case done || b.replaced(in.origin, ref):
		b.newIn(ctx, in.origin, in.View.ID, rest)
	default: // as after a double click, or when it went on in another window
		b.begin(ctx, in.origin, in.View.ID, "")
	}
}

// again is how soon after a draft was begun a click may be the one that began it,
// once more.
const again = time.Minute

// replaced reports whether a draft is gone because a later line with mistakes took
// its place, and not because this very click, made twice, went on from it.
func (b *Bot) replaced(o origin, ref blocks.Ref) bool {
	_, err := b.ownDraft(o, batchsync.DraftID(ref.ID))
	open, failed := b.Store.OpenDrafts(o.User)
	return batchsync.CodeOf(err) == batchsync.CodeNotFound && failed == nil &&
		(len(open) == 0 || now().Sub(open[0].CreatedAt) > again)
}

// drawLine makes a draft of a line and draws where it leads: to what is wrong,
// to the first open question, or to the review. An unfinished draft is kept. With
// something wrong in it, it is a draft of the person once they go on with it.
func (b *Bot) drawLine(ctx context.Context, o origin, view, text string) {
	read, err := b.readLine(ctx, b.newDraft(ctx, o), text)
	switch {
	case err != nil:
	case len(read.Problems) > 0:
		read.Draft.Mistaken = text
		err = b.Store.CreateDraft(read.Draft)
	default:
		err = b.startAlso(ctx, o, read.Draft)
	}
	switch {
	case err != nil:
		b.drawProblem(ctx, o, view, "create draft of a line", err, nil)
	case len(read.Problems) > 0:
		b.draw(ctx, o, view, "", b.printerOf(o).WrongLine(read))
	default:
		b.checkFirst(ctx, view, read.Draft)
		b.drawDraft(ctx, o, view, read.Draft, nil)
	}
	if err == nil {
		b.toldDirectly(ctx, o, read.Draft.Channel)
	}
}

// startAlso stores a draft beside those that the person has, and says so.
func (b *Bot) startAlso(ctx context.Context, o origin, d batchsync.Draft) error {
	open, err := b.Store.OpenDrafts(o.User)
	if err != nil {
		return err
	}
	if err := b.Store.CreateDraft(d); err != nil {
		return err
	}
	b.besides(ctx, o, open)
	return nil
}

// besides says that the drafts that were there before are kept.
func (b *Bot) besides(ctx context.Context, o origin, open []batchsync.Draft) {
	if len(open) > 0 {
		b.tell(ctx, o.aside(), b.printerOf(o).OtherKept(open[0]))
	}
}

// wentOn makes the draft of a line with mistakes one of the person's.
func (b *Bot) wentOn(ctx context.Context, o origin, d batchsync.Draft) (batchsync.Draft, error) {
	open, err := b.Store.OpenDrafts(o.User)
	if err != nil {
		return d, err
	}
	d, err = b.apply(d.ID, func(batchsync.Draft) batchsync.Event { return batchsync.WentOn{} })
	if err == nil {
		o.Channel = cmp.Or(o.Channel, d.Channel)
		b.besides(ctx, o, open)
	}
	return d, err
}

// readLine reads a line into a draft as far as the platform's lists are told in
// time, at the screen with the first open question.
func (b *Bot) readLine(ctx context.Context, d batchsync.Draft, text string) (blocks.WrongLine, error) {
	line, wrong := batchsync.ParseLine(text)
	facts := b.lineFacts(ctx, func(known batchsync.Facts) batchsync.Prefetch { return line.Wants(d, known) })
	d = d.Suggest(facts, b.cfg.Folder)
	filled, more := line.Answers(d, facts, now())
	wrong = append(wrong, more...)
	filled.Step = filled.FirstWrong(wrong, facts, now())
	if len(wrong) > 0 && filled.Step == batchsync.StepReview {
		// What could not be read was something not asked for by itself, such as a
		// condition: it must not be missing from a review that looks complete.
		filled.Step, filled.More = batchsync.StepSource, true
		filled.Notes = append(filled.Notes, batchsync.T("line.left_out", wrong[0].Quoted))
	}
	if len(facts.Datasources) == 0 {
		filled.Notes = append(filled.Notes, batchsync.T("line.unread"))
	}
	b.carryOut([]batchsync.Effect{batchsync.Prefetch{Source: filled.Spec().Source.ID, SourceSchema: filled.Spec().SourceSchema}})
	out := blocks.WrongLine{Draft: filled, Line: text}
	judge := func(line string) []batchsync.LineProblem {
		read, found := batchsync.ParseLine(line)
		_, others := read.Answers(d, facts, now())
		return append(found, others...)
	}
	for _, p := range wrong {
		out.Problems = append(out.Problems, blocks.WrongWords{LineProblem: p, Lines: corrections(p, text, 1, judge)})
	}
	if len(wrong) > 1 {
		out.Mended = mended(text, wrong, judge)
	}
	return out, nil
}

// corrections are lines that a problem's nearest values make, with fewer
// problems than so many, and short enough for a button. What a button offers has
// none.
func corrections(p batchsync.LineProblem, text string, problems int, judge func(string) []batchsync.LineProblem) []string {
	if len(text) > blocks.MaxCommand {
		return nil
	}
	return p.Corrections(text, func(candidate string) bool {
		return len(candidate)+len("new ") <= blocks.MaxCommand && len(judge(candidate)) < problems
	})
}

// mended sets a line right with the likeliest correction of each problem; "" when
// something stays wrong.
func mended(text string, wrong []batchsync.LineProblem, judge func(string) []batchsync.LineProblem) string {
	for len(wrong) > 0 {
		before := text
		for _, p := range wrong {
			if better := corrections(p, text, len(wrong), judge); len(better) > 0 {
				text = better[0]
				break
			}
		}
		if text == before {
			return ""
		}
		wrong = judge(text)
	}
	return text
}

// lineFacts waits for the lists that a draft is judged by, also for newer ones
// where they are old: first those that everything needs, then those of the source
// that wants tells. What does not come is not known: the draft is judged by the
// others.
func (b *Bot) lineFacts(ctx context.Context, wants func(batchsync.Facts) batchsync.Prefetch) batchsync.Facts {
	ctx, cancel := context.WithTimeout(ctx, listPatience)
	defer cancel()
	b.Lists.Await(ctx, 0, "")
	at := wants(b.Lists.Facts(0, ""))
	if at.Source > 0 {
		b.Lists.Await(ctx, at.Source, at.SourceSchema)
	}
	facts := b.Lists.Facts(at.Source, at.SourceSchema)
	facts.PlatformZone = b.cfg.PlatformZone
	return facts
}

// questions answers with everything a new sync needs as one text: of the draft
// with an id, of the person's unfinished one, or of none.
func (b *Bot) questions(ctx context.Context, o origin, rest string) {
	var about *batchsync.Draft
	if id := strings.TrimSpace(rest); id != "" {
		if d, err := b.ownDraft(o, batchsync.DraftID(id)); err == nil && d.State == batchsync.DraftOpen {
			about = &d
		}
	} else if open, err := b.Store.OpenDrafts(o.User); err == nil && len(open) > 0 {
		about = &open[0]
	}
	b.tell(ctx, o.aside(), b.printerOf(o).Questions(about))
}
