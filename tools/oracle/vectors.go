package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand"
	"reflect"
)

// vectorType is a key type and its hasher.
type vectorType struct {
	key reflect.Type
	typ *maptype
}

func vectorOf[K comparable]() vectorType {
	m := map[K]struct{}(nil)
	return vectorType{reflect.TypeOf(m).Key(), maptypeOf(m)}
}

// vectorTypes are all key types that can be recorded, and byte arrays of each length at which a
// hash function takes another path, and next to it.
func vectorTypes() []vectorType {
	all := []vectorType{
		vectorOf[[0]uint8](), vectorOf[[1]uint8](), vectorOf[[2]uint8](), vectorOf[[3]uint8](),
		vectorOf[[4]uint8](), vectorOf[[5]uint8](), vectorOf[[7]uint8](), vectorOf[[8]uint8](),
		vectorOf[[9]uint8](), vectorOf[[12]uint8](), vectorOf[[15]uint8](), vectorOf[[16]uint8](),
		vectorOf[[17]uint8](), vectorOf[[31]uint8](), vectorOf[[32]uint8](), vectorOf[[33]uint8](),
		vectorOf[[48]uint8](), vectorOf[[49]uint8](), vectorOf[[64]uint8](), vectorOf[[65]uint8](),
		vectorOf[[96]uint8](), vectorOf[[127]uint8](), vectorOf[[128]uint8](), vectorOf[[129]uint8](),
		vectorOf[[200]uint8](), vectorOf[[257]uint8](), vectorOf[[2]uint16](), vectorOf[[2]uint32](),
	}
	seen := map[reflect.Type]bool{}
	for _, p := range pairs() {
		if !seen[p.key] {
			seen[p.key] = true
			all = append(all, vectorType{p.key, p.typ})
		}
	}
	return all
}

// writeVectors writes hashes from the runtime's own hashers.
func writeVectors(s *secrets, wanted string, seed int64, w io.Writer) error {
	r := rand.New(rand.NewSource(seed))
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "{\"hashvec\":\"tophash/1\",%s}\n", s.fields())
	write := func(v vectorType, c *codec, k reflect.Value) {
		h := r.Uint64()
		if r.Intn(3) == 0 {
			h = uint64(uint32(h)) // as a map's own seeds are
		}
		hash := v.typ.hasher(k.UnsafePointer(), uintptr(h))
		fmt.Fprintf(out, `{"type":%q,"seed":%d,"k":"%s","hash":%d}`+"\n",
			c.name, h, c.append(nil, k.UnsafePointer(), false), hash)
	}
	for _, v := range vectorTypes() {
		c := newCodec(v.key)
		if wanted != "" && wanted != c.name {
			continue
		}
		for n := 40; n > 0; n-- {
			k := reflect.New(v.key)
			draw(r, v.key, k.UnsafePointer())
			write(v, c, k)
		}
		if v.key.Kind() != reflect.String {
			continue
		}
		for n := 0; n <= 400; n++ {
			b := make([]byte, n)
			r.Read(b)
			text := string(b)
			write(v, c, reflect.ValueOf(&text))
		}
	}
	return out.Flush()
}
