//! What the process exits with: an interface that scripts rely on, so it is written down here
//! and nowhere else.

use contract::RigFault;

use crate::result::{Outcome, SuiteResult};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitCode {
    /// Every case passed, or was skipped with a reason.
    Passed,
    /// A rule was broken.
    Failed,
    /// The command line, a scenario or another file is wrong.
    BadInput,
    /// The rig broke, the same seed gave a different run, or what was to be printed was lost.
    RigFault,
    /// Nothing was selected, or all that was selected is skipped.
    NothingToRun,
    /// Nothing broken, but an observation was lost, or what could be judged was too little.
    Undecided,
    /// Ctrl-C or SIGTERM; reports were written.
    Interrupted,
}

/// The codes as `--help` shows them.
pub const HELP: &str = "\
Exit codes:
  0    every case passed, or was skipped with a reason
  1    at least one rule was broken
  2    bad input: command line, scenario or another file
  3    no verdict: the rig broke, the same seed ran differently, or the result can't be printed
  4    nothing to run
  5    undecided: nothing broken, but an observation was lost (judge --strict: or is missing)
  130  interrupted with ctrl-C or SIGTERM; reports were written
When several apply, the worst wins, in the order 2, 3, 1, 5, 4, 0.";

impl ExitCode {
    /// From worst to best.
    const ORDER: [ExitCode; 7] = [
        ExitCode::Interrupted,
        ExitCode::BadInput,
        ExitCode::RigFault,
        ExitCode::Failed,
        ExitCode::Undecided,
        ExitCode::NothingToRun,
        ExitCode::Passed,
    ];

    /// The number.
    pub const fn number(self) -> u8 {
        match self {
            ExitCode::Passed => 0,
            ExitCode::Failed => 1,
            ExitCode::BadInput => 2,
            ExitCode::RigFault => 3,
            ExitCode::NothingToRun => 4,
            ExitCode::Undecided => 5,
            ExitCode::Interrupted => 130,
        }
    }

    /// What a suite exits with.
    pub fn of(suite: &SuiteResult) -> ExitCode {
        if suite.interrupted {
            return ExitCode::Interrupted;
        }
        ExitCode::worst(suite.cases.iter().map(|case| ExitCode::of_case(&case.outcome)))
    }

    /// What a suite of this case alone exits with.
    pub const fn of_case(outcome: &Outcome) -> ExitCode {
        match outcome {
            Outcome::Passed => ExitCode::Passed,
            Outcome::Failed => ExitCode::Failed,
            Outcome::Undecided => ExitCode::Undecided,
            Outcome::Faulted(RigFault::BadRequest(_)) => ExitCode::BadInput,
            Outcome::Faulted(_) => ExitCode::RigFault,
            Outcome::Skipped(_) => ExitCode::NothingToRun,
        }
    }

    /// The worst of several; `NothingToRun` for none. What was skipped only counts when nothing
    /// was played.
    pub fn worst(codes: impl IntoIterator<Item = ExitCode>) -> ExitCode {
        let all: Vec<ExitCode> = codes.into_iter().collect();
        let played = all.iter().any(|code| *code != ExitCode::NothingToRun);
        let counts = |code: &ExitCode| all.contains(code);
        ExitCode::ORDER
            .into_iter()
            .filter(|code| !(played && *code == ExitCode::NothingToRun))
            .find(counts)
            .unwrap_or(ExitCode::NothingToRun)
    }
}

#[cfg(test)]
mod tests {
    use super::ExitCode::{self, *};

    #[test]
    fn the_worst_wins() {
        let worst_first = [Interrupted, BadInput, RigFault, Failed, Undecided, Passed];
        for (index, worst) in worst_first.into_iter().enumerate() {
            let rest = worst_first[index..].iter().rev().copied();
            assert_eq!(ExitCode::worst(rest.chain([NothingToRun])), worst);
        }
        assert_eq!(ExitCode::worst([NothingToRun, NothingToRun]), NothingToRun);
        assert_eq!(ExitCode::worst([]), NothingToRun);
    }

    #[test]
    fn the_help_text_names_every_code() {
        for code in ExitCode::ORDER {
            assert!(super::HELP.contains(&format!("\n  {:<5}", code.number())), "{code:?}");
        }
    }
}
