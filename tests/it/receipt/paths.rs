//! The paths that a log is served under: one for everything, and nothing for anything else.

use assay_receipt::{
    path::LogPath,
    tile::{BundleId, TileId},
};

fn tile(level: u8, index: u64, width: u16) -> LogPath {
    LogPath::Tile(TileId { level, index, width })
}

fn entries(index: u64, width: u16) -> LogPath {
    LogPath::Entries(BundleId { index, width })
}

#[test]
fn every_path_is_written_as_it_is_read() {
    let rows = [
        ("checkpoint", LogPath::Checkpoint),
        ("tile/0/000", tile(0, 0, 256)),
        ("tile/0/000.p/1", tile(0, 0, 1)),
        ("tile/0/007.p/255", tile(0, 7, 255)),
        ("tile/1/999", tile(1, 999, 256)),
        ("tile/1/x001/000", tile(1, 1_000, 256)),
        ("tile/2/x001/x234/067", tile(2, 1_234_067, 256)),
        ("tile/2/x001/x234/067.p/112", tile(2, 1_234_067, 112)),
        ("tile/63/x018/x446/x744/x073/x709/x551/615", tile(63, u64::MAX, 256)),
        ("tile/entries/000", entries(0, 256)),
        ("tile/entries/x001/x234/067", entries(1_234_067, 256)),
        ("tile/entries/x001/x234/067.p/8", entries(1_234_067, 8)),
    ];
    for (text, path) in rows {
        assert_eq!(text.parse(), Ok(path), "{text}");
        assert_eq!(path.to_string(), text);
    }
    assert_eq!(TileId { level: 2, index: 1_234_067, width: 112 }.to_string(), "tile/2/x001/x234/067.p/112");
    assert_eq!(BundleId { index: 1_234_067, width: 256 }.to_string(), "tile/entries/x001/x234/067");
}

#[test]
fn every_number_and_every_width_has_one_path() {
    for index in (0..2_100).chain([999_999, 1_000_000, 1_000_001, u64::MAX - 1]) {
        for path in [tile(0, index, 256), entries(index, 1)] {
            assert_eq!(path.to_string().parse(), Ok(path), "{path}");
        }
    }
    for (level, width) in (0..64).flat_map(|level| (1..=256).map(move |width| (level, width))) {
        let path = tile(level, 5, width);
        assert_eq!(path.to_string().parse(), Ok(path), "{path}");
    }
}

#[test]
fn whatever_is_written_otherwise_is_no_path() {
    let refused = [
        "",
        "/checkpoint",
        "checkpoint/",
        "Checkpoint",
        "checkpoint.p/1",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile//000",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000 ",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/0/-01",
        "tile/0/+01",
        "tile/0/0x1",
        "tile/0/٠٠١",
        "tile/0/001/234",
        "tile/0/x001",
        "tile/0/x001/x234",
        "tile/0/xx01/234",
        "tile/0/x1/234",
        "tile/0/x001/2345",
        "tile/0/x000/001",
        "tile/0/X001/234",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/00/000",
        "tile/01/000",
        "tile/+0/000",
        "tile/-1/000",
        "tile/64/000",
        "tile/256/000",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/05",
        "tile/0/001.p/+5",
        "tile/0/001.p/",
        "tile/0/001.p",
        "tile/0/001.p5",
        "tile/0/001.p/5/",
        "tile/0/001.p/5.p/5",
        "tile/0/.p/5",
        "tile/0/x001.p/5/234",
        "tile/entries",
        "tile/entries/",
        "tile/entries/0",
        "tile/entries/000/",
        "tile/entries/000.p/0",
        "tile/data/000",
        "tile/8/0/000",
        "../tile/0/000",
        "tile/0/../000",
    ];
    for text in refused {
        let error = text.parse::<LogPath>().expect_err(text);
        assert!(error.to_string().starts_with(&format!("{text:?} is none of checkpoint, tile/<level>/<number>")), "{error}");
    }
}
