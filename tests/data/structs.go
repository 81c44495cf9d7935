//go:build ignore

// Records what Go's own hashers return for structs, arrays and complex numbers, as keys of maps and
// inside interfaces, with what the map type says of the key:
//
//	go run -ldflags=-checklinkname=0 structs.go > hashvec-structs-amd64-aes.jsonl
//	GODEBUG=cpu.aes=off go run -ldflags=-checklinkname=0 structs.go > hashvec-structs-amd64-fallback-go1.23.jsonl
//
// Go 1.22 knows no -checklinkname and needs none.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"os"
	"reflect"
	"runtime"
	"unsafe"
)

//go:linkname aeskeysched runtime.aeskeysched
var aeskeysched [128]byte

//go:linkname hashkey runtime.hashkey
var hashkey [4]uint64

//go:linkname useAeshash runtime.useAeshash
var useAeshash bool

type (
	Ints   struct{ X, Y int32 }
	Shorts struct{ A, B uint16 }
	Words  struct{ X, Y, Z uint32 }
	Packed struct {
		A uint64
		B uint32
		C uint16
		D uint8
		E bool
	}
	Padded struct {
		A uint8
		B uint32
	}
	Trailing struct {
		A uint64
		B uint8
	}
	Runs struct {
		A, B uint16
		C    uint64
		S    string
		D    uint8
	}
	Float struct {
		A uint32
		F float64
		B uint32
	}
	Lone   struct{ F float32 }
	Nested struct {
		P Ints
		Q uint8
		S string
	}
	Inner struct {
		P Padded
		Q uint32
	}
	Dynamic struct {
		A uint32
		I interface{}
		B uint16
	}
	Empty struct{}
	Hole  struct {
		S string
		Z Empty
		T string
	}
	Nothing struct {
		A uint32
		Z [0]string
		B uint32
	}
	Arrays struct {
		A [4]uint8
		F [2]float32
		B [3]uint8
	}
	Complexes struct {
		C complex64
		D complex128
	}
)

// The beginning of the runtime's type of a map, up to its flags.
type mapType struct {
	_                 [48]byte
	key, _, _         *typ
	hasher            func(unsafe.Pointer, uintptr) uintptr
	keySize, elemSize uint8
	bucketSize        uint16
	flags             uint32
}

type typ struct{ size, ptrBytes uintptr }

func mapTypeOf(m interface{}) *mapType {
	return *(**mapType)(unsafe.Pointer(&m))
}

var (
	random = rand.New(rand.NewSource(1))
	out    = json.NewEncoder(os.Stdout)
)

type vector struct {
	Type      string      `json:"type"`
	Size      uintptr     `json:"size"`
	Reflexive bool        `json:"reflexive"`
	Update    bool        `json:"update"`
	Pointers  bool        `json:"pointers"`
	K         interface{} `json:"k"`
	Seed      uint64      `json:"seed"`
	Hash      uint64      `json:"hash"`
	// The hash of an interface{} that holds the value.
	Interface uint64 `json:"interface"`
}

func emit[K comparable]() {
	t, inter := mapTypeOf(map[K]uint8(nil)), mapTypeOf(map[interface{}]uint8(nil))
	for i := 0; i < 6; i++ {
		k := new(K)
		fill(reflect.ValueOf(k).Elem())
		seed := random.Uint64()
		if i%2 == 0 {
			seed &= math.MaxUint32
		}
		boxed := interface{}(*k)
		out.Encode(vector{
			Type:      reflect.TypeOf(k).Elem().String(),
			Size:      t.key.size,
			Reflexive: t.flags&4 != 0,
			Update:    t.flags&8 != 0,
			Pointers:  t.key.ptrBytes != 0,
			K:         written(reflect.ValueOf(k).Elem()),
			Seed:      seed,
			Hash:      uint64(t.hasher(unsafe.Pointer(k), uintptr(seed))),
			Interface: uint64(inter.hasher(unsafe.Pointer(&boxed), uintptr(seed))),
		})
	}
}

func float() float64 {
	return [...]float64{0, math.Copysign(0, -1), random.NormFloat64(), random.NormFloat64()}[random.Intn(4)]
}

func text() string {
	b := make([]byte, random.Intn(40))
	random.Read(b)
	return string(b)
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(random.Intn(2) == 1)
	case reflect.Int32:
		v.SetInt(int64(random.Uint64()))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(random.Uint64())
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float())
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(float(), float()))
	case reflect.String:
		v.SetString(text())
	case reflect.Interface:
		switch random.Intn(4) {
		case 1:
			v.Set(reflect.ValueOf(int64(random.Uint64())))
		case 2:
			v.Set(reflect.ValueOf(float()))
		case 3:
			v.Set(reflect.ValueOf(text()))
		}
	case reflect.Array:
		for i := 0; i < v.Len(); i++ {
			fill(v.Index(i))
		}
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			fill(v.Field(i))
		}
	default:
		panic(v.Kind())
	}
}

// Scalars and strings as recordings write them, arrays and structs as lists of their parts.
func written(v reflect.Value) interface{} {
	switch v.Kind() {
	case reflect.String:
		return hex.EncodeToString([]byte(v.String()))
	case reflect.Interface:
		if v.IsNil() {
			return "nil:"
		}
		inside := reflect.New(v.Elem().Type()).Elem()
		inside.Set(v.Elem())
		return fmt.Sprintf("%s:%s", inside.Type(), written(inside))
	case reflect.Array:
		parts := []interface{}{}
		for i := 0; i < v.Len(); i++ {
			parts = append(parts, written(v.Index(i)))
		}
		return parts
	case reflect.Struct:
		parts := []interface{}{}
		for i := 0; i < v.NumField(); i++ {
			parts = append(parts, written(v.Field(i)))
		}
		return parts
	}
	memory := unsafe.Slice((*byte)(v.Addr().UnsafePointer()), v.Type().Size())
	return hex.EncodeToString(memory)
}

func main() {
	header := map[string]interface{}{
		"hashvec": "tophash/1", "go": runtime.Version(), "arch": runtime.GOARCH,
	}
	if useAeshash {
		header["hash"], header["keysched"] = "aes", hex.EncodeToString(aeskeysched[:])
	} else {
		header["hash"], header["hashkey"] = "fallback", hashkey
	}
	out.Encode(header)
	emit[Ints]()
	emit[Shorts]()
	emit[Words]()
	emit[Packed]()
	emit[Padded]()
	emit[Trailing]()
	emit[Runs]()
	emit[Float]()
	emit[Lone]()
	emit[Nested]()
	emit[Inner]()
	emit[Dynamic]()
	emit[Empty]()
	emit[Hole]()
	emit[Nothing]()
	emit[Arrays]()
	emit[Complexes]()
	emit[complex64]()
	emit[complex128]()
	emit[bool]()
	emit[[0]string]()
	emit[[1]float64]()
	emit[[2]float32]()
	emit[[3]float64]()
	emit[[2]string]()
	emit[[2]interface{}]()
	emit[[2]Padded]()
	emit[[2]Ints]()
	emit[[2]complex64]()
}
