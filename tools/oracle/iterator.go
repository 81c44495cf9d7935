package main

import (
	"reflect"
	"strconv"
	"unsafe"
)

// iterator is one of a recording's, with what it may be held to.
type iterator struct {
	number int
	range_ *reflect.MapIter
	*hiter

	from    uint64   // serial of the first entry that is younger than the iterator
	seen    []uint64 // a bit for the serial of every entry that it has returned
	same    int      // same-size growths since it began
	growths int      // growths since it began
	strayed bool     // into a chain that is not its bucket's: it may return entries twice
	half    bool     // it stands in an old bucket of a doubling, of which half is due
	both    bool     // it took both halves of such a bucket to be due: it may return entries twice
}

// iterinit begins an iterator, and advances it to the first entry as Go does.
func (r *recorder) iterinit() {
	it := &iterator{number: r.begun, range_: r.table.iterate(), from: r.model.serial}
	it.hiter = &(*mapIter)(unsafe.Pointer(it.range_)).hiter
	r.begun++
	if r.h.growing() && r.h.count > 0 {
		r.events.IteratorsInGrowth++
	}
	r.line = append(r.line, `{"op":"iterinit","it":`...)
	r.line = strconv.AppendInt(r.line, int64(it.number), 10)
	more := it.next(r.h)
	if it.typ != r.typ || r.h.count > 0 && it.h != r.h {
		r.fail("the iterator is not laid out as assumed")
	}
	r.line = strconv.AppendUint(append(r.line, `,"start":`...), uint64(it.startBucket), 10)
	r.line = strconv.AppendUint(append(r.line, `,"offset":`...), uint64(it.offset), 10)
	r.iters = append(r.iters, it)
	r.arrived(it, more)
}

// iternext advances one of r.iters.
func (r *recorder) iternext(it *iterator) {
	if r.standsOnSentinel(it) {
		r.events.SentinelWalks++
	}
	if it.half && r.h.flags&flagSameSize != 0 {
		it.both = true
		r.events.BothHalves++
	}
	if r.exposed(it) {
		r.events.Exposed++
	}
	r.line = append(r.line, `{"op":"iternext","it":`...)
	r.line = strconv.AppendInt(r.line, int64(it.number), 10)
	r.arrived(it, it.next(r.h))
}

// next advances the iterator, and notes whether the bucket that it came to is half due.
func (it *iterator) next(h *hmap) bool {
	bucket, wrapped := it.bucket, it.wrapped
	more := it.range_.Next()
	if it.bucket != bucket || it.wrapped != wrapped {
		it.half = it.checkBucket != noCheck && h.growing() && h.flags&flagSameSize == 0
	}
	return more
}

// standsOnSentinel is whether the iterator's next step follows the pointer of the last spare bucket
// to bucket 0. The bucket is free, so nothing in it ends the step before.
func (r *recorder) standsOnSentinel(it *iterator) bool {
	return it.bptr != nil && it.bptr == r.lister.arrays.last(it.buckets, it.B) &&
		r.typ.overflow(it.bptr) == it.buckets
}

// arrived writes where the iterator came to, and holds it to Go's promise: an entry that was there
// from its beginning to its end is returned once, any other at most once, and none that is not
// there. (After a clear none has been there from the beginning.)
func (r *recorder) arrived(it *iterator, more bool) {
	if !more {
		r.line = append(r.line, `,"end":true`...)
		r.drop(it)
		for _, e := range r.model.entries {
			if e.serial < it.from && !it.has(e.serial) {
				r.broken(it, "has not returned "+e.k.text)
			}
		}
		r.end(nil, false)
		return
	}
	k, v := r.key.value(it.hiter.key), r.elem.value(it.hiter.elem)
	r.field("k", k.text)
	r.field("v", v.text)
	switch e := r.model.find(k); {
	case e == nil || e.k.text != k.text || e.v.text != v.text:
		r.broken(it, "has returned "+k.text+": "+v.text+", which is not in the map")
	case it.has(e.serial) && !it.strayed:
		r.broken(it, "has returned twice "+k.text)
	default:
		it.mark(e.serial)
	}
	r.end(nil, false)
}

// exposed is whether a bug of Go's that breaks its promise can meet the iterator, or has. A second
// same-size growth in its life zeroes buckets that hold pointers. And one that begins while the
// iterator stands in a bucket that a doubling has split makes it forget which half is due.
func (r *recorder) exposed(it *iterator) bool {
	return it.same >= 2 && r.typ.bucket.ptrBytes != 0 || it.both
}

// broken is for a promise that was not kept.
func (r *recorder) broken(it *iterator, how string) {
	if !r.exposed(it) {
		r.fail("iterator %d %s", it.number, how)
	}
	r.events.BrokenPromises++
}

// dangerous is whether the first of them could make the iterator's next step read through a nil key, which
// ends the process. It is never advanced again.
func (r *recorder) dangerous(it *iterator) bool {
	return it.same >= 2 && r.typ.bucket.ptrBytes != 0 && r.typ.indirectKey()
}

func (r *recorder) drop(it *iterator) {
	for i, other := range r.iters {
		if other == it {
			r.iters = append(r.iters[:i], r.iters[i+1:]...)
			return
		}
	}
}

func (it *iterator) has(serial uint64) bool {
	return serial/64 < uint64(len(it.seen)) && it.seen[serial/64]>>(serial%64)&1 != 0
}

func (it *iterator) mark(serial uint64) {
	for uint64(len(it.seen)) <= serial/64 {
		it.seen = append(it.seen, 0)
	}
	it.seen[serial/64] |= 1 << (serial % 64)
}
