use super::chain::*;
use crate::config::{Config, Weighting};
use crate::errors::{ConfigField, Error};
use crate::issue_bounties::IssueBounties;

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
    assert_eq!(contract.owner(), owner());
    assert_eq!(contract.config(), config());
    assert_eq!(contract.version(), 1);
}

#[ink::test]
fn every_setting_has_its_bounds() {
    assert_eq!(refused(|config| config.netuid = 0), ConfigField::Netuid);
    assert_eq!(refused(|config| config.treasury_coldkey = config.treasury_hotkey), ConfigField::TreasuryColdkey);
    assert_eq!(refused(|config| config.min_bounty = 0), ConfigField::MinBounty);
    assert_eq!(refused(|config| config.submission_window = config.competition_length), ConfigField::SubmissionWindow);
    assert_eq!(refused(|config| config.competition_length = 0), ConfigField::CompetitionLength);
    assert_eq!(refused(|config| config.competition_length = 2_628_001), ConfigField::CompetitionLength);
    assert_eq!(refused(|config| config.outcome_grace = 2_628_001), ConfigField::OutcomeGrace);
    assert_eq!(refused(|config| config.challenge_period = 2_628_001), ConfigField::ChallengePeriod);
    assert_eq!(refused(|config| config.round_length = 1), ConfigField::RoundLength);
    assert_eq!(refused(|config| config.round_length = 2_628_001), ConfigField::RoundLength);
    assert_eq!(refused(|config| config.attest_blocks = 0), ConfigField::AttestBlocks);
    assert_eq!(refused(|config| config.attest_blocks = config.round_length), ConfigField::AttestBlocks);
    assert_eq!(refused(|config| config.quorum_bps = 5_000), ConfigField::QuorumBps);
    assert_eq!(refused(|config| config.quorum_bps = 10_001), ConfigField::QuorumBps);
    assert_eq!(refused(|config| config.max_competitions_per_miner = 0), ConfigField::MaxCompetitionsPerMiner);
    assert_eq!(refused(|config| config.max_competitions_per_miner = 257), ConfigField::MaxCompetitionsPerMiner);
    assert_eq!(refused(|config| config.collateral_bps = 1), ConfigField::CollateralBps);
    assert_eq!(refused(|config| config.slash_bps = 10_001), ConfigField::SlashBps);
    assert_eq!(refused(|config| config.harvest_step = 0), ConfigField::HarvestStep);
    assert_eq!(refused(|config| config.harvest_step = 101), ConfigField::HarvestStep);
    assert_eq!(refused(|config| config.owner_delay = 2_628_001), ConfigField::OwnerDelay);
}

#[ink::test]
fn settings_at_their_bounds_are_allowed() {
    accepted(|config| config.submission_window = config.competition_length - 1);
    accepted(|config| {
        config.round_length = 2;
        config.attest_blocks = 1;
    });
    accepted(|config| config.quorum_bps = 5_001);
    accepted(|config| config.quorum_bps = 10_000);
    accepted(|config| config.harvest_step = 100);
    accepted(|config| config.weighting = Weighting::ByCount);
    accepted(|config| {
        config.submission_window = 0;
        config.outcome_grace = 0;
        config.challenge_period = 0;
    });
}
