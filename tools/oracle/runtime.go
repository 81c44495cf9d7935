package main

import "unsafe"

// What the runtime's map looks like in memory. The three releases agree on all of it; start checks
// it against what it can see from outside.

const (
	slots    = 8 // entries per bucket
	minTop   = 5 // the least tophash of a live entry; less are states
	evacuatd = 2 // from here to minTop: the bucket was evacuated

	flagIterator    = 1
	flagOldIterator = 2
	flagSameSize    = 8
)

// hmap is a map's header; a map value is a pointer to one.
type hmap struct {
	count      int
	flags      uint8
	B          uint8
	noverflow  uint16
	hash0      uint32
	buckets    unsafe.Pointer
	oldbuckets unsafe.Pointer
	nevacuate  uintptr
	extra      *mapextra
}

type mapextra struct {
	overflow     *[]unsafe.Pointer
	oldoverflow  *[]unsafe.Pointer
	nextOverflow unsafe.Pointer
}

// noCheck is the checkBucket of an iterator that stands in no old bucket.
const noCheck = 1 << 63

// hiter is the state of a range loop.
type hiter struct {
	key         unsafe.Pointer
	elem        unsafe.Pointer
	typ         *maptype
	h           *hmap
	buckets     unsafe.Pointer
	bptr        unsafe.Pointer
	overflow    *[]unsafe.Pointer
	oldoverflow *[]unsafe.Pointer
	startBucket uintptr
	offset      uint8
	wrapped     bool
	B           uint8
	i           uint8
	bucket      uintptr
	checkBucket uintptr
}

// mapIter is reflect.MapIter: a reflect.Value of three words, then the iterator itself.
type mapIter struct {
	_ [3]uintptr
	hiter
}

// rtype is the head of a type descriptor, as far as it is used here.
type rtype struct {
	size     uintptr
	ptrBytes uintptr
	_        [4]uint64
}

// maptype is the descriptor of a map type: where the compiler says how to lay out a bucket.
type maptype struct {
	rtype
	key        *rtype
	elem       *rtype
	bucket     *rtype
	hasher     func(key unsafe.Pointer, seed uintptr) uintptr
	keySize    uint8 // of a slot: 8 if it holds a pointer to the key
	elemSize   uint8
	bucketSize uint16
	flags      uint32
}

func (t *maptype) indirectKey() bool  { return t.flags&1 != 0 }
func (t *maptype) indirectElem() bool { return t.flags&2 != 0 }

// maptypeOf finds the descriptor of a map's type: the first word of an interface that holds it.
func maptypeOf(m any) *maptype {
	return *(**maptype)(unsafe.Pointer(&m))
}

func (h *hmap) growing() bool { return h.oldbuckets != nil }

// oldB is the log2 of the old array's buckets.
func (h *hmap) oldB() uint8 {
	if h.flags&flagSameSize != 0 {
		return h.B
	}
	return h.B - 1
}

// A bucket is 8 tophash bytes, 8 key slots, 8 elem slots, and the pointer to the next in its chain.

func tophash(b unsafe.Pointer) *[slots]uint8 { return (*[slots]uint8)(b) }

func evacuated(b unsafe.Pointer) bool {
	top := tophash(b)[0]
	return top >= evacuatd && top < minTop
}

func (t *maptype) bucketAt(array unsafe.Pointer, i uintptr) unsafe.Pointer {
	return unsafe.Add(array, i*uintptr(t.bucketSize))
}

func (t *maptype) keySlot(b unsafe.Pointer, i int) unsafe.Pointer {
	return unsafe.Add(b, slots+i*int(t.keySize))
}

func (t *maptype) elemSlot(b unsafe.Pointer, i int) unsafe.Pointer {
	return unsafe.Add(b, slots+slots*int(t.keySize)+i*int(t.elemSize))
}

// keyAt is where the key of a live slot lies, followed through an indirect slot.
func (t *maptype) keyAt(b unsafe.Pointer, i int) unsafe.Pointer {
	p := t.keySlot(b, i)
	if t.indirectKey() {
		return *(*unsafe.Pointer)(p)
	}
	return p
}

func (t *maptype) elemAt(b unsafe.Pointer, i int) unsafe.Pointer {
	p := t.elemSlot(b, i)
	if t.indirectElem() {
		return *(*unsafe.Pointer)(p)
	}
	return p
}

func (t *maptype) overflow(b unsafe.Pointer) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Add(b, uintptr(t.bucketSize)-8))
}
