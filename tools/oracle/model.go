package main

import (
	"fmt"
	"unsafe"
)

// model is what the map ought to hold, kept without a map: lists of entries, each found by a
// search through one of them.
type model struct {
	entries []*entry
	lists   [1 << 12][]*entry
	serial  uint64 // of the next entry
}

type entry struct {
	k, v   value
	serial uint64 // in order of insertion
	at     int    // in model.entries
	marked bool
}

// list is the one that a key belongs to.
func (m *model) list(k value) *[]*entry {
	sum := uint32(2166136261)
	for i := 0; i < len(k.same); i++ {
		sum = (sum ^ uint32(k.same[i])) * 16777619
	}
	return &m.lists[(sum^sum>>16)%uint32(len(m.lists))]
}

func (m *model) find(k value) *entry {
	for _, e := range *m.list(k) {
		if e.k.same == k.same {
			return e
		}
	}
	return nil
}

func (m *model) assign(k, v value) {
	if e := m.find(k); e != nil {
		// Where k is not the same text, it is because of a float, and then Go stores the new key.
		e.k, e.v = k, v
		return
	}
	e := &entry{k: k, v: v, serial: m.serial, at: len(m.entries)}
	m.serial++
	m.entries = append(m.entries, e)
	list := m.list(k)
	*list = append(*list, e)
}

func (m *model) delete(k value) {
	e := m.find(k)
	if e == nil {
		return
	}
	list := m.list(k)
	kept := (*list)[:0]
	for _, other := range *list {
		if other != e {
			kept = append(kept, other)
		}
	}
	*list = kept
	last := len(m.entries) - 1
	m.entries[e.at] = m.entries[last]
	m.entries[e.at].at = e.at
	m.entries = m.entries[:last]
}

func (m *model) clear() {
	serial := m.serial
	*m = model{serial: serial}
}

// compare holds all that the map's memory contains against the model.
func (m *model) compare(l *listing, h *hmap) error {
	if h.count != len(m.entries) {
		return fmt.Errorf("the map counts %d entries, the model %d", h.count, len(m.entries))
	}
	var wrong error
	var found int
	for _, e := range m.entries {
		e.marked = false
	}
	l.live(h, func(k, v unsafe.Pointer) {
		found++
		key := l.key.value(k)
		e := m.find(key)
		elem := string(l.elem.append(nil, v, false))
		switch {
		case e == nil:
			wrong = fmt.Errorf("the map holds %s, the model does not", key.text)
		case e.marked:
			wrong = fmt.Errorf("the map holds %s twice", key.text)
		case e.k.text != key.text || e.v.text != elem:
			wrong = fmt.Errorf("the map holds %s: %s, the model %s: %s", key.text, elem, e.k.text, e.v.text)
		default:
			e.marked = true
		}
	})
	if wrong == nil && found != h.count {
		wrong = fmt.Errorf("the map counts %d entries and holds %d", h.count, found)
	}
	return wrong
}
