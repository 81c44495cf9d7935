package main

import (
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"strings"
	"unsafe"
)

// value is a key or an elem.
type value struct {
	p    unsafe.Pointer
	text string // as recordings write it
	same string // the same for all that Go holds equal: text, but for -0
}

// codec writes the values of one type.
type codec struct {
	typ    reflect.Type
	name   string // as a header names it
	plain  bool   // pointer-free: written as its memory
	floats []float
	fields []field // of a struct that is not plain
}

// float is a floating-point number inside a plain value.
type float struct{ at, size uintptr }

type field struct {
	at uintptr
	*codec
}

func newCodec(t reflect.Type) *codec {
	c := &codec{typ: t, name: typeName(t), plain: true}
	c.look(t, 0)
	if !c.plain && t.Kind() == reflect.Struct {
		for i := 0; i < t.NumField(); i++ {
			f := t.Field(i)
			c.fields = append(c.fields, field{f.Offset, newCodec(f.Type)})
		}
	}
	return c
}

// look finds the floats of a type, and whether it holds pointers.
func (c *codec) look(t reflect.Type, at uintptr) {
	switch t.Kind() {
	case reflect.Float32, reflect.Float64:
		c.floats = append(c.floats, float{at, t.Size()})
	case reflect.Complex128:
		c.floats = append(c.floats, float{at, 8}, float{at + 8, 8})
	case reflect.Array:
		for i := 0; i < t.Len(); i++ {
			c.look(t.Elem(), at+uintptr(i)*t.Elem().Size())
		}
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			c.look(t.Field(i).Type, at+t.Field(i).Offset)
		}
	case reflect.String, reflect.Interface:
		c.plain = false
	}
}

// typeName is Go's name of a type, without the spaces and the field names that reflect gives a
// struct: struct{uint8;uint32}.
func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Interface:
		return "interface{}"
	case reflect.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), typeName(t.Elem()))
	case reflect.Struct:
		var fields []string
		for i := 0; i < t.NumField(); i++ {
			fields = append(fields, typeName(t.Field(i).Type))
		}
		return "struct{" + strings.Join(fields, ";") + "}"
	}
	return t.String()
}

func (c *codec) value(p unsafe.Pointer) value {
	return value{p: p, text: string(c.append(nil, p, false)), same: c.same(p)}
}

// same is one text for all values that are equal to the one at p.
func (c *codec) same(p unsafe.Pointer) string { return string(c.append(nil, p, true)) }

// append appends the text of the value at p; positive makes +0 of every -0.
func (c *codec) append(out []byte, p unsafe.Pointer, positive bool) []byte {
	switch {
	case c.plain:
		memory := bytesAt(p, int(c.typ.Size()))
		if !positive || len(c.floats) == 0 {
			return appendHex(out, memory)
		}
		memory = append([]byte(nil), memory...)
		for _, f := range c.floats {
			clearNegativeZero(memory[f.at : f.at+f.size])
		}
		return appendHex(out, memory)
	case c.typ.Kind() == reflect.String:
		return appendHex(out, []byte(*(*string)(p)))
	case c.typ.Kind() == reflect.Interface:
		return appendInterface(out, *(*any)(p), positive)
	default:
		out = append(out, '{')
		for i, f := range c.fields {
			if i > 0 {
				out = append(out, ',')
			}
			out = f.append(out, unsafe.Add(p, f.at), positive)
		}
		return append(out, '}')
	}
}

func appendInterface(out []byte, v any, positive bool) []byte {
	switch v := v.(type) {
	case nil:
		return append(out, "nil:"...)
	case int64:
		return appendHex(append(out, "int64:"...), bytesAt(unsafe.Pointer(&v), 8))
	case float64:
		if positive && v == 0 {
			v = 0
		}
		return appendHex(append(out, "float64:"...), bytesAt(unsafe.Pointer(&v), 8))
	case string:
		return appendHex(append(out, "string:"...), []byte(v))
	case uint8:
		return appendHex(append(out, "uint8:"...), []byte{v})
	case []int:
		out = append(out, "[]int:"...)
		for i := range v {
			out = appendHex(out, bytesAt(unsafe.Pointer(&v[i]), 8))
		}
		return out
	}
	panic(fmt.Sprintf("no spelling for a %T", v))
}

func clearNegativeZero(f []byte) {
	last := len(f) - 1
	if f[last] != 0x80 {
		return
	}
	for _, b := range f[:last] {
		if b != 0 {
			return
		}
	}
	f[last] = 0
}

func appendHex(out, b []byte) []byte {
	n := len(out)
	out = append(out, make([]byte, 2*len(b))...)
	hex.Encode(out[n:], b)
	return out
}

func negativeZero() float64 { return math.Copysign(0, -1) }
