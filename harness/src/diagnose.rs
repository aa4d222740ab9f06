//! From a violation to its cause and remedy, in the terms of the fault catalogue.

/// Why a rule was broken, and what to do. Made from the trace alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The fault that set it off; `None` when it happened without any.
    pub fault: Option<String>,
    /// The cause, one or two sentences, in English.
    pub cause_en: String,
    /// The same in Chinese, in the words of the merchants' guidance.
    pub cause_zh: String,
    /// What to do about it, in English.
    pub remedy_en: String,
    /// The same in Chinese.
    pub remedy_zh: String,
}

/// Shim for compiling; dropped when the diagnosis arrives.
pub fn explain(
    _trace: &contract::Trace,
    _finding: &crate::finding::Finding,
    violation: &crate::finding::Violation,
) -> Diagnosis {
    let what = violation.what.clone();
    Diagnosis {
        fault: None,
        cause_en: what,
        cause_zh: String::new(),
        remedy_en: String::new(),
        remedy_zh: String::new(),
    }
}
