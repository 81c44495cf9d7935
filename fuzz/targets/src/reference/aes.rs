//! Go's AES hashes, of amd64 and of arm64, on blocks that are arrays and rounds out of FIPS 197.

use super::textbook;

type Block = [u8; 16];

/// Which processor's assembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assembly {
    /// Go: runtime/asm_amd64.s, 1.22.
    Amd64,
    /// Go: runtime/asm_arm64.s, 1.22.
    Arm64,
}

/// Go's `memhash32`.
pub fn memhash32(assembly: Assembly, keysched: &[u8; 128], value: u32, seed: u64) -> u64 {
    match assembly {
        // MOVQ seed, X0; PINSRD $2, (AX), X0.
        Assembly::Amd64 => memhash64(assembly, keysched, value.into(), seed),
        // VLD1 (R0), V0.S[1]; VMOV R1, V0.S[0].
        Assembly::Arm64 => {
            let mut block = [0; 16];
            block[..4].copy_from_slice(&seed.to_le_bytes()[..4]);
            block[4..8].copy_from_slice(&value.to_le_bytes());
            low(arm64_end(block, key(keysched, 0)))
        }
    }
}

/// Go's `memhash64`.
pub fn memhash64(assembly: Assembly, keysched: &[u8; 128], value: u64, seed: u64) -> u64 {
    let block = pair(seed, value);
    match assembly {
        Assembly::Amd64 => {
            let scrambled = (0..3).fold(block, |block, i| textbook::round(block, key(keysched, i)));
            low(scrambled)
        }
        Assembly::Arm64 => low(arm64_end(block, key(keysched, 0))),
    }
}

/// Go's `memhash` and `strhash`: `aeshashbody`.
pub fn memhash(assembly: Assembly, keysched: &[u8; 128], bytes: &[u8], seed: u64) -> u64 {
    match assembly {
        Assembly::Amd64 => amd64(keysched, bytes, seed),
        Assembly::Arm64 => arm64(keysched, bytes, seed),
    }
}

fn amd64(keysched: &[u8; 128], bytes: &[u8], seed: u64) -> u64 {
    let n = bytes.len();
    let scramble = |block| textbook::round(block, block);
    // PINSRW $4, CX; PSHUFHW $0: the length's low 16 bits four times.
    let length = u64::from(n as u16);
    let start = pair(seed, length | length << 16 | length << 32 | length << 48);
    let seeds: Vec<Block> = (0..8).map(|i| scramble(xor(start, key(keysched, i)))).collect();
    if n == 0 {
        return low(scramble(seeds[0]));
    }
    let mut state: Vec<Block> = lanes(bytes, |short| {
        let mut block = [0; 16];
        block[..short.len()].copy_from_slice(short);
        block
    });
    for (lane, seed) in state.iter_mut().zip(&seeds) {
        *lane = xor(*lane, *seed);
    }
    if n > 128 {
        for blocks in bytes.chunks(128).take((n - 1) / 128) {
            for (lane, data) in state.iter_mut().zip(blocks.chunks(16)) {
                *lane = textbook::round(scramble(*lane), data.try_into().expect("16 bytes"));
            }
        }
    }
    let ends = state.into_iter().map(|lane| scramble(scramble(scramble(lane))));
    low(ends.fold([0; 16], xor))
}

fn arm64(keysched: &[u8; 128], bytes: &[u8], seed: u64) -> u64 {
    let n = bytes.len();
    let start = pair(seed, n as u64);
    let seeds: Vec<Block> = (0..8).map(|i| aese_aesmc(key(keysched, i), start)).collect();
    if n == 0 {
        return low(seeds[0]);
    }
    let data: Vec<Block> = lanes(bytes, |short| {
        // TBZ $3, $2, $1, $0: of each power of two in the length so many bytes, at fixed places.
        let mut block = [0; 16];
        let mut at = 0;
        for (size, place) in [(8, 0), (4, 8), (2, 12), (1, 14)] {
            if short.len() & size != 0 {
                block[place..place + size].copy_from_slice(&short[at..at + size]);
                at += size;
            }
        }
        block
    });
    if n <= 16 {
        return low((0..3).fold(data[0], |state, _| aese_aesmc(state, seeds[0])));
    }
    if n <= 128 {
        let ends = data.into_iter().zip(seeds).map(|(data, seed)| arm64_end(data, seed));
        return low(ends.fold([0; 16], xor));
    }
    let (mut state, mut keys) = (seeds, data);
    for blocks in bytes.chunks(128).take((n - 1) / 128) {
        for ((lane, key), data) in state.iter_mut().zip(&mut keys).zip(blocks.chunks(16)) {
            *lane = aese_aesmc(*lane, *key);
            *key = data.try_into().expect("16 bytes");
            *lane = aese_aesmc(*lane, *key);
        }
    }
    let ends = state.into_iter().zip(keys).map(|(state, key)| arm64_end(state, key));
    low(ends.fold([0; 16], xor))
}

/// The blocks that the lanes begin with: one, two, four or eight, half from the front and half from the
/// end; from 129 bytes on the last eight.
fn lanes(bytes: &[u8], short: impl Fn(&[u8]) -> Block) -> Vec<Block> {
    let n = bytes.len();
    let block = |at: usize| bytes[at..at + 16].try_into().expect("16 bytes");
    let half = match n {
        0..=15 => return vec![short(bytes)],
        16 => return vec![block(0)],
        17..=32 => 1,
        33..=64 => 2,
        65..=128 => 4,
        _ => return (1..=8).rev().map(|i| block(n - 16 * i)).collect(),
    };
    let front = (0..half).map(|i| block(16 * i));
    front.chain((1..=half).rev().map(|i| block(n - 16 * i))).collect()
}

/// `AESE key, state`, then `AESMC`.
fn aese_aesmc(state: Block, key: Block) -> Block {
    textbook::round(xor(state, key), [0; 16])
}

/// Three times `AESE`, and `AESMC` between them.
fn arm64_end(state: Block, key: Block) -> Block {
    let state = aese_aesmc(aese_aesmc(state, key), key);
    textbook::last_round(xor(state, key), [0; 16])
}

fn key(keysched: &[u8; 128], i: usize) -> Block {
    keysched[16 * i..16 * i + 16].try_into().expect("16 bytes")
}

fn pair(low: u64, high: u64) -> Block {
    let mut block = [0; 16];
    block[..8].copy_from_slice(&low.to_le_bytes());
    block[8..].copy_from_slice(&high.to_le_bytes());
    block
}

fn xor(a: Block, b: Block) -> Block {
    core::array::from_fn(|i| a[i] ^ b[i])
}

fn low(block: Block) -> u64 {
    u64::from_le_bytes(*block.first_chunk().expect("16 bytes"))
}
