//! What a rig can't play, told before anything starts. Asks the rig's description alone and touches
//! no hardware.

use std::collections::BTreeSet;

use contract::RigFault;

use super::exit::ExitCode;
use super::out::{say, warn};
use super::{BadInput, RigRow, Workshop, author, run};
use crate::plan::Plan;
use crate::result::Setup;
use crate::suite::Case;
use crate::suite::select::{Selection, select};

/// Why this rig can't play a plan: a line for each step; none when it can.
fn obstacles(plan: &Plan, rig: &RigRow) -> Result<Vec<String>, BadInput> {
    let Some(survey) = rig.survey else { return Ok(Vec::new()) };
    let survey = match survey(&plan.request) {
        Ok(survey) => survey,
        Err(RigFault::CannotDo(why)) => return Ok(vec![format!("the rig can't {why}")]),
        Err(fault) => return Err(BadInput::error(fault)),
    };
    let needs = plan.needs.iter().filter(|tap| survey.blind.contains(tap));
    let mut lines: Vec<String> =
        needs.map(|tap| format!("the rig can't observe `{}`", tap.word())).collect();
    let mut seen = BTreeSet::new();
    lines.extend(plan.moves.iter().filter_map(|this| {
        let unseen = this.awaits().filter(|tap| survey.blind.contains(tap));
        let blind = unseen.map(|tap| format!("the rig can't observe `{}`", tap.word()));
        let why = blind.or_else(|| (survey.cannot)(&this.action))?;
        seen.insert(this.step).then(|| format!("step {}: {why}", this.step + 1))
    }));
    Ok(lines)
}

/// Marks the cases that the rig can't play as skipped, and says why, once for each scenario.
pub(super) fn skip(cases: &mut [Case], rig: &RigRow, setup: &Setup) -> Result<(), BadInput> {
    let mut told = BTreeSet::new();
    for case in cases.iter_mut().filter(|case| case.skip.is_none()) {
        let obstacles = obstacles(&case.plan(setup), rig)?;
        if obstacles.is_empty() {
            continue;
        }
        let why = obstacles.join("; ");
        if told.insert(case.scenario.name.clone()) {
            warn(&format!("warning: {} is skipped: {why}", case.scenario.name));
        }
        case.skip = Some(why);
    }
    Ok(())
}

/// `check --rig`: which scenarios the rig can't play and which of their steps are why.
pub(super) fn check(args: &author::CheckArgs, workshop: &Workshop) -> Result<ExitCode, BadInput> {
    let Some(name) = &args.rig else { return Ok(ExitCode::Passed) };
    let setup = run::setup(name, &Setup::default().firmware, workshop)?;
    let rig = run::rig(name, workshop)?;
    let wanted = Selection { seeds: Some(1..2), ..Selection::default() };
    let cases = select(&run::find(&args.paths, workshop)?, &wanted).map_err(BadInput::error)?;
    let mut refused = 0;
    for case in &cases {
        let mut obstacles = obstacles(&case.plan(&setup), rig)?;
        obstacles.extend(run::too_large(case, rig));
        refused += usize::from(!obstacles.is_empty());
        for why in obstacles {
            say(&format!("{}: {why}\n", case.scenario.name));
        }
    }
    let count = cases.len();
    say(&format!("{name} can play {} of {count} scenarios\n", count - refused));
    Ok(ExitCode::Passed)
}
