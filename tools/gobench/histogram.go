package main

import "math/bits"

// A histogram counts durations: below 64 ns each nanosecond by itself, from there on 32 classes to
// each power of two.
type histogram struct {
	counts  [32 * 60]uint64
	longest uint64
}

func (h *histogram) add(ns int64) {
	d := uint64(0)
	if ns > 0 {
		d = uint64(ns)
	}
	if d > h.longest {
		h.longest = d
	}
	h.counts[class(d)]++
}

func class(d uint64) int {
	if d < 64 {
		return int(d)
	}
	shift := bits.Len64(d) - 6
	return 32*shift + int(d>>shift)
}

func least(class int) uint64 {
	if class < 64 {
		return uint64(class)
	}
	shift := class/32 - 1
	return uint64(class-32*shift) << shift
}

// Pairs are the least duration of each class that occurred, and how often it did.
func (h *histogram) pairs() [][2]uint64 {
	pairs := [][2]uint64{}
	for class, count := range h.counts {
		if count > 0 {
			pairs = append(pairs, [2]uint64{least(class), count})
		}
	}
	return pairs
}
