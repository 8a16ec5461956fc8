use super::scenes::*;
use crate::config::Config;
use crate::errors::{ConfigField, Error};
use crate::issue_bounties::IssueBounties;
use crate::types::Setting;

/// The longest that a period may be, in blocks.
const YEAR: u32 = 2_628_000;
const LONGEST_DELAY: u32 = 50_400;
const LONGEST_WAIT: u32 = 100_800;
/// The longest day: no change waits longer than a week, and each waits a day.
const LONGEST_DAY: u32 = LONGEST_DELAY;
/// 21,000,000 alpha in rao: more than a bounty can ever be.
const ALL_ALPHA: u64 = 21_000_000_000_000_000;

/// Settings for a chain in use, where a day is a day.
fn in_use() -> Config {
    Config { dev_chain: false, day: 7_200, challenge_period: 7_200, recycle_after: 50_400, ..config() }
}

fn refused(change: impl FnOnce(&mut Config)) -> ConfigField {
    let mut settings = config();
    change(&mut settings);
    call_as(owner());
    match IssueBounties::new(settings) {
        Err(Error::ConfigOutOfBounds(field)) => field,
        Err(other) => panic!("refused as {other:?}"),
        Ok(_) => panic!("not refused"),
    }
}

fn accepted(change: impl FnOnce(&mut Config)) {
    let mut settings = config();
    change(&mut settings);
    assert_eq!(contract_with(settings.clone()).config(), settings);
}

#[ink::test]
fn who_creates_it_owns_it() {
    let contract = contract_with(config());
    assert_eq!(contract.owner, owner());
    assert_eq!(contract.config(), config());
    assert_eq!(contract.version(), 4);
}

#[ink::test]
fn every_setting_has_its_bounds() {
    assert_eq!(refused(|config| config.netuid = 0), ConfigField::Netuid);
    assert_eq!(refused(|config| config.min_bounty = 0), ConfigField::MinBounty);
    assert_eq!(refused(|config| config.max_bounty = config.min_bounty - 1), ConfigField::MaxBounty);
    assert_eq!(refused(|config| config.max_bounty = ALL_ALPHA + 1), ConfigField::MaxBounty);
    assert_eq!(refused(|config| config.max_bounty = u64::MAX), ConfigField::MaxBounty);
    assert_eq!(refused(|config| config.submission_window = config.competition_length), ConfigField::SubmissionWindow);
    assert_eq!(refused(|config| config.competition_length = 0), ConfigField::CompetitionLength);
    assert_eq!(refused(|config| config.competition_length = 2_628_001), ConfigField::CompetitionLength);
    assert_eq!(refused(|config| config.outcome_grace = 2_628_001), ConfigField::OutcomeGrace);
    assert_eq!(refused(|config| config.challenge_period = LONGEST_WAIT + 1), ConfigField::ChallengePeriod);
    assert_eq!(refused(|config| config.challenge_period = config.day - 1), ConfigField::ChallengePeriod);
    assert_eq!(refused(|config| config.day = 0), ConfigField::Day);
    assert_eq!(refused(|config| config.day = LONGEST_DAY + 1), ConfigField::Day);
    assert_eq!(refused(|config| config.day = config.challenge_period + 1), ConfigField::ChallengePeriod);
    assert_eq!(refused(|config| *config = Config { day: 7_199, ..in_use() }), ConfigField::Day);
    assert_eq!(refused(|config| *config = Config { challenge_period: 7_199, ..in_use() }), ConfigField::ChallengePeriod);
    assert_eq!(refused(|config| *config = Config { recycle_after: 50_399, ..in_use() }), ConfigField::RecycleAfter);
    assert_eq!(refused(|config| *config = Config { owner_delay: 7_199, ..in_use() }), ConfigField::OwnerDelay);
    assert_eq!(refused(|config| config.recycle_after = 7 * config.day - 1), ConfigField::RecycleAfter);
    assert_eq!(refused(|config| config.recycle_after = YEAR + 1), ConfigField::RecycleAfter);
    assert_eq!(refused(|config| config.owner_delay = config.day - 1), ConfigField::OwnerDelay);
    assert_eq!(refused(|config| config.round_length = 1), ConfigField::RoundLength);
    assert_eq!(refused(|config| config.round_length = 2_628_001), ConfigField::RoundLength);
    assert_eq!(refused(|config| config.attest_blocks = 0), ConfigField::AttestBlocks);
    assert_eq!(refused(|config| config.attest_blocks = config.round_length), ConfigField::AttestBlocks);
    assert_eq!(refused(|config| config.quorum_bps = 5_000), ConfigField::QuorumBps);
    assert_eq!(refused(|config| config.quorum_bps = 10_001), ConfigField::QuorumBps);
    assert_eq!(refused(|config| config.max_competitions_per_miner = 0), ConfigField::MaxCompetitionsPerMiner);
    assert_eq!(refused(|config| config.max_competitions_per_miner = 257), ConfigField::MaxCompetitionsPerMiner);
    assert_eq!(refused(|config| config.collateral_bps = 10_001), ConfigField::CollateralBps);
    assert_eq!(refused(|config| config.slash_bps = 10_001), ConfigField::SlashBps);
    assert_eq!(refused(|config| config.harvest_step = 0), ConfigField::HarvestStep);
    assert_eq!(refused(|config| config.harvest_step = 101), ConfigField::HarvestStep);
    assert_eq!(refused(|config| config.owner_delay = LONGEST_DELAY + 1), ConfigField::OwnerDelay);
}

