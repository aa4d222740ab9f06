//! Customers who ask the hotline what became of their payments, and how long that takes. What the
//! books say, the host knows.

use std::cell::RefCell;
use std::rc::Rc;

use contract::{CodeText, EventKind, IntentId, Lapse, OrderId, Source, Time};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::Till;
use crate::env::Env;
use crate::peripheral::Line;

/// How long the support takes to find a payment, in milliseconds: 30 s to 2 min (assumption).
const TAKES: std::ops::RangeInclusive<u64> = 30_000..=120_000;

/// A customer and each code that he showed, the last one last.
type Customer = (IntentId, Vec<CodeText>);

/// What one till has with the hotline.
pub(crate) struct Claims {
    /// Who was served last.
    customer: RefCell<Option<Customer>>,
    open: Line<Customer>,
    rng: RefCell<ChaCha8Rng>,
}

impl Claims {
    /// With the source of how long each answer takes.
    pub(crate) fn new(rng: ChaCha8Rng) -> Claims {
        Claims { customer: RefCell::default(), open: Line::default(), rng: RefCell::new(rng) }
    }

    /// A customer showed a code.
    pub(super) fn shown(&self, intent: IntentId, code: CodeText) {
        let mut customer = self.customer.borrow_mut();
        match customer.as_mut().filter(|(earlier, _)| *earlier == intent) {
            Some((_, codes)) if codes.contains(&code) => {}
            Some((_, codes)) => codes.push(code),
            None => *customer = Some((intent, vec![code])),
        }
    }

    fn takes(&self) -> Lapse {
        Lapse::from_ms(self.rng.borrow_mut().random_range(TAKES))
    }
}

impl Till {
    /// The customer of the last payment here asks the hotline about it.
    pub(crate) fn claim(&self, now: Time) {
        let Some((intent, codes)) = self.claims.customer.borrow().clone() else { return };
        let order = self.order_of(&codes);
        self.tell(Source::Customer, EventKind::Claim { intent, order });
        self.claims.open.send(now, (intent, codes));
    }

    /// Answers each claim in its time, for ever.
    pub(super) async fn answer_claims(self: Rc<Till>, env: Env) {
        loop {
            let (intent, codes) = self.claims.open.recv(&env).await;
            let (till, takes, env2) = (Rc::clone(&self), self.claims.takes(), env.clone());
            env.spawn.spawn(Box::pin(async move {
                env2.sleep(takes).await;
                till.acquirer.hotline(till.id, intent, till.order_of(&codes));
            }));
        }
    }

    /// The order that took the money of one of these codes; the last of all where none did.
    fn order_of(&self, codes: &[CodeText]) -> Option<OrderId> {
        let orders = codes.iter().rev().filter_map(|code| self.wallet.order_of_code(*code));
        let mut orders = orders.peekable();
        let last = orders.peek().copied();
        orders.find(|order| self.wallet.holds(*order).is_some()).or(last)
    }
}
