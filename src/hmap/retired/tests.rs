//! What is forgotten and given back, and how much of it in one step.

use super::*;

#[test]
fn generations_of_which_no_cursor_lives_are_forgotten_behind_one_that_lives_on() {
    // Of each generation there was a cursor, which is dropped before it ends, or after.
    for while_it_lasts in [true, false] {
        let mut retired = Retired::<u8>::new();
        let long_lived = retired.join();
        retired.seal();
        for number in 1..1000 {
            let cursor = retired.join();
            let cursor = (!while_it_lasts).then_some(cursor);
            assert_eq!(retired.seal(), number);
            drop(cursor);
        }
        let rest = retired.rest.as_ref().expect("the first generation is sealed");
        let sealed = rest.sealed.len();
        assert!((1..16).contains(&sealed), "{sealed} of them, {while_it_lasts}");
        drop(long_lived);
        assert_eq!(retired.oldest_cursor(), None);
    }
}

fn array(bytes: usize, records: usize) -> Array {
    let layout = core::alloc::Layout::from_size_align(bytes, 8).expect("small");
    let mut array = Array { block: Some(Block::zeroed(layout, false)), ..Array::default() };
    for lane in 0..records {
        array.ghosts.get_or_insert_default().hide(NonNull::dangling(), lane);
    }
    array
}

#[test]
fn a_step_forgets_eight_batches_of_records() {
    let mut retired = Retired::<u8>::new();
    retired.bury_array(array(64, 10 * GHOSTS_STEP));
    for left in [Some(2 * GHOSTS_STEP), None] {
        assert!(retired.step());
        let buried = retired.rest.as_ref().and_then(|rest| rest.arrays.front());
        let ghosts = buried.and_then(|buried| buried.array.ghosts.as_ref());
        assert_eq!(ghosts.map(|ghosts| ghosts.hidden.len()), left);
    }
    assert!(!retired.step());
}

#[test]
fn what_an_array_gives_back_comes_to_what_it_had() {
    for bytes in [64, 5 * RELEASE_STEP + 4096] {
        let mut array = array(bytes, 0);
        let steps = core::iter::from_fn(|| {
            // SAFETY: nobody uses the array.
            Some(unsafe { array.release_some() }).filter(|&freed| freed > 0)
        });
        assert_eq!(steps.sum::<usize>(), bytes);
        assert_eq!(array.bytes(), 0);
    }
}
