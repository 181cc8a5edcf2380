// Command bareloop is what the benchmarks compare the bot with: a Socket Mode
// loop of slack-go that acknowledges every envelope and does nothing else. It is
// a program of its own, so that its start and its memory are slack-go's alone.
package main

import (
	"fmt"
	"os"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

func main() {
	fmt.Fprintln(os.Stderr, run())
	os.Exit(1)
}

func run() error {
	client := socketmode.New(slack.New(os.Getenv("SLACK_BOT_TOKEN"),
		slack.OptionAppLevelToken(os.Getenv("SLACK_APP_TOKEN")), slack.OptionAPIURL(os.Getenv("SLACK_API_URL"))))
	ended := make(chan error, 1)
	go func() { ended <- client.Run() }()
	for {
		select {
		case err := <-ended:
			return err
		case ev := <-client.Events:
			if ev.Request == nil || ev.Request.EnvelopeID == "" {
				continue
			}
			if err := client.Ack(*ev.Request); err != nil {
				return err
			}
		}
	}
}
