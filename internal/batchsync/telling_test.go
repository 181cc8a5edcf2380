package batchsync

import "testing"

func TestTelling_Responsible(t *testing.T) {
	t.Parallel()
	owned := map[TaskID]Task{1: {ID: 1}, 2: {ID: 2, Owner: "U2"}}
	for _, c := range []struct {
		name string
		told Telling
		want UserID
	}{
		{"the first owner", Telling{Incidents: []Incident{{Task: 1}, {Task: 2}}, Tasks: owned, Subscriptions: []Subscription{{By: "U9"}}}, "U2"},
		{"nobody owns it: who subscribed", Telling{Incidents: []Incident{{Task: 1}}, Tasks: owned, Subscriptions: []Subscription{{}, {By: "U9"}}}, "U9"},
		{"the platform", Telling{Incidents: []Incident{{}}, Subscriptions: []Subscription{{By: "U9"}}}, "U9"},
		{"nobody", Telling{Incidents: []Incident{{Task: 7}}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.told.Responsible(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
