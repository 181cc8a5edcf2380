package blocks

import "batchsync/internal/batchsync"

// noted is an argument of a note that a channel gets about its subscriptions and
// quiet windows, in the words of the answer that the person alone gets. Notes carry
// these arguments as they are typed, because they are stored before they have a
// language; false for all others.
func (p Printer) noted(t batchsync.Text, i int) (mark, bool) {
	topics, known := map[batchsync.TextKey]bool{
		"subscribe.told": true, "unsubscribe.told": false, "unsubscribe.told_left": true,
		"quiet.told": false, "quiet.told_why": false, "quiet.told_end": false,
	}[t.Key]
	switch {
	case !known:
	case i == 1:
		return p.typedSelector(t.Args[i]), true
	case i == 2 && topics:
		var all []batchsync.Topic
		for _, topic := range batchsync.Items(t.Args[i]) {
			all = append(all, batchsync.Topic(topic))
		}
		return p.topics(all, digestOf(t)), true
	case i == 4 && t.Key == "quiet.told_why":
		return p.reason(t.Args[i], maxArgument), true
	}
	return "", false
}

// digestOf is when the channel of a note gets its digest, which stands behind the
// topics; notes of older versions do not have it.
func digestOf(t batchsync.Text) batchsync.Channel {
	if len(t.Args) < 5 {
		return batchsync.Channel{}
	}
	return batchsync.Channel{Digest: t.Args[3], Zone: t.Args[4]}
}

// typedSelector is which tasks are meant by [batchsync.Selector.Words].
func (p Printer) typedSelector(words string) mark {
	r, err := batchsync.ParseSubscribe(words)
	if err != nil {
		return p.shortName(words)
	}
	return p.selector(r.Selector)
}
