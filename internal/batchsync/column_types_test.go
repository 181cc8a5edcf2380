package batchsync

import (
	"slices"
	"testing"
)

// typesRule is the rule that a pair of types hits, "" for none.
func typesRule(source, target string) TextKey {
	s, t := readType(source), readType(target)
	rules := typeRules()
	i := slices.IndexFunc(rules, func(r typeRule) bool { return r.hits(s, t) })
	if i < 0 {
		return ""
	}
	return rules[i].key
}

func TestTypeRules(t *testing.T) {
	t.Parallel()
	tests := []struct{ source, target, want string }{
		{"int", "int", ""},
		{"int(11)", "bigint", ""},
		{"INTEGER", "int", ""},
		{"bigint(20)", "bigint", ""},
		{"int8", "bigint", ""},
		{"mediumint", "int", ""},
		{"varchar(255)", "string", ""},
		{"character varying(40)", "varchar(40)", ""},
		{"nvarchar(max)", "string", ""},
		{"decimal(10,2)", "decimal(10,2)", ""},
		{"numeric(10,2)", "decimal(38,10)", ""},
		{"DECIMAL", "decimal", ""},
		{"money", "decimal(19,4)", ""},
		{"double precision", "double", ""},
		{"float", "double", ""},
		{"datetime", "timestamp", ""},
		{"timestamp(3) without time zone", "timestamp_ntz", ""},
		{"timestamp with time zone", "timestamp_ltz", ""},
		{"date", "date", ""},
		{"boolean", "boolean", ""},
		{"json", "string", ""},
		{"uuid", "string", ""},
		{"year(4)", "int", ""},
		{"varbinary(16)", "binary", ""},
		{"integer[]", "array<int>", ""},
		{"_int4", "array<int>", ""},

		{"bigint", "int", "types.narrow"},
		{"double", "float", "types.narrow"},
		{"float(53)", "float", "types.narrow"},
		{"varchar(255)", "varchar(100)", "types.narrow"},
		{"longtext", "varchar(100)", "types.narrow"},
		{"decimal(12,2)", "decimal(10,2)", "types.narrow"},

		{"varchar(20)", "int", "types.other"},
		{"datetime", "date", "types.other"},
		{"decimal(10,2)", "bigint", "types.other"},
		{"int", "date", "types.other"},
		{"date", "int", "types.other"},
		{"bigint", "boolean", "types.other"},

		{"bit(8)", "binary", "types.bit"},
		{"bit", "boolean", "types.bit"},
		{"enum('a','b(c)')", "string", "types.enum"},
		{"enum('<x>')", "string", "types.enum"},
		{"set('a','b')", "string", "types.set"},
		{"time", "string", "types.time"},
		{"time(6) without time zone", "string", "types.time"},
		{"interval", "string", "types.time"},
		{"TEXT", "string", "types.text"},
		{"mediumtext", "string", "types.text"},
		{"int(10) unsigned", "bigint", "types.unsigned"},
		{"int unsigned", "int", "types.unsigned_high"},
		{"bigint(20) unsigned zerofill", "bigint", "types.unsigned_high"},
		{"bigint unsigned", "decimal(20,0)", "types.unsigned"},
		{"decimal(10,2) unsigned", "decimal(10,2)", "types.unsigned"},
		{"decimal(65,30)", "decimal(38,10)", "types.precision"},
		{"numeric(50,0)", "string", "types.precision"},
		{"decimal(10,4)", "decimal(10,2)", "types.scale"},
		{"numeric", "decimal(38,18)", "types.open_decimal"},
		{"geometry", "string", "types.unknown"},
		{"USER-DEFINED", "string", "types.unknown"},
		{"int", "hyperint", "types.unknown"},
		{"int", "double", "types.cross"},
		{"int", "string", "types.cross"},
		{"decimal(9,0)", "int", "types.cross"},
		{"tinyint(1)", "boolean", "types.cross"},
		{"datetime", "string", "types.cross"},
		{"varchar(20)", "json", "types.cross"},
		{"", "", "types.unknown"},
	}
	seen := map[TextKey]bool{}
	for _, tt := range tests {
		got := typesRule(tt.source, tt.target)
		seen[got] = true
		if string(got) != tt.want {
			t.Errorf("%s -> %s: %q, want %q", tt.source, tt.target, got, tt.want)
		}
	}
	for _, r := range typeRules() {
		if !seen[r.key] {
			t.Errorf("nothing hits %s", r.key)
		}
	}
}

func FuzzReadType(f *testing.F) {
	for _, s := range []string{"", "int(10) unsigned", "enum('a','b')", "decimal(10,2)", "decimal(,)", "bit(", "varchar(-1)", "float(99999999999999999999)", "array<", "_", "time without time zone"} {
		f.Add(s, "string")
	}
	f.Fuzz(func(t *testing.T, source, target string) {
		s := readType(source)
		if s.length < -1 || s.precision < -1 || s.bits < 0 {
			t.Fatalf("%q is %+v", source, s)
		}
		if typesRule(source, target) == "" && (s.kind == kindUnknown || readType(target).kind == kindUnknown) {
			t.Fatalf("%q -> %q fits, though it is not known", source, target)
		}
	})
}
