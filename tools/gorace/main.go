// Gorace shares one map between goroutines that take no turns, until the runtime notices or every
// goroutine has done what it was to do. `tophash race` builds and runs it; the workload is that of
// tools/src/race/mix.rs.
//
// Each goroutine counts its operations in a file that is mapped, so that the counts are there when the
// process is not. The others go on for milliseconds while one ends the process; so each also notes now
// and then how far it was when it last saw the others' counts change.
package main

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// What a goroutine tells: its operations; whether it is inside one; and for each goroutine the
// operations that it had done itself when it last saw a change of that one's.
type told struct {
	count, inside *uint64
	sawChange     []uint64
}

// What two goroutines tell is on different cache lines.
func apart(threads int) int { return (16 + 8*threads + 127) / 128 * 128 }

// Goroutines look at the others once in so many operations.
const look = 16

var (
	mix     = flag.String("mix", "", "percentages of look-ups, steps and inserts; the rest are removals")
	entries = flag.Uint64("entries", 0, "entries of the map, a power of two")
	threads = flag.Int("threads", 0, "goroutines")
	work    = flag.Int("work", 0, "numbers drawn between two operations")
	limit   = flag.Uint64("limit", 0, "operations of each goroutine")
	seed    = flag.Uint64("seed", 0, "of what is drawn")
	counts  = flag.String("counts", "", "the file of the counts")
)

// Random is xorshift64.
type random uint64

func (r *random) next() uint64 {
	x := uint64(*r)
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	*r = random(x)
	return x
}

func main() {
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	parts := strings.Split(*mix, ",")
	if len(parts) != 3 || *entries == 0 || *threads < 1 {
		fail("-mix has three numbers, -entries and -threads are numbers from 1 on")
	}
	var upTo [3]uint64
	sum := uint64(0)
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil {
			fail(err)
		}
		sum += n
		upTo[i] = sum
	}
	file, err := os.OpenFile(*counts, os.O_RDWR, 0)
	if err != nil {
		fail(err)
	}
	memory, err := syscall.Mmap(int(file.Fd()), 0, *threads*apart(*threads), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		fail(err)
	}

	m := make(map[uint64]uint64)
	for key := uint64(0); key < 2**entries; key += 2 {
		m[key] = key
	}
	var done sync.WaitGroup
	all := make([]told, *threads)
	for i := range all {
		at := unsafe.Pointer(&memory[i*apart(*threads)])
		sawChange := unsafe.Slice((*uint64)(unsafe.Add(at, 16)), *threads)
		all[i] = told{(*uint64)(at), (*uint64)(unsafe.Add(at, 8)), sawChange}
	}
	var ready atomic.Int64
	for i := 0; i < *threads; i++ {
		me := i
		r := random((*seed + uint64(i) + 1) * 0x9e3779b97f4a7c15)
		done.Add(1)
		go func() {
			defer done.Done()
			// A goroutine that begins before the others have a processor does thousands of operations
			// alone.
			ready.Add(1)
			for ready.Load() < int64(*threads) {
				runtime.Gosched()
			}
			run(m, r, upTo, all, me)
		}()
	}
	done.Wait()
}

// Run does one goroutine's operations.
func run(m map[uint64]uint64, r random, upTo [3]uint64, all []told, me int) {
	seen := make([]uint64, len(all))
	own := all[me]
	var steps *reflect.MapIter
	sum := uint64(0)
	for wait := r.next() % 2048; wait > 0; wait-- {
		r.next()
	}
	for i := uint64(0); i < *limit; i++ {
		for w := 0; w < *work; w++ {
			r.next()
		}
		if i%look == 0 {
			for other := range all {
				if now := atomic.LoadUint64(all[other].count); now != seen[other] {
					seen[other], own.sawChange[other] = now, i
				}
			}
		}
		drawn := r.next()
		key := drawn % (2 * *entries)
		atomic.StoreUint64(own.inside, 1)
		switch choice := (drawn >> 32) % 100; {
		case choice < upTo[0]:
			sum += m[key]
		case choice < upTo[1]:
			if steps == nil || !steps.Next() {
				steps = reflect.ValueOf(m).MapRange()
			}
		case choice < upTo[2]:
			m[key] = i
		default:
			delete(m, key)
		}
		atomic.StoreUint64(own.inside, 0)
		atomic.StoreUint64(own.count, i+1)
	}
	runtime.KeepAlive(sum)
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, "gorace:", why)
	os.Exit(3)
}
