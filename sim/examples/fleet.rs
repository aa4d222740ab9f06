//! throwaway
use contract::action::*;
use contract::*;
use rand::RngExt;
fn main() {
    let n: u32 = std::env::args().nth(1).unwrap().parse().unwrap();
    let taps = std::env::args().nth(2).is_some();
    let link = std::env::args().nth(3).unwrap_or("lte-good".into());
    let req = RigRequest {
        seed: 1,
        terminals: n,
        firmware: "reference".into(),
        link,
        poll: "wechat-v2".into(),
        channels: Channel::ALL.to_vec(),
        keep_connection: true,
        taps,
    };
    let mut rng = sim::env::rng(1, "fleet");
    let mut moves: Vec<(Time, Action)> = vec![];
    let mut no = 0;
    let mut intent = 0;
    for t in 1..=n {
        let id = TerminalId(t);
        for _ in 0..145 {
            intent += 1;
            let at = Time::from_ms(rng.random_range(10_000..86_400_000u64 * 7 / 10));
            moves.push((
                at,
                Action::Pay {
                    terminal: id,
                    visit: Visit {
                        intent: IntentId(intent),
                        amount: Amount(rng.random_range(1..100_000)),
                        wallet: WalletBrand::Wechat,
                        password: None,
                        funds: true,
                    },
                },
            ));
        }
        for _ in 0..2 {
            no += 1;
            let at = Time::from_ms(rng.random_range(10_000..86_400_000u64 * 7 / 10));
            moves.push((
                at,
                Action::FaultOn {
                    no: FaultNo(no),
                    terminal: id,
                    fault: Fault::LinkOutage { way: contract::fault::Way::Both },
                    span: FaultSpan::For(Lapse::from_secs(rng.random_range(5..120))),
                },
            ));
        }
        if t % 2 == 0 {
            no += 1;
            let at = Time::from_ms(rng.random_range(10_000..86_400_000u64 * 7 / 10));
            moves.push((
                at,
                Action::FaultOn {
                    no: FaultNo(no),
                    terminal: id,
                    fault: Fault::PowerCut,
                    span: FaultSpan::For(Lapse::from_secs(30)),
                },
            ));
        }
    }
    moves.sort_by_key(|m| m.0);
    let t0 = cpu();
    let mut rig = sim::open_event(&req).unwrap();
    let mut news = vec![];
    let mut count = 0usize;
    for (at, a) in &moves {
        rig.advance(*at, &[], &mut news).unwrap();
        count += news.len();
        news.clear();
        rig.act(a).unwrap();
    }
    rig.advance(Time::from_ms(86_400_000), &[], &mut news).unwrap();
    count += news.len();
    println!(
        "{n} terminals, {} moves, {count} news: {:.2} s cpu; {}",
        moves.len(),
        cpu() - t0,
        std::fs::read_to_string("/proc/self/status")
            .unwrap()
            .lines()
            .filter(|l| l.starts_with("VmHWM"))
            .collect::<String>()
    );
}
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
}
