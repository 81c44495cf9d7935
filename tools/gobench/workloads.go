package main

import (
	"runtime"
	"time"
)

// A plan is how much of a workload to do: the same numbers as in the Rust program.
type plan struct {
	size uint64 // entries of a map
	ops  uint64 // look-ups of a sample, about
}

// Maps are as many as it takes for 512 entries.
func (p plan) maps() uint64 { return max64(1, 512/p.size) }

// Entries are those of all maps.
func (p plan) entries() uint64 { return p.maps() * p.size }

// Passes over `each` operations that come to `total`.
func passes(total, each uint64) uint64 { return max64(1, total/each) }

func max64(a, b uint64) uint64 {
	if a > b {
		return a
	}
	return b
}

func min64(a, b uint64) uint64 {
	if a < b {
		return a
	}
	return b
}

var workloads = map[string]func(plan) measured{
	"hit":            hit,
	"dependent":      dependent,
	"miss":           miss,
	"insert":         func(p plan) measured { return insert(p, 0) },
	"insert-hint":    func(p plan) measured { return insert(p, p.size) },
	"delete":         deleteAll,
	"churn":          churn,
	"iterate":        iterate,
	"clear":          clearAll,
	"longest":        func(p plan) measured { return single(p, insertEach) },
	"longest-cursor": func(p plan) measured { return single(p, insertUnderCursor) },
	"longest-delete": func(p plan) measured { return single(p, deleteEach) },
	"bytes":          bytesAnEntry,
}

// A part of a sample: how long it took, how many operations it was, and what they came to.
type part struct {
	took time.Duration
	ops  uint64
	sum  uint64
}

func (p *part) add(other part) {
	p.took += other.took
	p.ops += other.ops
	p.sum += other.sum
}

// Samples takes one to warm up and three that count.
func samples(sample func() part) measured {
	var m measured
	for i := 0; i < 4; i++ {
		runtime.GC()
		s := sample()
		m.Checksum += s.sum
		if i > 0 {
			m.Samples = append(m.Samples, float64(s.took.Nanoseconds())/float64(s.ops))
		}
	}
	return m
}

// Settle lets the collector finish with what was made for a timed part.
func (p plan) settle() {
	if p.entries() >= 1<<12 {
		runtime.GC()
	}
}

// Fill grows maps to their sizes, without a hint; values are the numbers of the keys.
func (p plan) fill(maps []map[key]uint64, stored []key) {
	for m := range maps {
		maps[m] = make(map[key]uint64)
		begin := uint64(m) * p.size
		for i := begin; i < begin+p.size; i++ {
			maps[m][stored[i]] = i
		}
	}
}

func (p plan) filled() []map[key]uint64 {
	maps := make([]map[key]uint64, p.maps())
	p.fill(maps, keys(counted(0, p.entries())))
	return maps
}

// LookUps are numbers from `begin` on, shuffled map by map, and how many each map has.
func (p plan) lookUps(begin uint64) ([]key, uint64) {
	g := generator(orderSeed)
	each := min64(p.size, p.ops)
	var order []uint64
	for m := uint64(0); m < p.maps(); m++ {
		order = append(order, shuffled(&g, begin+m*p.size, p.size)[:each]...)
	}
	return keys(order), each
}

func hit(p plan) measured {
	maps := p.filled()
	stream, each := p.lookUps(0)
	n := passes(p.ops, uint64(len(stream)))
	return samples(func() part {
		sum := uint64(0)
		began := time.Now()
		for i := uint64(0); i < n; i++ {
			for m, table := range maps {
				for _, k := range stream[uint64(m)*each : uint64(m+1)*each] {
					sum += table[k]
				}
			}
		}
		return part{time.Since(began), n * uint64(len(stream)), sum}
	})
}

