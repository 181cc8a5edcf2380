// Package source counts the tables of data sources, which the platform's
// program cannot: over database/sql, with accounts that may only read.
//
// Whatever it asks is asked in a read-only transaction that is rolled back,
// on at most two connections per source, each statement with a deadline of the
// server's own. SQL Server knows no read-only transactions; there the account's
// rights alone keep the source from being changed.
//
// The one foreign SQL is the filter of a task, which the platform runs on the
// source as well. It must be a plain condition, see filter.
package source
