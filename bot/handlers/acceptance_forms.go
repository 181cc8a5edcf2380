package handlers

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"batchsync/bot/blocks"
	"batchsync/internal/batchsync"
)

func (b *Bot) drawFigure(ctx context.Context, o origin, view string, a batchsync.Acceptance) {
	if a.State != batchsync.AcceptanceDone || a.AcceptedBy != "" {
		b.drawProblem(ctx, o, view, "give figure of acceptance "+string(a.ID), changedSince(), nil)
		return
	}
	b.draw(ctx, o, view, "", b.printerOf(o).FigureForm(a))
}

// submittedFigure takes the rows of a source table by a person's word; the
// delivery is judged anew with it. Whose word it is already, as when the form is
// delivered again, is told so once more.
func (b *Bot) submittedFigure(ctx context.Context, in submit, answer ack) {
	i, typed := blocks.FigureAnswers(in.View.State)
	rows, err := batchsync.ParseFigure(typed)
	if err != nil {
		answer(b.formErrors(in, err))
		return
	}
	a, err := b.submittedAbout(ctx, in, batchsync.ActAcceptance)
	if err == nil && !slices.Contains(blocks.FigureTables(a), i) {
		answer(b.formErrors(in, &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("figure.no_table")}))
		return
	}
	if err != nil && saidBy(a, i, rows, in.User) {
		err = nil
	} else if err == nil {
		row := b.acceptanceRow(in.origin, batchsync.ActAcceptance, a, batchsync.AuditAsked)
		row.Detail = batchsync.T("figure.given", a.Tables[i].Pair.Source, strconv.FormatInt(rows, 10))
		_, err = b.Store.GiveFigure(a.ID, a.Version, a.Tables[i].Pair.Source, rows, in.User, now(), row)
	}
	if err != nil {
		answer(update(b.problemView(in.origin, "give figure", err, nil)))
		return
	}
	answer(update(b.printer(in.User).Info(batchsync.T("figure.taken"), batchsync.Text{}, nil)))
	b.Deliver()
}

// saidBy reports whether a table of an acceptance has so many rows by that
// person's word.
func saidBy(a batchsync.Acceptance, table int, rows int64, by batchsync.UserID) bool {
	if table < 0 || table >= len(a.Tables) {
		return false
	}
	source := a.Tables[table].Source
	return source.How == batchsync.CountedPerson && source.By == by && source.Rows == rows
}

// expectForm asks what the tables of a task have to be like.
func (b *Bot) expectForm(ctx context.Context, o origin, view string, ref batchsync.TaskRef) {
	b.drawExpected(ctx, o, view, ref, nil)
}

// drawExpected draws the form with what is expected now, and says what was wrong
// with one that was sent before.
func (b *Bot) drawExpected(ctx context.Context, o origin, view string, ref batchsync.TaskRef, wrong error) {
	var e batchsync.Expectation
	err := noSyncTask(ref)
	if err == nil {
		e, err = b.Store.Expectation(ref.ID)
	}
	if err != nil {
		b.drawProblem(ctx, o, view, fmt.Sprintf("read expectations of task %d", ref.ID), err, nil)
		return
	}
	b.draw(ctx, o, view, "", b.printerOf(o).ExpectForm(blocks.ExpectForm{Task: ref, Seen: e.Digest(), Typed: e.Typed(), Wrong: wrong}))
}

// noSyncTask refuses a task that has no tables of a delivery, nil for others.
func noSyncTask(ref batchsync.TaskRef) error {
	if ref.Type.IsSync() {
		return nil
	}
	return &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("accepting.no_sync", ref.Name)}
}

