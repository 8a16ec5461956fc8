//! A subnet that ends: nothing goes on, and everybody gets the part of the TAO that the books say, in any order.

use super::scenes::*;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Claim, Competitor, Setting};
use ink::primitives::AccountId;

pub const BOUNTY_OF_ONE: Claim = Claim::Bounty { issue: 1 };

pub fn collateral_of(uid: u8) -> Claim {
    let Competitor { hotkey, coldkey, .. } = miner(uid);
    Claim::Collateral { hotkey, coldkey }
}

/// Where the rest goes.
pub fn heir() -> AccountId {
    account(77)
}

/// Bounty 1 is won by miner 6, miner 7 has as much collateral, and as much is nobody's.
pub fn owing() -> IssueBounties {
    let mut contract = with_winner();
    deposit(&mut contract, 7, BOUNTY);
    register(&mut contract, BOUNTY);
    set_held(stake(treasury_hotkey(), address()) + BOUNTY - COVER);
    contract.harvest().expect("harvested");
    contract
}

pub fn assign(contract: &mut IssueBounties) {
    at_block(now().max(rest_from(contract)));
    apply(contract, |contract| contract.assign_rest(heir())).expect("assigned");
}

#[ink::test]
fn nothing_is_wound_up_while_the_subnet_goes_on() {
    let mut contract = owing();
    for claim in [collateral_of(7), BOUNTY_OF_ONE, Claim::Rest] {
        assert_eq!(contract.claim(claim), Err(Error::SubnetGoesOn));
    }
    assert_eq!(contract.wind_up(), Err(Error::SubnetGoesOn));
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

#[ink::test]
fn each_claim_gets_its_part() {
    let mut contract = owing();
    let came = 3_000_001;
    dissolve(came);
    at_block(170);
    call_as(account(99));
    assert_eq!(contract.wind_up(), Ok(()));
    emitted(0, 170 + DAY);
    assert_eq!((contract.wound_up_at, contract.claim(BOUNTY_OF_ONE)), (None, Err(Error::EndNotWritten)));
    at_block(170 + DAY - 1);
    assert_eq!(contract.wind_up(), Err(Error::TooEarly { from: 170 + DAY }));
    at_block(170 + DAY);
    assert_eq!(contract.wind_up(), Ok(()));
    emitted(0, (came, 3 * BOUNTY, 2 * BOUNTY));
    assert_eq!(contract.wind_up(), Err(Error::NothingToDo));
    assert_eq!(contract.wound_up_at, Some(170 + DAY));
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

/// One wrong answer must not stop everything for ever.
#[ink::test]
fn an_end_that_the_chain_denies_is_forgotten() {
    let forget: [(fn(&mut IssueBounties) -> Result<(), Error>, u32); 3] =
        [(IssueBounties::wind_up, DAY), (IssueBounties::note_weights, DAY), (IssueBounties::note_weights, 1)];
    for (deny, later) in forget {
        let mut contract = owing();
        let _ = contract.note_weights();
        assert_eq!(contract.note_weights(), Err(Error::NothingToDo));
        give_number_again();
        contract.wind_up().expect("shown");
        take_number_back();
        at_block(now() + later);
        assert_eq!(deny(&mut contract), Ok(()));
        assert_eq!((contract.wind_up(), contract.payout(1)), (Err(Error::SubnetGoesOn), Ok(())));
        give_number_again();
        contract.wind_up().expect("shown again, and not written");
        assert_eq!(contract.wound_up_at, None);
    }
}

#[ink::test]
fn what_is_no_claim_gets_nothing() {
    let mut contract = owing();
    wound_up(&mut contract, 300);
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
fn a_bounty_goes_to_whom_the_winners_coldkey_named_before_or_after_the_end() {
    for after in [false, true] {
        let mut contract = owing();
        call_as(miner(6).coldkey);
        contract.pay_to(1, account(88)).expect("named");
        wound_up(&mut contract, 300);
        if after {
            call_as(miner(6).coldkey);
            contract.pay_to(1, account(89)).expect("named");
        }
        contract.claim(BOUNTY_OF_ONE).expect("paid");
        assert_eq!((tao(account(if after { 89 } else { 88 })), tao(miner(6).coldkey)), (100, 0));
    }
}

#[ink::test]
fn the_rest_goes_to_nobody_that_cannot_use_it() {
    let mut contract = owing();
    wound_up(&mut contract, 300);
    let from = rest_from(&contract);
    at_block(from - 1);
    call_as(owner());
    assert_eq!(contract.assign_rest(heir()), Err(Error::TooEarly { from }));
    at_block(from);
    for to in [address(), contract.config().treasury_coldkey] {
        call_as(owner());
        assert_eq!(contract.assign_rest(to), Err(Error::ReservedColdkey { coldkey: to }));
    }
    call_as(account(99));
    assert_eq!(contract.assign_rest(heir()), Err(Error::NotOwner));
}

/// What an issue may be when the subnet ends, and whether its bounty is won then.
const FATES: [(&str, bool); 8] = [
    ("funding", false),
    ("open", false),
    ("competing", false),
    ("competing, a solution is voted", false),
    ("cancelled", false),
    ("unsolved", false),
    ("won", true),
    ("paid", false),
];

/// Registers an issue and lets it come to this. Answers its id.
fn live(contract: &mut IssueBounties, fate: &str) -> u32 {
    let id = register(contract, BOUNTY);
    if fate == "funding" {
        return id;
    }
    set_stake(treasury_hotkey(), address(), stake(treasury_hotkey(), address()) + BOUNTY);
    contract.harvest().expect("harvested");
    if fate == "open" {
        return id;
    }
    start(contract, id, now() / ROUND + 1);
    at_block(now() + 15);
    match fate {
        "competing" => {}
        "competing, a solution is voted" => agree(contract, id, solved(6)),
        "cancelled" => end(contract, id, cancelled(CancelReason::Deleted)),
        "unsolved" => {
            at_block(now() + 100);
            end(contract, id, unsolved(true, false));
        }
        _ => end(contract, id, solved(6)),
    }
    if fate == "paid" {
        contract.payout(id).expect("paid");
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
fn only_what_was_won_is_a_claim() {
    for (fate, (name, won)) in FATES.into_iter().enumerate() {
        let (mut contract, issues) = lived(&[fate]);
        assert_eq!(contract.won, if won { BOUNTY } else { 0 }, "{name}");
        wound_up(&mut contract, 1_000_000_000);
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
        let booked = treasury.allocated + treasury.fresh + treasury.aged + treasury.collateral;
        let most = [10, 1_000, 1_000_000_000_000_000][random(3) as usize];
        let mut came = random(most);
        let mut collected = 0;
        wound_up(&mut contract, came);
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
