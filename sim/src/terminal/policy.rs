//! What a firmware does where firmwares differ. The reference firmware is the default of every
//! decision; a bad firmware changes one of them and nothing else.

use contract::{Amount, Lapse, Message, Status};

use crate::wire::codes::Class;

use super::journal::Stage;

/// What to make of silence after a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnSilence {
    /// The result is unknown: ask.
    Ask,
    /// Says declined and forgets the order.
    Decline,
    /// Says approved.
    Approve,
    /// Sends the payment again as a new order.
    NewOrder,
}

/// What to make of an answer that is not final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnPending {
    /// Ask again until it is.
    Ask,
    /// Says declined and forgets the order.
    Decline,
    /// Says approved.
    Approve,
}

/// The decisions in which firmwares differ.
pub(crate) trait Policy {
    /// No answer came to a sale.
    fn on_silence(&self) -> OnSilence {
        OnSilence::Ask
    }

    /// The answer to a sale or a query says that the customer has still to confirm.
    fn on_pending(&self) -> OnPending {
        OnPending::Ask
    }

    /// The first query that does not find the order: keep asking, or give the order up?
    fn gives_up_when_not_found(&self) -> bool {
        false
    }

    /// Whether the journal holds an order before its request leaves.
    fn journals_first(&self) -> bool {
        true
    }

    /// Whether an order is sent although the flash did not take it.
    fn sells_unwritten(&self) -> bool {
        false
    }

    /// Whether open orders are looked for at power-up.
    fn recovers_at_boot(&self) -> bool {
        true
    }

    /// Where STANs are counted on from, given the highest count in the journal.
    fn stans_from(&self, noted: u32) -> u32 {
        noted
    }

    /// What is charged, given what was keyed and confirmed.
    fn charged_amount(&self, keyed: Amount) -> Amount {
        keyed
    }

    /// The amount on a receipt.
    fn receipt_amount(&self, amount: Amount) -> Amount {
        amount
    }

    /// Whether an order that stays unpaid to the end of the query window is reversed.
    fn reverses(&self) -> bool {
        true
    }

    /// How often a reversal is tried; `None` until it is acknowledged.
    fn reversal_tries(&self) -> Option<u32> {
        None
    }

    /// How many queries without a final answer it takes before the order is dropped for good.
    fn forgets_after(&self) -> Option<u32> {
        None
    }

    /// What is said of an order when its reversal is acknowledged.
    fn after_reversal(&self) -> Status {
        Status::Reversed
    }

    /// Whether a query that finds the order is taken for "paid", whatever it says of it.
    fn takes_found_for_paid(&self) -> bool {
        false
    }

    /// What a response code means, given what the image knows of it. One that it does not know is
    /// no answer.
    fn class_of(&self, _code: &str, known: Option<Class>) -> Class {
        known.unwrap_or(Class::Unknown)
    }

    /// Whether the answer "duplicate transaction" is read on: what the first was answered.
    fn reads_first_result(&self) -> bool {
        true
    }

    /// Whether the batch is closed although orders of it are open.
    fn settles_over_open_orders(&self) -> bool {
        false
    }

    /// Whether a frame is the answer to a request.
    fn is_answer(&self, request: &Message, frame: &Message) -> bool {
        frame.answer
            && frame.purpose == request.purpose
            && frame.stan == request.stan
            && frame.tid == request.tid
            && frame.mid == request.mid
            && frame.order == request.order
    }

    /// Whether an answer without its right MAC is turned down.
    fn checks_mac(&self) -> bool {
        true
    }

    /// Whether an approval counts whose amount is not the one that was asked for.
    fn accepts_amount(&self, asked: Amount, told: Option<Amount>) -> bool {
        told == Some(asked)
    }

    /// The pause before a query, given what the preset says.
    fn pause(&self, preset: Lapse) -> Lapse {
        preset
    }

    /// Whether a result that may have been seen before is marked as a copy.
    fn marks_copies(&self) -> bool {
        true
    }

    /// As what an order is written before its reversal leaves.
    fn reversal_stage(&self) -> Stage {
        Stage::Reversing
    }

    /// Whether an order is dropped when the red key was pressed while its answer was awaited.
    fn cancels_locally(&self) -> bool {
        false
    }

    /// How many pictures of a code must say the same before the scanner sends it.
    fn scanner_reads(&self) -> usize {
        2
    }

    /// Whether a text that is no payment code is charged all the same.
    fn charges_any_text(&self) -> bool {
        false
    }

    /// Whether it waits until the merchant's app tells of an unknown or pending payment, instead
    /// of asking the host.
    fn waits_for_push(&self) -> bool {
        false
    }

    /// Whether it says that a channel is off when the host's answers tell so.
    fn names_what_is_off(&self) -> bool {
        true
    }

    /// Whether a code that came twice, or a green key that was pressed twice, is another sale.
    fn sells_twice(&self) -> bool {
        false
    }

    /// Whether the payment list says that it shows a part only.
    fn names_filter(&self) -> bool {
        true
    }

    /// Whether what was on the display stays there while a result is unknown.
    fn leaves_old_screen(&self) -> bool {
        false
    }

    /// Whether a sale that could not be sent, for want of a host or of sound settings, is approved.
    fn sells_offline(&self) -> bool {
        false
    }

    /// Whether a sign-in that the host demands ends what was open in the session before.
    fn forgets_old_session(&self) -> bool {
        false
    }

    /// Whether a payment whose receipt can't be printed is reversed.
    fn undoes_unprinted(&self) -> bool {
        false
    }
}

/// The good one: our answer to "what would a good terminal do".
pub(crate) struct Reference;

impl Policy for Reference {}
