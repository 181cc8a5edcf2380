package batchsync

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTypedExpectation_Parse(t *testing.T) {
	t.Parallel()
	tables := []string{"ods.orders", "ods.items", "eu.items"}
	for _, c := range []struct {
		name   string
		typed  TypedExpectation
		tables []string
		want   Expectation
		wrong  []TextKey
	}{
		{"nothing", TypedExpectation{}, tables, Expectation{}, nil},
		{"percentages", TypedExpectation{NonNull: "99.5 %", Tolerance: "0,1", Drop: "30%"}, tables, Expectation{NonNull: 99.5, Tolerance: 0.1, Drop: 30}, nil},
		{"keys", TypedExpectation{Keys: "ods.orders: id,  shop\n\n ORDERS2 : x"}, nil, Expectation{Keys: map[string][]string{"ods.orders": {"id", "shop"}, "ORDERS2": {"x"}}}, nil},
		{"a bare name", TypedExpectation{Keys: "Orders: id"}, tables, Expectation{Keys: map[string][]string{"ods.orders": {"id"}}}, nil},
		{"an only table", TypedExpectation{Keys: "id, shop"}, tables[:1], Expectation{Keys: map[string][]string{"ods.orders": {"id", "shop"}}}, nil},
		{"a column twice", TypedExpectation{Keys: "ods.orders: id, ID"}, tables, Expectation{Keys: map[string][]string{"ods.orders": {"id"}}}, nil},
		{"which of many", TypedExpectation{Keys: "id"}, tables, Expectation{}, []TextKey{"expect.keys_line"}},
		{"which of two", TypedExpectation{Keys: "items: id"}, tables, Expectation{}, []TextKey{"expect.keys_which"}},
		{"unknown table", TypedExpectation{Keys: "users: id"}, tables, Expectation{}, []TextKey{"expect.keys_unknown"}},
		{"table twice", TypedExpectation{Keys: "orders: id\nods.orders: x"}, tables, Expectation{}, []TextKey{"expect.keys_twice"}},
		{"no column", TypedExpectation{Keys: "orders: id,"}, tables, Expectation{}, []TextKey{"expect.keys_name"}},
		{"too many", TypedExpectation{Keys: "orders: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u"}, tables, Expectation{}, []TextKey{"expect.keys_many"}},
		{"all wrong", TypedExpectation{Keys: ":", NonNull: "1e2", Tolerance: "-1", Drop: "2.5"}, tables, Expectation{}, []TextKey{"expect.keys_line", "expect.non_null", "expect.tolerance", "expect.drop"}},
		{"out of range", TypedExpectation{NonNull: "100.1", Tolerance: "1,000.5", Drop: "NaN"}, tables, Expectation{}, []TextKey{"expect.non_null", "expect.tolerance", "expect.drop"}},
		{"zero is not the usual", TypedExpectation{NonNull: "0", Tolerance: "0", Drop: "0 %"}, tables, Expectation{}, []TextKey{"expect.non_null", "expect.drop"}},
		{"a percent sign alone", TypedExpectation{NonNull: "%"}, tables, Expectation{}, []TextKey{"expect.non_null"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, wrong := c.typed.Parse(c.tables)
			var keys []TextKey
			for _, err := range wrong {
				var e *Error
				if !errors.As(err, &e) || e.Code != CodeInvalid {
					t.Fatalf("error %v", err)
				}
				keys = append(keys, e.Text.Key)
			}
			if !slices.Equal(keys, c.wrong) {
				t.Errorf("wrong: %v, want %v", keys, c.wrong)
			}
			if len(c.wrong) == 0 && !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// Whatever is accepted is written such that it is read as the same again.
func FuzzTypedExpectation_Parse(f *testing.F) {
	f.Add("ods.orders: id, shop\nitems: x", "99.5 %", "0,1", "30")
	f.Add("id", "", "", "")
	f.Add(":,:\n::", "100", "1e9", "-0")
	f.Fuzz(func(t *testing.T, keys, share, tolerance, drop string) {
		e, wrong := TypedExpectation{keys, share, tolerance, drop}.Parse(nil)
		if len(wrong) > 0 {
			return
		}
		if e.NonNull < 0 || e.NonNull > 100 || e.Tolerance < 0 || e.Tolerance > 100 || e.Drop < 0 || e.Drop > 100 {
			t.Fatalf("out of range: %+v", e)
		}
		again, wrong := e.Typed().Parse(nil)
		if len(wrong) > 0 {
			if bare := e.Keys[""]; bare != nil && strings.Contains(strings.Join(bare, ""), ":") {
				return
			}
			t.Fatalf("%+v is written as %+v, which is wrong: %v", e, e.Typed(), wrong)
		}
		if again.NonNull != e.NonNull || again.Tolerance != e.Tolerance || again.Drop != e.Drop || !maps.EqualFunc(again.Keys, e.Keys, slices.Equal) {
			t.Fatalf("%+v is read again as %+v", e, again)
		}
	})
}