func miss(p plan) measured {
	maps := p.filled()
	stream, each := p.lookUps(p.entries())
	n := passes(p.ops, uint64(len(stream)))
	return samples(func() part {
		sum := uint64(0)
		began := time.Now()
		for i := uint64(0); i < n; i++ {
			for m, table := range maps {
				for _, k := range stream[uint64(m)*each : uint64(m+1)*each] {
					if _, ok := table[k]; !ok {
						sum++
					}
				}
			}
		}
		return part{time.Since(began), n * uint64(len(stream)), sum}
	})
}

func dependent(p plan) measured {
	maps := make([]map[key]uint64, p.maps())
	first := make([]uint64, p.maps())
	stored := keys(counted(0, p.entries()))
	g := generator(cycleSeed)
	next := make([]uint64, p.entries())
	for m := range maps {
		cycle := shuffled(&g, uint64(m)*p.size, p.size)
		first[m] = cycle[0]
		for i := range cycle {
			next[cycle[i]] = cycle[(i+1)%len(cycle)]
		}
		maps[m] = make(map[key]uint64)
		begin := uint64(m) * p.size
		for i := begin; i < begin+p.size; i++ {
			maps[m][stored[i]] = linkTo(next[i])
		}
	}
	l := makeLinks(p.entries())
	steps := max64(1, p.ops/p.maps())
	return samples(func() part {
		sum := uint64(0)
		began := time.Now()
		for m, table := range maps {
			value := linkTo(first[m])
			for i := uint64(0); i < steps; i++ {
				value = table[l.follow(value)]
				sum += value
			}
		}
		return part{time.Since(began), steps * p.maps(), sum}
	})
}

func insert(p plan, hint uint64) measured {
	stored := keys(counted(0, p.entries()))
	maps := make([]map[key]uint64, p.maps())
	n := passes(p.ops/2, p.entries())
	return samples(func() part {
		var sample part
		for i := uint64(0); i < n; i++ {
			for m := range maps {
				maps[m] = nil
			}
			p.settle()
			began := time.Now()
			for m := range maps {
				var table map[key]uint64
				if hint > 0 {
					table = make(map[key]uint64, hint)
				} else {
					table = make(map[key]uint64)
				}
				begin := uint64(m) * p.size
				for j := begin; j < begin+p.size; j++ {
					table[stored[j]] = j
				}
				maps[m] = table
			}
			sample.add(part{time.Since(began), p.entries(), lengths(maps)})
		}
		return sample
	})
}

func lengths(maps []map[key]uint64) uint64 {
	sum := uint64(0)
	for _, table := range maps {
		sum += uint64(len(table))
	}
	return sum
}

func deleteAll(p plan) measured {
	stored := keys(counted(0, p.entries()))
	p.ops = max64(p.ops, p.size) // all of them
	stream, each := p.lookUps(0)
	maps := make([]map[key]uint64, p.maps())
	n := passes(p.ops/2, p.entries())
	return samples(func() part {
		var sample part
		for i := uint64(0); i < n; i++ {
			p.fill(maps, stored)
			p.settle()
			before := lengths(maps)
			began := time.Now()
			for m, table := range maps {
				for _, k := range stream[uint64(m)*each : uint64(m+1)*each] {
					delete(table, k)
				}
			}
			sample.add(part{time.Since(began), p.entries(), before - lengths(maps)})
		}
		return sample
	})
}

func churn(p plan) measured {
	steps := max64(p.size, p.ops/2/p.maps())
	each := p.size + steps
	stored := keys(counted(0, p.maps()*each))
	// Copies, as the keys that are looked up.
	gone := keys(counted(0, p.maps()*each))
	maps := make([]map[key]uint64, p.maps())
	return samples(func() part {
		for m := range maps {
			maps[m] = make(map[key]uint64)
			begin := uint64(m) * each
			for i := begin; i < begin+p.size; i++ {
				maps[m][stored[i]] = i
			}
		}
		p.settle()
		began := time.Now()
		for m, table := range maps {
			begin := uint64(m) * each
			for i := begin; i < begin+steps; i++ {
				delete(table, gone[i])
				table[stored[i+p.size]] = i + p.size
			}
		}
		took := time.Since(began)
		sum := uint64(0)
		for _, table := range maps {
			for _, v := range table {
				sum += v
			}
		}
		return part{took, steps * p.maps(), sum}
	})
}

