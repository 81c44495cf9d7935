//! The recordings that are built in: `recordings/README.md` says why each is there.

macro_rules! recordings {
    ($($name:literal)+) => {
        &[$(($name, include_bytes!(concat!("../recordings/", $name, ".jsonl")))),+]
    };
}

/// Name and content of every recording that is built in.
pub const RECORDINGS: &[(&str, &[u8])] = recordings! {
    "tiny-uint64-uint8"
    "every-double-uint16-uint8"
    "every-same-uint32-uint8"
    "mixed-uint64-uint64"
    "mixed-string-string"
    "mixed-uint16-string-spare"
    "mixed-uint16-string-spare-go1.21"
    "mixed-float32-uint8-zeros"
    "mixed-a136u8-a136u8"
    "mixed-uint8-struct-hint100"
    "large-uint32-struct"
    "churn-uint16-string-arm64"
    "churn-uint16-uint8-fallback-go1.23"
    "churn-uint32-uint64-fallback-arm64"
    "churn-int64-uint8-clear"
    "collide-string-uint64-fallback"
    "collide-int32-uint8"
    "drain-float64-a20u8"
    "clear-a3u32-uint32-go1.23"
    "clear-a20u8-uint8-go1.21"
    "clear-iface-uint32"
    "iter-string-uint32-go1.21"
    "iter-int64-uint32-go1.23"
    "iter-uint64-string"
    "iter-float32-uint64-arm64"
    "iter-uint64-uint8-sentinel"
    "flips-uint64-uint8-hint420000"
    "gobug-iter-twice-uint64-string"
    "gobug-halves-uint32-uint8"
};
