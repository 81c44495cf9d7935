package main

import (
	"math"
	"math/rand"
	"reflect"
	"unsafe"
)

// draw makes a value of type t at p: small and large, sparse and dense, and the ones that hash
// functions and comparisons treat apart. Never a NaN: recordings hold none.
func draw(r *rand.Rand, t reflect.Type, p unsafe.Pointer) {
	switch t.Kind() {
	case reflect.Bool:
		*(*bool)(p) = r.Intn(2) == 1
	case reflect.Uint8:
		*(*uint8)(p) = uint8(r.Uint32())
	case reflect.Uint16:
		*(*uint16)(p) = uint16(drawBits(r, 16))
	case reflect.Uint32, reflect.Int32:
		*(*uint32)(p) = uint32(drawBits(r, 32))
	case reflect.Uint64, reflect.Int64:
		*(*uint64)(p) = drawBits(r, 64)
	case reflect.Float32:
		*(*float32)(p) = drawFloat32(r)
	case reflect.Float64:
		*(*float64)(p) = drawFloat64(r)
	case reflect.Complex128:
		*(*complex128)(p) = complex(drawFloat64(r), drawFloat64(r))
	case reflect.String:
		*(*string)(p) = drawString(r)
	case reflect.Interface:
		*(*any)(p) = drawInterface(r)
	case reflect.Array:
		drawArray(r, t, p)
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			draw(r, t.Field(i).Type, unsafe.Add(p, t.Field(i).Offset))
		}
	}
}

func drawBits(r *rand.Rand, bits uint) uint64 {
	if r.Intn(3) == 0 {
		return uint64(r.Intn(1 << 14))
	}
	return r.Uint64() >> (64 - bits)
}

func drawFloat64(r *rand.Rand) float64 {
	switch r.Intn(16) {
	case 0:
		return 0
	case 1:
		return negativeZero()
	case 2, 3, 4, 5, 6:
		return float64(r.Intn(4096) - 2048)
	case 7:
		return math.Inf(r.Intn(2)*2 - 1)
	}
	for {
		if f := math.Float64frombits(r.Uint64()); f == f {
			return f
		}
	}
}

func drawFloat32(r *rand.Rand) float32 {
	switch r.Intn(16) {
	case 0:
		return 0
	case 1:
		return float32(negativeZero())
	case 2, 3, 4, 5, 6:
		return float32(r.Intn(4096) - 2048)
	}
	for {
		if f := math.Float32frombits(r.Uint32()); f == f {
			return f
		}
	}
}

// drawString draws short strings and long ones, and such as differ from each other in few bytes,
// which the string maps look at apart: first and last bytes of long keys of one length.
func drawString(r *rand.Rand) string {
	var b []byte
	switch r.Intn(8) {
	case 0, 1, 2:
		b = make([]byte, r.Intn(9))
	case 3, 4:
		b = make([]byte, r.Intn(33))
	case 5:
		b = make([]byte, r.Intn(200))
	default:
		b = make([]byte, []int{8, 31, 32, 33, 40}[r.Intn(5)])
		for i := range b {
			b[i] = 'a'
		}
		for n := 2; n > 0; n-- {
			b[4+r.Intn(len(b)-4)] = byte(r.Uint32())
		}
		return string(b)
	}
	r.Read(b)
	return string(b)
}

func drawInterface(r *rand.Rand) any {
	switch n := r.Intn(32); {
	case n < 10:
		return int64(drawBits(r, 64))
	case n < 18:
		return drawFloat64(r)
	case n < 27:
		return drawString(r)
	case n < 31:
		return uint8(r.Uint32())
	}
	return nil
}

// drawUnhashable draws an interface{} that no map takes.
func drawUnhashable(r *rand.Rand) any {
	ints := make([]int, r.Intn(3))
	for i := range ints {
		ints[i] = int(r.Uint64())
	}
	return ints
}

func drawArray(r *rand.Rand, t reflect.Type, p unsafe.Pointer) {
	at := func(i int) unsafe.Pointer { return unsafe.Add(p, uintptr(i)*t.Elem().Size()) }
	if r.Intn(2) == 0 {
		for i := 0; i < t.Len(); i++ {
			draw(r, t.Elem(), at(i))
		}
		return
	}
	for n := 3; n > 0 && t.Len() > 0; n-- {
		draw(r, t.Elem(), at(r.Intn(t.Len())))
	}
}

// cardinality is how many values a type has, as far as that limits a map.
func cardinality(t reflect.Type) int {
	switch t.Kind() {
	case reflect.Bool:
		return 2
	case reflect.Uint8:
		return 1 << 8
	case reflect.Uint16:
		return 1 << 16
	}
	return math.MaxInt32
}
