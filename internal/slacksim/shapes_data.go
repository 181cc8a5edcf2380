package slacksim

import "fmt"

func dataBlocks() map[string]shape {
	return map[string]shape{
		// raw_number cells are documented for table but were reported as rejected.
		"table":  {"mh", keys{"rows": must(array(1, 100, row(20, "raw_text", "rich_text"))), "column_settings": may(array(0, 20, part("column")))}, countChars},
		"column": {"", keys{"align": may(oneOf("left", "center", "right")), "is_wrapped": may(boolean)}, nil},
		// The documents disagree on 100 or 200 rows below the header; the lower counts.
		"data_table": {"mh", keys{"caption": must(bare(1, 3000)), "page_size": may(number(1, 100)), "row_header_column_index": may(number(0, 19)),
			"rows": must(array(2, 101, row(20, "raw_text", "raw_number", "rich_text", "action_cell")))}, dataTable},
		"raw_text":           {"", keys{"text": must(bare(1, 3000))}, nil},
		"raw_number":         {"", keys{"value": must(anyNumber), "text": may(bare(0, 3000))}, nil},
		"action_cell":        {"", keys{"element": must(element("button")), "fallback": may(anything)}, nil},
		"data_visualization": {"m", keys{"title": must(bare(1, 50)), "chart": must(chart)}, nil},
		"pie":                {"", keys{"segments": must(array(1, 12, part("segment")))}, uniquePie},
		"segment":            {"", keys{"label": must(bare(1, 20)), "value": must(positive)}, nil},
		"bar":                seriesChart(),
		"line":               seriesChart(),
		"area":               seriesChart(),
		"axis":               {"", keys{"categories": must(array(1, 20, bare(1, 20))), "x_label": may(bare(0, 50)), "y_label": may(bare(0, 50))}, nil},
		"series":             {"", keys{"name": must(bare(1, 20)), "data": must(array(1, 20, part("point")))}, nil},
		"point":              {"", keys{"label": must(bare(1, 20)), "value": must(anyNumber)}, nil},
	}
}

func anyNumber(c *checker, path string, v any) {
	if _, ok := v.(float64); !ok {
		c.fail(path, "must be a number")
	}
}

func positive(c *checker, path string, v any) {
	if n, ok := v.(float64); !ok || n <= 0 {
		c.fail(path, "must be a number above 0")
	}
}

// row is an array of cells of the allowed kinds.
func row(most int, kinds ...string) check {
	return array(1, most, func(c *checker, path string, v any) {
		cell, _ := v.(Object)
		kind := str(cell, "type")
		for _, k := range kinds {
			if k != kind {
				continue
			}
			if kind == "rich_text" {
				richText(c, path, v)
			} else {
				c.object(path, cell, c.table[kind])
			}
			return
		}
		c.fail(path+"/type", "unsupported type: %s", kind)
	})
}

func countChars(c *checker, _ string, o Object) {
	for _, r := range items(o, "rows") {
		cells, _ := r.([]any)
		for _, cell := range objects(cells) {
			c.chars[str(o, "type")] += cellChars(cell)
		}
	}
}

func dataTable(c *checker, path string, o Object) {
	countChars(c, path, o)
	rows := items(o, "rows")
	width := 0
	for i, r := range rows {
		cells, _ := r.([]any)
		if i == 0 {
			width = len(cells)
		}
		if len(cells) != width {
			c.fail(fmt.Sprintf("%s/rows/%d", path, i), "must have %d cells like the header", width)
		}
	}
	if n, set := o["row_header_column_index"].(float64); set && int(n) >= width {
		c.fail(path+"/row_header_column_index", "there is no such column")
	}
}

func chart(c *checker, path string, v any) {
	o, _ := v.(Object)
	switch kind := str(o, "type"); kind {
	case "pie", "bar", "line", "area":
		c.object(path, o, c.table[kind])
	default:
		c.fail(path+"/type", "unsupported type: %s", kind)
	}
}

func unique(c *checker, path string, names []string) {
	seen := map[string]bool{}
	for _, n := range names {
		if seen[n] {
			c.fail(path, "%q is there twice", n)
		}
		seen[n] = true
	}
}

func uniquePie(c *checker, path string, o Object) {
	var labels []string
	for _, s := range list(o, "segments") {
		labels = append(labels, str(s, "label"))
	}
	unique(c, path+"/segments", labels)
}

func seriesChart() shape {
	return shape{"", keys{"series": must(array(1, 12, part("series"))), "axis_config": must(part("axis"))}, seriesFit}
}

// seriesFit wants one value per category, in their order, in every series.
func seriesFit(c *checker, path string, o Object) {
	var categories, names []string
	for _, v := range items(obj(o, "axis_config"), "categories") {
		name, _ := v.(string)
		categories = append(categories, name)
	}
	unique(c, path+"/axis_config/categories", categories)
	for i, s := range list(o, "series") {
		names = append(names, str(s, "name"))
		points := list(s, "data")
		at := fmt.Sprintf("%s/series/%d/data", path, i)
		if len(points) != len(categories) {
			c.fail(at, "must have one value per category")
			continue
		}
		for j, p := range points {
			if str(p, "label") != categories[j] {
				c.fail(at, "label %q does not match category %q", str(p, "label"), categories[j])
			}
		}
	}
	unique(c, path+"/series", names)
}
