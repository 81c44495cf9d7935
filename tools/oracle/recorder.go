package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand"
	"reflect"
	"runtime"
	"strconv"
)

// recorder performs operations on a map and writes what each did.
type recorder struct {
	pair
	table  table
	h      *hmap
	key    *codec
	elem   *codec
	lister *listing
	model  model
	rng    *rand.Rand
	events events

	iters []*iterator // those that may be advanced
	begun int         // iterators begun

	w     *bufio.Writer
	line  []byte
	ops   int // operations still to do
	done  int
	every int // a state on every operation whose number this divides
	dumps int // a dump after as many operations

	checked int // operations done when all of the memory was last held against the model
}

type options struct {
	seed  int64
	hint  int
	ops   int
	every int
	dumps int
}

func newRecorder(p pair, s *secrets, o options, w io.Writer) *recorder {
	r := &recorder{
		pair:  p,
		table: p.make(o.hint),
		key:   newCodec(p.key),
		elem:  newCodec(p.elem),
		rng:   rand.New(rand.NewSource(o.seed)),
		w:     bufio.NewWriterSize(w, 1<<16),
		ops:   o.ops,
		every: o.every,
	}
	if o.dumps > 0 {
		r.dumps = max(1, o.ops/o.dumps)
	}
	r.h = r.table.header()
	r.lister = &listing{typ: p.typ, key: r.key, elem: r.elem, arrays: newArrays(p.typ)}
	fmt.Fprintf(r.w, `{"trace":"tophash/1",%s,"key":%q,"elem":%q,"hint":%d,"hash0":%d}`+"\n",
		s.fields(), r.key.name, r.elem.name, o.hint, r.h.hash0)
	return r
}

// finish ends the recording with a dump, if it has any.
func (r *recorder) finish() error {
	if r.dumps > 0 && r.done%r.dumps != 0 {
		r.dump()
	}
	r.check()
	runtime.KeepAlive(r.table)
	return r.w.Flush()
}

func (r *recorder) over() bool { return r.done >= r.ops }

// fail ends the process: what was recorded contradicts the model, so nothing of it is worth
// keeping.
func (r *recorder) fail(format string, args ...any) {
	panic(fmt.Sprintf("operation %d: ", r.done) + fmt.Sprintf(format, args...))
}

func (r *recorder) check() {
	r.checked = r.done
	r.lister.arrays.check(r.h)
	if err := r.model.compare(r.lister, r.h); err != nil {
		r.fail("%v", err)
	}
}

func (r *recorder) assign(k, v value) {
	panicked := r.perform("assign", func() { r.table.assign(k.p, v.p) }, "k", k.text, "v", v.text)
	if !panicked {
		r.model.assign(k, v)
	}
	r.end(nil, false)
}

func (r *recorder) access(k value) {
	var v value
	var ok bool
	panicked := r.perform("access", func() {
		p, found := r.table.access(k.p)
		v, ok = r.elem.value(p), found
	}, "k", k.text)
	if !panicked {
		r.line = strconv.AppendBool(append(r.line, `,"ok":`...), ok)
		if ok {
			r.field("v", v.text)
		}
		if e := r.model.find(k); (e != nil) != ok || ok && e.v.text != v.text {
			r.fail("access of %s: %v %s", k.text, ok, v.text)
		}
	}
	r.end(nil, false)
}

func (r *recorder) delete(k value) {
	before := *r.h
	link := r.watchLink(k)
	panicked := r.perform("delete", func() { r.table.delete(k.p) }, "k", k.text)
	if !panicked {
		r.model.delete(k)
	}
	r.end(link, before.count == 1 && r.h.count == 0)
}

func (r *recorder) clear() {
	before := *r.h
	if before.growing() && before.count > 0 {
		r.events.ClearsInGrowth++
	}
	r.watchStray()
	r.perform("clear", r.table.clear)
	r.model.clear()
	r.end(nil, before.count > 0)
}

func (r *recorder) dump() {
	r.line = append(r.line, `{"op":"dump","lines":`...)
	r.line = append(r.line, r.lister.lines(r.h)...)
	r.after(true)
	r.check()
}

// perform begins a line with the fields given, and adds the panic if do panics.
func (r *recorder) perform(op string, do func(), fields ...string) (panicked bool) {
	r.line = append(append(append(r.line, `{"op":"`...), op...), '"')
	for i := 0; i < len(fields); i += 2 {
		r.field(fields[i], fields[i+1])
	}
	before := *r.h
	defer func() {
		if p := recover(); p != nil {
			r.field("panic", p.(runtime.Error).Error())
			r.events.Panics++
			panicked = true
		}
		r.watchGrowth(&before)
	}()
	do()
	return false
}

func (r *recorder) field(name, text string) {
	r.line = append(append(append(r.line, `,"`...), name...), `":`...)
	r.line = strconv.AppendQuote(r.line, text)
}

// end ends the line of an operation. Operations that drew a seed say so: a comparison could miss
// one, by equal seeds.
func (r *recorder) end(link *linkWatch, seed bool) {
	r.done++
	if seed {
		r.line = strconv.AppendUint(append(r.line, `,"hash0":`...), uint64(r.h.hash0), 10)
	}
	link.look(r)
	if r.h.count != len(r.model.entries) {
		r.fail("the map counts %d entries, the model %d", r.h.count, len(r.model.entries))
	}
	r.after(r.done%r.every == 0)
	if r.done-r.checked > 512+r.h.count {
		r.check()
	}
	if r.dumps > 0 && r.done%r.dumps == 0 {
		r.dump()
	}
}

// after ends a line with what any operation says of the map.
func (r *recorder) after(state bool) {
	if r.h.B >= 16 {
		r.line = strconv.AppendUint(append(r.line, `,"noverflow":`...), uint64(r.h.noverflow), 10)
	}
	if state {
		r.events.States++
		r.line = fmt.Appendf(r.line, `,"state":"%016x"`, r.lister.digest(r.h))
	}
	r.line = append(r.line, "}\n"...)
	r.w.Write(r.line)
	r.line = r.line[:0]
}

// hash is the hash of a key under the map's present seed.
func (r *recorder) hash(k value) uintptr { return r.typ.hasher(k.p, uintptr(r.h.hash0)) }

// elemValue draws an elem.
func (r *recorder) elemValue() value {
	p := reflect.New(r.pair.elem).UnsafePointer()
	draw(r.rng, r.pair.elem, p)
	return r.elem.value(p)
}
