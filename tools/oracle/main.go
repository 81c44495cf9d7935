// Oracle records what real Go does to a map, in the trace format of this project, or what the
// runtime's hash functions return.
//
// It reads the runtime's memory, as laid out by Go 1.21 to 1.23 on 64-bit Linux. Build it with one
// of these; which one, and for which architecture, is what it records.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	key := flag.String("key", "uint64", "key type; -list shows all")
	elem := flag.String("elem", "uint64", "elem type")
	name := flag.String("profile", "mixed", "how the map is used: "+strings.Join(profileNames(), ", "))
	seed := flag.Int64("seed", 1, "seed of the operations drawn (Go's own draws cannot be seeded)")
	ops := flag.Int("ops", -1, "operations (the default depends on the profile, as for the next four)")
	limit := flag.Int("limit", -1, "most entries")
	hint := flag.Int("hint", -1, "argument of make; 0 means none")
	dumps := flag.Int("dumps", -1, "dumps, spread evenly; as many as -ops: one after each")
	every := flag.Int("every", -1, "a state on every n-th operation")
	vectors := flag.Bool("hashes", false, "write hash vectors instead of a recording; of one type if -key is given")
	list := flag.Bool("list", false, "list profiles and types")
	summary := flag.Bool("summary", false, "write a line of JSON to standard error: what was covered")
	path := flag.String("out", "-", "file to write")
	flag.Parse()
	if flag.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flag.Arg(0))
	}
	if *list {
		printList()
		return nil
	}
	s, err := readSecrets()
	if err != nil {
		return err
	}
	out := os.Stdout
	if *path != "-" {
		if out, err = os.Create(*path); err != nil {
			return err
		}
		defer func() {
			if e := out.Close(); err == nil {
				err = e
			}
		}()
	}
	if *vectors {
		only := ""
		flag.Visit(func(f *flag.Flag) {
			if f.Name == "key" {
				only = *key
			}
		})
		return writeVectors(&s, only, *seed, out)
	}

	p, err := findPair(*key, *elem)
	if err != nil {
		return err
	}
	prof, ok := profiles[*name]
	if !ok {
		return fmt.Errorf("no profile %q; there are %s", *name, strings.Join(profileNames(), ", "))
	}
	o := options{seed: *seed, hint: or(*hint, prof.hint), ops: or(*ops, prof.ops)}
	o.every = or(*every, prof.every)
	o.dumps = or(*dumps, prof.dumps)
	if o.every < 1 {
		return fmt.Errorf("-every %d is not positive", o.every)
	}
	r := newRecorder(p, &s, o, out)
	prof.run(r, min(or(*limit, prof.limit), cardinality(p.key)))
	if err := r.finish(); err != nil {
		return err
	}
	if *summary {
		return json.NewEncoder(os.Stderr).Encode(r.events)
	}
	return nil
}

// or is given, or what stands in for it if it is negative: not given.
func or(given, otherwise int) int {
	if given < 0 {
		return otherwise
	}
	return given
}

func findPair(key, elem string) (pair, error) {
	for _, p := range pairs() {
		if typeName(p.key) == key && typeName(p.elem) == elem {
			return p, nil
		}
	}
	return pair{}, fmt.Errorf("no map[%s]%s; -list shows the types", key, elem)
}

func profileNames() []string {
	var names []string
	for name := range profiles {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func printList() {
	for _, name := range profileNames() {
		fmt.Printf("profile %s: %s\n", name, profiles[name].about)
	}
	seen := map[string]bool{}
	for _, p := range pairs() {
		for _, line := range []string{"key " + typeName(p.key), "elem " + typeName(p.elem)} {
			if !seen[line] {
				seen[line] = true
				fmt.Println(line)
			}
		}
	}
}
