package batchsync

import (
	"regexp"
	"strings"
	"sync"
)

// Advice is what an error is known to mean.
type Advice struct {
	ID    string // of the rule, see [AdviceIDs]
	Means Text   // what it is, one sentence
	Next  Text   // what to do, one sentence
	Act   Act    // what of that the bot can do
	Line  string // of the message or the log, on which it rests; foreign text
}

const (
	maxAdvice      = 3   // pieces; more are no help
	maxAdviceLines = 500 // of a log, those that tell of errors
	maxAdviceBytes = 2 << 10
)

// adviceRule recognises an error by its words.
type adviceRule struct {
	id       string // key of its meaning in the catalog; with _next of what to do
	act      Act
	patterns []string
}

// adviceRules are tried in this order: what is most certain and most specific
// comes first. Patterns are matched in any case, against one line at a time,
// and as whole words on both ends.
func adviceRules() []adviceRule {
	return []adviceRule{
		// What the task is set up with.
		{"advice.vcluster_type", OfferVCluster, []string{
			`vcluster \S+ is of type \w+, an integration task needs`, `needs an? integration vcluster`, `requires an? sync vcluster`, `(not|must (be|use)) an? sync vcluster`,
			`wrong vcluster type`,
		}},
		{"advice.vcluster_query", OfferNone, []string{`vcluster \S+ of type integration cannot run queries`}},
		{"advice.vcluster_gone", OfferVCluster, []string{`vcluster \S+ (is )?(not found|does not exist)`}},
		{"advice.not_configured", OfferStudio, []string{
			`task not configured`, `no field mapping configured`, `schedule is not configured`, `has no schedule configuration`, `no integration content found`,
		}},
		{"advice.datasource_gone", OfferStudio, []string{`data ?source '?[^' ]+'? (is )?(not found|does not exist)`}},
		{"advice.folder_gone", OfferNone, []string{`folder '?[^' ]+'? (is )?(not found|does not exist)`}},
		{"advice.name_taken", OfferNone, []string{`already exists? in (the|this) folder`}},
		{"advice.schema_key", OfferStudio, []string{
			`primary key columns? (change|cannot be changed|changed)`, `(change|alter)\w* (of )?(the )?primary key`,
		}},
		{"advice.schema_change", OfferStudio, []string{
			`schema evolution`, `(unsupported|incompatible) (column )?type change`, `type change .{0,80}not supported`, `cannot (widen|narrow|change) (the )?(column )?type`,
			`(cross-type|type) conversions? .{0,80}not supported`,
		}},
		{"advice.mapping", OfferStudio, []string{
			`column not found`, `unknown column`, `no such column`, `column '?[^' ]+'? (does not exist|not found)`, `column count (does not|doesn't) match`,
			`column mapping (failed|failure|error)`, `(type mismatch|incompatible types?|cannot (be )?cast)`, `data truncat(ed|ion)`, `out of range value`, `incorrect \w+ value`,
		}},
		{"advice.keys", OfferStudio, []string{
			`duplicate (entry|key|primary key)`, `(primary|unique) key (conflict|violation)`, `violates (unique|primary key) constraint`, `unique constraint`,
			`data inconsistency in upsert mode`, `upsert .{0,40}(conflict|inconsisten)\w*`, `no primary key`, `(has|without) (no |a )?primary key definition`,
		}},

		// What may be done with it.
		{"advice.source_select", OfferTest, []string{`(select|show view|lock tables) command denied`, `permission denied for (table|relation|schema|view|sequence)`, `select permission (was )?denied`}},
		{"advice.target_rights", OfferNone, []string{
			`(create|insert|write) (permission|privilege)`, `(insert|create|update|delete|alter) command denied`, `(no|missing|lacks?|insufficient) privileges?`,
		}},
		{"advice.project_rights", OfferNone, []string{`no permission on (project|workspace)`, `http 403`}},
		{"advice.login", OfferNone, []string{`login failed: invalid`, `invalid access token`, `token (is |has )?expired`, `http 401`}},
		{"advice.profile", OfferNone, []string{`no clickzetta profile configured`, `instance name '?[^' ]+'? is invalid`, `workspace '?[^' ]+'? (not found|has no associated project)`}},

		// What the source did.
		{"advice.source_login", OfferTest, []string{
			`access denied for user`, `password authentication failed`, `login failed for user`, `no pg_hba\.conf entry`, `invalid username/password`, `authentication failed`,
		}},
		{"advice.source_locked", OfferRetries, []string{`lock wait timeout exceeded`, `deadlock (found|detected)`, `lock request time ?out`, `could not obtain lock`}},
		{"advice.source_full", OfferLessAtOnce, []string{`too many connections`, `too many clients already`, `connection slots are reserved`, `max_user_connections`}},
		{"advice.disk_full", OfferRerun, []string{`disk (is )?full`, `no space left on device`}},
		{"advice.platform", OfferRerun, []string{
			`econnrefused: unable to connect`, `econnreset: the socket connection`, `http (429|5\d\d)`, `studio api error`, `(returned invalid json|invalid json response)`,
		}},
		{"advice.source_connection", OfferTest, []string{
			`connect(ion)? timed out`, `connection (was )?(refused|reset)`, `communications link failure`, `unknown host`, `no route to host`, `network is unreachable`,
			`could not connect to (server|the source)`, `(ssl|tls) handshake`, `source connection failed`, `name or service not known`,
		}},
		{"advice.source_table", OfferStudio, []string{
			`source query failed: table '?[^' ]+'? doesn't exist`, `object \S+ does not exist in \S+`, `invalid object name`, `relation "?[^" ]+"? does not exist`, `table '?[^' ]+'? doesn't exist`,
		}},
		{"advice.target_table", OfferStudio, []string{`table or view not found`}},

		// What the run did.
		{"advice.partial", OfferStudio, []string{`\d+ of \d+ tables? failed`, `partial table failure( in multi-table sync)?`}},
		{"advice.stopped", OfferRerun, []string{`killed by \S+`, `(stopped|cancelled|canceled|terminated) by (the )?user`}},
		{"advice.downstream", OfferNone, []string{`has online downstream task`}},
		{"advice.online", OfferNone, []string{`is online, take it offline first`}},
		{"advice.slow", OfferLessAtOnce, []string{
			`job \S+ timed out after`, `(query|statement|execution|task) (was )?(timeout|timed out)`, `execution timeout`, `canceling statement due to statement timeout`, `query execution was interrupted`,
			`did not complete within`, `slow sync( speed)?`, `sync speed (is )?(too )?(slow|low)`,
		}},
		{"advice.waited", OfferNone, []string{`did not reach terminal state within`}},
		{"advice.running", OfferNone, []string{`task instance \d+ is running\s*$`}},
		{"advice.not_running", OfferNone, []string{`task instance \d+ is not running`}},
		{"advice.run_gone", OfferNone, []string{
			`task instance \d+ does not exist`, `no attempts found for run \d+`, `no run instances found`, `run \d+ has no attempt records yet`,
		}},

		// What was asked of the platform.
		{"advice.creation", OfferStudio, []string{`task creation failed`}},
		{"advice.offline", OfferNone, []string{`schedule task \d+ is not online`}},
		{"advice.task_gone", OfferNone, []string{`data file \d+ does not exist`, `no task found matching`}},
		{"advice.task_many", OfferNone, []string{`multiple tasks match`}},
		{"advice.other_type", OfferStudio, []string{`is not a multi-table cdc pipeline`, `requires configuration via studio ui`}},
		{"advice.cron", OfferStudio, []string{
			`unsupported (cron field count|minute gap|hour gap|quartz token)`, `cron expression must have`, `both day-of-month and day-of-week are specific`,
		}},
		{"advice.query", OfferStudio, []string{`syntax error at or near`, `you have an error in your sql syntax`, `incorrect syntax near`}},
		{"advice.guard", OfferNone, []string{`write operation detected`, `delete/update without where clause`, `query returned more than \d+ rows`}},
		{"advice.usage", OfferNone, []string{
			`unknown (arguments?|command):`, `not enough non-option arguments`, `missing required (argument|option):`, `invalid values:`, `no sql statements found`,
			`provide at least one field to change`, `at least one configuration option is required`, `--[a-z-]+ and --[a-z-]+ must be provided together`,
			`--[a-z-]+ is required for`, `provide a run_id`, `--[a-z-]+ is no longer supported`, `unsupported task type`, `unknown datasource type`,
		}},
	}
}

