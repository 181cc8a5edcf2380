package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"batchsync/internal/batchsync"
)

// checkReferences holds what one entry says of another against that other one:
// what would fail when it is followed, and what would be forgotten because
// nothing leads to it.
func checkReferences(tx *bbolt.Tx, f *faults) {
	for _, check := range []func(*bbolt.Tx, *faults){
		checkDrafts, checkOperations, checkMessages, checkSeen, checkIncidents, checkAlerts, checkAcceptances, checkAudit,
	} {
		if !f.over() {
			check(tx, f)
		}
	}
}

func (f *faults) addf(format string, args ...any) { f.add(fmt.Errorf(format, args...)) }

func has(tx *bbolt.Tx, name string, key []byte) bool { return bucket(tx, name).Get(key) != nil }

// each decodes a bucket; what cannot be decoded was found before.
func each[V any](tx *bbolt.Tx, f *faults, name string, see func(key []byte, v V)) {
	for k, data := range ascend(tx, name, nil) {
		if f.over() {
			return
		}
		var v V
		if json.Unmarshal(data, &v) == nil {
			see(k, v)
		}
	}
}

// ids are the parts of the values that other entries speak of: reading no more
// makes the check of a large file a fraction of the work.
type (
	draftID struct {
		ID    batchsync.DraftID `json:"id"`
		Owner batchsync.UserID  `json:"owner"`
	}
	operationID struct {
		batchsync.Operation
		Spec   skipped `json:"spec"`
		Change skipped `json:"change"`
		Debug  skipped `json:"debug"`
		Steps  skipped `json:"steps"`
	}
	incidentID struct {
		batchsync.Incident
		Conditions skipped `json:"conditions"`
	}
)

func checkDrafts(tx *bbolt.Tx, f *faults) {
	drafts, marks := 0, 0
	each(tx, f, bucketDrafts, func(k []byte, d draftID) {
		drafts++
		if string(k) != string(d.ID) || !has(tx, bucketDraftsByOwner, ownerKey(d.Owner, d.ID)) {
			f.addf("draft %q is not listed for its owner", k)
		}
	})
	for range ascend(tx, bucketDraftsByOwner, nil) {
		marks++
	}
	if drafts != marks {
		f.addf("%d drafts are listed, %d are there", marks, drafts)
	}
}

func checkOperations(tx *bbolt.Tx, f *faults) {
	each(tx, f, bucketOperations, func(k []byte, op operationID) {
		settled := op.State.Settled()
		switch {
		case string(k) != string(op.ID):
			f.addf("operation %q says it is %q", k, op.ID)
		case settled == has(tx, bucketUnsettled, k), settled != has(tx, bucketSettled, settledKey(op.Operation)):
			f.addf("operation %q is %s, but not listed so", k, op.State)
		case !settled && lacks(tx, op.ID) != "":
			f.addf("operation %q does not hold its lock %q", k, lacks(tx, op.ID))
		case !settled && !has(tx, bucketMessages, []byte(cardID(op.Operation))):
			f.addf("operation %q has no card", k)
		}
	})
	for k := range ascend(tx, bucketUnsettled, nil) {
		if !has(tx, bucketOperations, k) {
			f.addf("open operation %q is missing", k)
		}
	}
	for lock, id := range ascend(tx, bucketLocks, nil) {
		op, err := operation(tx, batchsync.OperationID(id))
		switch {
		case !has(tx, bucketUnsettled, id):
			f.addf("lock %q is held by operation %q, which is not open", lock, id)
		case err == nil && !slices.Contains(op.Locks(), string(lock)):
			f.addf("lock %q is held by operation %q, which has no need of it", lock, id)
		}
	}
	for k := range ascend(tx, bucketSettled, nil) {
		if !has(tx, bucketOperations, k[8:]) {
			f.addf("settled operation %q is missing", k[8:])
		}
	}
}

// lacks is a lock that an open operation should hold and does not, "" when there
// is none. One of an earlier version of the program may hold nothing but its own
// until it gets on.
func lacks(tx *bbolt.Tx, id batchsync.OperationID) string {
	op, err := operation(tx, id)
	if err != nil {
		return "" // found before
	}
	all := op.Locks()
	missing := slices.DeleteFunc(slices.Clone(all), func(lock string) bool {
		return string(bucket(tx, bucketLocks).Get([]byte(lock))) == string(id)
	})
	if len(missing) == 0 || missing[0] != op.Lock && len(missing) == len(all)-1 {
		return ""
	}
	return missing[0]
}

// messageObjects is where the things lie that messages show. Of files, those
// that are shown may be gone.
func messageObjects() map[batchsync.MessageKind]string {
	return map[batchsync.MessageKind]string{
		batchsync.MessageOperation: bucketOperations, batchsync.MessageAlert: bucketAlerts,
		batchsync.MessageAcceptance: bucketAcceptances,
	}
}

