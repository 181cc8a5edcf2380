package batchsync

import "slices"

// adviceRule recognises an error by its words, or by what kind of error the
// platform's program says it is, see [namedAdvice] and [kindAdvice].
type adviceRule struct {
	id       string // key of its meaning in the catalog; with _next of what to do
	acts     []Act
	patterns []string
	over     []string // ids of later rules that its line is not held against: they say less of it
}

// adviceRules are tried in this order: what is most certain and most specific
// comes first. Patterns are matched in any case, against one line at a time,
// and as whole words on both ends.
func adviceRules() []adviceRule {
	return slices.Concat(setupAdvice(), changeAdvice(), rightsAdvice(), sourceAdvice(), runAdvice(), requestAdvice())
}

// harmless are words that sound like an error and are none: they are taken out
// of a line before it is matched.
func harmless() []string {
	return []string{
		`0 of \d+ tables? failed`, `no (missing|insufficient) (permission|privilege)s?`,
		`[\w-]+( [\w-]+)? (errors?|exceptions?|failures?) (are|is|will be|get) (retried|ignored|skipped|tolerated)`,
	}
}

func advises(acts ...Act) []Act { return acts }

// setupAdvice is on what the task is set up with.
func setupAdvice() []adviceRule {
	return []adviceRule{
		{id: "advice.vcluster_type", acts: advises(OfferVCluster), patterns: []string{
			`vcluster \S+ is of type \w+, an integration task needs`, `needs (an? )?integration vclusters?`, `(requires?|needs?|must be|must use) (an? )?sync vclusters?`, `not supported for (sync|integration) tasks`, `not an? (sync|integration) vcluster`,
			`(general|general[- ]purpose|analytics) vclusters? (is|are) not supported`, `vcluster type \w+ is not supported`, `wrong vcluster type`,
		}},
		{id: "advice.vcluster_query", patterns: []string{`vcluster \S+ of type integration cannot run queries`}},
		{id: "advice.vcluster_gone", acts: advises(OfferVCluster), patterns: []string{`vcluster \S+ (is )?(not found|does not exist)`}},
		{id: "advice.not_configured", acts: advises(OfferStudio), patterns: []string{
			`task not configured`, `no field mapping configured`, `schedule is not configured`, `has no schedule configuration`, `no integration content found`,
		}},
		{id: "advice.datasource_gone", acts: advises(OfferStudio), patterns: []string{`data ?source '?[^' ]+'? (is )?(not found|does not exist)`}},
		{id: "advice.folder_gone", patterns: []string{`folder ((with )?id )?'?[^' ]+'? (is )?(not found|does not exist)`}},
		{id: "advice.name_taken", patterns: []string{`already exists? in (the|this) folder`}},
	}
}

// changeAdvice is on columns, keys and values that do not go together, or do no
// more.
func changeAdvice() []adviceRule {
	return []adviceRule{
		{id: "advice.schema_key", acts: advises(OfferStudio), over: []string{"advice.schema_change"}, patterns: []string{
			`primary key columns?( \S+)? (changes?|changed|was changed|were changed)`, `primary key (columns? )?(\S+ )?(cannot|can ?not|must not) be (changed|modified|altered)`,
			`(chang|alter|modif)\w* (of )?(the |a )?primary key( columns?)?`,
		}},
		{id: "advice.schema_change", acts: advises(OfferStudio), patterns: []string{
			`schema evolution:? (has )?(failed|failure|failures|error|errors|exception|aborted|rejected|refused|cannot|could not|unsupported|(is )?not (supported|possible))`,
			`schema evolution (of|for|on) (table )?\S+ (has )?failed`, `(failure|error|failed) (in|of|during) schema evolution`,
			`(unsupported|incompatible) ((column )?type|schema) changes?`, `types? chang(e|es|ed) .{0,80}not supported`, `cannot (widen|narrow|change) (the )?(column )?types?`,
			`types? changes? only supports? same-type widening`, `(cross-type|type) conversions? .{0,80}not supported`,
		}},
		{id: "advice.zero_date", acts: advises(OfferStudio), over: []string{"advice.mapping"}, patterns: []string{
			`value '?0000-00-00[^']*'? can ?not be represented`, `zero date value prohibited`, `incorrect \w+ value: '0000-00-00[^']*'`,
		}},
		{id: "advice.mapping", acts: advises(OfferStudio), over: []string{"advice.source_table", "advice.target_table"}, patterns: []string{
			`columns? not found`, `unknown columns?`, `invalid column names?`, `no such column`, `column ['"]?[^'" ]+['"]? (does not exist|not found)`,
			`column ['"]?[^'" ]+['"]? of relation ['"]?[^'" ]+['"]? does not exist`, `relation ['"]?[^'" ]+['"]? column ['"]?[^'" ]+['"]? does not exist`,
			`column counts? (does not|doesn't|do not|don't) match`, `column mappings? (failed|failure|error)`, `(type mismatch|incompatible types?|cannot (be )?cast)`, `data truncat(ed|ion)`,
			`out of range value`, `value out of range`, `incorrect \w+ value`, `data too long for column`, `invalid input syntax for type`, `numeric field overflow`, `arithmetic overflow error`,
			`column '?[^' ]+'? cannot be null`, `violates not-null constraint`,
		}},
		{id: "advice.keys", acts: advises(OfferStudio), patterns: []string{
			`duplicate (entry|key|primary key)`, `(primary|unique) key (conflict|violation)s?`, `violates (unique|primary key) constraint`, `violation of (primary|unique) key constraint`, `unique constraint`,
			`data inconsistency in upsert mode`, `upsert .{0,40}(conflict|inconsisten)\w*`, `no primary key`, `(has|without) (no |a )?primary key definition`,
		}},
	}
}

