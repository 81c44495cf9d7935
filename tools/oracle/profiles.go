package main

// profile is a way to use a map. Each leads often to places that ordinary use seldom reaches.
type profile struct {
	about string
	ops   int // by default
	every int
	dumps int
	hint  int
	limit int // most entries
	run   func(*recorder, int)
}

var profiles = map[string]profile{
	"mixed":   {"a bit of everything, the size going up and down", 1500, 1, 4, 0, 300, mixed},
	"iter":    {"iterators that live through several growths", 1500, 1, 4, 0, 420, iter},
	"churn":   {"growths to the same size, some of them cut off by a clear, over a map that stays small", 1500, 1, 4, 0, 48, churn},
	"clear":   {"clears with live iterators, some on the sentinel", 1500, 1, 4, 0, 150, clearing},
	"halves":  {"iterators that stand in a doubling's old buckets when a growth to the same size begins", 1500, 1, 4, 0, 420, halves},
	"drain":   {"filled and emptied, entry by entry", 1500, 1, 4, 0, 200, drain},
	"collide": {"keys that fall into few buckets: long chains", 1500, 1, 4, 0, 200, collide},
	"large":   {"thousands of entries; a state now and then", 12000, 200, 1, 0, 8000, mixed},
	"flips":   {"2^16 buckets or more, where the overflow counter tosses coins", 1500, 500, 0, 420000, 1 << 20, flips},
	"tiny":    {"a few dozen operations, each followed by a dump", 60, 1, 60, 0, 20, mixed},
}

// mixed lets the size wander between random marks.
func mixed(r *recorder, limit int) {
	up := weights{fresh: 40, update: 8, access: 8, remove: 12, absent: 3, begin: 2, next: 14}
	down := weights{fresh: 12, update: 8, access: 8, remove: 40, absent: 3, begin: 2, next: 14}
	for !r.over() {
		mark := r.rng.Intn(limit + 1)
		for !r.over() && r.h.count < mark && r.h.count < cardinality(r.pair.key) {
			r.step(up)
		}
		if r.rng.Intn(5) == 0 && !r.over() {
			r.clear()
		}
		mark = r.rng.Intn(mark + 1)
		for !r.over() && r.h.count > mark {
			r.step(down)
		}
		r.step(up)
	}
}

// iter begins iterators while the map is small, advances them seldom while it grows, and runs them
// to their ends among deletes.
func iter(r *recorder, limit int) {
	grow := weights{fresh: 60, update: 4, remove: 8, begin: 2, next: 6}
	rest := weights{fresh: 6, update: 6, remove: 10, next: 60}
	for !r.over() {
		mark := limit/2 + r.rng.Intn(limit/2+1)
		for n := 3 * mark; n > 0 && !r.over() && r.h.count < mark; n-- {
			r.step(grow)
		}
		for n := mark; n > 0 && !r.over() && len(r.iters) > 0; n-- {
			r.step(rest)
		}
		small := 4 + r.rng.Intn(30)
		for !r.over() && r.h.count > small {
			r.step(weights{remove: 30, next: 1})
		}
		r.step(rest)
	}
}

// churn fills one bucket after the other past its eight slots and takes the entries out again: the
// overflow buckets stay, and are soon too many.
func churn(r *recorder, limit int) {
	around := weights{fresh: 6, update: 6, access: 4, remove: 10, absent: 2, begin: 4, next: 6}
	base := 4 + r.rng.Intn(max(1, limit/2))
	for bucket := uintptr(0); !r.over(); bucket++ {
		for !r.over() && r.h.count < min(base, cardinality(r.pair.key)) {
			r.step(weights{fresh: 1})
		}
		var filled []value
		for n := 9 + r.rng.Intn(9); n > 0 && !r.over() && !r.overloads(); n-- {
			k, ok := r.crowd(bucket)
			if !ok {
				break
			}
			filled = append(filled, k)
			if r.rng.Intn(4) == 0 {
				r.step(around)
			}
			if !r.over() && r.h.growing() && r.rng.Intn(16) == 0 {
				r.clear()
				filled = nil
			}
		}
		for _, k := range filled {
			if !r.over() && r.rng.Intn(16) > 0 {
				r.delete(k)
			}
		}
		for !r.over() && r.h.count > base {
			r.step(weights{remove: 6, next: 1})
		}
		// The iterators' ends make room for new ones; between, some outlive several growths.
		for n := 60; n > 0 && bucket%16 == 15 && !r.over() && len(r.iters) > 0; n-- {
			r.step(weights{update: 1, next: 9})
		}
		if r.rng.Intn(200) == 0 {
			base = 4 + r.rng.Intn(max(1, limit))
		}
		r.step(around)
	}
}

