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
	patterns []string
}

// adviceRules are tried in this order: what is most certain and most specific
// comes first. Patterns are matched in any case, against one line at a time,
// and as whole words on both ends.
func adviceRules() []adviceRule {
	return []adviceRule{
		// What the task is set up with.
		{"advice.vcluster_type", []string{
			`vcluster \S+ is of type \w+, an integration task needs`, `needs an? integration vcluster`, `requires an? sync vcluster`, `(not|must (be|use)) an? sync vcluster`,
		}},
		{"advice.vcluster_query", []string{`vcluster \S+ of type integration cannot run queries`}},
		{"advice.vcluster_gone", []string{`vcluster \S+ (is )?(not found|does not exist)`}},
		{"advice.not_configured", []string{
			`task not configured`, `no field mapping configured`, `schedule is not configured`, `has no schedule configuration`, `no integration content found`,
		}},
		{"advice.datasource_gone", []string{`data ?source '?[^' ]+'? (is )?(not found|does not exist)`}},
		{"advice.folder_gone", []string{`folder '?[^' ]+'? (is )?(not found|does not exist)`}},
		{"advice.name_taken", []string{`already exists? in (the|this) folder`}},
		{"advice.schema_change", []string{
			`schema evolution`, `primary key columns? (change|cannot be changed|changed)`, `(unsupported|incompatible) (column )?type change`, `type change .{0,80}not supported`,
			`cannot (widen|narrow|change) (the )?(column )?type`,
		}},
		{"advice.mapping", []string{
			`column not found`, `unknown column`, `no such column`, `column '?[^' ]+'? (does not exist|not found)`, `column count (does not|doesn't) match`,
			`column mapping`, `(type mismatch|incompatible types?|cannot (be )?cast)`, `data truncat(ed|ion)`, `out of range value`, `incorrect \w+ value`,
		}},
		{"advice.keys", []string{
			`duplicate (entry|key|primary key)`, `(primary|unique) key (conflict|violation)`, `violates (unique|primary key) constraint`, `unique constraint`,
			`no primary key`, `(has|without) (no |a )?primary key definition`,
		}},

		// What may be done with it.
		{"advice.source_select", []string{`(select|show view|lock tables) command denied`, `permission denied for (table|relation|schema|view|sequence)`, `select permission (was )?denied`}},
		{"advice.target_rights", []string{
			`(create|insert|write) (permission|privilege)`, `(insert|create|update|delete|alter) command denied`, `(no|missing|lacks?|insufficient) privileges?`,
		}},
		{"advice.project_rights", []string{`no permission on (project|workspace)`, `http 403`}},
		{"advice.login", []string{`login failed: invalid`, `invalid access token`, `token (is |has )?expired`, `http 401`}},
		{"advice.profile", []string{`no clickzetta profile configured`, `instance name '?[^' ]+'? is invalid`, `workspace '?[^' ]+'? (not found|has no associated project)`}},

		// What the source did.
		{"advice.source_login", []string{
			`access denied for user`, `password authentication failed`, `login failed for user`, `no pg_hba\.conf entry`, `invalid username/password`, `authentication failed`,
		}},
		{"advice.source_locked", []string{`lock wait timeout exceeded`, `deadlock (found|detected)`, `lock request time ?out`, `could not obtain lock`}},
		{"advice.source_full", []string{`too many connections`, `too many clients already`, `connection slots are reserved`, `max_user_connections`}},
		{"advice.disk_full", []string{`disk (is )?full`, `no space left on device`}},
		{"advice.platform", []string{
			`econnrefused: unable to connect`, `econnreset: the socket connection`, `http (429|5\d\d)`, `studio api error`, `(returned invalid json|invalid json response)`,
		}},
		{"advice.source_connection", []string{
			`connect(ion)? timed out`, `connection (was )?(refused|reset)`, `communications link failure`, `unknown host`, `no route to host`, `network is unreachable`,
			`could not connect to (server|the source)`, `(ssl|tls) handshake`, `source connection failed`, `name or service not known`,
		}},
		{"advice.source_table", []string{
			`source query failed: table '?[^' ]+'? doesn't exist`, `object \S+ does not exist in \S+`, `invalid object name`, `relation "?[^" ]+"? does not exist`, `table '?[^' ]+'? doesn't exist`,
		}},
		{"advice.target_table", []string{`table or view not found`}},

		// What the run did.
		{"advice.partial", []string{`\d+ of \d+ tables? failed`, `partial table failure`}},
		{"advice.stopped", []string{`killed by \S+`, `(stopped|cancelled|canceled|terminated) by (the )?user`}},
		{"advice.downstream", []string{`has online downstream task`}},
		{"advice.online", []string{`is online, take it offline first`}},
		{"advice.slow", []string{
			`job \S+ timed out after`, `(query|statement|execution|task) (was )?(timeout|timed out)`, `execution timeout`, `canceling statement due to statement timeout`, `query execution was interrupted`,
			`did not complete within`,
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
			out = append(out, Advice{ID: r.id, Means: T(TextKey(r.id)), Next: T(TextKey(r.id + "_next")), Line: found[i]})
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
