package main

import "unsafe"

// events counts what a recording covers.
type events struct {
	States            int `json:"states"`
	Doublings         int `json:"doublings"`
	SameSize          int `json:"same_size_growths"`
	ClearsInGrowth    int `json:"clears_in_growth"`
	IteratorsInGrowth int `json:"iterators_begun_in_growth"`
	LongIterators     int `json:"iterators_over_two_growths"`
	SentinelWalks     int `json:"sentinel_walks"`
	StrayIterators    int `json:"iterators_on_spare_bucket_at_clear"`
	LinkCrossings     int `json:"empty_rest_across_link"`
	Panics            int `json:"panics"`
	BothHalves        int `json:"steps_that_took_both_halves"`
	Exposed           int `json:"results_exposed_to_go_bug"`
	BrokenPromises    int `json:"promises_broken_by_go_bug"`
}

// watchGrowth counts the growth that began between before and now. One that ends inside its own
// operation shows only in the array's address; a clear keeps the array.
func (r *recorder) watchGrowth(before *hmap) {
	if before.buckets == nil || before.buckets == r.h.buckets {
		return
	}
	same := before.B == r.h.B
	if same {
		r.events.SameSize++
	} else {
		r.events.Doublings++
	}
	for i := len(r.iters) - 1; i >= 0; i-- {
		it := r.iters[i]
		it.growths++
		if same {
			it.same++
		}
		if it.growths == 2 {
			r.events.LongIterators++
		}
		if r.dangerous(it) {
			r.drop(it)
		}
	}
}

// watchStray is called before a clear. It makes all spare buckets free again: an iterator that
// stands on one goes on in whatever chain takes it next, or, from the last one, where the sentinel
// leads.
func (r *recorder) watchStray() {
	for _, it := range r.iters {
		i, in := r.lister.arrays.index(r.h.buckets, r.h.B, it.bptr)
		if in && i >= 1<<r.h.B && r.h.count > 0 {
			it.strayed = true
			r.events.StrayIterators++
		}
	}
}

// linkWatch looks for a delete that makes emptyRest of a bucket's last slot because the rest of
// its chain is empty.
type linkWatch struct {
	buckets []unsafe.Pointer // of the key's chain, whose slot 7 is emptyOne and has something after it
}

// watchLink is called before the delete of k.
func (r *recorder) watchLink(k value) *linkWatch {
	if r.model.find(k) == nil {
		return nil
	}
	hash := r.hash(k)
	if r.h.growing() && !evacuated(r.typ.bucketAt(r.h.oldbuckets, hash&(1<<r.h.oldB()-1))) {
		return nil // the delete will first build the chain
	}
	w := &linkWatch{}
	for b := r.typ.bucketAt(r.h.buckets, hash&(1<<r.h.B-1)); b != nil; b = r.typ.overflow(b) {
		if r.typ.overflow(b) != nil && tophash(b)[slots-1] == 1 {
			w.buckets = append(w.buckets, b)
		}
	}
	return w
}

// look is called after the delete.
func (w *linkWatch) look(r *recorder) {
	if w == nil {
		return
	}
	for _, b := range w.buckets {
		if tophash(b)[slots-1] == 0 {
			r.events.LinkCrossings++
			return
		}
	}
}
