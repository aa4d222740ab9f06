//! The verbs of single messages on their way.

use super::*;

pub(super) const WIRE: &[Verb] = &[
    fault!(
        "answer" = "lost",
        ForOrNext,
        "The host does what it is asked, and its answer gets lost.",
        r#"{ at = "5s", answer = "lost", next = 1 }"#,
        [],
        |_| Fault::ResponseLost
    ),
    fault!(
        "answer" = "late",
        ForOrNext,
        "The answer comes later.",
        r#"{ at = "5s", answer = "late", delay = "2m", next = 1 }"#,
        [arg("delay", SOME_TIMES, Required("2m"), "how much later")],
        |a| Fault::ResponseLate { delay: a.lapse("delay") }
    ),
    fault!(
        "answer" = "twice",
        ForOrNext,
        "The answer comes, and comes again.",
        r#"{ at = "5s", answer = "twice", gap = "2s", next = 1 }"#,
        [arg("gap", TIMES, Default("2s"), "the time in between")],
        |a| Fault::ResponseDuplicate { gap: a.lapse("gap") }
    ),
    fault!(
        "answer" = "bad-mac",
        ForOrNext,
        "The answer's MAC is wrong; only on a wire that has MACs (wire = \"cup-scan\").",
        r#"{ at = "5s", answer = "bad-mac", next = 1 }"#,
        [],
        |_| Fault::ResponseMacBad
    ),
    fault!(
        "answer" = "stray",
        ForOrNext,
        "An answer that belongs to another payment comes first.",
        r#"{ at = "5s", answer = "stray", which = "stan", next = 1 }"#,
        [arg(
            "which",
            Kind::Word(&["stan", "terminal"]),
            Default("terminal"),
            "it has another STAN, or is another terminal's with the same STAN"
        )],
        |a| Fault::ResponseReordered { which: a.variant("which") }
    ),
    fault!(
        "answer" = "swapped",
        ForOrNext,
        "The answer to a sale comes behind that to the terminal's next request.",
        r#"{ at = "5s", answer = "swapped", next = 1 }"#,
        [],
        |_| Fault::AnswersSwapped
    ),
    fault!(
        "answer" = "split",
        ForOrNext,
        "The answer comes in two pieces.",
        r#"{ at = "5s", answer = "split", gap = "500ms", next = 1 }"#,
        [arg("gap", SOME_TIMES, Default("500ms"), "the pause between the pieces")],
        |a| Fault::FrameSplit { gap: a.lapse("gap") }
    ),
    fault!(
        "answer" = "glued",
        ForOrNext,
        "The answer comes glued to another message, which stands in front.",
        r#"{ at = "5s", answer = "glued", next = 1 }"#,
        [],
        |_| Fault::FrameCoalesce
    ),
    fault!(
        "answer" = "corrupt",
        ForOrNext,
        "The answer's bytes are damaged.",
        r#"{ at = "5s", answer = "corrupt", next = 1 }"#,
        [],
        |_| Fault::FrameCorrupt
    ),
    fault!(
        "request" = "lost",
        ForOrNext,
        "The request is swallowed before the host's application sees it.",
        r#"{ at = "5s", request = "lost", next = 1 }"#,
        [],
        |_| Fault::RequestLost
    ),
];
