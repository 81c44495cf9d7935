//! Memory for bucket arrays and for the overflow buckets chained onto them.
//!
//! All memory comes zeroed, as Go's does. A large array is mapped from the kernel, so that it is
//! zeroed page by page as it is first touched and given back in bounded pieces; the global
//! allocator would zero or unmap all of it within one operation.

use alloc::alloc::{alloc_zeroed, dealloc, handle_alloc_error};
use alloc::vec::Vec;
use core::alloc::Layout;
use core::iter;
use core::ptr::NonNull;

/// What one call of [`Block::release_some`] gives back at most of a mapping, in bytes.
///
/// A multiple of every page size in use (4 to 64 KiB), since the kernel takes back whole pages.
pub(super) const RELEASE_STEP: usize = 64 << 10;

/// Blocks of at least this many bytes are mapped. glibc's allocator maps from the same size, until
/// the first free of a larger block raises its threshold.
const MAP_FROM: usize = 128 << 10;

/// Mappings of at least so many bytes may come in huge pages: the size of one on most systems.
const HUGE_FROM: usize = 2 << 20;

/// A zeroed allocation, not freed by drop: its owner says when, and in how many steps.
#[derive(Debug)]
pub(super) struct Block {
    at: NonNull<u8>,
    /// What is left of it.
    bytes: usize,
    /// As it was allocated.
    layout: Layout,
    mapped: bool,
}

impl Block {
    /// Allocates zeroed memory, `layout.size()` > 0. Where there is none, it ends the process as
    /// every collection's allocation does. `huge` is as for [`Block::try_zeroed`].
    pub(super) fn zeroed(layout: Layout, huge: bool) -> Self {
        Self::try_zeroed(layout, huge).unwrap_or_else(|| handle_alloc_error(layout))
    }

    /// Allocates zeroed memory, `layout.size()` > 0, if there is any.
    ///
    /// `huge` asks the kernel for huge pages, if the block is mapped and has room for one.
    fn try_zeroed(layout: Layout, huge: bool) -> Option<Self> {
        // Slots are at most 128 bytes large, so no bucket is aligned to more than a page.
        debug_assert!(layout.align() <= 4096);
        let mapped = mapped::AVAILABLE && layout.size() >= MAP_FROM;
        let at = if mapped {
            mapped::zeroed(layout.size(), huge && layout.size() >= HUGE_FROM)
        } else {
            // SAFETY: the caller's layout has a size.
            NonNull::new(unsafe { alloc_zeroed(layout) })
        };
        Some(Self { at: at?, bytes: layout.size(), layout, mapped })
    }

    /// So many entries in random places leave most of the block's pages unused no longer: four a
    /// page, each in 55 if none is used. 0 for a block that did not come from the kernel page by page.
    pub(super) fn fresh_until(&self) -> usize {
        if self.mapped { self.layout.size() / 1024 } else { 0 }
    }

    /// Another block of the same layout, zeroed, if there is memory for it.
    pub(super) fn another(&self, huge: bool) -> Option<Self> {
        Self::try_zeroed(self.layout, huge)
    }

