// Package precondition looks at everything that has to be as it is for the bot
// to work: settings, tokens and their scopes, the default channel, the people
// with a role, the platform's program with its profile, workspace, folder and
// cluster, zones and clock, the database file, backups, and data sources.
//
// Nothing is changed by looking. Asking and judging are apart: what was told is
// a value, and every judgement of one is a pure function. A check that fails or
// hangs hides no other; what rests on it is said to be unchecked because of it.
//
// Each question has ten seconds, all of them together a minute.
package precondition
