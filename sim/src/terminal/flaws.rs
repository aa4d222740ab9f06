//! The planted flaws: each firmware here is the reference with one decision taken badly.

use contract::{Amount, Lapse, Message, Status};

use super::policy::{OnPending, OnSilence, Policy};
use crate::wire::codes::{Class, class_of};

macro_rules! flaw {
    ($(#[$doc:meta])* $name:ident { $($method:item)* }) => {
        $(#[$doc])*
        pub(super) struct $name;

        impl Policy for $name {
            $($method)*
        }
    };
}

flaw! {
    /// Says declined when no answer comes, and forgets the order.
    TimeoutMeansFail {
        fn on_silence(&self) -> OnSilence {
            OnSilence::Decline
        }
    }
}

flaw! {
    /// Says approved when no answer comes.
    TimeoutMeansSuccess {
        fn on_silence(&self) -> OnSilence {
            OnSilence::Approve
        }
    }
}

flaw! {
    /// Says declined while the customer types his password.
    PendingAsFail {
        fn on_pending(&self) -> OnPending {
            OnPending::Decline
        }
    }
}

flaw! {
    /// Says approved while the customer types his password.
    PendingAsSuccess {
        fn on_pending(&self) -> OnPending {
            OnPending::Approve
        }
    }
}

flaw! {
    /// Sends an unanswered payment again as a new order.
    RetryNewOrderId {
        fn on_silence(&self) -> OnSilence {
            OnSilence::NewOrder
        }
    }
}

flaw! {
    /// Ends an unpaid order on its own side alone.
    NoReversal {
        fn reverses(&self) -> bool {
            false
        }
    }
}

flaw! {
    /// Tries a reversal once and believes that it worked.
    ReversalOnce {
        fn reversal_tries(&self) -> Option<u32> {
            Some(1)
        }
    }
}

flaw! {
    /// Writes the journal after the request has left.
    JournalAfterSend {
        fn journals_first(&self) -> bool {
            false
        }
    }
}

flaw! {
    /// Starts up as if nothing had been open.
    BootIgnoresPending {
        fn recovers_at_boot(&self) -> bool {
            false
        }
    }
}

flaw! {
    /// Counts STANs from 1 again after each start.
    StanResetOnBoot {
        fn counts_from(&self, _last_number: u32) -> u32 {
            0
        }
    }
}

flaw! {
    /// Takes the first frame that comes for the answer.
    AnyFrameIsAnswer {
        fn is_answer(&self, _request: &Message, _frame: &Message) -> bool {
            true
        }
        fn accepts_amount(&self, _asked: Amount, _told: Option<Amount>) -> bool {
            true
        }
    }
}

flaw! {
    /// Prints a hundred times the amount on the receipt.
    AmountFenYuan {
        fn receipt_amount(&self, amount: Amount) -> Amount {
            Amount(amount.0 * 100)
        }
    }
}

flaw! {
    /// Takes the first "not found" for a no.
    NotFoundMeansFail {
        fn gives_up_when_not_found(&self) -> bool {
            true
        }
    }
}

flaw! {
    /// Asks ten times a second.
    PollStorm {
        fn pause(&self, _preset: Lapse) -> Lapse {
            Lapse::from_ms(100)
        }
    }
}

flaw! {
    /// Prints and shows a recovered result as if it were new.
    ReprintAsOriginal {
        fn marks_copies(&self) -> bool {
            false
        }
    }
}

flaw! {
    /// Drops an open order after three queries.
    ForgetsAfterThree {
        fn forgets_after(&self) -> Option<u32> {
            Some(3)
        }
    }
}

flaw! {
    /// Says approved when its own reversal is acknowledged.
    ReverseAndShowSuccess {
        fn after_reversal(&self) -> Status {
            Status::Approved
        }
    }
}

flaw! {
    /// Looks at the STAN of an answer alone.
    StanMatchOnly {
        fn is_answer(&self, request: &Message, frame: &Message) -> bool {
            frame.answer && frame.stan == request.stan
        }
        fn accepts_amount(&self, _asked: Amount, _told: Option<Amount>) -> bool {
            true
        }
    }
}

flaw! {
    /// Does not look at MACs.
    MacUnchecked {
        fn checks_mac(&self) -> bool {
            false
        }
    }
}

flaw! {
    /// Takes a query that finds the order for "paid".
    QueryOkMeansPaid {
        fn takes_found_for_paid(&self) -> bool {
            true
        }
    }
}

flaw! {
    /// Closes the batch over an order whose result is not known.
    SettleWithUnknown {
        fn settles_over_open_orders(&self) -> bool {
            true
        }
    }
}

flaw! {
    /// Takes "duplicate transaction" for a no.
    DupAsFail {
        fn class_of(&self, code: &str) -> Class {
            if code == "94" { Class::Declined } else { class_of(code) }
        }
    }
}
