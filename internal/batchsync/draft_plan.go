package batchsync

// Planned is the specification a confirmation would carry out now: the answers,
// with what is known of the things they name.
func (d Draft) Planned(facts Facts) Spec { return d.Spec().withFacts(facts) }

// relabel takes over what the things answered with are called now.
func (d *Draft) relabel(facts Facts) {
	s := d.Planned(facts)
	for f, label := range map[Field]string{FieldSource: s.Source.Name, FieldTarget: s.Target.Name, FieldFolder: s.Folder.Path} {
		if v := d.Answers.Value(f); v != "" {
			d.Answers[f] = []Choice{{v, label}}
		}
	}
}
