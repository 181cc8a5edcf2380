// Package czcli is the program cz-cli as a Go value: one method per question
// or change, answered in the terms of package batchsync. Apart from the
// simulators it is the only package that starts a child process.
//
// The program was written for people at a terminal. The rules below keep its
// traps away from everybody else:
//
//  1. Without -y a change is silently left out and the exit code is 0. Every
//     change passes -y where the program knows it, and an answer with
//     executed=false is the failure not_executed.
//  2. The program re-sends lost requests, also of changes, and may report an
//     error for work that was done. A change is never repeated here; unless
//     the refusal certainly came first, its error is Uncertain and the caller
//     reads the state back.
//  3. The number a backfill answers with is not a run. No method returns one.
//  4. The compute cluster has a useless default. It is a required argument.
//  5. Unreadable dates become "now". No date goes into the program unless it
//     was made from a time.Time, with its offset.
//  6. Names match partially. A name is used for searching only; tasks,
//     folders and data sources are addressed by number.
//  7. Edit states and "task status" mislead. Whether a task is online is
//     decided by the presence of a cron expression in "task schedule-info".
//  8. Saving a schedule loses information. What was stored is read back with
//     [Client.DraftSchedule] and compared by the caller.
//  9. The guard against writing SQL is weak. No text of a person becomes SQL:
//     the statements are constants but for the names of target tables, which
//     are quoted, and refused where they could end the quotation.
//  10. Each invocation logs in again and costs several requests. The number of
//     children at a time is limited, and interactive calls go first.
//
// Besides: values travel as --flag=value, because a value that begins with a
// dash is read as a flag otherwise; stdout is read up to the end of its first
// JSON document; exit code, error document and data are all looked at, none
// alone is enough; the access token travels in the environment, never in
// argv; and neither argv values nor answers are logged.
//
// Errors of a child are *batchsync.PlatformError. A deadline and a cancelled
// context are both [batchsync.FailTimeout]; errors.Is tells
// context.DeadlineExceeded from context.Canceled.
package czcli
