//! Nothing that is prepared is left without a limit. (That limits and benchmarks are the same,
//! `states/instructions` holds.)

use tophash_states::{Hash, State, Subject, Watched, kernel};

/// Whether `limits.toml` has a number for it.
fn limited(group: &str, name: &str) -> bool {
    let limits = include_str!("../limits.toml");
    let table = limits.split_once(&format!("[{group}]\n")).unwrap().1;
    let table = table.split("\n[").next().unwrap();
    table.lines().any(|line| line.starts_with(&format!("{name} = ")))
}

fn identifier(name: &str) -> String {
    name.to_lowercase().replace(' ', "_")
}

#[test]
fn every_state_of_every_map_of_ours_has_a_limit() {
    for subject in [Subject::U64Go, Subject::U64Foldhash, Subject::StrGo] {
        for state in State::ALL {
            let (group, name) = (identifier(subject.name()), identifier(state.name()));
            assert!(limited(&group, &name), "{group}.{name}");
        }
    }
}

#[test]
fn every_operation_under_every_detector_has_a_limit() {
    for Watched(access, watch) in Watched::all() {
        let group = identifier(watch.name()).replacen("u64", "shared", 1);
        let name = identifier(access.name()).replacen("shared_", "", 1);
        assert!(limited(&group, &name), "{group}.{name}");
    }
}

#[test]
fn every_hash_has_a_limit() {
    for hash in Hash::ALL {
        let name = identifier(hash.name().strip_prefix("hash ").unwrap());
        assert!(limited("hashes", &name), "{name}");
    }
}

#[test]
#[cfg(target_arch = "x86_64")]
fn every_kernel_that_a_map_can_have_has_a_limit() {
    for kernel in kernel::all().filter(|kernel| !kernel.by_byte()) {
        let name = format!("{}_{}", kernel.set(), kernel.scan());
        assert!(limited("kernels", &name), "{name}");
    }
}
