//! Which cases are played: scenarios by tag, seeds, shard, or what failed last time.

use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use super::Case;
use crate::result::SourceText;
use crate::scenario::{SEEDS_MAX, Scenario, ScenarioFile};

/// What is wanted of the scenarios that were found.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// These seeds instead of the scenarios' own.
    pub seeds: Option<Range<u64>>,
    /// Tags to have (any of them) and, with `!` in front, not to have (none of them).
    pub tags: Vec<String>,
    /// Requirements, any of which it must be evidence for.
    pub clauses: Vec<String>,
    /// One part of several.
    pub shard: Option<Shard>,
    /// Only these: scenario and seed.
    pub only: Option<BTreeSet<(String, u64)>>,
}

/// One part of a suite that is shared between machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    kind: ShardKind,
    /// Counted from 0.
    part: u64,
    parts: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShardKind {
    /// By a hash of scenario and seed: a case stays in its part when others come and go.
    Hash,
    /// By place: parts of equal size.
    Slice,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let shape = || "a shard is `hash:1/4` or `slice:1/4`, from 1/4 to 4/4".to_owned();
        let (kind, rest) = text.split_once(':').ok_or_else(shape)?;
        let (part, parts) = rest.split_once('/').ok_or_else(shape)?;
        let number = |text: &str| text.parse::<u64>().map_err(|_| shape());
        let (part, parts) = (number(part)?, number(parts)?);
        let kind = match kind {
            "hash" => ShardKind::Hash,
            "slice" => ShardKind::Slice,
            _ => return Err(shape()),
        };
        match part.checked_sub(1).filter(|_| part <= parts) {
            Some(part) => Ok(Shard { kind, part, parts }),
            None => Err(shape()),
        }
    }
}

impl Shard {
    /// Whether the case at `index` of `total` belongs to this part.
    fn holds(self, index: u64, total: u64, scenario: &str, seed: u64) -> bool {
        match self.kind {
            ShardKind::Hash => hash(scenario, seed) % self.parts == self.part,
            ShardKind::Slice => {
                let edge =
                    |part: u64| u128::from(total) * u128::from(part) / u128::from(self.parts);
                (edge(self.part)..edge(self.part + 1)).contains(&u128::from(index))
            }
        }
    }
}

