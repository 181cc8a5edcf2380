package slacksim

import "fmt"

// normalise copies blocks and fills in what Slack fills in: ids of blocks and
// elements, and the defaults of text objects. Callers hold s.mu.
func (s *Sim) normalise(raw []any) []Object {
	blocks := clone(objects(raw))
	s.nameBlocks(blocks)
	walk(blocks, func(o Object) {
		switch str(o, "type") {
		case "plain_text":
			setDefault(o, "emoji", true)
		case "mrkdwn":
			setDefault(o, "verbatim", false)
		}
	})
	return blocks
}

func (s *Sim) nameBlocks(blocks []Object) {
	for _, b := range blocks {
		if str(b, "block_id") == "" {
			b["block_id"] = fmt.Sprintf("b%05x", s.next())
		}
		for _, e := range append(list(b, "elements"), obj(b, "element"), obj(b, "accessory")) {
			if _, stateful := fields()[str(e, "type")]; stateful || str(e, "type") == "button" || str(e, "type") == "overflow" {
				if str(e, "action_id") == "" {
					e["action_id"] = fmt.Sprintf("a%05x", s.next())
				}
			}
		}
		s.nameBlocks(list(b, "child_blocks"))
		if str(b, "type") == "carousel" {
			s.nameBlocks(list(b, "elements"))
		}
	}
}

func setDefault(o Object, key string, v any) {
	if _, set := o[key]; !set {
		o[key] = v
	}
}
