package batchsync

import (
	"errors"
	"slices"
	"testing"
)

func testAccess() Access {
	return Access{
		Team: "T1", Admins: []UserID{"UADMIN"}, AdminGroups: []GroupID{"SADMIN"},
		Operators: []UserID{"UOP"}, OperatorGroups: []GroupID{"SOP"},
	}
}

func TestAccess_Authorise(t *testing.T) {
	t.Parallel()
	const unruled Action = "no rule for this"
	member := func(id UserID, groups ...GroupID) User { return User{ID: id, Team: "T1", Groups: groups} }
	people := []struct {
		name string
		user User
		role Role
	}{
		{"admin", member("UADMIN"), Admin},
		{"admin by group", member("U1", "SX", "SADMIN"), Admin},
		{"admin and operator", member("UOP", "SADMIN"), Admin},
		{"operator", member("UOP"), Operator},
		{"operator by group", member("U1", "SOP"), Operator},
		{"viewer", member("U1", "SX"), Viewer},
		{"id in another case", member("uop"), Viewer},
	}
	outsiders := map[string]func(*User){
		"insider":       nil,
		"guest":         func(u *User) { u.Guest = true },
		"stranger":      func(u *User) { u.Stranger = true },
		"bot":           func(u *User) { u.Bot = true },
		"deleted":       func(u *User) { u.Deleted = true },
		"other team":    func(u *User) { u.Team = "T2" },
		"team unknown":  func(u *User) { u.Team = "" },
		"nobody at all": func(u *User) { u.ID = "" },
	}
	needs := map[Action]Role{
		ActView: Viewer, ActInspect: Viewer, ActCreate: Operator, ActBackfill: Operator, ActRerun: Operator, ActStop: Operator, ActMute: Operator,
		ActSchedule: Operator, ActTune: Operator, ActDebug: Operator, ActDeploy: Operator, ActUndeploy: Admin, ActAdopt: Admin, ActResume: Operator, ActDrop: Operator, ActShare: Operator, unruled: Admin,
		ActAck: Operator, ActSubscribe: Operator, ActQuiet: Operator, ActRehearse: Admin, ActAcceptance: Operator, ActAccept: Operator, ActExpect: Admin,
	}
	for _, act := range append(Actions(), unruled) {
		for _, p := range people {
			for kind, turn := range outsiders {
				t.Run(string(act)+"/"+p.name+"/"+kind, func(t *testing.T) {
					t.Parallel()
					need, ruled := needs[act]
					if !ruled {
						t.Fatalf("no expectation for %q", act)
					}
					user := p.user
					if turn != nil {
						turn(&user)
					}
					err := testAccess().Authorise(user, act)
					want := act == ActView || turn == nil && p.role >= need
					if (err == nil) != want || err != nil && CodeOf(err) != CodeForbidden {
						t.Errorf("Authorise() = %v, want allowed: %v", err, want)
					}
					if turn != nil && err != nil && keyOf(err) != "access.outsider" {
						t.Errorf("refused with %q", keyOf(err))
					}
				})
			}
			if got := testAccess().RoleOf(p.user); got != p.role {
				t.Errorf("RoleOf(%s) = %v, want %v", p.name, got, p.role)
			}
		}
	}
}

func TestAccess_Authorise_EmptyLists(t *testing.T) {
	t.Parallel()
	users := []User{{ID: "U1", Team: "T1"}, {ID: "U1", Team: "T1", Groups: []GroupID{"S1"}}, {Team: "T1"}, {}}
	for _, a := range []Access{{}, {Team: "T1"}} {
		for _, u := range users {
			for _, act := range Actions() {
				if err := a.Authorise(u, act); (err == nil) != (act == ActView || act == ActInspect && a.Team != "" && u.Team == a.Team && u.ID != "") {
					t.Errorf("%+v.Authorise(%+v, %s) = %v", a, u, act, err)
				}
			}
		}
	}
}

// Without a workspace of our own nobody is one of us, whatever the lists say.
func TestAccess_Authorise_NoTeam(t *testing.T) {
	t.Parallel()
	a := testAccess()
	a.Team = ""
	if err := a.Authorise(User{ID: "UADMIN"}, ActCreate); CodeOf(err) != CodeForbidden || keyOf(err) != "access.outsider" {
		t.Errorf("Authorise() = %v, want a refusal", err)
	}
}

func TestAccess_Authorise_SaysWho(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		access Access
		act    Action
		text   TextKey
		hint   TextKey
		who    []string
	}{
		{"operators, then administrators", testAccess(), ActCreate, "access.operator", "access.ask", []string{"SOP", "UOP", "SADMIN", "UADMIN"}},
		{"administrators only", testAccess(), "unruled", "access.admin", "access.ask", []string{"SADMIN", "UADMIN"}},
		{"administrators stand in", Access{Team: "T1", Admins: []UserID{"U9"}}, ActCreate, "access.operator", "access.ask", []string{"U9"}},
		{"nobody may", Access{Team: "T1"}, ActCreate, "access.nobody", "access.nobody_hint", nil},
		{"no administrator", Access{Team: "T1", Operators: []UserID{"U9"}}, "unruled", "access.nobody", "access.nobody_hint", nil},
		{"at most five", Access{Team: "T1", Operators: []UserID{"U1", "U2", "U3", "U4", "U5", "U6"}}, ActDrop, "access.operator", "access.ask", []string{"U1", "U2", "U3", "U4", "U5"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var e *Error
			if err := tt.access.Authorise(User{ID: "UX", Team: "T1"}, tt.act); !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if e.Text.Key != tt.text || e.Hint.Key != tt.hint || !slices.Equal(e.Hint.Args, tt.who) {
				t.Errorf("says %v, %v", e.Text, e.Hint)
			}
		})
	}
}