/// FNV-1a (public domain constants): the same on every machine and in every version.
fn hash(scenario: &str, seed: u64) -> u64 {
    let bytes = scenario.bytes().chain(seed.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The cases to play, sorted by scenario, then seed.
///
/// # Errors
/// When there are more than one run holds.
pub fn select(files: &[ScenarioFile], wanted: &Selection) -> Result<Vec<Case>, String> {
    let mut files: Vec<&ScenarioFile> = files.iter().filter(|file| wanted.has(file)).collect();
    files.sort_by(|a, b| a.scenario.name.cmp(&b.scenario.name));
    let total = files.iter().map(|file| count(&file.scenario, wanted)).sum();
    if total > SEEDS_MAX {
        return Err(format!("{total} cases are too many: one run plays up to {SEEDS_MAX}"));
    }
    let mut index = 0;
    let mut cases = Vec::new();
    for file in files {
        let source = SourceText { path: file.path.clone(), text: file.text.clone() };
        let (scenario, source) = (Arc::new(file.scenario.clone()), Arc::new(source));
        for seed in seeds(&scenario, wanted) {
            let here = |shard: Shard| shard.holds(index, total, &scenario.name, seed);
            if wanted.shard.is_none_or(here) {
                let skip = scenario.skip.clone();
                let (scenario, source) = (Arc::clone(&scenario), Some(Arc::clone(&source)));
                cases.push(Case { scenario, source, seed, skip });
            }
            index += 1;
        }
    }
    Ok(cases)
}

impl Selection {
    fn has(&self, file: &ScenarioFile) -> bool {
        let clauses = &file.scenario.clauses;
        let clause = self.clauses.is_empty() || self.clauses.iter().any(|c| clauses.contains(c));
        clause && tags_match(&file.scenario.tags, &self.tags)
    }
}

fn tags_match(tags: &[String], wanted: &[String]) -> bool {
    let has = |tag: &str| tags.iter().any(|one| one == tag);
    let mut no = wanted.iter().filter_map(|tag| tag.strip_prefix('!'));
    let mut yes = wanted.iter().filter(|tag| !tag.starts_with('!')).peekable();
    !no.any(has) && (yes.peek().is_none() || yes.any(|tag| has(tag)))
}

fn seeds(scenario: &Scenario, wanted: &Selection) -> Vec<u64> {
    match &wanted.only {
        Some(only) => {
            let mine = only.iter().filter(|(name, _)| *name == scenario.name);
            mine.map(|(_, seed)| *seed).collect()
        }
        None => wanted.seeds.as_ref().unwrap_or(&scenario.seeds).clone().collect(),
    }
}

fn count(scenario: &Scenario, wanted: &Selection) -> u64 {
    match &wanted.only {
        Some(_) => seeds(scenario, wanted).len() as u64,
        None => {
            let range = wanted.seeds.as_ref().unwrap_or(&scenario.seeds);
            range.end.saturating_sub(range.start)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scenario;

    #[test]
    fn shards_are_read_and_refused() {
        let slice = Shard { kind: ShardKind::Slice, part: 3, parts: 4 };
        assert_eq!("slice:4/4".parse(), Ok(slice));
        for text in
            ["", "1/4", "hash:0/4", "hash:5/4", "hash:1/0", "hash:1", "size:1/4", "hash:a/b"]
        {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    fn file(name: &str, seeds: &str) -> ScenarioFile {
        let text = "title = \"t\"\ntitle_zh = \"t\"\nstory = \"s\"\nstory_zh = \"s\"\n\
                    until = \"1m\"\nsteps = [{ at = \"1s\", press = \"ok\" }]\n";
        let (scenario, _) = scenario::parse(name, &format!("{text}{seeds}"));
        ScenarioFile { path: name.into(), text: text.into(), scenario: scenario.unwrap() }
    }

    #[test]
    fn cases_are_sorted_shared_out_and_not_too_many() {
        let files = [file("b", "seeds = 2"), file("a", "clauses = [\"C-1\"]")];
        let names = |wanted: &Selection| {
            let cases = select(&files, wanted).unwrap();
            cases.iter().map(|case| (case.scenario.name.clone(), case.seed)).collect::<Vec<_>>()
        };
        let case = |name: &str, seed| (name.to_owned(), seed);
        let all = [case("a", 1), case("b", 1), case("b", 2)];
        assert_eq!(names(&Selection::default()), all);
        let shard = "slice:2/2".parse().ok();
        assert_eq!(names(&Selection { shard, ..Selection::default() }), all[1..]);
        let clauses = vec!["C-0".to_owned(), "C-1".to_owned()];
        assert_eq!(names(&Selection { clauses, ..Selection::default() }), all[..1]);
        let seeds = Some(0..SEEDS_MAX);
        assert!(select(&files, &Selection { seeds, ..Selection::default() }).is_err());
    }

    #[test]
    fn tags_include_any_and_exclude_all() {
        let tags = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let matches = |have: &str, want: &str| tags_match(&tags(have), &tags(want));
        assert!(matches("", "") && matches("link slow", "link") && matches("link", "power link"));
        assert!(matches("link", "!slow") && !matches("link slow", "link !slow"));
        assert!(!matches("", "link") && !matches("power", "link"));
    }

    proptest! {
        #[test]
        fn shards_are_disjoint_and_complete(
            parts in 1u64..9, total in 0u64..60, seed in any::<u64>(), kind in any::<bool>()
        ) {
            let kind = if kind { ShardKind::Hash } else { ShardKind::Slice };
            for index in 0..total {
                let holds = |part| {
                    Shard { kind, part, parts }.holds(index, total, "link/drop", seed ^ index)
                };
                prop_assert_eq!((0..parts).filter(|part| holds(*part)).count(), 1);
            }
        }
    }
}