    pub(super) fn at(&self) -> NonNull<u8> {
        self.at
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Gives back [`RELEASE_STEP`] bytes from the front of a mapping, or the whole of another
    /// block; returns what is left.
    ///
    /// # Safety
    /// Nothing reads or writes the block from now on.
    pub(super) unsafe fn release_some(mut self) -> Option<Self> {
        if !self.mapped {
            // SAFETY: allocated in `zeroed` with this layout; unused from now on (caller).
            unsafe { dealloc(self.at.as_ptr(), self.layout) };
            return None;
        }
        let step = self.bytes.min(RELEASE_STEP);
        // SAFETY: the front of a mapping of our own, unused from now on (caller).
        unsafe { mapped::release(self.at, step) };
        self.bytes -= step;
        if self.bytes == 0 {
            return None;
        }
        // SAFETY: `step` is less than what was left of the mapping.
        self.at = unsafe { self.at.add(step) };
        Some(self)
    }

    /// Gives back the whole block.
    ///
    /// # Safety
    /// Nothing reads or writes the block from now on.
    pub(super) unsafe fn release(self) {
        if self.mapped {
            // SAFETY: a mapping of our own, unused from now on (caller).
            unsafe { mapped::release(self.at, self.bytes) };
        } else {
            // SAFETY: allocated in `zeroed` with this layout; unused from now on (caller).
            unsafe { dealloc(self.at.as_ptr(), self.layout) };
        }
    }
}

cfg_if::cfg_if! {
    // Miri knows no mappings.
    if #[cfg(all(feature = "std", unix, not(miri)))] {
        mod mapped {
            use core::ptr::{self, NonNull};

            pub(super) const AVAILABLE: bool = true;

            pub(super) fn zeroed(bytes: usize, huge: bool) -> Option<NonNull<u8>> {
                // SAFETY: a new private mapping without a file touches nothing that exists.
                let at = unsafe {
                    libc::mmap(
                        ptr::null_mut(),
                        bytes,
                        libc::PROT_READ | libc::PROT_WRITE,
                        libc::MAP_PRIVATE | libc::MAP_ANON,
                        -1,
                        0,
                    )
                };
                if at == libc::MAP_FAILED {
                    return None;
                }
                #[cfg(target_os = "linux")]
                if huge {
                    // A kernel without huge pages refuses, and no harm is done.
                    // SAFETY: advice on the mapping made above changes none of its bytes.
                    unsafe { libc::madvise(at, bytes, libc::MADV_HUGEPAGE) };
                }
                #[cfg(not(target_os = "linux"))]
                let _ = huge;
                NonNull::new(at.cast())
            }

            /// # Safety
            /// The bytes belong to a mapping of [`zeroed`], from a multiple of the page size on,
            /// and nothing uses them from now on.
            pub(super) unsafe fn release(at: NonNull<u8>, bytes: usize) {
                // SAFETY: the caller's promise.
                let result = unsafe { libc::munmap(at.as_ptr().cast(), bytes) };
                // It fails only for addresses that are no pages, or where splitting a mapping
                // would take more mappings than a process may have: then the memory stays.
                debug_assert_eq!(result, 0);
            }
        }
    } else {
        mod mapped {
            use core::ptr::NonNull;

            pub(super) const AVAILABLE: bool = false;

            pub(super) fn zeroed(_bytes: usize, _huge: bool) -> Option<NonNull<u8>> {
                None
            }

            /// # Safety
            /// Never called: nothing is mapped.
            pub(super) unsafe fn release(_at: NonNull<u8>, _bytes: usize) {}
        }
    }
}

/// Overflow buckets beyond an array's spare ones: a list of chunks, freed together or chunk by
/// chunk. Go allocates them one by one and leaves finding them again to its collector.
///
/// ```text
/// newest ─▶ | header | bucket | bucket | … |  ─▶ | header | bucket | … |  ─▶ none
///             next, layout
/// ```
#[derive(Debug, Default)]
pub(super) struct Arena {
    newest: Option<NonNull<Header>>,
    /// Buckets of the newest chunk that are handed out, and that it has.
    used: usize,
    capacity: usize,
}

#[derive(Debug)]
struct Header {
    next: Option<NonNull<Header>>,
    layout: Layout,
}

/// Chunks double up to about this many bytes: a map with one overflow bucket pays for one, and a
/// chunk stays small enough to be freed within one operation.
const CHUNK_MAX: usize = 4096;

