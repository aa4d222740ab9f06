//! Opening: by name, exclusively, with errors that help.

use std::fs;

use hw_fixtures::port::{OpenError, Port, Selector, Settings};

use crate::line::{Line, run};

fn fails(selector: &Selector) -> OpenError {
    Port::open(selector, &Settings::default()).expect_err("must not open")
}

#[test]
fn a_port_is_held_exclusively_until_it_is_dropped() {
    run(async {
        let line = Line::new();
        let port = line.port();
        assert_eq!(port.path(), line.link);
        let error = fails(&line.selector());
        assert!(matches!(error, OpenError::InUse { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(line.link.to_str().unwrap()), "{text}");
        assert!(text.contains("in use by another program; close that one"), "{text}");
        drop(port);
        line.port();
    });
}

#[test]
fn a_wrong_name_says_what_is_missing() {
    run(async {
        let text = fails(&"/dev/serial/by-id/usb-nobody".parse().unwrap()).to_string();
        assert!(text.starts_with("there is no port /dev/serial/by-id/usb-nobody"), "{text}");
        let text = fails(&"usb:dead:beef:1".parse().unwrap()).to_string();
        assert!(text.starts_with("there is no port usb:dead:beef:1"), "{text}");
    });
}

#[test]
fn what_is_no_serial_port_is_called_so() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notes.txt");
        fs::write(&file, "x").unwrap();
        for path in [file, folder.path().to_owned(), "/dev/null".into()] {
            let error = fails(&Selector::Path(path.clone()));
            assert!(matches!(error, OpenError::NotAPort { .. }), "{}: {error:?}", path.display());
        }
    });
}

#[test]
fn no_speed_at_all_is_refused() {
    run(async {
        let line = Line::new();
        let text = Port::open(&line.selector(), &Settings::at(0)).unwrap_err().to_string();
        assert!(text.contains("0 baud"), "{text}");
    });
}

#[test]
fn a_port_without_modem_lines_says_so_and_works_on() {
    run(async {
        let line = Line::new();
        let port = line.port();
        assert_eq!(port.modem_lines(), Ok(None));
        assert_eq!(port.set_dtr(true), Ok(false));
        assert_eq!(port.set_rts(false), Ok(false));
    });
}
