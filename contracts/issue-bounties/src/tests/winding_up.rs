//! A subnet that ends: nothing goes on, and everybody gets the part of the TAO that the books say, in any order.

use super::scenes::*;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Change, Claim, Competitor, OutcomeChoice, Setting};
use ink::primitives::AccountId;

const REVERTED: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::Reverted };
const IMPOSSIBLE: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::PaymentImpossible };
const NOT_PLANNED: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::NotPlanned };
const BOUNTY_OF_ONE: Claim = Claim::Bounty { issue: 1 };

fn collateral_of(uid: u8) -> Claim {
    let Competitor { hotkey, coldkey, .. } = miner(uid);
    Claim::Collateral { hotkey, coldkey }
}

/// Where the rest goes.
fn heir() -> AccountId {
    account(77)
}

/// Bounty 1 is won by miner 6, miner 7 has as much collateral, and as much is nobody's.
fn owing() -> IssueBounties {
    let mut contract = with_winner();
    deposit(&mut contract, 7, BOUNTY);
    call_as(owner());
    contract.register_issue("acme/widgets".into(), 43, BOUNTY).expect("registered");
    set_held(stake(treasury_hotkey(), address()) + BOUNTY - COVER);
    contract.harvest().expect("harvested");
    contract
}

fn assign(contract: &mut IssueBounties) {
    apply(contract, |contract| contract.assign_rest(heir())).expect("assigned");
}

#[ink::test]
fn everything_stops_when_the_subnet_is_gone_and_when_its_number_is_another_subnets() {
    let messages: [fn(&mut IssueBounties) -> Result<(), Error>; 13] = [
        |contract| contract.register_issue("acme/widgets".into(), 44, BOUNTY).map(|_| ()),
        |contract| contract.cancel_issue(2, CancelReason::Owner),
        |contract| contract.attest_enrolled(2, 0, bits(&[5]), bits(&[])),
        |contract| contract.vote_pair(2, 0, miner(5), miner(6)),
        |contract| contract.vote_outcome(1, REVERTED),
        |contract| contract.withdraw_outcome_vote(1),
        |contract| contract.finish(1),
        IssueBounties::harvest,
        IssueBounties::recycle,
        |contract| contract.expire(1),
        |contract| contract.payout(1),
        |contract| contract.deposit_collateral(miner(7).hotkey, BOUNTY),
        |contract| contract.withdraw_collateral(miner(7).hotkey, BOUNTY),
    ];
    for told in [false, true] {
        let mut contract = owing();
        dissolve(BOUNTY);
        for again in [false, true] {
            if again {
                give_number_again();
                set_stake(miner(7).hotkey, miner(7).coldkey, BOUNTY);
                set_stake(treasury_hotkey(), address(), BOUNTY);
            } else if told {
                contract.wind_up().expect("told");
            }
            let before = (events(), calls(0), transfers());
            at_block(100);
            for (index, message) in messages.into_iter().enumerate() {
                for caller in [owner(), validator(0), miner(7).coldkey] {
                    call_as(caller);
                    assert_eq!(message(&mut contract), Err(Error::SubnetEnded), "message {index}");
                }
            }
            assert_eq!((events(), calls(0), transfers()), before);
            call_as(owner());
            for setting in [treasury(1), Setting::HarvestStep(2)] {
                assert_eq!(contract.set_config(vec![setting]), Err(Error::SubnetEnded));
            }
        }
    }
}

#[ink::test]
fn nothing_is_wound_up_while_the_subnet_goes_on() {
    let mut contract = owing();
    for claim in [collateral_of(7), BOUNTY_OF_ONE, Claim::Rest] {
        assert_eq!(contract.claim(claim), Err(Error::SubnetGoesOn));
    }
    assert_eq!((contract.wind_up(), contract.collect_tao()), (Err(Error::SubnetGoesOn), Err(Error::SubnetGoesOn)));
    assert_eq!(contract.ended(), Ok(false));
    call_as(owner());
    assert_eq!(contract.assign_rest(heir()), Err(Error::SubnetGoesOn));
}

