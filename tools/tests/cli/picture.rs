//! `show --svg`, and the README's pictures, which it made.

use crate::common::{Files, package, recording, recording_path, tophash};

#[test]
fn the_readme_s_pictures_are_what_show_makes() {
    let files = Files::new();
    let folder = package().join("../docs/pictures");
    let readme = std::fs::read_to_string(package().join("../README.md")).unwrap();
    let pictures = [("bucket.svg", "63"), ("growing.svg", "179")];
    for (name, at) in pictures {
        let out = files.path(name);
        let recording = recording_path("every-double-uint16-uint8");
        let run = tophash(&["show", &recording, "--at", at, "--svg", &out]);
        assert_eq!((run.code, &*run.stdout, &*run.stderr), (Some(0), "", ""));
        let remake = format!("make it again: tophash show {recording} --at {at} --svg {name}");
        let there = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(std::fs::read_to_string(out).unwrap() == there, "{remake}");
        assert!(readme.contains(&format!("](docs/pictures/{name})")), "{name} is not shown");
    }
    let detectors = std::fs::read_to_string(package().join("../docs/detectors.md")).unwrap();
    for picture in std::fs::read_dir(folder).unwrap() {
        let name = picture.unwrap().file_name().into_string().unwrap();
        let made_here = pictures.iter().any(|(made, _)| *made == name);
        // The others are of `tophash race`.
        assert!(made_here || detectors.contains(&format!("](pictures/{name})")), "{name}");
    }
}

#[test]
fn large_and_empty_maps_are_drawn_too() {
    let files = Files::new();
    for (name, at, says) in [
        ("large-uint32-struct", "4900", "… and "),
        ("large-uint32-struct", "0", "No bucket yet."),
        ("mixed-a136u8-a136u8", "200", "buckets: "),
    ] {
        let input = files.write("a.jsonl", recording(name));
        let out = files.path("a.svg");
        assert_eq!(tophash(&["show", &input, "--at", at, "--svg", &out]).code, Some(0));
        let svg = std::fs::read_to_string(out).unwrap();
        assert!(svg.contains(says), "{name} at {at}");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && svg.len() < 200_000);
    }
}

#[test]
fn iterators_are_drawn_at_their_slots() {
    let files = Files::new();
    let out = files.path("a.svg");
    assert_eq!(tophash(&["show", "--at", "310", "--svg", &out]).code, Some(0));
    let svg = std::fs::read_to_string(out).unwrap();
    for it in 3..=7 {
        assert_eq!(svg.matches(&format!(">#{it}</text>")).count(), 1, "{it}");
    }
    assert!(
        svg.contains(">Live iterators: #3: o3[7], #4: o3[5], #5: o1[4], #6: o0[7], #7: o3[3]<")
    );
}

#[test]
fn a_picture_that_cannot_be_written_is_named() {
    let files = Files::new();
    let out = files.path("no/picture.svg");
    let run = tophash(&["show", "--svg", &out]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.starts_with(&format!("{out}: cannot be written: ")), "{}", run.stderr);
    let both = tophash(&["show", "--svg", &out, "--html", &out]);
    assert_eq!(both.code, Some(2));
}
