package main

// clearing clears the map while iterators live: in mid-growth, among long chains, and, in every
// other round, under an iterator that stands on the last spare bucket.
func clearing(r *recorder, limit int) {
	fill := weights{fresh: 50, update: 4, access: 2, remove: 8, begin: 3, next: 12}
	for round := 0; !r.over(); round++ {
		if round%2 == 0 {
			r.sentinel()
		} else {
			mark := r.rng.Intn(limit + 1)
			for n := 2 * mark; n > 0 && !r.over() && r.h.count < mark; n-- {
				r.step(fill)
			}
			if round%4 == 1 {
				r.intoGrowth()
			}
		}
		if !r.over() {
			r.clear()
		}
		// Some soon in bucket 0, where the sentinel leads.
		for n := r.rng.Intn(12); n > 0 && !r.over(); n-- {
			mask := uintptr(1)<<r.h.B - 1
			if k, ok := r.where(func(hash uintptr) bool { return hash&mask == 0 }); ok {
				r.assign(k, r.elemValue())
			}
			r.step(weights{fresh: 2, next: 1})
		}
		for n := 40; n > 0 && !r.over() && len(r.iters) > 0; n-- {
			r.step(weights{fresh: 4, remove: 2, update: 1, next: 20})
		}
		r.step(fill)
	}
}

// intoGrowth adds entries until a growth is under way, and lets it go on for a while.
func (r *recorder) intoGrowth() {
	for n := 150; n > 0 && !r.over() && !r.h.growing(); n-- {
		r.step(weights{fresh: 8, next: 1})
	}
	for n := r.rng.Intn(8); n > 0 && !r.over() && r.h.growing(); n-- {
		r.step(weights{fresh: 2, remove: 2, begin: 1, next: 1})
	}
}

// sentinel leads an iterator onto the last spare bucket, if it can. For that the spare ones must
// be used up, by chains that are longer than their share.
func (r *recorder) sentinel() {
	room := min(60, cardinality(r.pair.key))
	for !r.over() && r.h.count < room || r.h.growing() {
		if r.over() {
			return
		}
		r.step(weights{fresh: 8, update: 1})
	}
	if r.h.B < 4 {
		return
	}
	mask := uintptr(1)<<r.h.B - 1
	for bucket := uintptr(0); !r.over() && !r.overloads() && r.h.extra != nil && r.h.extra.nextOverflow != nil; bucket++ {
		for n := 0; n < 9 && !r.over() && !r.overloads(); n++ {
			k, ok := r.where(func(hash uintptr) bool { return hash&mask == bucket&mask })
			if !ok {
				break
			}
			r.assign(k, r.elemValue())
		}
		if bucket > mask {
			return
		}
	}
	if r.h.growing() || r.over() {
		return
	}
	last := r.lister.arrays.last(r.h.buckets, r.h.B)
	if last == nil || len(r.iters) >= 2*mostIterators {
		return
	}
	r.iterinit()
	it := r.iters[len(r.iters)-1]
	for r.h.count > 0 && !r.over() && it.key != nil && it.bptr != last {
		r.iternext(it)
	}
}
