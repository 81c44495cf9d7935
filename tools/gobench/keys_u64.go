//go:build !str

package main

type key = uint64

// Keys makes the keys of these numbers.
func keys(numbers []uint64) []key {
	made := make([]key, len(numbers))
	for i, n := range numbers {
		made[i] = number(n)
	}
	return made
}

// Links is what a chain of look-ups finds its next key by: here the value is the key.
type links struct{}

func makeLinks(uint64) links { return links{} }

func linkTo(i uint64) uint64 { return number(i) }

func (links) follow(value uint64) key { return value }

// Weight is what a key adds to the sum of an iteration.
func weight(k key) uint64 { return k }
