package main

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

type answer struct {
	at      time.Time
	took    time.Duration
	problem string
	version string
}

type result struct {
	sync.Mutex
	started time.Time
	answers []answer
}

func newResult() *result { return &result{started: time.Now()} }

func (all *result) add(one answer) {
	all.Lock()
	defer all.Unlock()
	all.answers = append(all.answers, one)
}

// kindOf gives the few words by which failures are counted.
func kindOf(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.ECONNRESET):
		return "reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "broken off"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "unreachable"
	}
	words := strings.Split(err.Error(), ": ")
	return words[len(words)-1]
}

// summary is what the program prints. Times are seconds since the start; an outage is the time between two successes
// with at least one failure in it.
type summary struct {
	Asked         int            `json:"asked"`
	Failed        int            `json:"failed"`
	Problems      map[string]int `json:"problems"`
	Versions      map[string]int `json:"versions"`
	Order         []string       `json:"order"`
	FirstFailure  float64        `json:"first_failure_seconds"`
	LastFailure   float64        `json:"last_failure_seconds"`
	LongestOutage float64        `json:"longest_outage_seconds"`
	Median        float64        `json:"median_ms"`
	P99           float64        `json:"p99_ms"`
	Longest       float64        `json:"longest_ms"`
	Seconds       float64        `json:"seconds"`
}

func (all *result) summary() summary {
	all.Lock()
	defer all.Unlock()
	slices.SortFunc(all.answers, func(a, b answer) int { return a.at.Compare(b.at) })
	told := summary{Asked: len(all.answers), Problems: map[string]int{}, Versions: map[string]int{}, Order: []string{}}
	told.Seconds = time.Since(all.started).Seconds()
	lastSuccess, failedSince := all.started, false
	took := []float64{}
	for _, one := range all.answers {
		since := one.at.Sub(all.started).Seconds()
		if one.problem != "" {
			if told.Failed == 0 {
				told.FirstFailure = since
			}
			told.Failed++
			told.Problems[one.problem]++
			told.LastFailure, failedSince = since, true
			told.LongestOutage = max(told.LongestOutage, one.at.Sub(lastSuccess).Seconds())
			continue
		}
		if failedSince {
			told.LongestOutage = max(told.LongestOutage, one.at.Sub(lastSuccess).Seconds())
		}
		lastSuccess, failedSince = one.at, false
		if told.Versions[one.version] == 0 {
			told.Order = append(told.Order, one.version)
		}
		told.Versions[one.version]++
		took = append(took, float64(one.took.Microseconds())/1000)
	}
	if slices.Sort(took); len(took) > 0 {
		told.Median, told.P99, told.Longest = took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
	}
	return told
}