// crowd assigns a key to this bucket, if there is one.
func (r *recorder) crowd(bucket uintptr) (value, bool) {
	mask := uintptr(1)<<r.h.B - 1
	k, ok := r.where(func(hash uintptr) bool { return hash&mask == bucket&mask })
	if ok {
		r.assign(k, r.elemValue())
	}
	return k, ok
}

// overloads is whether one more entry could begin a doubling.
func (r *recorder) overloads() bool {
	return r.h.count >= slots && uintptr(r.h.count+1) > 6<<r.h.B
}

// drain empties the map entry by entry: an empty map draws a seed.
func drain(r *recorder, limit int) {
	fill := weights{fresh: 40, update: 4, access: 4, remove: 3, begin: 1, next: 8}
	empty := weights{remove: 40, absent: 3, access: 4, begin: 1, next: 8}
	for !r.over() {
		mark := 1 + r.rng.Intn(limit)
		for n := 2 * mark; n > 0 && !r.over() && r.h.count < mark; n-- {
			r.step(fill)
		}
		for !r.over() && r.h.count > 0 {
			r.step(empty)
		}
		for n := r.rng.Intn(4); n > 0 && !r.over(); n-- {
			r.step(weights{absent: 1, access: 1, begin: 1})
		}
		r.step(fill)
	}
}

// halves begins iterators while the map doubles, and leaves them where they stand until overflow
// buckets of other entries have made it grow to the same size; then it runs them to their ends.
func halves(r *recorder, limit int) {
	for !r.over() {
		for !r.over() && r.h.count < min(limit, cardinality(r.pair.key)) && (r.h.B < 2 || !r.h.growing()) {
			r.step(weights{fresh: 1})
		}
		for n := mostIterators - len(r.iters); n > 0 && !r.over() && r.h.growing(); n-- {
			r.iterinit()
		}
		// One bucket after the other is filled past its eight slots, and emptied of these entries.
		for bucket := uintptr(0); bucket < 40 && !r.over() && r.h.flags&flagSameSize == 0; bucket++ {
			var filled []value
			for n := 9; n > 0 && !r.over() && !r.overloads() && r.h.flags&flagSameSize == 0; n-- {
				k, ok := r.crowd(bucket)
				if !ok {
					break
				}
				filled = append(filled, k)
			}
			for _, k := range filled {
				if !r.over() && r.h.flags&flagSameSize == 0 {
					r.delete(k)
				}
			}
		}
		for n := 60 * mostIterators; n > 0 && !r.over() && len(r.iters) > 0; n-- {
			r.step(weights{update: 1, next: 20})
		}
		if !r.over() {
			r.clear()
		}
	}
}

// collide uses keys that share three buckets' low bits and, half of them, a tophash.
func collide(r *recorder, limit int) {
	use := weights{update: 6, access: 8, remove: 14, absent: 2, begin: 2, next: 14}
	for !r.over() {
		seed := r.h.hash0
		first := uintptr(r.rng.Intn(64))
		mark := limit/3 + r.rng.Intn(limit)
		for n := 2 * mark; n > 0 && !r.over() && r.h.count < mark && r.h.hash0 == seed; n-- {
			top := r.rng.Intn(2) == 0
			k, ok := r.where(func(hash uintptr) bool {
				return (hash-first)&31 < 3 && (!top || hash>>62 == 1)
			})
			if ok {
				r.assign(k, r.elemValue())
			}
			for !r.over() && r.rng.Intn(2) == 0 {
				r.step(use)
			}
		}
		for n := mark / 2; n > 0 && !r.over() && r.h.count > 1; n-- {
			r.step(weights{remove: 20, update: 2, next: 6})
		}
		if r.rng.Intn(2) == 0 && !r.over() {
			r.clear()
		}
		r.step(use)
	}
}

// flips puts keys into a few of very many buckets, so that overflow buckets come soon.
func flips(r *recorder, _ int) {
	use := weights{update: 1, access: 1, remove: 2, begin: 1, next: 6}
	for !r.over() {
		first := uintptr(r.rng.Intn(1 << 16))
		for n := 600; n > 0 && !r.over(); n-- {
			k, ok := r.where(func(hash uintptr) bool { return (hash-first)&(1<<16-1) < 48 })
			if ok {
				r.assign(k, r.elemValue())
			}
			if !r.over() && (!ok || r.rng.Intn(5) == 0) {
				r.step(use)
			}
		}
		if r.rng.Intn(2) == 0 && !r.over() {
			r.clear()
		}
	}
}
