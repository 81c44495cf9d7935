package main

import "math/bits"

// A generator is SplitMix64.
type generator uint64

func (g *generator) next() uint64 {
	*g += 0x9e3779b97f4a7c15
	z := uint64(*g)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// The state of the generator before it gives key number 0 is 0, so any key can be had by itself.
func number(i uint64) uint64 {
	g := generator(i * 0x9e3779b97f4a7c15)
	return g.next()
}

// What the order of look-ups, and of the cycle that a chain of them follows, is drawn from.
const (
	orderSeed = 1
	cycleSeed = 2
)

// Shuffled is begin, begin+1, ... begin+n-1 in a random order.
func shuffled(g *generator, begin, n uint64) []uint64 {
	order := make([]uint64, n)
	for i := range order {
		order[i] = begin + uint64(i)
	}
	for i := n - 1; i > 0; i-- {
		j, _ := bits.Mul64(g.next(), i+1)
		order[i], order[j] = order[j], order[i]
	}
	return order
}

// Counted is begin, begin+1, ... begin+n-1.
func counted(begin, n uint64) []uint64 {
	order := make([]uint64, n)
	for i := range order {
		order[i] = begin + uint64(i)
	}
	return order
}
