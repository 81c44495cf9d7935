package main

import (
	"bytes"
	"strings"
	"testing"
)

func record(t *testing.T, key, elem, profile string, ops int) (*recorder, string) {
	t.Helper()
	p, err := findPair(key, elem)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	prof := profiles[profile]
	r := newRecorder(p, &secrets{}, options{seed: 1, hint: prof.hint, ops: ops, every: 1, dumps: 1}, &out)
	prof.run(r, min(prof.limit, cardinality(p.key)))
	if err := r.finish(); err != nil {
		t.Fatal(err)
	}
	return r, out.String()
}

func TestEveryPairAndProfileKeepsToTheModel(t *testing.T) {
	for _, p := range pairs() {
		for name := range profiles {
			if name != "large" && name != "flips" {
				record(t, typeName(p.key), typeName(p.elem), name, 120)
			}
		}
	}
}

func TestRecordingHasAsManyOperationsAsAskedFor(t *testing.T) {
	for name := range profiles {
		_, text := record(t, "uint64", "string", name, 300)
		dumps := strings.Count(text, `"op":"dump"`)
		if n := strings.Count(text, "\n"); n != 1+300+dumps {
			t.Errorf("%s: %d lines, %d of them dumps", name, n, dumps)
		}
	}
}

func TestModelNoticesWhatTheMapHasWrong(t *testing.T) {
	damage := map[string]func(r *recorder){
		"a lost entry":   func(r *recorder) { tophash(r.h.buckets)[0] = 1 },
		"a changed key":  func(r *recorder) { *(*byte)(r.typ.keySlot(r.h.buckets, 0)) ^= 1 },
		"a changed elem": func(r *recorder) { *(*byte)(r.typ.elemSlot(r.h.buckets, 0)) ^= 1 },
		"a wrong count":  func(r *recorder) { r.h.count++ },
	}
	for name, do := range damage {
		p, _ := findPair("uint64", "uint8")
		r := newRecorder(p, &secrets{}, options{seed: 1, ops: 5, every: 1}, &bytes.Buffer{})
		for !r.over() {
			r.step(weights{fresh: 1})
		}
		if err := r.model.compare(r.lister, r.h); err != nil {
			t.Fatalf("before the damage: %v", err)
		}
		do(r)
		if r.model.compare(r.lister, r.h) == nil {
			t.Errorf("%s goes unnoticed", name)
		}
	}
}

func TestArraysAreAsLargeAsTheRuntimeMakesThem(t *testing.T) {
	for _, p := range pairs() {
		for _, hint := range []int{60, 110, 220, 440, 900, 3500} {
			table, a := p.make(hint), newArrays(p.typ)
			h := table.header()
			if h.extra == nil || h.extra.nextOverflow == nil {
				t.Fatalf("hint %d makes no spare buckets", hint)
			}
			a.check(h) // panics if not
		}
	}
}

func TestListingAndDigestAreThoseOfTheFormat(t *testing.T) {
	p, _ := findPair("uint64", "uint8")
	r := newRecorder(p, &secrets{}, options{seed: 1, every: 1}, &bytes.Buffer{})
	r.h.hash0 = 2845009127
	text := "hmap count=0 flags=0 B=0 noverflow=0 hash0=2845009127 nevacuate=0 growing=no\n" +
		"buckets 0\nnext_overflow=-\noverflow=[]\noldoverflow=[]\n"
	if got := string(r.lister.text(r.h)); got != text {
		t.Errorf("the state of an empty map is\n%s", got)
	}
	if got := r.lister.digest(r.h); got != 0x9c5986c8274b65c8 {
		t.Errorf("its digest is %x", got)
	}
}
