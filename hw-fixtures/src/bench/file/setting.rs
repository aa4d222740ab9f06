//! What a command on a bench can be told: the words in braces and what they stand for.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use contract::{RigRequest, TerminalId};

/// What is known when a terminal is started.
pub(crate) struct Setting(BTreeMap<&'static str, String>);

impl Setting {
    /// Of this terminal, for this request; it finds the acquirer at this address.
    pub(crate) fn new(
        id: TerminalId,
        request: &RigRequest,
        state: &Path,
        acquirer: SocketAddr,
    ) -> Setting {
        let payrig = std::env::current_exe().unwrap_or_else(|_| "payrig".into());
        let flash = state.join(format!("{id}.flash"));
        Setting(BTreeMap::from([
            ("acquirer", acquirer.to_string()),
            ("payrig", payrig.to_string_lossy().into_owned()),
            ("terminal", id.to_string()),
            ("state", flash.to_string_lossy().into_owned()),
            ("firmware", request.firmware.clone()),
            ("wire", request.wire.clone()),
            ("poll", request.poll.clone()),
            ("seed", request.seed.to_string()),
            ("keep", request.keep_connection.to_string()),
        ]))
    }

    /// A word of a command with what its braces stand for.
    ///
    /// # Errors
    /// What stands in braces and means nothing, and what there is.
    pub(crate) fn fill(&self, word: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = word;
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((name, after)) = behind.split_once('}') else { break };
            let known = || self.0.keys().copied().collect::<Vec<_>>().join("}, {");
            let value = self
                .0
                .get(name)
                .ok_or_else(|| format!("`{{{name}}}` means nothing; there are {{{}}}", known()))?;
            filled.push_str(before);
            filled.push_str(value);
            rest = after;
        }
        Ok(filled + rest)
    }
}
