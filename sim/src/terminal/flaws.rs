//! The planted flaws: each firmware here is the reference with one decision taken badly.

use contract::{Amount, Lapse, Message, Status};

use super::journal::Stage;
use super::policy::{OnPending, OnSilence, Policy};
use crate::wire::codes::Class;

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
    /// Sends an order that the flash did not take.
    SellsUnwritten {
        fn sells_unwritten(&self) -> bool {
            true
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
        fn stans_from(&self, _noted: u32) -> u32 {
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
    /// Keeps amounts in sixteen bits: from 655.36 on they begin again at nothing.
    AmountInSixteenBits {
        fn charged_amount(&self, keyed: Amount) -> Amount {
            Amount(keyed.0 % 65_536)
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
    /// Forgets at a restart that a reversal is due.
    ReversalNotPersisted {
        fn reversal_stage(&self) -> Stage {
            Stage::Ended
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
    /// Takes the red key for the end of the payment.
    LocalCancel {
        fn cancels_locally(&self) -> bool {
            true
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
    /// Makes another sale of a code that comes twice, or of a key that is pressed twice.
    DoubleSubmit {
        fn sells_twice(&self) -> bool {
            true
        }
    }
}

flaw! {
    /// Shows a part of the list as if it were all.
    PartialListTotals {
        fn names_filter(&self) -> bool {
            false
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
    /// Leaves the screen as it was while a result is unknown.
    StaleScreen {
        fn leaves_old_screen(&self) -> bool {
            true
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
    /// Undoes a payment whose receipt can't be printed.
    PrintFailReverses {
        fn undoes_unprinted(&self) -> bool {
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
    /// Takes new keys at a cut-over and drops the order that was open.
    CutoverKeysOnly {
        fn forgets_old_session(&self) -> bool {
            true
        }
    }
}

flaw! {
    /// Takes a response code that it does not know for a no.
    UnlistedCodeAsFail {
        fn class_of(&self, _code: &str, known: Option<Class>) -> Class {
            known.unwrap_or(Class::Declined)
        }
    }
}

flaw! {
    /// Approves what it can't send.
    OfflineApproval {
        fn sells_offline(&self) -> bool {
            true
        }
    }
}

flaw! {
    /// Takes "approved for a part" for "approved".
    PartAsWhole {
        fn class_of(&self, code: &str, known: Option<Class>) -> Class {
            if code == "10" { Class::Approved } else { known.unwrap_or(Class::Unknown) }
        }
        fn accepts_amount(&self, asked: Amount, told: Option<Amount>) -> bool {
            told.is_some_and(|told| told <= asked)
        }
    }
}

flaw! {
    /// Takes "duplicate transaction" for a no.
    DupAsFail {
        fn class_of(&self, code: &str, known: Option<Class>) -> Class {
            if code == "94" { Class::Declined } else { known.unwrap_or(Class::Unknown) }
        }
        fn reads_first_result(&self) -> bool {
            false
        }
    }
}

flaw! {
    /// Leaves it to the merchant's app to learn what became of a payment.
    NoQueryLoop {
        fn waits_for_push(&self) -> bool {
            true
        }
    }
}

flaw! {
    /// Takes what one picture of a code says.
    SingleReadAccept {
        fn scanner_reads(&self) -> usize {
            1
        }
    }
}

flaw! {
    /// Charges whatever the scanner sends.
    AnyTextIsCode {
        fn charges_any_text(&self) -> bool {
            true
        }
    }
}

flaw! {
    /// Keeps to itself that a channel is off.
    HealthUnsaid {
        fn names_what_is_off(&self) -> bool {
            false
        }
    }
}
