//! A payment that the chain refuses keeps everything as it was and can be tried again. Only a competitor's own coldkey names another payee.

use super::scenes::*;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Competitor, IssueStatus, OutcomeChoice};

/// Miner `uid`'s coldkey names another payee in competition 1.
fn name(contract: &mut IssueBounties, uid: u8, payee: u8) -> Result<(), Error> {
    call_as(miner(uid).coldkey);
    contract.pay_to(1, account(payee))
}

#[ink::test]
fn a_refused_payment_says_why_it_has_to_wait() {
    let names = [(1, SubtensorError::RuntimeError), (13, SubtensorError::AmountTooLow), (22, SubtensorError::SubtokenDisabled)];
    for (code, error) in names {
        let mut contract = with_winner();
        fail(6, code);
        assert_eq!(contract.payout(1), Err(Error::PaymentRefused { error }));
        assert_eq!((transfers(), held()), (vec![], BOUNTY));
    }
}

#[ink::test]
fn a_payment_is_all_of_the_bounty_or_nothing() {
    let mut contract = with_winner();
    let short = BOUNTY - DUST - 1;
    set_stake(treasury_hotkey(), address(), short);
    assert_eq!(contract.payout(1), Err(Error::NotEnoughHeld { held: short, needed: BOUNTY }));
    assert_eq!(calls(6), 0);
    for (at_most, held_before) in [(short, BOUNTY), (0, BOUNTY), (short, 3 * BOUNTY)] {
        let mut contract = with_winner();
        set_held(held_before);
        pay_at_most(at_most);
        assert_eq!(contract.payout(1), Err(Error::PaymentIncomplete { moved: at_most }));
    }
    for held_before in [BOUNTY, BOUNTY + 1] {
        let mut contract = with_winner();
        set_held(held_before);
        assert_eq!((contract.payout(1), held()), (Ok(()), held_before - BOUNTY));
        assert_eq!(stake(treasury_hotkey(), miner(6).coldkey), BOUNTY);
    }
}

#[ink::test]
fn whom_the_winners_coldkey_named_is_paid() {
    let mut contract = with_competition();
    assert_eq!(name(&mut contract, 6, 90), Ok(()));
    emitted(0, (1u32, 1u32, miner(6).hotkey, account(90)));
    assert_eq!(name(&mut contract, 5, 91), Ok(()));
    emitted(0, (1u32, 1u32, miner(5).hotkey, account(91)));
    assert_eq!([0, 1, 2].map(|side| contract.payees.get((1, side))), [Some(account(91)), Some(account(90)), None]);
    at_block(60);
    end(&mut contract, 1, solved(6));
    // It may change its mind until it is paid, however late that is.
    at_block(5_000_000);
    assert_eq!(name(&mut contract, 6, 92), Ok(()));
    assert_eq!(contract.payout(1), Ok(()));
    emitted(0, (1u32, 1u32, miner(6).hotkey, account(92), BOUNTY));
    assert_eq!((transfers(), stake(treasury_hotkey(), account(92))), (vec![(account(92), BOUNTY)], BOUNTY));
    assert_eq!(name(&mut contract, 6, 93), Err(Error::AlreadyPaid { issue: 1 }));
}

#[ink::test]
fn whom_the_loser_named_is_paid_nothing() {
    for (winner, loser, payee) in [(5, 6, 90), (6, 5, 91)] {
        let mut contract = with_competition();
        name(&mut contract, 5, 90).expect("named");
        name(&mut contract, 6, 91).expect("named");
        at_block(60);
        end(&mut contract, 1, solved(winner));
        assert_eq!(name(&mut contract, loser, 92), Err(Error::CompetitionOver { competition: 1 }));
        contract.payout(1).expect("paid");
        assert_eq!(transfers(), [(account(payee), BOUNTY)]);
    }
}

