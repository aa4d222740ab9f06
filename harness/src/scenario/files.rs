//! Scenario files on disk: which ones there are, what they are called, what stands in them.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

use super::Scenario;
use super::parse::parse_with;
use crate::diagnostic::{Diagnostic, SourceFile, Span, scenario as message};

/// The folder that is a suite's root when it stands anywhere in a path.
pub const SUITE: &str = "scenarios";

/// The size from which on a file is no scenario, in bytes: far above any that somebody wrote
/// (assumption), and little enough to hold in memory.
const SIZE_MAX: u64 = 64 * 1024 * 1024;

/// A scenario with the file that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioFile {
    /// Its path as given, or as found below a folder that was given; `/` parts it.
    pub path: String,
    /// Its text.
    pub text: String,
    /// What it says, with the scenario that it uses in front.
    pub scenario: Scenario,
}

/// A file that is a scenario by its place, not read yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Its path.
    pub path: PathBuf,
    /// The suite's root above it.
    pub root: PathBuf,
}

/// Loads all scenarios of these files and folders, sorted by path; none given means `scenarios`.
///
/// # Errors
/// Every error of every file.
pub fn find(paths: &[PathBuf]) -> Result<Vec<ScenarioFile>, Vec<Diagnostic>> {
    let (mut loaded, mut errors) = (Vec::new(), Vec::new());
    for found in files(paths)? {
        match load(&found) {
            Ok(file) => loaded.push(file),
            Err(more) => errors.extend(more),
        }
    }
    if errors.is_empty() { Ok(loaded) } else { Err(errors) }
}

/// The scenario files of these files and folders, each once, sorted by path.
///
/// # Errors
/// Paths that can't be read.
pub fn files(paths: &[PathBuf]) -> Result<Vec<Found>, Vec<Diagnostic>> {
    let suite = [PathBuf::from(SUITE)];
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for path in if paths.is_empty() { &suite } else { paths } {
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(path) };
        let root = root_of(folder);
        match below(path) {
            Ok(files) => {
                found.extend(files.into_iter().map(|path| Found { path, root: root.clone() }));
            }
            Err((path, why)) => errors.push(message::unreadable(&shown(&path), &why)),
        }
    }
    found.sort();
    // However somebody spells it, a file is played once.
    let mut seen = BTreeSet::new();
    found
        .retain(|file| seen.insert(file.path.canonicalize().unwrap_or_else(|_| file.path.clone())));
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// Puts this text into a file's place at once: whatever fails, the file is as it was or as it
/// should be. A link to a file stays one.
///
/// # Errors
/// The file, or its folder, can't be written.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize()?;
    let permissions = File::options().write(true).open(&path)?.metadata()?.permissions();
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.write_all(text.as_bytes())?;
    beside.as_file().set_permissions(permissions)?;
    beside.as_file().sync_all()?;
    beside.persist(&path)?;
    Ok(())
}

/// Reads one of them.
///
/// # Errors
/// Every error of the file.
pub fn load(found: &Found) -> Result<ScenarioFile, Vec<Diagnostic>> {
    let Found { path, root } = found;
    let label = shown(path);
    let text = read(path).map_err(|error| vec![error])?;
    let start = |name: &str| inside(root, name);
    match parse_with(&label, &text, &start) {
        (Some(mut scenario), _) => {
            scenario.name = name_of(path, root);
            Ok(ScenarioFile { path: label, text, scenario })
        }
        (None, errors) => Err(errors),
    }
}

/// The text of a file.
///
/// # Errors
/// What the system says, or where it is no text.
pub fn read(path: &Path) -> Result<String, Diagnostic> {
    let mut bytes = Vec::new();
    let file = File::open(path).map(|file| file.take(SIZE_MAX));
    let read = file.and_then(|mut file| file.read_to_end(&mut bytes));
    match read {
        Err(why) => Err(message::unreadable(&shown(path), &why)),
        Ok(_) if bytes.len() as u64 == SIZE_MAX => {
            Err(message::too_large(&shown(path), SIZE_MAX / (1024 * 1024)))
        }
        Ok(_) => String::from_utf8(bytes).map_err(|why| {
            let place = why.utf8_error().valid_up_to();
            // What is no text reads as replacement characters, the first of them at this place.
            let file = SourceFile::new(shown(path), String::from_utf8_lossy(why.as_bytes()));
            message::not_text(Span::new(&file, place..place + 1))
        }),
    }
}

