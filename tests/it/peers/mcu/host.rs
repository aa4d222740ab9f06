//! An acquirer in a few lines for the firmware's tests: signs in, takes money, tells what became of
//! it. Speaks through the simulation's codec, so that the firmware's bytes are held against it.

use std::collections::BTreeMap;
use std::sync::mpsc::Sender;

use contract::{Amount, FieldText, Message, OrderId, Purpose, Time};
use sim::iso8583::plain87;
use sim::wire::Pdu;

/// What becomes of the answer to a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sales {
    /// Paid, and answered.
    Answered,
    /// Paid, but the connection ends before the answer.
    Lost,
    /// Paid, and never answered.
    Silent,
    /// The customer has to confirm, and does not.
    Pending,
}

/// What a test waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// The host took a request.
    Heard(Purpose),
    /// The module stopped, as `stop_after` wants it.
    Stopped,
}

/// What the host does on the connection.
pub(super) enum Reply {
    /// Sends a frame.
    Frame(Vec<u8>),
    /// Ends the connection.
    HangUp,
    /// Nothing.
    Silence,
}

/// Where the money of an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Money {
    /// With the customer.
    Open,
    /// With the merchant.
    Paid,
    /// With the customer again, or for good.
    Reversed,
}

/// The acquirer.
pub(super) struct Host {
    pub(super) sales: Sales,
    pub(super) ledger: BTreeMap<OrderId, (Amount, Money)>,
    /// Every payment request so far, in order.
    pub(super) heard: Vec<Message>,
    /// The module in front of the host obeys so many commands more, and then no other.
    pub(super) stop_after: Option<usize>,
    /// The module in front of the host begins anew before the next command.
    pub(super) restarts: bool,
    news: Sender<News>,
}

/// The batch that a sign-in opens.
const BATCH: u32 = 7;

impl Host {
    pub(super) fn new(sales: Sales, news: Sender<News>) -> Host {
        let (ledger, heard) = (BTreeMap::new(), Vec::new());
        Host { sales, ledger, heard, stop_after: None, restarts: false, news }
    }

    /// Whether the module obeys another command.
    pub(super) fn obeys(&mut self) -> bool {
        let obeys = self.stop_after != Some(0);
        self.stop_after = self.stop_after.map(|left| left.saturating_sub(1));
        if !obeys {
            self.tell(News::Stopped);
        }
        obeys
    }

    /// Nobody listens any more when the test is over.
    fn tell(&self, news: News) {
        let _ = self.news.send(news);
    }

    /// Takes a frame.
    pub(super) fn hear(&mut self, frame: &[u8]) -> Reply {
        let request = Pdu::decode(plain87(), frame).unwrap_or_else(|e| panic!("{e}: {frame:x?}"));
        let ours = request.encode(plain87()).unwrap();
        assert_eq!(ours, frame, "the firmware writes what the simulation writes");
        let message = request.message;
        let response = match message.purpose {
            Purpose::Sale => self.sale(&message),
            Purpose::Query => self.query(&message),
            Purpose::Reversal => self.reversal(&message),
            Purpose::SignIn | Purpose::Echo => "00",
            other => panic!("the firmware sends no {other:?}"),
        };
        let reply = match (message.purpose, self.sales) {
            (Purpose::Sale, Sales::Lost) => Reply::HangUp,
            (Purpose::Sale, Sales::Silent) => Reply::Silence,
            _ => Reply::Frame(answer(&message, response)),
        };
        let purpose = message.purpose;
        if !matches!(purpose, Purpose::SignIn | Purpose::Echo) {
            assert_eq!(message.batch, Some(BATCH), "the batch that the sign-in opened");
            self.heard.push(message);
        }
        self.tell(News::Heard(purpose));
        reply
    }

    fn sale(&mut self, message: &Message) -> &'static str {
        assert!(message.code.is_some() && message.currency == Some(156));
        let order = message.order.unwrap();
        if self.ledger.contains_key(&order) {
            return "94";
        }
        let pending = self.sales == Sales::Pending;
        let money = if pending { Money::Open } else { Money::Paid };
        self.ledger.insert(order, (message.amount.unwrap(), money));
        if pending { "09" } else { "00" }
    }

    fn query(&self, message: &Message) -> &'static str {
        match self.ledger.get(&message.order.unwrap()) {
            Some((_, Money::Paid)) => "00",
            Some((_, Money::Open)) => "09",
            Some((_, Money::Reversed)) => "12",
            None => "25",
        }
    }

    fn reversal(&mut self, message: &Message) -> &'static str {
        assert_eq!(message.response.as_deref(), Some("98"), "the reason of a reversal");
        match self.ledger.get_mut(&message.order.unwrap()) {
            Some((_, money)) => {
                *money = Money::Reversed;
                "00"
            }
            None => "25",
        }
    }

    /// The purposes of the payment requests so far, in order.
    pub(super) fn purposes(&self) -> Vec<Purpose> {
        self.heard.iter().map(|message| message.purpose).collect()
    }
}

fn answer(request: &Message, response: &str) -> Vec<u8> {
    let management = matches!(request.purpose, Purpose::SignIn | Purpose::Echo);
    let message = Message {
        answer: true,
        code: None,
        response: FieldText::new(response),
        batch: request.batch.map(|batch| if management { BATCH } else { batch }),
        ..request.clone()
    };
    let host_time = Some(Time::from_ms(3_661_000));
    let pdu = Pdu { host_time, rrn: Some("000000000001".to_owned()), ..Pdu::from(message) };
    pdu.encode(plain87()).unwrap()
}