// submittedExpect judges what was typed at once, and the names of tables behind
// a loading view, because the platform may take longer than Slack waits.
func (b *Bot) submittedExpect(_ context.Context, in submit, answer ack) {
	typed := blocks.ExpectAnswers(in.View.State)
	id, seen, err := blocks.ParseExpectRef(in.View.PrivateMetadata)
	_, wrong := typed.Parse(nil)
	if err != nil {
		wrong = []error{err}
	}
	if len(wrong) > 0 {
		answer(b.formErrors(in, wrong...))
		return
	}
	answer(update(b.printer(in.User).Loading()))
	b.fillBehind(in.origin, in.View.ID, func(ctx context.Context) {
		if b.allowedIn(ctx, in.origin, in.View.ID, batchsync.ActExpect, "task/"+id.String()) {
			b.expect(ctx, in, id, seen, typed)
		}
	})
}

// expect stores expectations, or draws the form once more where they name
// tables that the task does not have, or somebody else changed them since it was
// drawn.
func (b *Bot) expect(ctx context.Context, in submit, id batchsync.TaskID, seen string, typed batchsync.TypedExpectation) {
	o, view := in.origin, in.View.ID
	ref, err := b.Platform.TaskInfo(ctx, id)
	var tables []string
	if err == nil {
		err = noSyncTask(ref)
	}
	if err == nil {
		tables, err = b.targetsOf(ctx, id)
	}
	if err != nil {
		b.drawProblem(ctx, o, view, fmt.Sprintf("read tables of task %d", id), unknownTask(err, id.String()), nil)
		return
	}
	typed.Keys = b.keysMeant(id, typed.Keys, o)
	if strings.Contains(typed.Keys, blocks.Masked) {
		masked := &batchsync.Error{Code: batchsync.CodeInvalid, Text: batchsync.T("field.masked")}
		b.draw(ctx, o, view, "", b.printerOf(o).ExpectForm(blocks.ExpectForm{Task: ref, Seen: seen, Typed: typed, Wrong: masked}))
		return
	}
	e, wrong := typed.Parse(tables)
	if len(wrong) > 0 {
		b.draw(ctx, o, view, "", b.printerOf(o).ExpectForm(blocks.ExpectForm{Task: ref, Seen: seen, Typed: typed, Wrong: wrong[0]}))
		return
	}
	err = b.Store.Expect(id, seen, e, batchsync.AuditRow{
		At: now(), Actor: o.User, Action: batchsync.ActExpect, Object: "task/" + id.String(), Name: ref.Name, Outcome: string(batchsync.OpDone), Form: in.form(),
	})
	if _, again := b.repeated(ctx, in, err); again {
		err = nil
	}
	if batchsync.CodeOf(err) == batchsync.CodeConflict {
		b.drawExpected(ctx, o, view, ref, &batchsync.Error{Code: batchsync.CodeConflict, Text: batchsync.T("expect.changed_since")})
		return
	}
	if err != nil {
		b.drawProblem(ctx, o, view, fmt.Sprintf("store expectations of task %d", id), err, nil)
		return
	}
	b.draw(ctx, o, view, "", b.printerOf(o).Info(batchsync.T("expect.done", ref.Name), batchsync.T("expect.next"), nil))
}

// keysMeant are key fields as they were typed. Where the form showed them
// without a secret, and they came back so, they are those that are stored.
func (b *Bot) keysMeant(id batchsync.TaskID, typed string, o origin) string {
	e, err := b.Store.Expectation(id)
	if err != nil {
		return typed // it has what stands for the secret, which is no name
	}
	return b.printerOf(o).Unveil(typed, []string{e.Typed().Keys})
}

// targetsOf are the target tables of a task; those of a whole database as they
// were examined last. Nil: they are not known.
func (b *Bot) targetsOf(ctx context.Context, id batchsync.TaskID) ([]string, error) {
	content, err := b.Platform.Content(ctx, id)
	if err != nil && batchsync.FailureOf(err) != batchsync.FailNotConfigured {
		return nil, err
	}
	pairs := content.Pairs
	if last, err := b.Store.LastAcceptance(id); len(pairs) == 0 && err == nil {
		for _, t := range last.Tables {
			pairs = append(pairs, t.Pair)
		}
	}
	var out []string
	for _, pair := range pairs {
		if !slices.Contains(out, pair.Sink) {
			out = append(out, pair.Sink)
		}
	}
	return out, nil
}
