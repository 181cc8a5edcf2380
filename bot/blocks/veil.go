package blocks

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"batchsync/internal/redact"
)

// What a person chooses or typed comes back from Slack, so it has to be sent
// there. A name that is a secret, or looks like one, can be chosen all the same:
// Slack gets what stands for it, and what comes back is looked up among the names
// that are known.

// Masked is in everything that stands for a secret.
const Masked = redact.Mask

// veil is a name as the value of an entry: itself, or what stands for it.
func (p Printer) veil(name string) string {
	if p.redact.String(name) == name {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return Masked + "/" + hex.EncodeToString(sum[:12])
}

// Unveil is the name, or the typed text, that a value stands for. One that stands
// for none of these, or might for several, is returned as it is: it has [Masked]
// in it, and must not be taken for a name.
func (p Printer) Unveil(value string, known []string) string {
	if !strings.Contains(value, Masked) {
		return value
	}
	var shownSo []string
	for _, name := range known {
		if p.veil(name) == value {
			return name
		}
		if p.redact.String(name) == value && !slices.Contains(shownSo, name) {
			shownSo = append(shownSo, name)
		}
	}
	if len(shownSo) == 1 {
		return shownSo[0]
	}
	return value
}