// rightsAdvice is on what may be done with it.
func rightsAdvice() []adviceRule {
	return []adviceRule{
		{id: "advice.source_select", acts: advises(OfferTest), patterns: []string{
			`(select|show view|lock tables) command denied`, `permission denied for (table|relation|schema|view|sequence)`, `select permission (was )?denied`, `must have (the )?select permissions?`,
		}},
		{id: "advice.target_rights", patterns: []string{
			`(no|missing|lacks?|lacking|without|insufficient|needs?|requires?) ((the|a|an) )?(create|insert|write)( (and|or) (create|insert|write))? (permission|privilege)s?`,
			`(create|insert|write) (permission|privilege)s? ((was|is|are) )?(denied|missing|lacking|required|needed|refused|not granted)`,
			`must have (the )?(create|insert|write)( and (create|insert|write))? (permission|privilege)s?`,
			`(insert|create|update|delete|alter) command denied`, `(no|missing|lacks?|insufficient) privileges?`,
		}},
		{id: "advice.project_rights", patterns: []string{
			`no permissions? on (project|workspace)`, `no permissions? to (create|edit|run|execute|deploy) (a |an |the |this )?tasks?`, `(does not|doesn't) have (the )?create task permissions?`,
			`permission denied:? create task`, `http 403`,
		}},
		{id: "advice.login", patterns: []string{`login failed: invalid`, `invalid access token`, `token (is |has )?expired`, `http 401`}},
		{id: "advice.profile", patterns: []string{`no clickzetta profile configured`, `instance name '?[^' ]+'? is invalid`, `workspace '?[^' ]+'? (not found|has no associated project)`}},
	}
}

// sourceAdvice is on what the source did.
func sourceAdvice() []adviceRule {
	return []adviceRule{
		{id: "advice.source_login", acts: advises(OfferTest, OfferStudio), patterns: []string{
			`access denied for user`, `password authentication failed`, `login failed for user`, `no pg_hba\.conf entry`, `invalid username/password`, `authentication failed`,
			`public key retrieval is not allowed`,
		}},
		{id: "advice.source_locked", acts: advises(OfferRerun, OfferLessAtOnce, OfferRetries), patterns: []string{
			`lock wait timeout exceeded`, `deadlock (found|detected)`, `lock request time ?out`, `could not obtain lock`,
		}},
		{id: "advice.source_full", acts: advises(OfferLessAtOnce, OfferRetries), patterns: []string{
			`too many connections`, `too many clients already`, `connection slots are reserved`, `max_user_connections`,
		}},
		{id: "advice.disk_full", acts: advises(OfferRerun), patterns: []string{`disk (is )?full`, `no space left on device`}},
		{id: "advice.platform", acts: advises(OfferRerun, OfferRetries), patterns: []string{
			`econnrefused: unable to connect`, `econnreset: the socket connection`, `http (429|5\d\d)`, `studio api error`, `(returned invalid json|invalid json response)`,
		}},
		{id: "advice.source_database", acts: advises(OfferTest, OfferStudio), patterns: []string{
			`unknown database`, `fatal:? database ['"]?[^'" ]+['"]? does not exist`, `cannot open database`,
		}},
		{id: "advice.source_connection", acts: advises(OfferTest, OfferRerun), patterns: []string{
			`connect(ion)? timed out`, `connection (was )?(refused|reset)`, `communications link failure`, `unknown host`, `no route to host`, `network is unreachable`,
			`could not connect to (server|the source)`, `(ssl|tls) handshake`, `source connections? failed`, `name or service not known`, `unknownhostexception`, `sockettimeoutexception`, `read timed out`,
			`lost connection to (the )?(mysql )?server`, `server has gone away`, `server closed the connection`,
		}},
		{id: "advice.source_table", acts: advises(OfferStudio), patterns: []string{
			`source query failed: table '?[^' ]+'? doesn't exist`, `object \S+ does not exist in \S+`, `invalid object name`, `relation "?[^" ]+"? does not exist`, `table '?[^' ]+'? doesn't exist`,
		}},
		{id: "advice.target_table", acts: advises(OfferStudio), patterns: []string{`table or view not found`}},
	}
}

