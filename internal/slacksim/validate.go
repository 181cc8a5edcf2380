package slacksim

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

const (
	onMessage = "message"
	onModal   = "modal"
	onHome    = "home"
)

// checker walks blocks against the tables in shapes.go and collects complaints in
// Slack's words, each with a JSON pointer.
type checker struct {
	surface string
	refused []string // block types this workspace does not know
	table   map[string]shape
	errs    []string
	tooLong bool // a limit over the whole message was passed: msg_blocks_too_long

	blockIDs map[string]bool
	focused  bool
	inputs   int
	count    map[string]int // blocks by type
	chars    map[string]int // characters in "table", "data_table" and "markdown" blocks
}

func newChecker(surface string, refused []string) *checker {
	return &checker{surface: surface, refused: refused, table: shapes(), blockIDs: map[string]bool{},
		count: map[string]int{}, chars: map[string]int{}}
}

func (c *checker) fail(path, format string, args ...any) {
	c.errs = append(c.errs, fmt.Sprintf(format, args...)+" [json-pointer:"+path+"]")
}

// checkMessage validates the blocks of a message; nil means they are fine.
func (s *Sim) checkMessage(blocks []any) Object {
	c := newChecker(onMessage, s.opts.RefusedBlocks)
	c.blocks("/blocks", blocks, 50)
	c.whole(blocks)
	switch {
	case len(c.errs) > 0:
		return fail("invalid_blocks", c.errs...)
	case c.tooLong:
		return fail("msg_blocks_too_long")
	}
	return nil
}

// whole checks the limits that span a message.
func (c *checker) whole(blocks []any) {
	if c.count["table"] > 1 {
		c.fail("/blocks", "only_one_table_allowed")
	}
	if c.count["data_visualization"] > 2 {
		c.fail("/blocks", "no more than 2 data_visualization blocks allowed")
	}
	if c.chars["table"] > 10_000 || c.chars["data_table"] > 20_000 || c.chars["markdown"] > 12_000 {
		c.tooLong = true
	}
	// Slack limits the text of all blocks together, undocumented. Reports put it at
	// 13,297 characters for one bare block, less with more structure around the text.
	const most, perObject = 13_200, 20
	total := 0
	for _, b := range objects(blocks) {
		if t := str(b, "type"); t == "table" || t == "data_table" || t == "data_visualization" {
			continue
		}
		walk(b, func(o Object) {
			text, _ := o["text"].(string)
			total += utf8.RuneCountInString(text) + perObject
		})
	}
	c.tooLong = c.tooLong || total > most
}

// checkView validates a view argument.
func (s *Sim) checkView(raw Object, publish bool) []string {
	kind := str(raw, "type")
	c := newChecker(kind, s.opts.RefusedBlocks)
	if want := map[bool]string{true: onHome, false: onModal}[publish]; kind != want && !(kind == onHome && !publish) {
		c.fail("/view/type", "must be %s", want)
		return c.errs
	}
	if raw["blocks"] == nil {
		c.fail("/view", "missing required field: blocks")
	}
	c.blocks("/view/blocks", items(raw, "blocks"), 100)
	limit := func(key string, most int) {
		if n := utf8.RuneCountInString(str(raw, key)); n > most {
			c.fail("/view/"+key, "must be less than %d characters", most+1)
		}
	}
	limit("private_metadata", 3000)
	limit("callback_id", 255)
	limit("external_id", 255)
	if kind == onModal {
		c.modalFrame(raw)
	}
	return c.errs
}

func (c *checker) modalFrame(raw Object) {
	label := plainText(24)
	for _, key := range []string{"title", "submit", "close"} {
		if raw[key] != nil {
			label(c, "/view/"+key, raw[key])
		} else if key == "title" {
			c.fail("/view", "missing required field: title")
		}
	}
	if c.inputs > 0 && raw["submit"] == nil {
		c.fail("/view", "missing required field: submit; a view with input blocks needs it")
	}
}

func (c *checker) blocks(path string, blocks []any, most int) {
	if len(blocks) > most {
		c.fail(path, "no more than %d items allowed", most)
	}
	for i, v := range blocks {
		at := fmt.Sprintf("%s/%d", path, i)
		if b, ok := v.(Object); ok {
			c.block(at, b)
		} else {
			c.fail(at, "must be an object")
		}
	}
}

func (c *checker) block(path string, b Object) {
	kind := str(b, "type")
	s, known := c.table[kind]
	if !known || s.surfaces == "" || slices.Contains(c.refused, kind) {
		c.fail(path+"/type", "unsupported type: %s", kind)
		return
	}
	if !s.on(c.surface) {
		c.fail(path+"/type", "%s blocks are not allowed in a %s", kind, c.surface)
		return
	}
	c.count[kind]++
	if id := str(b, "block_id"); id != "" {
		if c.blockIDs[id] {
			c.fail(path+"/block_id", "`block_id` %q already exists for another block", id)
		}
		c.blockIDs[id] = true
	}
	c.object(path, b, s)
	seen := map[string]bool{}
	for _, p := range elements([]Object{b}) {
		if p.block["type"] == kind && seen[p.actionID()] {
			c.fail(path, "`action_id` %q already exists in this block", p.actionID())
		}
		seen[p.actionID()] = true
	}
}

// object checks the keys of one object against its shape, in a stable order.
func (c *checker) object(path string, o Object, s shape) {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		r, known := s.keys[key]
		switch {
		case key == "type", o[key] == nil:
		case key == "block_id" && s.surfaces != "":
			bare(0, 255)(c, path+"/block_id", o[key])
		case !known:
			c.fail(path, "invalid additional property: %s", key)
		default:
			r.check(c, path+"/"+key, o[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.keys)) {
		if s.keys[key].must && o[key] == nil {
			c.fail(path, "missing required field: %s", key)
		}
	}
	if s.extra != nil {
		s.extra(c, path, o)
	}
}

// options checks options or option_groups of an element or of a suggestion answer.
func (c *checker) options(o Object, path string, most int, mrkdwn bool) {
	flat, grouped := o["options"] != nil, o["option_groups"] != nil
	if flat == grouped {
		c.fail(path, "exactly one of options and option_groups is needed")
		return
	}
	if flat {
		array(0, most, option(mrkdwn))(c, path+"/options", o["options"])
		return
	}
	array(0, 100, func(c *checker, path string, v any) {
		g, _ := v.(Object)
		plainText(75)(c, path+"/label", g["label"])
		array(1, 100, option(mrkdwn))(c, path+"/options", g["options"])
	})(c, path+"/option_groups", o["option_groups"])
}