#[ink::test]
fn a_contract_begins_on_a_subnet_that_there_is() {
    arrive();
    dissolve(0);
    let refused = IssueBounties::new(config()).err();
    assert_eq!(refused, Some(Error::Subtensor(SubtensorError::SubnetDoesNotExist)));
    give_number_again();
    assert_eq!(IssueBounties::new(config()).expect("created").ended(), Ok(false));
}

/// The contract cannot know then whose stake is whose.
#[ink::test]
fn a_chain_that_does_not_tell_stops_everything_but_what_the_owner_announces() {
    let mut contract = owing();
    fail(34, 1);
    let refused = Error::Subtensor(SubtensorError::RuntimeError);
    at_block(100);
    assert_eq!((contract.payout(1), contract.claim(BOUNTY_OF_ONE)), (Err(refused.clone()), Err(refused)));
    let code = announce_code(&mut contract, [3; 32].into());
    assert_eq!(contract.announced()[0].change, code);
    assert!(apply(&mut contract, |contract| contract.remove_validator(validator(2))).is_ok());
}

#[ink::test]
fn each_claim_gets_its_part() {
    let mut contract = owing();
    let came = 3_000_001;
    dissolve(came);
    at_block(70);
    call_as(account(99));
    assert_eq!(contract.wind_up(), Ok(()));
    emitted(0, (came, 3 * BOUNTY, 2 * BOUNTY));
    assert_eq!(contract.wind_up(), Err(Error::NothingToDo));
    assert_eq!(contract.wound_up_at, Some(70));
    for (claim, coldkey) in [(BOUNTY_OF_ONE, miner(6).coldkey), (collateral_of(7), miner(7).coldkey)] {
        assert_eq!((contract.claim(claim), tao(coldkey)), (Ok(()), 1_000_000));
        emitted(0, (claim, coldkey, 1_000_000u64));
        assert_eq!(contract.claim(claim), Err(Error::NothingToClaim));
    }
    assert_eq!(contract.claim(Claim::Rest), Err(Error::RestUnassigned));
    assign(&mut contract);
    emitted(1, heir());
    assert_eq!((contract.claim(Claim::Rest), tao(heir())), (Ok(()), 1_000_001));
    assert_eq!(contract.claim(Claim::Rest), Err(Error::NothingToClaim));
    assert_eq!(contract.claimed, came);
    assert_eq!(tao(address()), 0);
}

#[ink::test]
fn the_first_claim_tells_the_contract() {
    let mut contract = owing();
    dissolve(300);
    give_number_again();
    at_block(70);
    assert_eq!(contract.wound_up_at, None);
    contract.claim(collateral_of(7)).expect("paid");
    assert_eq!(contract.wound_up_at, Some(70));
    emitted(1, (300u64, 3 * BOUNTY, 2 * BOUNTY));
}

#[ink::test]
fn what_is_no_claim_gets_nothing() {
    let mut contract = owing();
    dissolve(300);
    assert_eq!(contract.ended(), Ok(true));
    for (claim, refused) in [
        (collateral_of(8), Error::NothingToClaim),
        (Claim::Bounty { issue: 2 }, Error::NotSolved { issue: 2 }),
        (Claim::Bounty { issue: 3 }, Error::UnknownIssue { issue: 3 }),
        (Claim::Rest, Error::RestUnassigned),
    ] {
        assert_eq!(contract.claim(claim), Err(refused));
    }
}

#[ink::test]
fn a_bounty_goes_to_the_coldkey_that_the_quorum_named() {
    let mut contract = owing();
    at_block(100);
    decide(&mut contract, 1, OutcomeChoice::PayTo { coldkey: account(88) });
    dissolve(300);
    contract.claim(BOUNTY_OF_ONE).expect("paid");
    assert_eq!((tao(account(88)), tao(miner(6).coldkey)), (100, 0));
}