func iterate(p plan) measured {
	maps := p.filled()
	n := passes(2*p.ops, p.entries())
	return samples(func() part {
		sum := uint64(0)
		began := time.Now()
		for i := uint64(0); i < n; i++ {
			for _, table := range maps {
				for k, v := range table {
					sum += weight(k) + v
				}
			}
		}
		return part{time.Since(began), n * p.entries(), sum}
	})
}

func clearAll(p plan) measured {
	stored := keys(counted(0, p.entries()))
	maps := make([]map[key]uint64, p.maps())
	n := passes(2*p.ops, p.entries())
	return samples(func() part {
		var sample part
		for i := uint64(0); i < n; i++ {
			p.fill(maps, stored)
			p.settle()
			before := lengths(maps)
			began := time.Now()
			for _, table := range maps {
				clear(table)
			}
			sample.add(part{time.Since(began), p.entries(), before - lengths(maps)})
		}
		return sample
	})
}

// Single measures operations one by one, which `perform` does and counts.
func single(p plan, perform func(n uint64, operations *histogram) uint64) measured {
	operations, empty := new(histogram), new(histogram)
	sum := uint64(0)
	for i := 0; i < 2; i++ {
		// The first of the two warms up.
		n := p.size
		if i == 0 {
			n = min64(n, 1<<10)
		}
		*operations, *empty = histogram{}, histogram{}
		runtime.GC()
		for j := uint64(0); j < n; j++ {
			began := time.Now()
			empty.add(time.Since(began).Nanoseconds())
		}
		sum = perform(n, operations)
	}
	return measured{
		Samples:  []float64{float64(operations.longest)},
		Checksum: sum,
		Latency:  &latency{operations.pairs(), empty.pairs(), empty.longest},
	}
}

func insertEach(n uint64, operations *histogram) uint64 {
	table := make(map[key]uint64)
	for j, k := range keys(counted(0, n)) {
		began := time.Now()
		table[k] = uint64(j)
		operations.add(time.Since(began).Nanoseconds())
	}
	return uint64(len(table))
}

// A cursor steps once for so many inserts.
const stepEvery = 16

func insertUnderCursor(n uint64, operations *histogram) uint64 {
	table := make(map[key]uint64)
	stored := keys(counted(0, n))
	next := uint64(0)
	insert := func() {
		for end := min64(n, next+stepEvery); next < end; next++ {
			began := time.Now()
			table[stored[next]] = next
			operations.add(time.Since(began).Nanoseconds())
		}
	}
	insert()
	for next < n {
		// At its end, another one begins.
		for range table {
			insert()
		}
	}
	return uint64(len(table))
}

func deleteEach(n uint64, operations *histogram) uint64 {
	table := make(map[key]uint64)
	for j, k := range keys(counted(0, n)) {
		table[k] = uint64(j)
	}
	g := generator(orderSeed)
	stream := keys(shuffled(&g, 0, n))
	runtime.GC()
	before := uint64(len(table))
	for _, k := range stream {
		began := time.Now()
		delete(table, k)
		operations.add(time.Since(began).Nanoseconds())
	}
	return before - uint64(len(table))
}

func bytesAnEntry(p plan) measured {
	count := (p.ops + p.size - 1) / p.size
	stored := keys(counted(0, count*p.size))
	before := heap()
	maps := make([]map[key]uint64, count)
	p.fill(maps, stored)
	after := heap()
	entries := lengths(maps)
	runtime.KeepAlive(stored)
	return measured{
		Samples:  []float64{float64(after-before) / float64(entries)},
		Checksum: entries,
	}
}

// Heap is how many bytes live objects take, with what their size classes leave over.
func heap() int64 {
	// Twice, so that what the first one freed has been swept.
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapInuse)
}
