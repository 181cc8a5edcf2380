package main

// settingError is one setting that cannot be used.
type settingError struct{ name, problem, fix string }

func (e *settingError) Error() string { return e.name + " " + e.problem + ": " + e.fix }

// wrongSettings are the settings that [Config.Validate] complains about.
func wrongSettings(err error) []*settingError {
	var out []*settingError
	switch e := err.(type) {
	case *settingError:
		out = append(out, e)
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			out = append(out, wrongSettings(one)...)
		}
	}
	return out
}
