package slacksim

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

func TestSim_Uploads(t *testing.T) {
	t.Parallel()
	s, ctx := newSim(t, Options{})
	api := slack.New(s.BotToken, slack.OptionAPIURL(s.URL()+"/api/"))
	if got := s.Uploads(); len(got) != 0 {
		t.Errorf("before: %+v", got)
	}
	for _, text := range []string{"one", "two"} {
		_, err := api.UploadFileContext(ctx, slack.UploadFileParameters{Channel: DataSync, Filename: text + ".txt", Title: "Title " + text, FileSize: 3, Reader: strings.NewReader(text)})
		if err != nil {
			t.Fatal(err)
		}
	}
	got := s.Uploads()
	if len(got) != 2 || got[0].Name != "one.txt" || got[0].Title != "Title one" || string(got[0].Data) != "one" || string(got[1].Data) != "two" {
		t.Errorf("got %+v", got)
	}
}
