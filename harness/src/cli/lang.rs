//! `--lang`: the language of what a command reports.

use clap::Args;

use crate::message::{Lang, Words};

/// The language of reports.
#[derive(Args)]
pub(super) struct LangArgs {
    /// The language of reports, en or zh; without it, that of LC_ALL, LC_MESSAGES or LANG
    #[arg(long, env = "PAYRIG_LANG", value_name = "LANG")]
    lang: Option<Lang>,
}

impl LangArgs {
    pub(super) fn lang(&self) -> Lang {
        self.lang.unwrap_or_else(Lang::here)
    }

    pub(super) fn words(&self) -> Words {
        Words(self.lang())
    }
}
