package batchsync

import "slices"

// maxPrecision is the most digits of a decimal of the Lakehouse.
const maxPrecision = 38

// typeRule recognises a pair of types that needs a look, or is wrong.
type typeRule struct {
	key     TextKey // of the sentence; its arguments are how many columns, and which
	note    TextKey // of the same in a few words, about one column
	verdict Verdict
	hits    func(source, target columnType) bool
}

// typeRules are tried in this order, what is wrong first; the first that hits
// decides. A pair that none hits fits.
func typeRules() []typeRule {
	of := func(kind typeKind) func(s, t columnType) bool {
		return func(s, _ columnType) bool { return s.kind == kind }
	}
	return []typeRule{
		{"types.narrow", "mapped.narrow", VerdictFailed, narrower},
		{"types.other", "mapped.other", VerdictFailed, func(s, t columnType) bool { return !holds(s, t) }},
		{"types.bit", "mapped.bit", VerdictPerson, of(kindBits)},
		{"types.enum", "mapped.enum", VerdictPerson, of(kindEnum)},
		{"types.set", "mapped.set", VerdictPerson, of(kindSet)},
		{"types.time", "mapped.time", VerdictPerson, of(kindClock)},
		{"types.text", "mapped.text", VerdictPerson, func(s, _ columnType) bool { return s.large }},
		{"types.unsigned_high", "mapped.unsigned_high", VerdictPerson, func(s, t columnType) bool {
			return s.unsigned && s.kind == kindInteger && t.kind == kindInteger && t.bits <= s.bits
		}},
		{"types.unsigned", "mapped.unsigned", VerdictPerson, func(s, _ columnType) bool { return s.unsigned }},
		{"types.precision", "mapped.precision", VerdictPerson, func(s, _ columnType) bool { return s.kind == kindDecimal && s.precision > maxPrecision }},
		{"types.scale", "mapped.scale", VerdictPerson, func(s, t columnType) bool {
			return s.kind == kindDecimal && t.kind == kindDecimal && t.scale >= 0 && s.scale > t.scale
		}},
		{"types.open_decimal", "mapped.open_decimal", VerdictPerson, func(s, t columnType) bool {
			return s.kind == kindDecimal && s.precision < 0 && t.kind == kindDecimal && t.precision >= 0
		}},
		{"types.unknown", "mapped.unknown", VerdictPerson, func(s, t columnType) bool { return s.kind == kindUnknown || t.kind == kindUnknown }},
		{"types.cross", "mapped.cross", VerdictPerson, func(s, t columnType) bool { return s.kind != t.kind && !natural(s.kind, t.kind) }},
	}
}

// narrower reports whether the target has no room for all values of the same
// kind. Decimals of unknown size, and the values above half of what an unsigned
// integer takes, are left to other rules.
func narrower(s, t columnType) bool {
	if s.kind != t.kind {
		return false
	}
	switch s.kind {
	case kindInteger, kindFloat:
		return t.bits < s.bits
	case kindDecimal:
		return s.precision >= 0 && s.precision <= maxPrecision && t.precision >= 0 && t.precision-t.scale < s.precision-s.scale
	case kindText:
		return t.length > 0 && (s.length > t.length || s.length < 0)
	}
	return false
}

// holds reports whether the target can hold such values in some way. Of an
// unknown type it may.
func holds(s, t columnType) bool {
	if s.kind == kindUnknown || t.kind == kindUnknown || s.kind == t.kind {
		return true
	}
	switch {
	case t.kind == kindText:
		return true
	case s.kind == kindDecimal && t.kind == kindInteger:
		return s.scale == 0 && (s.precision <= 18 && t.bits == 64 || s.precision <= 9 && t.bits >= 32)
	case s.kind == kindInteger && t.kind == kindBool:
		return s.bits == 8 // what MySQL makes of a boolean
	}
	return slices.Contains(otherKinds(s.kind), t.kind)
}

// otherKinds can hold the values of a kind, besides itself and texts.
func otherKinds(kind typeKind) []typeKind {
	switch kind {
	case kindInteger:
		return []typeKind{kindDecimal, kindFloat}
	case kindDecimal:
		return []typeKind{kindFloat}
	case kindFloat:
		return []typeKind{kindDecimal}
	case kindBool:
		return []typeKind{kindInteger}
	case kindBits:
		return []typeKind{kindBool, kindInteger, kindBinary}
	case kindText:
		return []typeKind{kindJSON}
	case kindEnum:
		return []typeKind{kindInteger}
	case kindSet:
		return []typeKind{kindInteger, kindNested}
	case kindDate:
		return []typeKind{kindMoment}
	case kindClock:
		return []typeKind{kindMoment, kindInteger}
	case kindYear:
		return []typeKind{kindInteger, kindDate}
	case kindJSON:
		return []typeKind{kindNested}
	case kindNested:
		return []typeKind{kindJSON}
	}
	return nil
}

// natural reports whether the target has no kind of its own for such values,
// and this is the usual one.
func natural(s, t typeKind) bool {
	switch s {
	case kindUUID, kindJSON:
		return t == kindText
	case kindYear:
		return t == kindInteger
	}
	return false
}
