package studiosim

// Switches are the answers that only a real account can give. The zero value
// of each is what the recorded outputs show, or the more troublesome reading
// where they show nothing. Those of executed runs are no such answer; they make
// them slow or fail.
type Switches struct {
	RefillAnswer     string `json:"refill_answer,omitempty"`      // "" bare job number, "job" an object with the job id, "instance" one with the run id
	RefillPlanNow    bool   `json:"refill_plan_now,omitempty"`    // refill runs carry the moment of submission, not the business date
	IgnoreTypeFilter bool   `json:"ignore_type_filter,omitempty"` // run lookups by task name find runs
	NewestFirst      bool   `json:"newest_first,omitempty"`       // attempts are listed newest first
	UnknownRunNull   bool   `json:"unknown_run_null,omitempty"`   // runs detail of an unknown run: exit 0 without status
	ConfigSetBy      string `json:"config_set_by,omitempty"`      // "" setup, "save-cron": what makes a several-table task deployable
	WrongVC          string `json:"wrong_vc,omitempty"`           // "" the run fails, "deploy" or "save": refused there
	RerunNewRun      bool   `json:"rerun_new_run,omitempty"`      // rerun makes a new run instead of another attempt
	RefuseRerun3     bool   `json:"refuse_rerun_3,omitempty"`     // rerun of a task with rerun property 3 is refused
	PageCap          int    `json:"page_cap,omitempty"`           // most rows per page; 0: no cap
	ShiftPages       int    `json:"shift_pages,omitempty"`        // runs that come in between two pages of runs list: each repeats so many of the page before; below 0 so many are skipped
	StatsExtra       int    `json:"stats_extra,omitempty"`        // runs that runs stats counts as succeeded though no list shows them
	SwapEditStates   bool   `json:"swap_edit_states,omitempty"`   // 20 stands for published and 100 for saved only
	ExecuteMS        int64  `json:"execute_ms,omitempty"`         // executed runs take so long; 0: as any other run
	ExecuteFails     string `json:"execute_fails,omitempty"`      // executed runs fail with that message
	BareCDC          bool   `json:"bare_cdc,omitempty"`           // task status of an online MULTI_DI reads not_deployed
}
