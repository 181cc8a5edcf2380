package slacksim

import (
	"encoding/json"
	"strconv"
)

// Object is one decoded JSON object. Numbers are float64, arrays []any.
type Object = map[string]any

func str(o Object, key string) string { s, _ := o[key].(string); return s }

func truth(o Object, key string) bool { b, _ := o[key].(bool); return b }

func obj(o Object, key string) Object { m, _ := o[key].(Object); return m }

func items(o Object, key string) []any { l, _ := o[key].([]any); return l }

// list returns the objects of an array; entries that are not objects are left out.
func list(o Object, key string) []Object { return objects(items(o, key)) }

func objects(all []any) []Object {
	out := make([]Object, 0, len(all))
	for _, v := range all {
		if m, ok := v.(Object); ok {
			out = append(out, m)
		}
	}
	return out
}

func anys(all []Object) []any {
	out := make([]any, len(all))
	for i, v := range all {
		out[i] = v
	}
	return out
}

// textOf reads a text object, or a bare string, below key.
func textOf(o Object, key string) string {
	if s, ok := o[key].(string); ok {
		return s
	}
	return str(obj(o, key), "text")
}

// copied copies a decoded value deeply, as clone does and many times faster:
// whoever waits for something to be shown looks at it again and again.
func copied(v any) any {
	switch t := v.(type) {
	case Object:
		out := make(Object, len(t))
		for k, c := range t {
			out[k] = copied(c)
		}
		return out
	case []any:
		out := make([]any, len(t))
		for i, c := range t {
			out[i] = copied(c)
		}
		return out
	}
	return v
}

func copiedObject(o Object) Object {
	if o == nil {
		return nil
	}
	return copied(o).(Object)
}

func copiedObjects(all []Object) []Object {
	if all == nil {
		return nil
	}
	out := make([]Object, len(all))
	for i, o := range all {
		out[i] = copiedObject(o)
	}
	return out
}

// clone copies anything that JSON can say deeply, so that nothing handed out can
// change the sim, and makes it what a decoded value is.
func clone[T any](v T) T {
	raw, err := json.Marshal(v)
	if err != nil {
		return v
	}
	var out T
	if json.Unmarshal(raw, &out) != nil {
		return v
	}
	return out
}

// size is the length of v as JSON, in bytes.
func size(v any) int {
	raw, _ := json.Marshal(v)
	return len(raw)
}

// walk calls visit for every object inside v, parents first.
func walk(v any, visit func(Object)) {
	switch t := v.(type) {
	case Object:
		visit(t)
		for _, child := range t {
			walk(child, visit)
		}
	case []any:
		for _, child := range t {
			walk(child, visit)
		}
	case []Object:
		for _, child := range t {
			walk(child, visit)
		}
	}
}

// truthy reads a flag that arrives as JSON boolean or as form text.
func truthy(v any) bool {
	switch t := v.(type) {
	case bool:
		return t
	case string:
		b, _ := strconv.ParseBool(t)
		return b
	}
	return false
}