// AdviceIDs returns the id of every rule. It is the key of what the advice
// means; with _next behind it, that of what to do.
func AdviceIDs() []string {
	var out []string
	for _, r := range adviceRules() {
		out = append(out, r.id)
	}
	return out
}

// compiledAdvice are the rules, one expression each. They are made once and
// only read.
var compiledAdvice = sync.OnceValue(func() []*regexp.Regexp {
	var out []*regexp.Regexp
	for _, r := range adviceRules() {
		out = append(out, regexp.MustCompile(`(?i)(?:^|[^\pL\pN_])(?:`+strings.Join(r.patterns, "|")+`)(?:$|[^\pL\pN_])`))
	}
	return out
})

// Advise says what a failed run's message and log are known to mean, the most
// specific first and at most three. Every line of the message counts, of the
// log those that tell of an error. What is not known gets no advice.
//
// Lines are kept as they are: the caller takes secrets out before.
func Advise(message, log string) []Advice {
	found := make([]string, len(compiledAdvice()))
	for line := range strings.SplitSeq(message, "\n") {
		match(line, found)
	}
	reader, lines := newLogReader(), 0
	for line := range strings.SplitSeq(log, "\n") {
		if lines == maxAdviceLines {
			break
		}
		reader.read(line)
		if _, bad, alarm := reader.outcome(func(int) bool { return false }); bad || alarm {
			match(line, found)
			lines++
		}
	}
	var out []Advice
	for i, r := range adviceRules() {
		if found[i] != "" && len(out) < maxAdvice {
			out = append(out, Advice{ID: r.id, Means: T(TextKey(r.id)), Next: T(TextKey(r.id + "_next")), Act: r.act, Line: found[i]})
		}
	}
	return out
}

// match keeps the line for every rule it is the first of.
func match(line string, found []string) {
	line = line[:min(len(line), maxAdviceBytes)]
	for i, rule := range compiledAdvice() {
		if found[i] == "" && rule.MatchString(line) {
			found[i] = excerpt(line)
		}
	}
}