// runAdvice is on what the run did.
func runAdvice() []adviceRule {
	return []adviceRule{
		{id: "advice.partial", acts: advises(OfferStudio, OfferRerun), patterns: []string{`[1-9]\d* of \d+ tables? failed`, `[1-9]\d* tables?(\(s\))? failed`, `partial table failures?( in multi-table sync)?`}},
		{id: "advice.stopped", acts: advises(OfferRerun), patterns: []string{`killed by \S+`, `(stopped|cancelled|canceled|terminated) by (the )?user`}},
		{id: "advice.downstream", patterns: []string{`has online downstream tasks?`}},
		{id: "advice.online", patterns: []string{`is online, take it offline first`}},
		{id: "advice.slow", acts: advises(OfferLessAtOnce, OfferStudio), patterns: []string{
			`job \S+ timed out after`, `(query|statement|execution|task) (was )?(timeout|timed out)`, `execution timeout`, `canceling statement due to statement timeout`, `query execution was interrupted`,
			`did not complete within`, `slow sync( speed)?`, `sync speed (is )?(too )?(slow|low)`,
		}},
		{id: "advice.waited", patterns: []string{`did not reach terminal state within`}},
		{id: "advice.running", patterns: []string{`task instance \d+ is running\s*$`}},
		{id: "advice.not_running", patterns: []string{`task instance \d+ is not running`}},
		{id: "advice.run_gone", patterns: []string{
			`task instance \d+ does not exist`, `no attempts found for run \d+`, `no run instances found`, `run \d+ has no attempt records yet`,
		}},
	}
}

// requestAdvice is on what was asked of the platform.
func requestAdvice() []adviceRule {
	return []adviceRule{
		{id: "advice.creation", acts: advises(OfferStudio), patterns: []string{`task creation failed`}},
		{id: "advice.offline", patterns: []string{`schedule task \d+ is not online`}},
		{id: "advice.task_gone", patterns: []string{`data file \d+ does not exist`, `no task found matching`}},
		{id: "advice.task_many", patterns: []string{`multiple tasks match`}},
		{id: "advice.other_type", acts: advises(OfferStudio), patterns: []string{`is not a multi-table cdc pipeline`, `requires configuration via studio ui`}},
		{id: "advice.cron", acts: advises(OfferStudio), patterns: []string{
			`unsupported (cron field count|minute gap|hour gap|quartz token)`, `cron expression must have`, `both day-of-month and day-of-week are specific`,
		}},
		{id: "advice.query", acts: advises(OfferStudio), patterns: []string{`syntax error at or near`, `you have an error in your sql syntax`, `incorrect syntax near`}},
		{id: "advice.guard", patterns: []string{`write operation detected`, `delete/update without where clause`, `query returned more than \d+ rows`}},
		{id: "advice.usage", patterns: []string{
			`unknown (arguments?|command):`, `not enough non-option arguments`, `missing required (argument|option):`, `invalid values:`, `no sql statements found`,
			`provide at least one field to change`, `at least one configuration option is required`, `--[a-z-]+ and --[a-z-]+ must be provided together`,
			`--[a-z-]+ is required for`, `provide a run_id`, `--[a-z-]+ is no longer supported`, `unsupported task type`, `unknown datasource type`,
		}},
	}
}