func checkMessages(tx *bbolt.Tx, f *faults) {
	due := 0
	each(tx, f, bucketMessages, func(k []byte, row messageRow) {
		name, key := indexOf(row)
		object, shows := messageObjects()[row.Kind]
		if row.State == batchsync.MessageDue {
			due++
		}
		switch {
		case string(k) != string(row.ID):
			f.addf("message %q says it is %q", k, row.ID)
		case name == "":
			f.addf("message %q is in no state", k)
		case row.State == batchsync.MessageDue && string(bucket(tx, name).Get(key)) != string(k):
			f.addf("message %q waits, but is not listed so", k)
		case shows && row.State == batchsync.MessageDue && !has(tx, object, []byte(row.Object)):
			f.addf("message %q shows %s %q, which is missing", k, object, row.Object)
		case row.Seq > bucket(tx, bucketMessages).Sequence():
			f.addf("message %q has number %d, which was not given", k, row.Seq)
		}
	})
	for _, name := range []string{bucketDue, bucketSent, bucketDead} {
		for key, id := range ascend(tx, name, nil) {
			row, ok, err := get[messageRow](tx, bucketMessages, id)
			in, at := indexOf(row)
			if !ok || err != nil || in != name || !bytes.Equal(at, key) {
				f.addf("message %q is listed as %s, but is not", id, name)
			}
			if name == bucketDue {
				due--
			}
		}
	}
	if due != 0 {
		f.addf("%d messages wait without being listed", due)
	}
}

func checkSeen(tx *bbolt.Tx, f *faults) {
	n := 0
	for k := range ascend(tx, bucketSeenByTime, nil) {
		n++
		if !bytes.Equal(bucket(tx, bucketSeen).Get(k[8:]), k[:8]) {
			f.addf("dedupe key %q is missing", k[8:])
		}
	}
	for range ascend(tx, bucketSeen, nil) {
		n--
	}
	if n != 0 {
		f.addf("%d dedupe keys are listed that are not there", n)
	}
}

func checkIncidents(tx *bbolt.Tx, f *faults) {
	n := 0
	each(tx, f, bucketIncidents, func(k []byte, i incidentID) {
		n++
		if name, key := incidentIndex(i.Incident); string(k) != string(i.ID) || !has(tx, name, key) {
			f.addf("incident %q is not listed as %s", k, i.State)
		}
	})
	for _, name := range []string{bucketOpenIncidents, bucketIncidentsByTime} {
		for range ascend(tx, name, nil) {
			n--
		}
	}
	if n != 0 {
		f.addf("%d incidents are listed that are not there", -n)
	}
}

func checkAlerts(tx *bbolt.Tx, f *faults) {
	each(tx, f, bucketAlerts, func(k []byte, a batchsync.Alert) {
		if string(k) != string(a.ID) || a.Open() != has(tx, bucketOpenAlerts, k) || !has(tx, bucketAlertsByTime, append(timeKey(a.Opened), k...)) {
			f.addf("alert %q is not listed as it is", k)
		}
		for _, id := range a.Incidents {
			if !has(tx, bucketAlertsByIncident, tellsKey(id, a.ID)) {
				f.addf("alert %q is not listed for incident %q", k, id)
			}
		}
	})
	missing := func(id []byte) {
		if !has(tx, bucketAlerts, id) {
			f.addf("alert %q is missing", id)
		}
	}
	for k := range ascend(tx, bucketOpenAlerts, nil) {
		missing(k)
	}
	for k := range ascend(tx, bucketAlertsByTime, nil) {
		missing(k[8:])
	}
	for k := range ascend(tx, bucketAlertsByIncident, nil) {
		_, id, _ := bytes.Cut(k, []byte{0})
		missing(id)
	}
}

func checkAcceptances(tx *bbolt.Tx, f *faults) {
	n := 0
	each(tx, f, bucketAcceptances, func(k []byte, a leanAcceptance) {
		n++
		if string(k) != string(a.ID) || string(bucket(tx, bucketAcceptancesByTask).Get(acceptanceKey(a.Acceptance))) != string(k) ||
			has(tx, bucketAskedAcceptances, k) != (a.State == batchsync.AcceptanceAsked) {
			f.addf("acceptance %q is not listed as it is", k)
		}
	})
	for _, id := range ascend(tx, bucketAcceptancesByTask, nil) {
		n--
		if !has(tx, bucketAcceptances, id) {
			f.addf("acceptance %q is missing", id)
		}
	}
	for k := range ascend(tx, bucketAskedAcceptances, nil) {
		if !has(tx, bucketAcceptances, k) {
			f.addf("asked acceptance %q is missing", k)
		}
	}
	if n != 0 {
		f.addf("%d acceptances are listed that are not there", -n)
	}
}

// checkAudit holds that rows are only ever removed from the front.
func checkAudit(tx *bbolt.Tx, f *faults) {
	var last []byte
	for k := range ascend(tx, bucketAudit, nil) {
		if len(k) == 8 && last != nil && !bytes.Equal(k, be64(seqOf(last)+1)) {
			f.addf("audit rows between %x and %x are missing", last, k)
		}
		last = k
	}
	if end := bucket(tx, bucketAudit).Sequence(); last != nil && seqOf(last) != end {
		f.addf("the audit trail ends with row %d of %d", seqOf(last), end)
	}
}

func seqOf(key []byte) uint64 { return binary.BigEndian.Uint64(key) }
