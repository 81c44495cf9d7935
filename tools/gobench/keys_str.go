//go:build str

package main

type key = string

const digits = "0123456789abcdef"

// Text is the keys of these numbers one behind the other, 16 bytes each.
func text(numbers []uint64) string {
	bytes := make([]byte, 0, 16*len(numbers))
	for _, i := range numbers {
		n := number(i)
		for shift := 60; shift >= 0; shift -= 4 {
			bytes = append(bytes, digits[n>>shift&15])
		}
	}
	return string(bytes)
}

// Keys makes the keys of these numbers.
func keys(numbers []uint64) []key {
	made := make([]key, len(numbers))
	all := text(numbers)
	for i := range made {
		made[i] = all[16*i : 16*i+16]
	}
	return made
}

// Links is what a chain of look-ups finds its next key by: the value is the key's number.
type links string

func makeLinks(n uint64) links { return links(text(counted(0, n))) }

func linkTo(i uint64) uint64 { return i }

func (l links) follow(value uint64) key { return string(l[16*value : 16*value+16]) }

// Weight is what a key adds to the sum of an iteration.
func weight(k key) uint64 { return uint64(len(k)) }