impl Arena {
    /// A zeroed bucket of `size` bytes, `size` a multiple of `align`; all calls agree on both.
    pub(super) fn bucket(&mut self, size: usize, align: usize) -> NonNull<u8> {
        let first = size_of::<Header>().next_multiple_of(align);
        if self.used == self.capacity {
            let capacity = (self.capacity * 2).clamp(1, (CHUNK_MAX / size).max(1));
            let align = align.max(align_of::<Header>());
            let Ok(layout) = Layout::from_size_align(first + capacity * size, align) else {
                unreachable!("a chunk of {capacity} buckets of {size} bytes overflows isize");
            };
            // SAFETY: the layout has at least a header's size.
            let chunk = NonNull::new(unsafe { alloc_zeroed(layout) }.cast::<Header>())
                .unwrap_or_else(|| handle_alloc_error(layout));
            // SAFETY: fresh memory, large and aligned enough for a header.
            unsafe { chunk.write(Header { next: self.newest, layout }) };
            *self = Self { newest: Some(chunk), used: 0, capacity };
        }
        let Some(chunk) = self.newest else { unreachable!("used < capacity without a chunk") };
        let at = first + self.used * size;
        self.used += 1;
        // SAFETY: `used` was below `capacity`, so the bucket lies inside the chunk.
        unsafe { chunk.cast::<u8>().add(at) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.newest.is_none()
    }

    /// Bytes of all chunks.
    pub(super) fn bytes(&self) -> usize {
        self.chunks().map(|(_, layout)| layout.size()).sum()
    }

    /// The buckets handed out, the first one first; `size` and `align` as for [`Arena::bucket`].
    pub(super) fn buckets(&self, size: usize, align: usize) -> impl Iterator<Item = NonNull<u8>> {
        let first = size_of::<Header>().next_multiple_of(align);
        let mut chunks: Vec<_> =
            self.chunks().map(|(at, layout)| (at, (layout.size() - first) / size)).collect();
        if let Some((_, newest)) = chunks.first_mut() {
            *newest = self.used;
        }
        chunks.into_iter().rev().flat_map(move |(at, buckets)| {
            // SAFETY: `bucket` made the chunk large enough for as many.
            (0..buckets).map(move |index| unsafe { at.cast::<u8>().add(first + index * size) })
        })
    }

    /// The chunks, the newest first, and their layouts.
    fn chunks(&self) -> impl Iterator<Item = (NonNull<Header>, Layout)> {
        // SAFETY: a chunk in the list is live and begins with its header.
        let header = |at: NonNull<Header>| unsafe { at.as_ref() };
        iter::successors(self.newest, move |&at| header(at).next)
            .map(move |at| (at, header(at).layout))
    }

    /// Frees the newest chunk; returns its bytes, 0 when there is none.
    ///
    /// # Safety
    /// Nothing reads or writes the arena's buckets from now on, and none is asked for.
    pub(super) unsafe fn release_chunk(&mut self) -> usize {
        let Some(chunk) = self.newest else { return 0 };
        // SAFETY: chunks begin with the header written in `bucket`.
        let Header { next, layout } = unsafe { chunk.read() };
        self.newest = next;
        // SAFETY: allocated in `bucket` with this layout; unused from now on (caller).
        unsafe { dealloc(chunk.as_ptr().cast(), layout) };
        layout.size()
    }

    /// Frees everything.
    ///
    /// # Safety
    /// Nothing reads or writes the arena's buckets from now on.
    pub(super) unsafe fn release(&mut self) {
        // SAFETY: the caller's promise.
        while unsafe { self.release_chunk() } > 0 {}
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(bytes: usize) -> Layout {
        Layout::from_size_align(bytes, 8).expect("small")
    }

    #[test]
    fn large_blocks_are_mapped_and_small_ones_are_not() {
        for (bytes, large) in [(64, false), (MAP_FROM - 64, false), (MAP_FROM, true)] {
            let block = Block::zeroed(layout(bytes), false);
            let mapped = mapped::AVAILABLE && large;
            assert_eq!((block.mapped, block.bytes()), (mapped, bytes));
            assert_eq!(block.fresh_until(), if mapped { bytes / 1024 } else { 0 });
            let another = block.another(false).expect("there is memory");
            assert!(another.layout == block.layout && another.at() != block.at());
            // SAFETY: nobody has used either.
            unsafe {
                another.release();
                block.release();
            }
        }
    }

    /// Where the kernel tells what was asked of each mapping. (One without huge pages does not, nor
    /// does qemu, which asks it for nothing.)
    #[test]
    #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
    fn huge_pages_are_asked_for_if_they_are_wanted_and_there_is_room_for_one() {
        let asked_for = |block: &Block| -> Option<bool> {
            let maps = std::fs::read_to_string("/proc/self/smaps").ok()?;
            let at = block.at().addr().get();
            let hex = |text| usize::from_str_radix(text, 16).ok();
            let mut lines = maps.lines().skip_while(|line| {
                let range = line.split_once(' ').and_then(|(range, _)| range.split_once('-'));
                let range = range.and_then(|(from, to)| Some(hex(from)?..hex(to)?));
                !range.is_some_and(|range| range.contains(&at))
            });
            let flags = lines.find_map(|line| line.strip_prefix("VmFlags:"))?;
            Some(flags.split(' ').any(|flag| flag == "hg"))
        };
        let told = {
            let block = Block::zeroed(layout(HUGE_FROM), false);
            // SAFETY: advice on a mapping of our own, which nobody uses.
            unsafe {
                libc::madvise(block.at().as_ptr().cast(), block.bytes(), libc::MADV_HUGEPAGE);
            }
            let told = asked_for(&block) == Some(true);
            // SAFETY: nobody has used it.
            unsafe { block.release() };
            told
        };
        for (bytes, huge) in [(HUGE_FROM, false), (HUGE_FROM - 4096, true), (HUGE_FROM, true)] {
            let block = Block::zeroed(layout(bytes), huge);
            let expected = huge && bytes >= HUGE_FROM;
            assert!(!told || asked_for(&block) == Some(expected), "{bytes}, {huge}");
            // SAFETY: nobody has used it.
            unsafe { block.release() };
        }
    }

    /// Of 2 GiB of addresses, at least half come back, at one try in four: threads that start meanwhile
    /// map some too (glibc, 64 MiB for each), but not each time.
    #[test]
    #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
    fn mappings_are_given_back_as_a_whole_and_step_by_step() {
        const BYTES: usize = 64 << 20;
        let mapped = || -> Option<usize> {
            let status = std::fs::read_to_string("/proc/self/status").ok()?;
            let size = status.lines().find_map(|line| line.strip_prefix("VmSize:"))?;
            Some(size.trim().strip_suffix(" kB")?.parse::<usize>().ok()? << 10)
        };
        let comes_back = |at_once: bool| {
            let before = mapped();
            for _ in 0..32 {
                let block = Block::zeroed(layout(BYTES), false);
                // SAFETY: nobody uses it.
                unsafe {
                    if at_once {
                        block.release();
                    } else {
                        let mut left = Some(block);
                        while let Some(block) = left {
                            left = block.release_some();
                        }
                    }
                }
            }
            mapped() <= before.map(|before| before + 16 * BYTES)
        };
        for at_once in [true, false] {
            assert!((0..4).any(|_| comes_back(at_once)), "{at_once}");
        }
    }

    #[test]
    fn chunks_double_up_to_a_page() {
        let (size, mut arena) = (144, Arena::default());
        assert!(arena.is_empty() && arena.bytes() == 0);
        let all = 1 + 2 + 4 + 8 + 16 + 28 + 28;
        let buckets: Vec<_> = (0..all).map(|_| arena.bucket(size, 8)).collect();
        let chunks: Vec<_> = arena.chunks().map(|(_, layout)| layout.size()).collect();
        let header = size_of::<Header>();
        assert_eq!(chunks, [28, 28, 16, 8, 4, 2, 1].map(|buckets| header + buckets * size));
        assert_eq!(arena.bytes(), chunks.iter().sum());
        assert!(!arena.is_empty() && arena.buckets(size, 8).eq(buckets));
        // SAFETY: nobody uses the buckets from now on.
        unsafe { arena.release() };
        assert!(arena.is_empty());
    }
}