#[ink::test]
fn settings_at_their_bounds_are_allowed() {
    accepted(|config| config.netuid = 1);
    accepted(|config| config.min_bounty = 1);
    accepted(|config| config.min_bounty = config.max_bounty);
    accepted(|config| config.max_bounty = config.min_bounty);
    accepted(|config| config.max_bounty = ALL_ALPHA);
    accepted(|config| (config.min_bounty, config.max_bounty) = (ALL_ALPHA, ALL_ALPHA));
    accepted(|config| config.submission_window = config.competition_length - 1);
    accepted(|config| config.competition_length = YEAR);
    accepted(|config| {
        config.competition_length = 1;
        config.submission_window = 0;
    });
    accepted(|config| config.outcome_grace = YEAR);
    accepted(|config| config.outcome_grace = 0);
    accepted(|config| config.challenge_period = LONGEST_WAIT);
    accepted(|config| config.challenge_period = config.day);
    accepted(|config| (config.day, config.challenge_period, config.recycle_after) = (1, 1, 7));
    accepted(|config| (config.day, config.challenge_period, config.recycle_after) = (LONGEST_DAY, LONGEST_DAY, YEAR));
    accepted(|config| config.recycle_after = 7 * config.day);
    accepted(|config| config.recycle_after = YEAR);
    accepted(|config| *config = in_use());
    accepted(|config| *config = Config { owner_delay: 7_200, ..in_use() });
    accepted(|config| {
        config.round_length = 2;
        config.attest_blocks = 1;
    });
    accepted(|config| {
        config.round_length = YEAR;
        config.attest_blocks = YEAR - 1;
    });
    accepted(|config| config.quorum_bps = 5_001);
    accepted(|config| config.quorum_bps = 10_000);
    accepted(|config| config.max_competitions_per_miner = 256);
    accepted(|config| config.collateral_bps = 10_000);
    accepted(|config| config.slash_bps = 0);
    accepted(|config| config.slash_bps = 10_000);
    accepted(|config| config.harvest_step = 1);
    accepted(|config| config.harvest_step = 100);
    accepted(|config| config.owner_delay = config.day);
    accepted(|config| config.owner_delay = LONGEST_DELAY);
}

fn alpha(amount: u32) -> u64 {
    u64::from(amount) * 1_000_000_000
}

fn bps(value: u32) -> u16 {
    u16::try_from(value).expect("16 bits")
}

/// A setting, what it makes of the settings, and values at which it is refused.
type Case = (fn(u32) -> Setting, fn(&mut Config, u32), ConfigField, &'static [u32], &'static [u32]);

