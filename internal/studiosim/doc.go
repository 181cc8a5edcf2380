// Package studiosim is a stand-in for the cz-cli program and the platform
// behind it. It is used by the demo and by tests only.
//
// A world lives in one directory: state.json (settings, tasks, datasources,
// lakehouse tables), runs.gob (run instances) and journal.jsonl (one line per
// invocation). Child processes share it through a file lock; each invocation
// locks, loads, moves the clock forward, acts, saves and unlocks. The lock is
// never held while an invocation sleeps.
//
// Rules: answers have the shape of cz-cli 1.17.19, traps included; what only a
// real account could tell is a field of [Switches] with a documented default.
// Times inside the world are epoch milliseconds of the world's own clock.
package studiosim