/// The stake that votes is gone, and what somebody stakes on the next subnet is not the validators'.
#[ink::test]
fn each_validator_has_one_vote_against_where_the_rest_goes() {
    let mut contract = owing();
    call_as(validator(2));
    let veto = |contract: &mut IssueBounties, index: u8, change: u32| {
        call_as(validator(index));
        contract.veto(change)
    };
    dissolve(300);
    give_number_again();
    set_stake(validator(0), coldkey_of_validator(0), 1_000);
    call_as(owner());
    let change = contract.assign_rest(heir()).expect("announced").change;
    emitted(0, (change, Change::Rest { to: heir() }, now() + DELAY, now() + DELAY + 50_400));
    veto(&mut contract, 0, change).expect("voted");
    emitted(0, (change, validator(0), 1u64, 3u64));
    at_block(now() + DELAY);
    contract.apply(change).expect("one of three is no majority");
    call_as(owner());
    let change = contract.assign_rest(account(78)).expect("announced").change;
    for index in [1, 2] {
        veto(&mut contract, index, change).expect("voted");
    }
    emitted(0, change);
    assert_eq!((contract.apply(change), contract.rest_to.get()), (Err(Error::ChangeClosed { change }), Some(heir())));
}

#[ink::test]
fn the_rest_goes_to_nobody_that_cannot_use_it() {
    let mut contract = owing();
    dissolve(300);
    for to in [address(), contract.config().treasury_coldkey] {
        call_as(owner());
        assert_eq!(contract.assign_rest(to), Err(Error::ReservedColdkey { coldkey: to }));
    }
    call_as(account(99));
    assert_eq!(contract.assign_rest(heir()), Err(Error::NotOwner));
}

/// What an issue may be when the subnet ends, and whether its bounty is won then.
const FATES: [(&str, bool); 10] = [
    ("funding", false),
    ("open", false),
    ("competing", false),
    ("competing, a cancellation waits", false),
    ("won", true),
    ("won, a cancellation waits", false),
    ("won, a cancellation was taken back", true),
    ("won, and too late for the cancellation that waits", true),
    ("won, and cancelled too late", false),
    ("paid", false),
];

/// Registers an issue and lets it come to this. Answers its id.
fn live(contract: &mut IssueBounties, fate: &str) -> u32 {
    call_as(owner());
    let number = contract.counts().issues + 1;
    let id = contract.register_issue("acme/widgets".into(), number, BOUNTY).expect("registered");
    let whole = stake(treasury_hotkey(), address()) - COVER;
    if fate == "funding" {
        return id;
    }
    set_held(whole + BOUNTY);
    contract.harvest().expect("harvested");
    if fate == "open" {
        return id;
    }
    start(contract, id, now() / ROUND + 1);
    if fate == "competing, a cancellation waits" {
        decide(contract, id, NOT_PLANNED);
    }
    if fate.starts_with("competing") {
        return id;
    }
    at_block(now() + 15);
    decide(contract, id, solved(6));
    match fate {
        "won, a cancellation waits" => decide(contract, id, REVERTED),
        "won, a cancellation was taken back" => {
            decide(contract, id, REVERTED);
            decide(contract, id, OutcomeChoice::TakenBack);
        }
        "won, and too late for the cancellation that waits" | "won, and cancelled too late" => {
            at_block(now() + CHALLENGE);
            decide(contract, id, IMPOSSIBLE);
        }
        "paid" => {
            at_block(now() + CHALLENGE);
            contract.payout(id).expect("paid");
        }
        _ => {}
    }
    if fate == "won, and cancelled too late" {
        at_block(now() + CHALLENGE);
        contract.finish(id).expect("carried out");
    }
    id
}