/// The settings that are numbers, with values that are allowed and values that are not.
const NUMBERS: [Case; 14] = [
    (|n| Setting::MinBounty(u64::from(n)), |c, n| c.min_bounty = u64::from(n), ConfigField::MinBounty, &[1, u32::MAX], &[0]),
    (|n| Setting::MaxBounty(alpha(n)), |c, n| c.max_bounty = alpha(n), ConfigField::MaxBounty, &[10, 21_000_000], &[0, 9, 21_000_001]),
    (Setting::SubmissionWindow, |c, n| c.submission_window = n, ConfigField::SubmissionWindow, &[0, 99], &[100, u32::MAX]),
    (Setting::CompetitionLength, |c, n| c.competition_length = n, ConfigField::CompetitionLength, &[11, YEAR], &[0, YEAR + 1]),
    (Setting::OutcomeGrace, |c, n| c.outcome_grace = n, ConfigField::OutcomeGrace, &[0, YEAR], &[YEAR + 1, u32::MAX]),
    (Setting::ChallengePeriod, |c, n| c.challenge_period = n, ConfigField::ChallengePeriod, &[DAY, LONGEST_WAIT], &[0, DAY - 1, LONGEST_WAIT + 1]),
    (Setting::RecycleAfter, |c, n| c.recycle_after = n, ConfigField::RecycleAfter, &[7 * DAY, YEAR], &[0, 7 * DAY - 1, YEAR + 1]),
    (Setting::RoundLength, |c, n| c.round_length = n, ConfigField::RoundLength, &[ATTEST + 1, YEAR], &[0, 1, YEAR + 1]),
    (Setting::AttestBlocks, |c, n| c.attest_blocks = n, ConfigField::AttestBlocks, &[1, ROUND - 1], &[0, ROUND]),
    (
        Setting::MaxCompetitionsPerMiner,
        |c, n| c.max_competitions_per_miner = n,
        ConfigField::MaxCompetitionsPerMiner,
        &[1, 256],
        &[0, 257],
    ),
    (|n| Setting::QuorumBps(bps(n)), |c, n| c.quorum_bps = bps(n), ConfigField::QuorumBps, &[5_001, 10_000], &[0, 5_000, 10_001]),
    (|n| Setting::CollateralBps(bps(n)), |c, n| c.collateral_bps = bps(n), ConfigField::CollateralBps, &[0, 1, 10_000], &[10_001, 65_535]),
    (|n| Setting::SlashBps(bps(n)), |c, n| c.slash_bps = bps(n), ConfigField::SlashBps, &[0, 1, 10_000], &[10_001, 65_535]),
    (Setting::HarvestStep, |c, n| c.harvest_step = n, ConfigField::HarvestStep, &[1, 100], &[0, 101]),
];

#[ink::test]
fn every_setting_can_be_changed_within_its_bounds_and_changes_nothing_else() {
    for (setting, change, field, allowed, out_of_bounds) in NUMBERS {
        for value in allowed {
            let mut contract = contract_with(config());
            let mut expected = config();
            change(&mut expected, *value);
            set(&mut contract, &[setting(*value)]);
            assert_eq!(contract.config(), expected);
        }
        for value in out_of_bounds {
            let mut contract = contract_with(config());
            assert_eq!(contract.set_config(vec![setting(*value)]), Err(Error::ConfigOutOfBounds(field)), "{value}");
            assert_eq!(contract.config(), config());
        }
    }
}

#[ink::test]
fn treasury_and_delay_can_be_changed() {
    let mut contract = contract_with(config());
    set(&mut contract, &[treasury(1), Setting::OwnerDelay(LONGEST_DELAY)]);
    assert_eq!(contract.config(), Config { owner_delay: LONGEST_DELAY, ..with_treasury(1, config()) });
    let mut contract = contract_with(config());
    let refused = Err(Error::ConfigOutOfBounds(ConfigField::OwnerDelay));
    assert_eq!(contract.set_config(vec![Setting::OwnerDelay(LONGEST_DELAY + 1)]), refused);
}

