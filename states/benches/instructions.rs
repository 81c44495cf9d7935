//! The instructions of each operation in each state, of each kernel and each hash, counted by
//! Callgrind. `states/instructions` runs it and holds the counts against `states/limits.toml`.
//!
//! Needs valgrind, and `gungraun-runner` of the version of the library.
//!
//! ```sh
//! cargo bench -p tophash-states --bench instructions
//! ```

#![allow(missing_docs, reason = "gungraun's macros make public items")]

use gungraun::{library_benchmark, library_benchmark_group, main};
use tophash_states::{Access, Hash, Prepared, State, Subject, Watch, Watched, kernel};

/// A benchmark of one subject in each state. The name of the function and that of the benchmark are
/// the name of a limit.
macro_rules! states {
    ($function:ident, $subject:ident: $($name:ident $state:ident),+ $(,)?) => {
        #[library_benchmark]
        $(#[bench::$name(prepare(State::$state, Subject::$subject))])+
        fn $function(mut prepared: Prepared) -> Prepared {
            prepared.run();
            prepared
        }
    };
}

fn prepare(state: State, subject: Subject) -> Prepared {
    tophash_states::prepare(state, subject).expect("a state that the subject can be in")
}

macro_rules! ours {
    ($($function:ident $subject:ident),+) => {$(
        states! {
            $function, $subject:
            get_hit_slot_0 HitSlot0,
            get_hit_slot_7 HitSlot7,
            get_hit_overflow_1 HitOverflow1,
            get_hit_overflow_3 HitOverflow3,
            get_hit_old_bucket HitOld,
            get_miss_part_full MissPart,
            get_miss_full MissFull,
            get_miss_chain_of_3 MissChain,
            get_miss_empty_map MissEmpty,
            insert_free_slot InsertFree,
            insert_spare_bucket InsertSpare,
            insert_heap_bucket InsertHeap,
            insert_over InsertOver,
            insert_evacuates InsertEvacuates,
            insert_grows InsertGrows,
            delete_last DeleteLast,
            delete_emptyone DeleteEmptyOne,
            delete_across_link DeleteAcross,
            iterate_1024 Iterate,
            iterate_growing IterateGrowing,
            clear_1024 Clear,
            clone_1024 Clone,
        }
    )+};
}

ours!(u64_go U64Go, u64_foldhash U64Foldhash, str_go StrGo);

states! {
    u64_hashbrown, Hashbrown:
    get_hit_slot_0 HitSlot0,
    get_miss_part_full MissPart,
    insert_free_slot InsertFree,
    delete_last DeleteLast,
}

/// The same of a map that threads share.
macro_rules! watched {
    ($($function:ident $watch:ident),+) => {$(
        #[library_benchmark]
        #[bench::len(watched(Access::Len, Watch::$watch))]
        #[bench::get(watched(Access::Get, Watch::$watch))]
        #[bench::step(watched(Access::Step, Watch::$watch))]
        #[bench::insert_over(watched(Access::Insert, Watch::$watch))]
        #[bench::remove(watched(Access::Remove, Watch::$watch))]
        fn $function(mut prepared: Prepared) -> Prepared {
            prepared.run();
            prepared
        }
    )+};
}

fn watched(access: Access, watch: Watch) -> Prepared {
    Watched(access, watch).into()
}

watched!(shared_none None, shared_write_flag WriteFlag, shared_strict Strict, shared_epoch Epoch);

fn hash(hash: Hash) -> Prepared {
    hash.into()
}

#[library_benchmark]
#[bench::aes_64_bits(hash(Hash::Aes64))]
#[bench::aes_string_16(hash(Hash::AesString16))]
#[bench::aes_string_64(hash(Hash::AesString64))]
#[bench::fallback_64_bits(hash(Hash::Fallback64))]
fn hashes(mut prepared: Prepared) -> Prepared {
    prepared.run();
    prepared
}

fn scan(set: &str, scan: &str) -> Prepared {
    let found = kernel::all().find(|kernel| (kernel.set(), kernel.scan()) == (set, scan));
    found.expect("a kernel of this processor").into()
}

#[library_benchmark]
#[bench::sse2_match_tophash(scan("sse2", "match_tophash"))]
#[bench::sse2_match_empty(scan("sse2", "match_empty"))]
#[bench::sse2_match_end(scan("sse2", "match_end"))]
#[bench::sse2_match_full(scan("sse2", "match_full"))]
#[bench::portable_match_tophash(scan("portable", "match_tophash"))]
#[bench::portable_match_empty(scan("portable", "match_empty"))]
#[bench::portable_match_end(scan("portable", "match_end"))]
#[bench::portable_match_full(scan("portable", "match_full"))]
fn kernels(mut prepared: Prepared) -> Prepared {
    prepared.run();
    prepared
}

library_benchmark_group!(
    name = all,
    benchmarks = [
        u64_go,
        u64_foldhash,
        str_go,
        u64_hashbrown,
        hashes,
        kernels,
        shared_none,
        shared_write_flag,
        shared_strict,
        shared_epoch,
    ]
);

main!(library_benchmark_groups = all);
