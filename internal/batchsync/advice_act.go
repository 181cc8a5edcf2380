package batchsync

// Act is what the bot can do about an error, offered as a button.
type Act string

const (
	OfferNone       Act = "none"              // of a probe; advice without an act has none
	OfferTest       Act = "test_datasource"   // let the platform connect to the data source
	OfferRerun      Act = "rerun"             // the failed run
	OfferVCluster   Act = "switch_vcluster"   // change the cluster of the schedule
	OfferLessAtOnce Act = "lower_concurrency" // copy fewer tables or parts at once
	OfferRetries    Act = "raise_retries"     // let the platform try a failed run again more often
	OfferStudio     Act = "open_studio"       // at the task, or at the run
)

// Acts returns every act, in the order in which buttons are offered.
func Acts() []Act {
	return []Act{OfferTest, OfferRerun, OfferVCluster, OfferLessAtOnce, OfferRetries, OfferStudio, OfferNone}
}
