//! A port of ours, with somebody else's program at the other end.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use hw_fixtures::port::{Emulated, Got, Port, Selector, Settings};

use crate::line::{LONG, run};

fn open(link: &Path, baud: u32) -> Port {
    Port::open(&Selector::Path(link.to_owned()), &Settings::at(baud)).unwrap()
}

#[test]
fn programs_come_and_go_and_set_their_speed() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("modem");
        let ours = Emulated::new(&link, 9_600).unwrap();
        assert_eq!(ours.port().far_baud(), Some(9_600));
        let mut buffer = [0; 8];
        for baud in [115_200, 57_600, 123_456] {
            let theirs = open(ours.path(), baud);
            assert_eq!(ours.port().far_baud(), Some(baud));
            assert_eq!(theirs.far_baud(), None);
            theirs.write(b"AT\r", LONG).await.unwrap();
            assert_eq!(ours.port().read(&mut buffer, LONG).await, Ok(Got::Bytes(3)));
            ours.port().write(b"OK", LONG).await.unwrap();
            assert_eq!(theirs.read(&mut buffer, LONG).await, Ok(Got::Bytes(2)));
        }
    });
}

#[test]
fn a_name_goes_to_the_last_run_that_wants_it_and_stays_with_it() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("modem");
        symlink("/dev/pts/gone", &link).unwrap();
        let first = Emulated::new(&link, 9_600).unwrap();
        let second = Emulated::new(&link, 9_600).unwrap();
        drop(first);
        open(&link, 9_600);
        drop(second);
        assert!(!link.is_symlink());
        fs::write(&link, "a file").unwrap();
        assert!(Emulated::new(&link, 9_600).is_err());
        assert_eq!(fs::read_to_string(&link).unwrap(), "a file");
    });
}