#[ink::test]
fn nobody_but_a_competitors_own_coldkey_names_a_payee() {
    let mut contract = with_winner();
    let stranger = miner(7).coldkey;
    for caller in [owner(), validator(0), miner(6).hotkey, stranger, account(90)] {
        call_as(caller);
        assert_eq!(contract.pay_to(1, account(90)), Err(Error::NotACompetitorsColdkey));
    }
    // Who was named gets nothing to say.
    name(&mut contract, 6, 90).expect("named");
    call_as(account(90));
    assert_eq!(contract.pay_to(1, stranger), Err(Error::NotACompetitorsColdkey));
    call_as(miner(6).coldkey);
    assert_eq!(contract.pay_to(2, account(90)), Err(Error::UnknownCompetition { competition: 2 }));
    assert_eq!(contract.pay_to(1, miner(6).coldkey), Ok(()), "back to itself");
    contract.payout(1).expect("paid");
    assert_eq!(transfers(), [(miner(6).coldkey, BOUNTY)]);
}

#[ink::test]
fn no_payee_is_the_contract_or_its_treasury() {
    let mut contract = with_competition();
    call_as(miner(5).coldkey);
    for coldkey in [address(), config().treasury_coldkey] {
        assert_eq!(contract.pay_to(1, coldkey), Err(Error::ReservedColdkey { coldkey }));
    }
    assert_eq!(contract.payees.get((1, 0)), None);
}

#[ink::test]
fn nobody_is_named_for_a_match_that_nobody_won() {
    let not_solved = Err(Error::NotSolved { issue: 1 });
    for choice in [unsolved(false, false), cancelled(CancelReason::Deleted), OutcomeChoice::Dissolved] {
        let mut contract = with_competition();
        name(&mut contract, 5, 90).expect("named");
        at_block(150);
        end(&mut contract, 1, choice);
        assert_eq!(name(&mut contract, 5, 91), not_solved);
    }
    let mut contract = with_competition();
    name(&mut contract, 5, 90).expect("named");
    at_block(296);
    contract.expire(1).expect("expired");
    assert_eq!(name(&mut contract, 5, 91), not_solved);
    // The next match asks anew, and whoever wins it did not win the one before.
    start(&mut contract, 1, 15);
    assert_eq!((name(&mut contract, 5, 91), contract.payees.get((2, 0))), (not_solved, None));
    at_block(320);
    end(&mut contract, 1, solved(5));
    assert_eq!(name(&mut contract, 5, 91), Err(Error::CompetitionOver { competition: 1 }));
    assert_eq!((contract.payout(1), transfers()), (Ok(()), vec![(miner(5).coldkey, BOUNTY)]));
    assert_eq!(issue(&contract, 1).status, IssueStatus::Paid);
}

#[ink::test]
fn neither_the_contract_nor_the_treasury_competes() {
    let reserved = |coldkey| Error::ReservedColdkey { coldkey };
    let treasury_coldkey = config().treasury_coldkey;
    let hotkey = treasury_hotkey();
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    let (five, six) = (miner(5), miner(6));
    let by = |hotkey, coldkey| Competitor { hotkey, coldkey, ..five };
    let mut vote = |a, b| contract.vote_pair(1, 2, a, b);
    assert_eq!(vote(by(hotkey, five.coldkey), six), Err(Error::ReservedHotkey { hotkey }));
    assert_eq!(vote(six, by(hotkey, five.coldkey)), Err(Error::ReservedHotkey { hotkey }));
    for coldkey in [address(), treasury_coldkey] {
        assert_eq!(vote(by(five.hotkey, coldkey), six), Err(reserved(coldkey)));
        assert_eq!(vote(six, by(five.hotkey, coldkey)), Err(reserved(coldkey)));
        assert_eq!(vote(five, Competitor { coldkey, ..six }), Err(reserved(coldkey)));
        assert_eq!(vote(by(hotkey, coldkey), six), Err(Error::ReservedHotkey { hotkey }), "the hotkey is looked at first");
    }
    assert_eq!(vote(five, six), Ok(()));
}
