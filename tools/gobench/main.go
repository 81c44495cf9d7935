// Gobench performs one workload of docs/workloads.md on Go's own map and prints what came of it as a
// line of JSON. `tophash bench` builds it, once for each type of keys, and runs it.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

// Measured is the line. It is the same as that of the Rust subjects.
type measured struct {
	Samples  []float64 `json:"samples"`
	Checksum uint64    `json:"checksum"`
	Latency  *latency  `json:"latency,omitempty"`
}

type latency struct {
	Operations   [][2]uint64 `json:"inserts"`
	Empty        [][2]uint64 `json:"empty"`
	LongestEmpty uint64      `json:"longest_empty"`
}

func main() {
	workload := flag.String("workload", "", "what to do")
	size := flag.Uint64("size", 0, "entries of a map")
	operations := flag.Uint64("operations", 1<<21, "look-ups of a sample, about")
	flag.Parse()
	perform, ok := workloads[*workload]
	if !ok {
		// A workload of other maps.
		return
	}
	if *size == 0 || *operations == 0 {
		fmt.Fprintln(os.Stderr, "gobench: -size and -operations are numbers from 1 on")
		os.Exit(2)
	}
	if err := json.NewEncoder(os.Stdout).Encode(perform(plan{*size, *operations})); err != nil {
		fmt.Fprintln(os.Stderr, "gobench:", err)
		os.Exit(1)
	}
}
