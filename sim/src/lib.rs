//! Everything that stands in for something real: the terminal and its people, the 4G link, the
//! acquirer, the wallet and the merchant's channels, and the engines that give them time.
//!
//! All actors live behind one seam, `Env`; an engine decides what time and network they get.
//! This crate knows no scenario, no oracle, no report, no command line and no serial port.

mod acquirer;
pub mod calendar;
pub mod code;
pub mod device;
pub mod engine;
pub mod env;
mod faults;
mod flashtap;
pub mod iso8583;
pub mod link;
mod merchant;
mod people;
mod peripheral;
mod recorder;
mod rig;
mod terminal;
mod wallet;
pub mod wire;
pub mod wiretap;

/// Why there is no such link profile, query preset (`poll`), wire profile or callback schedule;
/// `None` when there is one, and for any other key.
pub fn unknown_name(key: &str, name: &str) -> Option<String> {
    match key {
        "link" => link::Profile::load(name).err(),
        "poll" => terminal::poll::waits(name).err(),
        "wire" => iso8583::built_in(name).err(),
        "callbacks" => merchant::schedule::find(name).err(),
        _ => None,
    }
}

pub use acquirer::magic_amounts;
pub use rig::{NO_SECOND_HOST, TURMOIL_TERMINALS, open_devices, open_event, open_turmoil};
pub use terminal::firmware::{FIRMWARES, FirmwareInfo};
