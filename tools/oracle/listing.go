package main

import (
	"bytes"
	"fmt"
	"strconv"
	"unsafe"
)

// listing writes the canonical state of a map: all of its memory, without addresses.
type listing struct {
	typ    *maptype
	key    *codec
	elem   *codec
	arrays *arrays

	h    *hmap
	heap map[unsafe.Pointer]int // numbers of the buckets that lie in no array
	out  []byte
}

// text is the state of h, each line ended by a newline; it is valid until the next call.
func (l *listing) text(h *hmap) []byte {
	l.h, l.heap, l.out = h, map[unsafe.Pointer]int{}, l.out[:0]
	growing := "no"
	if h.growing() {
		growing = "double"
		if h.flags&flagSameSize != 0 {
			growing = "same"
		}
	}
	l.out = fmt.Appendf(l.out, "hmap count=%d flags=%d B=%d noverflow=%d hash0=%d nevacuate=%d growing=%s\n",
		h.count, h.flags, h.B, h.noverflow, h.hash0, h.nevacuate, growing)
	if h.buckets == nil {
		l.out = append(l.out, "buckets 0\n"...)
	} else {
		l.array("buckets ", h.buckets, 1<<h.B)
	}
	if h.growing() {
		l.array("oldbuckets ", h.oldbuckets, 1<<h.oldB())
	}
	extra := h.extra
	if extra == nil {
		extra = &mapextra{}
	}
	l.out = append(l.out, "next_overflow="...)
	l.name(extra.nextOverflow)
	l.out = append(l.out, '\n')
	l.list("overflow=", extra.overflow)
	l.list("oldoverflow=", extra.oldoverflow)
	return l.out
}

// digest is FNV-1a of the state.
func (l *listing) digest(h *hmap) uint64 {
	sum := uint64(0xcbf29ce484222325)
	for _, b := range l.text(h) {
		sum = (sum ^ uint64(b)) * 0x100000001b3
	}
	return sum
}

// lines is the state as a JSON array.
func (l *listing) lines(h *hmap) []byte {
	out := []byte{'['}
	for i, line := range bytes.Split(bytes.TrimSuffix(l.text(h), []byte("\n")), []byte("\n")) {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendQuote(out, string(line))
	}
	return append(out, ']')
}

func (l *listing) array(title string, array unsafe.Pointer, n uintptr) {
	l.out = strconv.AppendUint(append(l.out, title...), uint64(n), 10)
	l.out = append(l.out, '\n')
	for i := uintptr(0); i < n; i++ {
		for b := l.typ.bucketAt(array, i); b != nil; b = l.typ.overflow(b) {
			l.bucket(b)
		}
	}
}

func (l *listing) bucket(b unsafe.Pointer) {
	l.name(b)
	l.out = append(l.out, " th="...)
	l.out = appendHex(l.out, tophash(b)[:])
	l.out = append(l.out, " k="...)
	l.area(b, l.key, l.typ.indirectKey(), l.typ.keySlot(b, 0), l.typ.keySize, l.typ.keyAt)
	l.out = append(l.out, " e="...)
	l.area(b, l.elem, l.typ.indirectElem(), l.typ.elemSlot(b, 0), l.typ.elemSize, l.typ.elemAt)
	l.out = append(l.out, " ovf="...)
	l.name(l.typ.overflow(b))
	l.out = append(l.out, '\n')
}

// area writes a bucket's keys or elems: bytes, stale ones included, where they mean nothing but
// themselves; else the values of the live slots.
func (l *listing) area(b unsafe.Pointer, c *codec, indirect bool, start unsafe.Pointer, size uint8,
	at func(unsafe.Pointer, int) unsafe.Pointer) {
	if c.plain && !indirect {
		l.out = appendHex(l.out, bytesAt(start, slots*int(size)))
		return
	}
	for i := 0; i < slots; i++ {
		l.out = append(l.out, "[,"[min(i, 1)])
		if tophash(b)[i] < minTop {
			l.out = append(l.out, '_')
		} else {
			l.out = c.append(l.out, at(b, i), false)
		}
	}
	l.out = append(l.out, ']')
}

func (l *listing) list(title string, list *[]unsafe.Pointer) {
	l.out = append(append(l.out, title...), '[')
	if list != nil && l.typ.bucket.ptrBytes == 0 {
		for i, b := range *list {
			if i > 0 {
				l.out = append(l.out, ',')
			}
			l.name(b)
		}
	}
	l.out = append(l.out, "]\n"...)
}

func (l *listing) name(b unsafe.Pointer) {
	var letter byte
	var number int
	if b == nil {
		l.out = append(l.out, '-')
		return
	}
	if i, in := l.arrays.index(l.h.buckets, l.h.B, b); in {
		letter, number = 'b', int(i)
	} else if i, in := l.arrays.index(l.h.oldbuckets, l.h.oldB(), b); in {
		letter, number = 'o', int(i)
	} else {
		n, known := l.heap[b]
		if !known {
			n = len(l.heap)
			l.heap[b] = n
		}
		letter, number = 'h', n
	}
	l.out = strconv.AppendInt(append(l.out, letter), int64(number), 10)
}

// live calls f for every entry that the map holds.
func (l *listing) live(h *hmap, f func(k, v unsafe.Pointer)) {
	array := func(array unsafe.Pointer, n uintptr) {
		for i := uintptr(0); i < n; i++ {
			for b := l.typ.bucketAt(array, i); b != nil; b = l.typ.overflow(b) {
				for s, top := range tophash(b) {
					if top >= minTop {
						f(l.typ.keyAt(b, s), l.typ.elemAt(b, s))
					}
				}
			}
		}
	}
	if h.buckets != nil {
		array(h.buckets, 1<<h.B)
	}
	if h.growing() {
		array(h.oldbuckets, 1<<h.oldB())
	}
}