/// Where competitors have collateral, and bounties are of any fate.
fn lived(fates: &[usize]) -> (IssueBounties, Vec<(u32, bool)>) {
    let mut contract = contract();
    set(&mut contract, &[Setting::CollateralBps(1_000), Setting::MaxCompetitionsPerMiner(20)]);
    for uid in [5, 6, 7] {
        deposit(&mut contract, uid, 2 * BOUNTY + u64::from(uid) * 1_234_567);
    }
    let issues = fates.iter().map(|fate| (live(&mut contract, FATES[*fate].0), FATES[*fate].1)).collect();
    (contract, issues)
}

#[ink::test]
fn what_waited_and_what_was_won_decides_who_can_claim_a_bounty() {
    for (fate, (name, won)) in FATES.into_iter().enumerate() {
        let (mut contract, issues) = lived(&[fate]);
        assert_eq!(contract.won, if won { BOUNTY } else { 0 }, "{name}");
        dissolve(1_000_000_000);
        let answer = contract.claim(Claim::Bounty { issue: issues[0].0 });
        assert_eq!(answer.is_ok(), won, "{name}: {answer:?}");
    }
}

/// Lives of any kind, TAO that comes in any number of parts, claims in any order and as often as anybody likes.
#[ink::test]
fn everybody_gets_the_part_of_all_that_came_and_together_no_more() {
    for seed in 0..60u64 {
        let mut state = next(seed);
        let mut random = |below: u64| {
            state = next(state);
            (state >> 33) % below
        };
        let mut fates: Vec<usize> = (0..1 + random(4)).map(|_| random(FATES.len() as u64) as usize).collect();
        // What is given fills the first issue that waits: it comes last.
        fates.sort_by_key(|fate| *fate == 0);
        let (mut contract, issues) = lived(&fates);
        let owed: Vec<(Claim, u64)> = [5, 6, 7, 8]
            .map(|uid| (collateral_of(uid), collateral(&contract, uid).0))
            .into_iter()
            .chain(issues.iter().map(|(issue, won)| (Claim::Bounty { issue: *issue }, if *won { BOUNTY } else { 0 })))
            .collect();
        let treasury = contract.treasury().expect("read");
        let booked = treasury.allocated + treasury.unallocated + treasury.collateral + treasury.to_recycle;
        let most = [10, 1_000, 1_000_000_000_000_000][random(3) as usize];
        let mut came = random(most);
        let mut collected = 0;
        dissolve(came);
        assign(&mut contract);
        let mut got = vec![0; owed.len() + 1];
        for step in 0..40 {
            match random(8) {
                0 => {
                    let amount = random(most);
                    came += amount;
                    give_tao(address(), amount);
                }
                1 => {
                    let amount = random(most);
                    collected += amount;
                    contract.collected += amount;
                    give_tao(address(), amount);
                }
                _ => {}
            }
            let last = step >= 40 - got.len();
            let who = if last { 39 - step } else { random(got.len() as u64) as usize };
            let claim = owed.get(who).map_or(Claim::Rest, |(claim, _)| *claim);
            let before = tao(address());
            let _ = contract.claim(claim);
            got[who] += before - tao(address());
            let sum: u64 = got.iter().sum();
            assert_eq!(tao(address()) + sum, came + collected, "all that came is here or claimed");
        }
        // Nothing comes any more: who has not got all yet claims it.
        for who in 0..got.len() {
            let claim = owed.get(who).map_or(Claim::Rest, |(claim, _)| *claim);
            let before = tao(address());
            let _ = contract.claim(claim);
            got[who] += before - tao(address());
        }
        let part = |alpha: u64| u64::try_from(u128::from(came) * u128::from(alpha) / u128::from(booked)).expect("small");
        let all: u64 = owed.iter().map(|(_, alpha)| alpha).sum();
        let expected: Vec<u64> = owed.iter().map(|(_, alpha)| part(*alpha)).chain([came - part(all) + collected]).collect();
        assert_eq!(got, expected, "seed {seed} of {fates:?}");
        assert!(tao(address()) <= owed.len() as u64, "what rounding leaves");
    }
}
