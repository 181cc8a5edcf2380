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
	Acts  []Act  // what of that the bot can do, or else where; what helps most first
	Line  string // of the message or the log, on which it rests; foreign text
}

const (
	maxAdvice      = 3   // pieces; more are no help
	maxAdviceLines = 500 // of a log, those that tell of errors
	maxAdviceBytes = 2 << 10
)

// adviceRule recognises an error by its words, or by what kind of error the
// platform's program says it is, see [advised].
type adviceRule struct {
	id       string // key of its meaning in the catalog; with _next of what to do
	acts     []Act
	patterns []string
}

// adviceRules are tried in this order: what is most certain and most specific
// comes first. Patterns are matched in any case, against one line at a time,
// and as whole words on both ends.
func adviceRules() []adviceRule {
	acts := func(all ...Act) []Act { return all }
	return []adviceRule{
		// What the task is set up with.
		{"advice.vcluster_type", acts(OfferVCluster), []string{
			`vcluster \S+ is of type \w+, an integration task needs`, `needs an? integration vcluster`, `requires an? sync vcluster`, `(not|must (be|use)) an? sync vcluster`,
			`wrong vcluster type`,
		}},
		{"advice.vcluster_query", nil, []string{`vcluster \S+ of type integration cannot run queries`}},
		{"advice.vcluster_gone", acts(OfferVCluster), []string{`vcluster \S+ (is )?(not found|does not exist)`}},
		{"advice.not_configured", acts(OfferStudio), []string{
			`task not configured`, `no field mapping configured`, `schedule is not configured`, `has no schedule configuration`, `no integration content found`,
		}},
		{"advice.datasource_gone", acts(OfferStudio), []string{`data ?source '?[^' ]+'? (is )?(not found|does not exist)`}},
		{"advice.folder_gone", nil, []string{`folder '?[^' ]+'? (is )?(not found|does not exist)`}},
		{"advice.name_taken", nil, []string{`already exists? in (the|this) folder`}},
		{"advice.schema_key", acts(OfferStudio), []string{
			`primary key columns? (change|cannot be changed|changed)`, `(change|alter)\w* (of )?(the )?primary key`,
		}},
		{"advice.schema_change", acts(OfferStudio), []string{
			`schema evolution`, `(unsupported|incompatible) (column )?type change`, `type change .{0,80}not supported`, `cannot (widen|narrow|change) (the )?(column )?type`,
			`(cross-type|type) conversions? .{0,80}not supported`,
		}},
		{"advice.mapping", acts(OfferStudio), []string{
			`column not found`, `unknown column`, `no such column`, `column '?[^' ]+'? (does not exist|not found)`, `column count (does not|doesn't) match`,
			`column mapping (failed|failure|error)`, `(type mismatch|incompatible types?|cannot (be )?cast)`, `data truncat(ed|ion)`, `out of range value`, `incorrect \w+ value`,
		}},
		{"advice.keys", acts(OfferStudio), []string{
			`duplicate (entry|key|primary key)`, `(primary|unique) key (conflict|violation)`, `violates (unique|primary key) constraint`, `unique constraint`,
			`data inconsistency in upsert mode`, `upsert .{0,40}(conflict|inconsisten)\w*`, `no primary key`, `(has|without) (no |a )?primary key definition`,
		}},

		// What may be done with it.
		{"advice.source_select", acts(OfferTest), []string{`(select|show view|lock tables) command denied`, `permission denied for (table|relation|schema|view|sequence)`, `select permission (was )?denied`}},
		{"advice.target_rights", nil, []string{
			`(create|insert|write) (permission|privilege)`, `(insert|create|update|delete|alter) command denied`, `(no|missing|lacks?|insufficient) privileges?`,
		}},
		{"advice.project_rights", nil, []string{`no permission on (project|workspace)`, `http 403`}},
		{"advice.login", nil, []string{`login failed: invalid`, `invalid access token`, `token (is |has )?expired`, `http 401`}},
		{"advice.profile", nil, []string{`no clickzetta profile configured`, `instance name '?[^' ]+'? is invalid`, `workspace '?[^' ]+'? (not found|has no associated project)`}},

		// What the source did.
		{"advice.source_login", acts(OfferTest, OfferStudio), []string{
			`access denied for user`, `password authentication failed`, `login failed for user`, `no pg_hba\.conf entry`, `invalid username/password`, `authentication failed`,
		}},
		{"advice.source_locked", acts(OfferRerun, OfferLessAtOnce, OfferRetries), []string{`lock wait timeout exceeded`, `deadlock (found|detected)`, `lock request time ?out`, `could not obtain lock`}},
		{"advice.source_full", acts(OfferLessAtOnce, OfferRetries), []string{`too many connections`, `too many clients already`, `connection slots are reserved`, `max_user_connections`}},
		{"advice.disk_full", acts(OfferRerun), []string{`disk (is )?full`, `no space left on device`}},
		{"advice.platform", acts(OfferRerun, OfferRetries), []string{
			`econnrefused: unable to connect`, `econnreset: the socket connection`, `http (429|5\d\d)`, `studio api error`, `(returned invalid json|invalid json response)`,
		}},
		{"advice.source_connection", acts(OfferTest, OfferRerun), []string{
			`connect(ion)? timed out`, `connection (was )?(refused|reset)`, `communications link failure`, `unknown host`, `no route to host`, `network is unreachable`,
			`could not connect to (server|the source)`, `(ssl|tls) handshake`, `source connection failed`, `name or service not known`,
		}},
		{"advice.source_table", acts(OfferStudio), []string{
			`source query failed: table '?[^' ]+'? doesn't exist`, `object \S+ does not exist in \S+`, `invalid object name`, `relation "?[^" ]+"? does not exist`, `table '?[^' ]+'? doesn't exist`,
		}},
		{"advice.target_table", acts(OfferStudio), []string{`table or view not found`}},

		// What the run did.
		{"advice.partial", acts(OfferStudio, OfferRerun), []string{`\d+ of \d+ tables? failed`, `partial table failure( in multi-table sync)?`}},
		{"advice.stopped", acts(OfferRerun), []string{`killed by \S+`, `(stopped|cancelled|canceled|terminated) by (the )?user`}},
		{"advice.downstream", nil, []string{`has online downstream task`}},
		{"advice.online", nil, []string{`is online, take it offline first`}},
		{"advice.slow", acts(OfferLessAtOnce, OfferStudio), []string{
			`job \S+ timed out after`, `(query|statement|execution|task) (was )?(timeout|timed out)`, `execution timeout`, `canceling statement due to statement timeout`, `query execution was interrupted`,
			`did not complete within`, `slow sync( speed)?`, `sync speed (is )?(too )?(slow|low)`,
		}},
		{"advice.waited", nil, []string{`did not reach terminal state within`}},
		{"advice.running", nil, []string{`task instance \d+ is running\s*$`}},
		{"advice.not_running", nil, []string{`task instance \d+ is not running`}},
		{"advice.run_gone", nil, []string{
			`task instance \d+ does not exist`, `no attempts found for run \d+`, `no run instances found`, `run \d+ has no attempt records yet`,
		}},

		// What was asked of the platform.
		{"advice.creation", acts(OfferStudio), []string{`task creation failed`}},
		{"advice.offline", nil, []string{`schedule task \d+ is not online`}},
		{"advice.task_gone", nil, []string{`data file \d+ does not exist`, `no task found matching`}},
		{"advice.task_many", nil, []string{`multiple tasks match`}},
		{"advice.other_type", acts(OfferStudio), []string{`is not a multi-table cdc pipeline`, `requires configuration via studio ui`}},
		{"advice.cron", acts(OfferStudio), []string{
			`unsupported (cron field count|minute gap|hour gap|quartz token)`, `cron expression must have`, `both day-of-month and day-of-week are specific`,
		}},
		{"advice.query", acts(OfferStudio), []string{`syntax error at or near`, `you have an error in your sql syntax`, `incorrect syntax near`}},
		{"advice.guard", nil, []string{`write operation detected`, `delete/update without where clause`, `query returned more than \d+ rows`}},
		{"advice.usage", nil, []string{
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
// log those that tell of an error; of errs the platform's program's kind of
// error too. What is not known gets no advice.
//
// Lines are kept as they are: the caller takes secrets out before.
func Advise(message, log string, errs ...error) []Advice {
	found := make([]string, len(compiledAdvice()))
	for _, err := range errs {
		matchKind(err, found)
	}
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
			out = append(out, Advice{ID: r.id, Means: T(TextKey(r.id)), Next: T(TextKey(r.id + "_next")), Acts: r.acts, Line: found[i]})
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
