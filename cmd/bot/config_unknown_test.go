package main

import (
	"strings"
	"testing"

	"batchsync/internal/batchsync"
)

// TestUnknownSettings tells of what nobody reads, with the name that may be meant.
func TestUnknownSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		env  []string
		want string // names, each with what may be meant
	}{
		{"ours, bare and with the prefix", []string{"BATCHSYNC_DB=x", "BATCHSYNC_BATCHSYNC_DB=x", "SLACK_BOT_TOKEN=x", "BATCHSYNC_CZ_PROFILE=x"}, ""},
		{"a letter is missing", []string{"BATCHSYNC_ADMIN=U1"}, "BATCHSYNC_ADMIN>BATCHSYNC_ADMINS"},
		{"two letters are exchanged", []string{"BATCHSYNC_LITSEN=x"}, "BATCHSYNC_LITSEN>BATCHSYNC_LISTEN"},
		{"nothing is near", []string{"BATCHSYNC_COLOUR=x", "BATCHSYNC_ALONE=1"}, "BATCHSYNC_ALONE> BATCHSYNC_COLOUR>"},
		{"ours is set as well", []string{"BATCHSYNC_ADMIN=U1", "BATCHSYNC_ADMINS=U2"}, "BATCHSYNC_ADMIN>BATCHSYNC_ADMINS"},
		{"the prefix is wrong", []string{"BATCH_SYNC_DB=x", "BATCHSNYC_DB=x"}, "BATCHSNYC_DB>BATCHSYNC_DB BATCH_SYNC_DB>BATCHSYNC_DB"},
		{"small letters", []string{"batchsync_db=x"}, "batchsync_db>BATCHSYNC_DB"},
		{"of Slack", []string{"SLACK_API_ULR=x"}, "SLACK_API_ULR>SLACK_API_URL"},
		{"with the prefix before one of Slack's", []string{"BATCHSYNC_SLACK_BOT_TOKN=x"}, "BATCHSYNC_SLACK_BOT_TOKN>BATCHSYNC_SLACK_BOT_TOKEN"},
		{"of others, near to one that is set", []string{"SLACK_API_TOKEN=x", "SLACK_APP_TOKEN=x"}, ""},
		{"of others", []string{"DB_PASSWORD=x", "CZ_INSTANCE=x", "CZ_PATH=x", "SLACK_WEBHOOK=x", "PATH=x", "HOME=x", "=C:=x", ""}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, u := range unknownSettings(c.env) {
				got = append(got, u.name+">"+u.near)
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestUnknownSettings_Told has the real program tell of a misspelt setting: at the
// start in its log, when it cannot start, in the check, and by the commands that
// work with the file. It does what it was asked to, and shows no value.
func TestUnknownSettings_Told(t *testing.T) {
	t.Parallel()
	s := checkStage(t)
	const name, near, planted = "BATCHSYNC_BACKUP_DRI", "BATCHSYNC_BACKUP_DIR", "pl4nted"
	misspelt := name + "=/" + planted

	s.start(misspelt).stop(t)
	if said := s.log.String(); !strings.Contains(said, `"name":"`+name+`","nearest":"`+near+`"`) || strings.Contains(said, planted) {
		t.Errorf("the log is %s", said)
	}
	s.refused(t, 2, name+" is no setting of the bot and does nothing: "+near+" may be meant\n", misspelt, "SLACK_BOT_TOKEN=")

	lines := notMet(s.check(t, 0, misspelt, "BATCHSYNC_COLOUR="+planted))
	if len(lines) != 2 || lines[0].State != batchsync.PreconditionWarning || lines[0].Name != batchsync.PreconditionSettings ||
		!strings.Contains(lines[0].Text, name+" is no setting") || !strings.Contains(lines[0].Fix, "Set "+near+" ") || !strings.Contains(lines[1].Fix, "bot env") {
		t.Errorf("the check says %+v", lines)
	}
	// What is wrong and what is not known are both told.
	if lines := notMet(s.check(t, 1, misspelt, "BATCHSYNC_CHILDREN=1")); len(lines) != 2 {
		t.Errorf("with a wrong setting: %+v", lines)
	}
	out := s.filed(t, 0, []string{misspelt}, "verify")
	if !strings.Contains(out, near+" may be meant\n") || strings.Contains(out, planted) {
		t.Errorf("verify said %q", out)
	}
	s.clean()
}