#[ink::test]
fn who_signs_rosters_is_known_with_the_block_since_when() {
    arrive();
    at_block(9);
    let (first, second) = (account(80), account(81));
    // What the creator says about the block does not count.
    let given = Config { roster_signer: first, roster_signer_since: 3, ..config() };
    let mut contract = IssueBounties::new(given).expect("settings within bounds");
    let signer = |contract: &IssueBounties| (contract.config().roster_signer, contract.config().roster_signer_since);
    assert_eq!(signer(&contract), (first, 9));
    set(&mut contract, &[Setting::OwnerDelay(DELAY)]);
    at_block(20);
    call_as(owner());
    let scheduled = contract.set_config(vec![Setting::RosterSigner(second)]).expect("announced");
    assert_eq!((scheduled.applies_from, signer(&contract)), (20 + DELAY, (first, 9)));
    at_block(75);
    contract.apply(scheduled.change).expect("due");
    assert_eq!(signer(&contract), (second, 75));
    // Another setting leaves it as it is.
    set(&mut contract, &[Setting::HarvestStep(7)]);
    assert_eq!(signer(&contract), (second, 75));
}

#[ink::test]
fn settings_that_only_fit_together_change_together() {
    let mut contract = contract_with(config());
    let refused = Err(Error::ConfigOutOfBounds(ConfigField::SubmissionWindow));
    assert_eq!(contract.set_config(vec![Setting::CompetitionLength(10)]), refused);
    set(&mut contract, &[Setting::CompetitionLength(10), Setting::SubmissionWindow(9)]);
    // The last of several values of one setting counts.
    set(&mut contract, &[Setting::HarvestStep(101), Setting::HarvestStep(9)]);
    assert_eq!((contract.config().competition_length, contract.config().harvest_step), (10, 9));
}

#[ink::test]
fn no_wait_is_ever_shorter_than_the_day() {
    let mut contract = contract_with(in_use());
    for (setting, field) in [
        (Setting::ChallengePeriod(7_199), ConfigField::ChallengePeriod),
        (Setting::OwnerDelay(7_199), ConfigField::OwnerDelay),
        (Setting::RecycleAfter(50_399), ConfigField::RecycleAfter),
    ] {
        assert_eq!(contract.set_config(vec![setting]), Err(Error::ConfigOutOfBounds(field)));
    }
    set(&mut contract, &[Setting::ChallengePeriod(7_200), Setting::OwnerDelay(7_200), Setting::RecycleAfter(50_400)]);
    assert_eq!(contract.config(), Config { owner_delay: 7_200, ..in_use() });
}

#[ink::test]
fn the_smallest_and_the_largest_bounty_change_together() {
    let mut contract = contract_with(config());
    let above = config().max_bounty + 1;
    let refused = Err(Error::ConfigOutOfBounds(ConfigField::MaxBounty));
    assert_eq!(contract.set_config(vec![Setting::MinBounty(above)]), refused);
    set(&mut contract, &[Setting::MinBounty(above), Setting::MaxBounty(above)]);
    assert_eq!((contract.config().min_bounty, contract.config().max_bounty), (above, above));
    assert_eq!(contract.register_issue("acme/widgets".into(), 42, above - 1), Err(Error::BountyTooSmall { minimum: above }));
    assert_eq!(contract.register_issue("acme/widgets".into(), 42, above + 1), Err(Error::BountyTooLarge { maximum: above }));
    assert_eq!(contract.register_issue("acme/widgets".into(), 42, above), Ok(1));
}

#[ink::test]
fn the_first_setting_out_of_bounds_is_named() {
    let mut settings = Config { netuid: 0, min_bounty: 0, max_bounty: 0, ..config() };
    settings.treasury_birth.block += 1;
    let order = [
        Error::ConfigOutOfBounds(ConfigField::Netuid),
        Error::TreasuryNotKeyless { derived: keys_of(&settings.treasury_birth).1 },
        Error::TreasuryHotkeyNotDerived { derived: keys_of(&settings.treasury_birth).0 },
        Error::ConfigOutOfBounds(ConfigField::MinBounty),
        Error::ConfigOutOfBounds(ConfigField::MaxBounty),
    ];
    let mend: [fn(&mut Config); 5] = [
        |config| config.netuid = NETUID,
        |config| config.treasury_coldkey = keys_of(&config.treasury_birth).1,
        |config| config.treasury_hotkey = keys_of(&config.treasury_birth).0,
        |config| config.min_bounty = 1,
        |config| config.max_bounty = 1,
    ];
    for (refusal, mend) in order.into_iter().zip(mend) {
        assert_eq!(settings.check(), Err(refusal));
        mend(&mut settings);
    }
    assert_eq!(settings.check(), Ok(()));
}
