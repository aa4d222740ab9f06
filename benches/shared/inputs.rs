//! What more than one bench works on: a scenario and a message. Measures nothing.

use contract::{Amount, CodeText, FieldText, Message, OrderId, Purpose};
use harness::plan::Plan;
use harness::scenario;
use sim::wire::Pdu;

/// Three terminals for an hour: payments, outages, power cuts, lost answers.
pub(crate) fn plan(seed: u64) -> Plan {
    let text = include_str!("../seed.toml");
    let (scenario, problems) = scenario::parse("benches/seed.toml", text);
    let Some(scenario) = scenario else { panic!("{} problems", problems.len()) };
    scenario::draw(&scenario, seed, "reference")
}

/// A sale as the terminal sends it.
pub(crate) fn sale() -> Pdu {
    let field = |text| FieldText::new(text).expect("it is short");
    Pdu::from(Message {
        purpose: Purpose::Sale,
        answer: false,
        stan: 17,
        tid: field("10000001"),
        mid: field("104110045110001"),
        order: OrderId::new("10000001000017"),
        amount: Some(Amount(1250)),
        currency: Some(156),
        code: CodeText::new("134567890123456789"),
        response: None,
        batch: Some(1),
    })
}
