//! Files that say what is expected. `PAYRIG_BLESS=1 cargo test --test it` writes them anew; read
//! the difference before you commit it.

use std::path::Path;

/// Compares with a golden file, or writes it when asked to.
///
/// # Errors
/// The lines that differ, and how to accept them.
pub(crate) fn golden(path: &Path, actual: &str) -> Result<(), String> {
    if std::env::var_os("PAYRIG_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    Err(format!(
        "{}\n{}\nIf this is right: PAYRIG_BLESS=1 cargo test --test it",
        path.display(),
        difference(&expected, actual)
    ))
}

/// The lines that differ, as far as somebody wants to read them.
fn difference(expected: &str, actual: &str) -> String {
    let (mut expected, mut actual) = (expected.lines(), actual.lines());
    let mut shown = String::new();
    let pairs = std::iter::from_fn(|| match (expected.next(), actual.next()) {
        (None, None) => None,
        pair => Some(pair),
    });
    for (old, new) in pairs.filter(|(old, new)| old != new).take(20) {
        old.into_iter().for_each(|line| shown += &format!("- {line}\n"));
        new.into_iter().for_each(|line| shown += &format!("+ {line}\n"));
    }
    shown
}
