package main

import (
	"reflect"
	"unsafe"
)

// table is a map whose types are known to the compiler, so that each operation is the one that an
// ordinary program's statement compiles to: mapassign_fast64 for a map[uint64]V, and so on. (A
// generic function is compiled once for each underlying type, and looks at that type.) Keys and
// elems go in and out by address.
type table interface {
	assign(k, v unsafe.Pointer)
	access(k unsafe.Pointer) (v unsafe.Pointer, ok bool)
	delete(k unsafe.Pointer)
	clear()
	// iterate begins an iteration: the runtime's, which reflect only wraps.
	iterate() *reflect.MapIter
	header() *hmap
}

type tableOf[K comparable, V any] struct{ m map[K]V }

func (t *tableOf[K, V]) assign(k, v unsafe.Pointer) { t.m[*(*K)(k)] = *(*V)(v) }

func (t *tableOf[K, V]) access(k unsafe.Pointer) (unsafe.Pointer, bool) {
	v, ok := t.m[*(*K)(k)]
	return unsafe.Pointer(&v), ok
}

func (t *tableOf[K, V]) delete(k unsafe.Pointer) { delete(t.m, *(*K)(k)) }

func (t *tableOf[K, V]) clear() { clear(t.m) }

func (t *tableOf[K, V]) iterate() *reflect.MapIter { return reflect.ValueOf(t.m).MapRange() }

func (t *tableOf[K, V]) header() *hmap { return *(**hmap)(unsafe.Pointer(&t.m)) }

// pair is a map type that can be recorded.
type pair struct {
	key, elem reflect.Type
	typ       *maptype
	make      func(hint int) table
}

func pairOf[K comparable, V any]() pair {
	m := map[K]V(nil)
	t := reflect.TypeOf(m)
	return pair{
		key:  t.Key(),
		elem: t.Elem(),
		typ:  maptypeOf(m),
		make: func(hint int) table {
			if hint == 0 {
				return &tableOf[K, V]{make(map[K]V)}
			}
			return &tableOf[K, V]{make(map[K]V, hint)}
		},
	}
}

// The structs: plain; with padding; with what needs a key update and with pointers; nested.
type (
	plainStruct  = struct{ a, b uint32 }
	paddedStruct = struct {
		a uint8
		b uint32
	}
	textStruct = struct {
		a string
		b float64
	}
	nestedStruct = struct {
		a [2][3]uint16
		b struct{ c, d uint16 }
	}
)

func pairsOf[K comparable]() []pair {
	return []pair{
		pairOf[K, struct{}](),
		pairOf[K, uint8](),
		pairOf[K, uint32](),
		pairOf[K, uint64](),
		pairOf[K, string](),
		pairOf[K, [20]uint8](),
		pairOf[K, [136]uint8](),
		pairOf[K, bool](),
		pairOf[K, complex128](),
		pairOf[K, textStruct](),
	}
}

// pairs are all map types that can be recorded.
func pairs() []pair {
	var all []pair
	for _, some := range [][]pair{
		pairsOf[uint8](),
		pairsOf[uint16](),
		pairsOf[uint32](),
		pairsOf[uint64](),
		pairsOf[int32](),
		pairsOf[int64](),
		pairsOf[float32](),
		pairsOf[float64](),
		pairsOf[string](),
		pairsOf[[3]uint32](),
		pairsOf[[20]uint8](),
		pairsOf[[136]uint8](),
		pairsOf[interface{}](),
		pairsOf[bool](),
		pairsOf[complex128](),
		pairsOf[plainStruct](),
		pairsOf[paddedStruct](),
		pairsOf[textStruct](),
		pairsOf[nestedStruct](),
	} {
		all = append(all, some...)
	}
	return all
}
