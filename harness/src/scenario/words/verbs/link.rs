//! The verbs of radio, modem, SIM card, registration and addresses.

use super::*;

pub(super) const LINK: &[Verb] = &[
    fault!(
        "link" = "outage",
        For,
        "Nothing gets through; TCP repeats it when it is over.",
        r#"{ on = "sale received", link = "outage", way = "down", for = "30s" }"#,
        [arg(
            "way",
            Kind::Word(&["both", "up", "down"]),
            Default("both"),
            "which way, seen from the terminal"
        )],
        |a| Fault::LinkOutage { way: a.variant("way") }
    ),
    fault!(
        "link" = "weak",
        For,
        "Weak signal: packets are lost and the round trip is longer.",
        r#"{ at = "5s", link = "weak", loss = "5%", rtt = "400ms", for = "2m" }"#,
        [
            arg("loss", RATES, Default("5%"), "packets lost each way, on top of the profile's"),
            arg("rtt", TIMES, Default("400ms"), "added to the round trip")
        ],
        |a| Fault::LinkWeakSignal { loss: a.rate("loss"), rtt: a.lapse("rtt") }
    ),
    fault!(
        "link" = "congested",
        For,
        "The cell is full: little rate, long queues.",
        r#"{ at = "5s", link = "congested", rate = "16kbps", queue = "4s", for = "2m" }"#,
        [
            arg("rate", DATA_RATES, Default("16kbps"), "what is left for this terminal"),
            arg(
                "queue",
                TIMES,
                Default("4s"),
                "added waiting each way, drawn from nothing to this"
            )
        ],
        |a| Fault::LinkCongestion { rate_kbps: a.count("rate"), queue: a.lapse("queue") }
    ),
    fault!(
        "link" = "nat-idle",
        For,
        "The carrier's NAT forgets connections that were idle too long.",
        r#"{ at = "0s", link = "nat-idle", idle = "5m", mode = "silent", for = "1h" }"#,
        [
            arg("idle", SOME_TIMES, Default("5m"), "how long is too long"),
            arg(
                "mode",
                Kind::Word(&["silent", "reset"]),
                Default("silent"),
                "what happens to a late packet: it vanishes, or is answered with a reset"
            )
        ],
        |a| Fault::NatIdle { idle: a.lapse("idle"), mode: a.variant("mode") }
    ),
    fault!(
        "link" = "downlink-lost",
        For,
        "What the terminal sends arrives; what it is sent gets lost.",
        r#"{ on = "sale sent", link = "downlink-lost", loss = "100%", for = "40s" }"#,
        [arg("loss", RATES, Default("100%"), "packets lost on the way to the terminal")],
        |a| Fault::AsymmetricLoss { loss: a.rate("loss") }
    ),
    fault!(
        "link" = "fallback",
        For,
        "From 4G down to 2G and back; each time the modem registers anew and connections are dead.",
        r#"{ on = "sale sent", link = "fallback", rate = "200kbps", rtt = "750ms", for = "2m" }"#,
        [
            // ATC's EDGE, lossy: 200 kbit/s up, 240 down, 840 ms.
            arg("rate", DATA_RATES, Default("200kbps"), "what 2G carries"),
            arg("rtt", TIMES, Default("750ms"), "what 2G adds to the round trip")
        ],
        |a| Fault::RatFallback { rate_kbps: a.count("rate"), rtt: a.lapse("rtt") }
    ),
    fault!(
        "link" = "sim-removed",
        For,
        "The SIM card is out: no network until it is back and the modem has registered.",
        r#"{ on = "sale sent", link = "sim-removed", for = "45s" }"#,
        [],
        |_| Fault::SimRemoved
    ),
    fault!(
        "link" = "wrong-apn",
        For,
        "The APN is wrong: connections fail at once until it is right and the modem registered.",
        r#"{ at = "30s", link = "wrong-apn", for = "2m" }"#,
        [],
        |_| Fault::ApnMisconfig
    ),
    fault!(
        "link" = "no-data",
        For,
        "The SIM's data are used up: registered as ever, and nothing passes.",
        r#"{ at = "30s", link = "no-data", mode = "silent", for = "2m" }"#,
        [arg(
            "mode",
            Kind::Word(&["silent", "reset"]),
            Default("silent"),
            "what happens to what is sent: it vanishes, or is answered with a reset"
        )],
        |a| Fault::SimDataExhausted { mode: a.variant("mode") }
    ),
    fault!(
        "link" = "half-open",
        For,
        "The other end of each connection that stands is gone without a word; new ones work.",
        r#"{ on = "sale sent", link = "half-open", for = "30s" }"#,
        [],
        |_| Fault::HalfOpen
    ),
    fault!(
        "link" = "dns-fail",
        For,
        "The host's name can't be resolved; connections that stand go on.",
        r#"{ at = "30s", link = "dns-fail", mode = "silent", for = "1m" }"#,
        [arg(
            "mode",
            Kind::Word(&["silent", "no-such-name"]),
            Default("silent"),
            "the name service does not answer, or says that there is no such name"
        )],
        |a| Fault::DnsFail { mode: a.variant("mode") }
    ),
    fault!(
        "link" = "dns-stale",
        For,
        "The host's name leads to an address where nobody answers any more.",
        r#"{ at = "30s", link = "dns-stale", for = "1m" }"#,
        [],
        |_| Fault::DnsStale
    ),
    Verb {
        key: "modem",
        word: None,
        args: &[arg(
            "modem",
            Kind::Word(&["off", "reset", "at-error"]),
            super::Required("off"),
            "has no power, starts again and again, or answers each order with an error",
        )],
        lasting: For,
        meaning: "The 4G module is dead; afterwards it starts up and registers.",
        example: r#"{ on = "sale sent", modem = "off", for = "40s" }"#,
        make: Make::Fault(|a| Fault::ModemDead { mode: a.variant("modem") }),
    },
];
