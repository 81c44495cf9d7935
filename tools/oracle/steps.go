package main

import "reflect"

// mostIterators may be live at a time.
const mostIterators = 6

// weights says how likely each kind of operation is.
type weights struct {
	fresh  int // assign of a key that is not there
	update int // assign of one that is
	access int
	remove int // delete of a key that is there
	absent int // delete of one that is not
	begin  int // iterinit
	next   int // iternext
}

// step performs one operation, or none if the recording is over. Where the one that was drawn
// cannot be, it is an access.
func (r *recorder) step(w weights) {
	if r.over() {
		return
	}
	if r.pair.key.Kind() == reflect.Interface && r.rng.Intn(150) == 0 {
		r.unhashable()
		return
	}
	// A growth is soon over, and few iterators would begin in one by chance.
	if r.h.growing() && len(r.iters) < mostIterators && r.rng.Intn(24) == 0 {
		r.iterinit()
		return
	}
	n := r.rng.Intn(w.fresh + w.update + w.access + w.remove + w.absent + w.begin + w.next)
	drawn := func(weight int) bool {
		n -= weight
		return n < 0
	}
	switch {
	case drawn(w.fresh):
		if k, ok := r.fresh(); ok {
			r.assign(k, r.elemValue())
			return
		}
	case drawn(w.update):
		if k, ok := r.present(); ok {
			r.assign(r.respell(k), r.elemValue())
			return
		}
	case drawn(w.remove):
		if k, ok := r.present(); ok {
			r.delete(r.respell(k))
			return
		}
	case drawn(w.absent):
		if k, ok := r.fresh(); ok {
			r.delete(k)
			return
		}
	case drawn(w.begin):
		if len(r.iters) < mostIterators {
			r.iterinit()
			return
		}
	case drawn(w.next):
		if len(r.iters) > 0 {
			r.iternext(r.iters[r.rng.Intn(len(r.iters))])
			return
		}
	}
	if k, ok := r.present(); ok && r.rng.Intn(3) > 0 {
		r.access(r.respell(k))
	} else {
		r.access(r.drawKey())
	}
}

func (r *recorder) drawKey() value {
	p := reflect.New(r.pair.key).UnsafePointer()
	draw(r.rng, r.pair.key, p)
	return r.key.value(p)
}

// fresh draws a key that is not in the map.
func (r *recorder) fresh() (value, bool) {
	return r.where(func(uintptr) bool { return true })
}

// where draws a key that is not in the map and whose hash is as wanted.
func (r *recorder) where(wanted func(hash uintptr) bool) (value, bool) {
	p := reflect.New(r.pair.key).UnsafePointer()
	for tries := min(20000, 8*cardinality(r.pair.key)); tries > 0; tries-- {
		draw(r.rng, r.pair.key, p)
		if !wanted(r.typ.hasher(p, uintptr(r.h.hash0))) {
			continue
		}
		if k := r.key.value(p); r.model.find(k) == nil {
			return k, true
		}
	}
	return value{}, false
}

// present draws a key that is in the map.
func (r *recorder) present() (value, bool) {
	if len(r.model.entries) == 0 {
		return value{}, false
	}
	return r.model.entries[r.rng.Intn(len(r.model.entries))].k, true
}

// respell makes -0 of a float key that is +0, and the reverse, now and then: the same key to Go.
func (r *recorder) respell(k value) value {
	if len(r.key.floats) != 1 || r.rng.Intn(2) == 0 {
		return k
	}
	p := reflect.New(r.pair.key)
	p.Elem().Set(reflect.NewAt(r.pair.key, k.p).Elem())
	f := r.key.floats[0]
	b := bytesAt(p.UnsafePointer(), int(r.pair.key.Size()))[f.at : f.at+f.size]
	b[f.size-1] ^= 0x80
	if other := r.key.value(p.UnsafePointer()); other.same == k.same {
		return other
	}
	return k
}

// unhashable uses a key that no map takes.
func (r *recorder) unhashable() {
	ints := drawUnhashable(r.rng)
	k := value{p: reflect.ValueOf(&ints).UnsafePointer()}
	k.text = string(r.key.append(nil, k.p, false))
	k.same = k.text
	switch r.rng.Intn(3) {
	case 0:
		r.assign(k, r.elemValue())
	case 1:
		r.access(k)
	default:
		r.delete(k)
	}
}
