package blocks

import (
	"fmt"
	"regexp"
	"strings"
)

// forms are the two of a word that depends on a number: "%[2]s {2:row|rows}" has
// the first one where argument 2 is 1.
var forms = regexp.MustCompile(`\{([1-9]):([^{|}]*)\|([^{|}]*)\}`)

// numbered chooses among the forms in words of the catalog, before any argument
// is in them.
func numbered(words string, args []any) string {
	if !strings.Contains(words, "{") {
		return words
	}
	return forms.ReplaceAllStringFunc(words, func(found string) string {
		part := forms.FindStringSubmatch(found)
		if i := int(part[1][0] - '1'); i < len(args) && fmt.Sprint(args[i]) == "1" {
			return part[2]
		}
		return part[3]
	})
}
