package main

import (
	"fmt"
	"reflect"
	"unsafe"
)

// arrays knows how many buckets the runtime allocates in one array, spare ones included. The map
// does not store that; it is what the allocator rounds the size up to. Growing a slice of things
// of a bucket's size, with or without pointers as a bucket, rounds in the same way, so the runtime
// itself is asked.
type arrays struct {
	typ   *maptype
	slice reflect.Type
	total [64]uintptr
}

func newArrays(t *maptype) *arrays {
	word := reflect.TypeOf(uintptr(0))
	if t.bucket.ptrBytes != 0 {
		word = reflect.TypeOf(unsafe.Pointer(nil))
	}
	bucket := reflect.ArrayOf(int(t.bucketSize)/8, word)
	return &arrays{typ: t, slice: reflect.SliceOf(bucket)}
}

// buckets is the number of buckets in an array of 2^b regular ones.
func (a *arrays) buckets(b uint8) uintptr {
	if a.total[b] == 0 {
		n := uintptr(1) << b
		if b >= 4 {
			s := reflect.New(a.slice).Elem()
			s.Grow(int(n + n/16))
			n = uintptr(s.Cap())
		}
		a.total[b] = n
	}
	return a.total[b]
}

// index is the number of the bucket at p in an array of 2^b regular ones.
func (a *arrays) index(array unsafe.Pointer, b uint8, p unsafe.Pointer) (uintptr, bool) {
	if array == nil || uintptr(p) < uintptr(array) {
		return 0, false
	}
	i := (uintptr(p) - uintptr(array)) / uintptr(a.typ.bucketSize)
	return i, i < a.buckets(b)
}

// last is the last bucket of an array if that is a spare one: where the sentinel is.
func (a *arrays) last(array unsafe.Pointer, b uint8) unsafe.Pointer {
	if n := a.buckets(b); n > 1<<b {
		return a.typ.bucketAt(array, n-1)
	}
	return nil
}

// check holds the number of spare buckets against the map: from the next free one, the first that
// has an overflow pointer must be the last, and point to bucket 0.
func (a *arrays) check(h *hmap) {
	if h.extra == nil || h.extra.nextOverflow == nil {
		return
	}
	last := a.last(h.buckets, h.B)
	p := h.extra.nextOverflow
	for a.typ.overflow(p) == nil && p != last {
		p = unsafe.Add(p, uintptr(a.typ.bucketSize))
	}
	if p != last || a.typ.overflow(p) != h.buckets {
		panic(fmt.Sprintf("the array for B=%d does not have %d buckets", h.B, a.buckets(h.B)))
	}
}