/// The text of a file below the root; never of one outside.
fn inside(root: &Path, name: &str) -> Result<String, String> {
    let below = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    if !below {
        return Err("it leads out of the suite".to_owned());
    }
    let path = root.join(name);
    let prefix = format!("can't read `{}`: ", shown(&path));
    read(&path).map_err(|error| error.title.trim_start_matches(&prefix).to_owned())
}

/// The suite that a folder belongs to: down to the innermost `scenarios`, or the folder itself.
fn root_of(folder: &Path) -> PathBuf {
    let suite = folder.ancestors().find(|a| a.file_name().is_some_and(|name| name == SUITE));
    suite.unwrap_or(folder).to_path_buf()
}

/// The path below the root, without `.toml`, with `/` everywhere.
fn name_of(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path).with_extension("");
    let parts: Vec<_> = below.components().map(|p| p.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// A path as messages show it.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The file itself, or all TOML files below the folder; or what can't be read of it. Links to
/// folders are not followed, so this ends.
fn below(path: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let unreadable = |why| (path.to_path_buf(), why);
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        if entry.file_type().map_err(unreadable)?.is_dir() {
            files.extend(below(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = r#"
title = "s"
title_zh = "s"
story = "s"
story_zh = "s"
until = "1m"
terminals = 2
link = "lte-busy"
steps = [{ at = "1s", pay = "1.00" }]
"#;

    fn case(extra: &str) -> String {
        START.replace("terminals = 2\n", "").replace("lte-busy", "lte-bad") + extra
    }

    #[test]
    fn names_are_paths_below_the_suite() {
        let name = |path: &str, folder: &str| name_of(Path::new(path), &root_of(Path::new(folder)));
        assert_eq!(name("a/scenarios/link/x.toml", "a/scenarios/link"), "link/x");
        assert_eq!(name("scenarios/link/x.toml", "scenarios"), "link/x");
        assert_eq!(name("found/x.toml", "found"), "x");
        assert_eq!(name("x.toml", ""), "x");
    }

    #[test]
    fn a_file_is_found_once_however_it_is_spelt() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.toml"), case("")).unwrap();
        let spelt = ["a.toml", "./a.toml", ""].map(|name| folder.path().join(name));
        assert_eq!(files(&spelt).unwrap().len(), 1);
    }

    #[test]
    fn a_start_comes_first_and_yields_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("start")).unwrap();
        std::fs::write(folder.path().join("start/two.toml"), START).unwrap();
        std::fs::write(folder.path().join("a.toml"), case("use = \"start/two.toml\"")).unwrap();
        let all = find(&[folder.path().to_path_buf()]).unwrap();
        let names: Vec<_> = all.iter().map(|file| file.scenario.name.as_str()).collect();
        assert_eq!(names, ["a", "start/two"]);
        let setup = &all[0].scenario.setup;
        assert_eq!((setup.terminals, setup.link.as_deref()), (Some(2), Some("lte-bad")));
        let lines: Vec<_> = all[0].scenario.steps.iter().map(|step| step.place.line).collect();
        assert_eq!(lines, [9, 8], "the start's step points at `use`");
    }

    #[test]
    fn a_start_stays_in_the_suite_and_has_no_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        for (start, expected) in [
            ("../secret.toml", "can't read `../secret.toml`"),
            ("none.toml", "can't read `none.toml`"),
            ("a.toml", "`a.toml` has a `use` of its own"),
        ] {
            std::fs::write(&path, case(&format!("use = {start:?}"))).unwrap();
            let errors = find(std::slice::from_ref(&path)).unwrap_err();
            assert_eq!(errors.len(), 1);
            assert_eq!(errors[0].title, expected);
        }
    }
}
