package studiosim

import "time"

// Clock maps real time to the world's time: Sim + (real - Real) * Speed.
// A frozen clock stands at Sim. All values but Speed are epoch milliseconds.
type Clock struct {
	Real   int64   `json:"real"`
	Sim    int64   `json:"sim"`
	Speed  float64 `json:"speed"` // 60: one simulated minute per real second
	Frozen bool    `json:"frozen,omitempty"`
}

func (c Clock) at(real int64) int64 {
	if c.Frozen {
		return c.Sim
	}
	return c.Sim + int64(float64(real-c.Real)*c.Speed)
}

// rebase keeps the present moment while the other settings change.
func (c *Clock) rebase(real int64) {
	c.Sim, c.Real = c.at(real), real
}

const (
	stampLayout = "2006-01-02 15:04:05.000"
	secLayout   = "2006-01-02 15:04:05"
)

// stamp is a moment in the backend's zone, with milliseconds.
func (st *state) stamp(ms int64) string {
	return time.UnixMilli(ms).In(st.zone).Format(stampLayout)
}

func (st *state) second(ms int64) string {
	return time.UnixMilli(ms).In(st.zone).Format(secLayout)
}

// orNull is an epoch value, or null when it is not known yet.
func orNull(ms int64) any {
	if ms == 0 {
		return nil
	}
	return ms
}
