// Package slacksim is a local Slack workspace: the Web API, Socket Mode and a
// client in the browser, in one process and one HTTP server. Tests drive it
// through Go ([Sim.As], [Sim.WaitMessage], [Sim.Violations]); a person drives it
// through the page at "/".
//
// Rules of the house:
//
//   - It is strict. What Slack rejects is rejected here with Slack's own error
//     code; what Slack tolerates but punishes later (a late ack, a message
//     without unfurl flags) is listed by [Sim.Violations].
//   - It is independent. It knows Slack only as JSON and imports no Slack
//     client library outside its tests, so a mistake in the library shows.
//   - It forgets. Everything lives in memory until the process ends.
//   - It is safe to leave running: every goroutine ends with [Sim.Close].
//
// A test reads like this:
//
//	sim := slacksim.New(slacksim.Options{})
//	if err := sim.Start(); err != nil { ... }
//	defer sim.Close()
//	// start the app with sim.URL()+"/api/", sim.BotToken and sim.AppToken, then
//	_, err := sim.As(slacksim.Ana).Slash(ctx, "data-sync", "/batchsync new")
//	view, err := sim.WaitView(ctx, "ana", func(v slacksim.View) bool { return v.Title == "New sync" })
//	_, err = sim.As("ana").Type(ctx, view, "Name", "orders")
//	result, err := sim.As("ana").Submit(ctx, view)
//	msg, err := sim.WaitMessage(ctx, "data-sync", func(m slacksim.Message) bool { return m.FromApp })
//	// and at the end: len(msg.Pings) == 0, len(sim.Violations()) == 0
//
// Identifiers in arguments may be a real id ("C0DATASYNC") or a plain name
// ("data-sync", "ana"). All times are the machine's clock, in UTC.
package slacksim
