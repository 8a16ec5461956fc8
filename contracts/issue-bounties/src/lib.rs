//! Bounties for GitHub issues on a Bittensor subnet.
//!
//! The owner registers issues; the stake that a neuron of the subnet, the treasury, earns fills their bounties first come, first served.
//! Validators attest which miners want an issue, vote for two of them to compete, and vote on how it ended. What weighs is stake that was there for a
//! day. Votes that have stood for a wait and are a quorum decide, for good. The contract decides nothing that it cannot check itself.
//!
//! A message that answers with an error has changed nothing: the chain reverts it. Long functions `do_…` are not inlined: the code is smaller so.
#![cfg_attr(not(feature = "std"), no_std, no_main)]

/// Which edition of the contract this is. The next one keeps what docs/protocol.md promises about editions.
pub const EDITION: u32 = 4;

pub mod config;
pub mod errors;
pub mod events;
pub mod extension;
pub mod runtime_calls;
pub mod types;

mod changes;
mod collateral;
mod competitions;
mod dust;
mod enrolment;
mod issues;
mod outcomes;
mod ownership;
mod treasury;
mod validators;
mod winding_up;

#[cfg(test)]
mod tests;

#[ink::contract(env = crate::extension::SubtensorEnvironment)]
pub mod issue_bounties {
    use crate::config::Config;
    use crate::errors::Checked;
    use crate::events::{tell, ContractCreated};
    use crate::types::*;
    use crate::winding_up::registration_of;
    use ink::prelude::vec::Vec;
    use ink::storage::{traits::ManualKey, Lazy, Mapping};

    /// The numbers that nearly every message needs are in one cell; the rest is read when used.
    /// New state goes under new keys, so that upgraded code finds the old state as it was.
    #[ink(storage)]
    pub struct IssueBounties {
        pub(crate) owner: AccountId,
        pub(crate) offer: Option<Offer>,
        pub(crate) paused: bool,
        pub(crate) issue_count: u32,
        pub(crate) competition_count: u32,
        /// How many changes have been announced, ever.
        pub(crate) change_count: u32,
        /// Issues before this one need no more funding.
        pub(crate) next_to_fund: u32,
        pub(crate) allocated: u64,
        /// What came free for issues since `aged_at`.
        pub(crate) fresh: u64,
        /// What was free already then. The next turn recycles what is left of it.
        pub(crate) aged: u64,
        pub(crate) aged_at: u32,
        /// When the last whole day ended, of which stake was noted.
        pub(crate) turned_at: u32,
        /// All that miners have deposited.
        pub(crate) collateral: u64,
        pub(crate) paid: u64,
        pub(crate) recycled: u64,
        pub(crate) slashed: u64,
        /// How often the subnet's number had been given when the contract was created.
        pub(crate) registration: u64,
        /// Of what is allocated, the bounties that are won.
        pub(crate) won: u64,
        /// When the contract was told that its subnet has ended.
        pub(crate) wound_up_at: Option<u32>,
        /// TAO of the treasury's coldkey that was fetched since.
        pub(crate) collected: u64,
        /// TAO that has left for claims.
        pub(crate) claimed: u64,
        pub(crate) config: Lazy<Config, ManualKey<0x0000_0001>>,
        pub(crate) validators: Lazy<Vec<Validator>, ManualKey<0x0000_0002>>,
        pub(crate) issues: Mapping<u32, Issue, ManualKey<0x0000_0003>>,
        /// The issues not closed yet, by the hash of what they are on GitHub.
        pub(crate) open_references: Mapping<[u8; 32], u32, ManualKey<0x0000_0004>>,
        pub(crate) competitions: Mapping<u32, Competition, ManualKey<0x0000_0005>>,
        /// How many competitions a miner has been in, ever.
        pub(crate) competition_counts: Mapping<AccountId, u32, ManualKey<0x0000_0006>>,
        /// A miner's competitions, counted from 0.
        pub(crate) competitions_by_miner: Mapping<(AccountId, u32), u32, ManualKey<0x0000_0007>>,
        /// How many running competitions a miner is in.
        pub(crate) running_counts: Mapping<AccountId, u32, ManualKey<0x0000_0008>>,
        pub(crate) attestations: Mapping<u32, Vec<Attestation>, ManualKey<0x0000_0009>>,
        pub(crate) pair_ballots: Mapping<u32, PairBallot, ManualKey<0x0000_000a>>,
        pub(crate) outcome_ballots: Mapping<u32, Vec<OutcomeVote>, ManualKey<0x0000_000b>>,
        /// The changes that wait, in order of announcement.
        pub(crate) changes: Lazy<Vec<PendingChange>, ManualKey<0x0000_000c>>,
        pub(crate) vetoes: Mapping<u32, Vec<AccountId>, ManualKey<0x0000_000d>>,
        /// By hotkey and coldkey.
        pub(crate) collaterals: Mapping<(AccountId, AccountId), Collateral, ManualKey<0x0000_000e>>,
        /// What each claim has got, in TAO.
        pub(crate) claims: Mapping<Claim, u64, ManualKey<0x0000_0010>>,
        /// Who gets what nobody can claim.
        pub(crate) rest_to: Lazy<AccountId, ManualKey<0x0000_0011>>,
        /// Who is paid instead of a competitor's coldkey, by competition and side, as that coldkey said.
        pub(crate) payees: Mapping<(u32, u8), AccountId, ManualKey<0x0000_0013>>,
        /// Since when each validator is listed; one without since before the fourth edition.
        pub(crate) listings: Lazy<Vec<Dated>, ManualKey<0x0000_0014>>,
        /// What the votes on an issue's end weighed when they were cast; one without counts fully.
        pub(crate) casts: Mapping<u32, Vec<Cast>, ManualKey<0x0000_0015>>,
        pub(crate) renewals: Lazy<Vec<Renewal>, ManualKey<0x0000_0016>>,
        pub(crate) code: Lazy<Option<AnnouncedCode>, ManualKey<0x0000_0017>>,
        /// When the chain first said that the subnet has ended, and nothing else since.
        pub(crate) end_shown: Lazy<Option<u32>, ManualKey<0x0000_0018>>,
    }

    impl IssueBounties {
        /// Creates the contract; who does it is its owner. The treasury's coldkey must make the contract its proxy afterwards. While the owner's
        /// delay is 0 the contract is being set up: it fills no bounty and starts no competition.
        #[ink(constructor)]
        pub fn new(mut config: Config) -> Checked<Self> {
            config.check()?;
            config.roster_signer_since = Self::env().block_number();
            let owner = Self::env().caller();
            tell(ContractCreated { owner, config: config.clone() });
            let mut contract = Self {
                owner,
                offer: None,
                paused: false,
                issue_count: 0,
                competition_count: 0,
                change_count: 0,
                next_to_fund: 1,
                allocated: 0,
                fresh: 0,
                aged: 0,
                aged_at: 0,
                turned_at: Self::env().block_number(),
                collateral: 0,
                paid: 0,
                recycled: 0,
                slashed: 0,
                registration: registration_of(config.netuid)?,
                won: 0,
                wound_up_at: None,
                collected: 0,
                claimed: 0,
                config: Lazy::new(),
                validators: Lazy::new(),
                issues: Mapping::new(),
                open_references: Mapping::new(),
                competitions: Mapping::new(),
                competition_counts: Mapping::new(),
                competitions_by_miner: Mapping::new(),
                running_counts: Mapping::new(),
                attestations: Mapping::new(),
                pair_ballots: Mapping::new(),
                outcome_ballots: Mapping::new(),
                changes: Lazy::new(),
                vetoes: Mapping::new(),
                collaterals: Mapping::new(),
                claims: Mapping::new(),
                rest_to: Lazy::new(),
                payees: Mapping::new(),
                listings: Lazy::new(),
                casts: Mapping::new(),
                renewals: Lazy::new(),
                code: Lazy::new(),
                end_shown: Lazy::new(),
            };
            contract.config.set(&config);
            contract.validators.set(&Vec::new());
            Ok(contract)
        }

        /// Registers a GitHub issue for a bounty (rao) and queues it last for funding. Answers its id. Only the owner may.
        #[ink(message)]
        pub fn register_issue(&mut self, repository: Repository, number: u32, bounty: u64) -> Checked<u32> {
            self.ensure_subnet()?;
            self.do_register_issue(repository, number, bounty)
        }

        /// Announces that an issue that nobody competes for shall be cancelled. What was funded is free for the next issues. Applies after the owner's
        /// delay, at once while that is 0 or nothing was funded. Only the owner may.
        #[ink(message)]
        pub fn cancel_issue(&mut self, id: u32, reason: CancelReason) -> Checked<Scheduled> {
            self.schedule(Change::CancelIssue { issue: id, reason })
        }

        /// Announces another reference and another bounty (rao) of an issue that nobody competes for. It keeps what was funded, as far as the bounty
        /// goes. Applies after the owner's delay, at once while that is 0 or nothing was funded. Only the owner may.
        #[ink(message)]
        pub fn edit_issue(
            &mut self,
            id: u32,
            repository: Repository,
            number: u32,
            bounty: u64,
        ) -> Checked<Scheduled> {
            self.schedule(Change::EditIssue { issue: id, repository, number, bounty })
        }

        /// Announces that a validator shall join the whitelist (64 at most). Its votes weigh the stake on its hotkey of these coldkeys,
        /// 4 at most. The treasury's coldkey and the contract cannot be among them. Applies after the owner's delay, at once while that is 0. Only
        /// the owner may.
        #[ink(message)]
        pub fn add_validator(&mut self, hotkey: AccountId, coldkeys: Vec<AccountId>) -> Checked<Scheduled> {
            self.schedule(Change::AddValidator { hotkey, coldkeys })
        }

        /// Announces that a validator shall leave the whitelist; its votes no longer count then. Applies after the owner's delay, at once
        /// while that is 0. Only the owner may.
        #[ink(message)]
        pub fn remove_validator(&mut self, hotkey: AccountId) -> Checked<Scheduled> {
            self.schedule(Change::RemoveValidator { hotkey })
        }

        /// Announces new values of settings, all of them or none. Running competitions keep the dates and amounts they started with.
        /// Applies after the owner's delay, at once while that is 0. Only the owner may.
        #[ink(message)]
        pub fn set_config(&mut self, settings: Vec<Setting>) -> Checked<Scheduled> {
            self.schedule(Change::Config(settings))
        }

        /// Announces that the contract shall run other code, by the hash under which it was uploaded; its state stays. The chain keeps the code
        /// until the change is over. Applies after the owner's delay, at once while that is 0; once the subnet's end is written, thirty days later or two
        /// waits and two weeks after that, for a week. Only the owner may.
        #[ink(message)]
        pub fn set_code(&mut self, code_hash: Hash) -> Checked<Scheduled> {
            self.schedule(Change::Code { code_hash })
        }

        /// Announces that the contract shall be offered to another account, which becomes its owner when it accepts within two days. A later
        /// offer replaces an earlier one. Applies after the owner's delay, at once while that is 0. Only the owner may.
        #[ink(message)]
        pub fn propose_owner(&mut self, owner: AccountId) -> Checked<Scheduled> {
            self.schedule(Change::Owner { owner })
        }

        /// Announces to whom, of what an ended subnet left, that goes which nobody can claim. Allowed when no solution can be settled any
        /// more: from two of the longest waits that a match may have after the end was written on. Applies after the owner's delay. Only the owner may.
        #[ink(message)]
        pub fn assign_rest(&mut self, to: AccountId) -> Checked<Scheduled> {
            self.schedule(Change::Rest { to })
        }

        /// Takes the offer of the contract back, at once. Only the owner may.
        #[ink(message)]
        pub fn withdraw_offer(&mut self) -> Checked<()> {
            self.do_withdraw_offer()
        }

        /// Accepts the contract, within two days of the offer. Only the account that it was offered to may.
        #[ink(message)]
        pub fn accept_ownership(&mut self) -> Checked<()> {
            self.do_accept_ownership()
        }

        /// Applies an announced change once the owner's delay is over. Refused while those who voted against it have more stake than all others' votes
        /// weigh. Anyone may.
        #[ink(message)]
        pub fn apply(&mut self, change: u32) -> Checked<bool> {
            self.do_apply(change)
        }

        /// Takes an announced change back. Only the owner may.
        #[ink(message)]
        pub fn withdraw_change(&mut self, change: u32) -> Checked<()> {
            self.do_withdraw_change(change)
        }

        /// A validator votes against an announced change, unless it removes this very validator. Allowed until it is applied.
        #[ink(message)]
        pub fn veto(&mut self, change: u32) -> Checked<()> {
            self.do_veto(change, true)
        }

        /// A validator takes its vote against a change back.
        #[ink(message)]
        pub fn withdraw_veto(&mut self, change: u32) -> Checked<()> {
            self.do_veto(change, false)
        }

        /// Drops an announced change for good if the votes against it weigh more than half of all. Anyone may.
        #[ink(message)]
        pub fn drop(&mut self, change: u32) -> Checked<()> {
            self.do_drop(change)
        }

        /// Stops new issues and competitions. What runs goes on, is won, cancelled and paid. Only the owner may.
        #[ink(message)]
        pub fn pause(&mut self) -> Checked<()> {
            self.do_pause()
        }

        /// Allows new issues and competitions again. Only the owner may.
        #[ink(message)]
        pub fn unpause(&mut self) -> Checked<()> {
            self.do_unpause()
        }

        /// A validator says which UIDs it saw enrolled for an issue and which passing. Allowed in the first blocks of a round. It counts in
        /// this round and in those that begin within a day after it or its last renewal; a later one replaces the earlier.
        #[ink(message)]
        pub fn attest_enrolled(&mut self, issue: u32, round: u32, enrolled: Bitmap, skipped: Bitmap) -> Checked<()> {
            self.ensure_subnet()?;
            self.do_attest_enrolled(issue, round, enrolled, skipped)
        }

        /// A validator says that everything it attested, and that has not lapsed, still holds: for another day.
        #[ink(message)]
        pub fn renew_attestations(&mut self) -> Checked<()> {
            self.ensure_subnet()?;
            self.do_renew_attestations()
        }

        /// A validator votes for two attested miners to compete for an issue. Their order does not matter. Allowed after the round's
        /// attesting blocks; the quorum's last vote starts the competition.
        #[ink(message)]
        pub fn vote_pair(&mut self, issue: u32, round: u32, a: Competitor, b: Competitor) -> Checked<()> {
            self.ensure_subnet()?;
            self.do_vote_pair(issue, round, a, b)
        }

        /// Notes what stake the validators have now. Only stake that was there at every look for a day weighs. Anyone may; refused unless the day is over
        /// or somebody has a thousandth less than was noted.
        #[ink(message)]
        pub fn note_weights(&mut self) -> Checked<()> {
            self.ensure_subnet()?;
            self.do_note_weights()
        }

        /// A validator votes on how an issue ended. The vote stands until the validator changes it or the issue's phase ends; the same choice again
        /// keeps its age and weight. It never weighs more than it does now.
        #[ink(message)]
        pub fn vote_outcome(&mut self, issue: u32, choice: OutcomeChoice) -> Checked<()> {
            self.do_vote_outcome(issue, Some(choice))
        }

        /// A validator withdraws its vote on an issue's end, because what it saw no longer holds.
        #[ink(message)]
        pub fn withdraw_outcome_vote(&mut self, issue: u32) -> Checked<()> {
            self.do_vote_outcome(issue, None)
        }

        /// Carries out how an issue ended, for good, if votes that are as old as the wait (the longest of the competition's challenge period, the settings',
        /// and the owner's delay and half a day) agree and have the quorum. Anyone may.
        #[ink(message)]
        pub fn settle(&mut self, issue: u32) -> Checked<()> {
            self.do_settle(issue)
        }

        /// A competitor's coldkey names the coldkey that gets the bounty instead of it. Allowed until the bounty is paid.
        #[ink(message)]
        pub fn pay_to(&mut self, competition: u32, coldkey: AccountId) -> Checked<()> {
            self.do_pay_to(competition, coldkey)
        }

        /// Fetches what the treasury's neuron earned and fills bounties in order of registration. Recycles what no issue needed for once to twice the
        /// setting's time. What the chain refuses waits for the next time. Anyone may.
        #[ink(message)]
        pub fn harvest(&mut self) -> Checked<()> {
            self.ensure_subnet()?;
            self.do_harvest()
        }

        /// Ends a competition on which nothing can be settled three waits after its grace period; its issue is open again with its bounty. Nobody is
        /// slashed. Anyone may.
        #[ink(message)]
        pub fn expire(&mut self, competition: u32) -> Checked<()> {
            self.ensure_subnet()?;
            self.do_expire(competition)
        }

        /// Pays a solved issue's bounty to the winner, or to whom its coldkey named, by the chain's rounding up to 5 rao less. If the chain refuses,
        /// everything stays as it was. Anyone may, at any time.
        #[ink(message)]
        pub fn payout(&mut self, issue: u32) -> Checked<()> {
            self.ensure_goes_on(u32::MAX)?;
            self.do_payout(issue)
        }

        /// A miner's coldkey deposits stake (rao) that it has behind the miner's hotkey as collateral. It moves into the pool behind the
        /// treasury's hotkey. What the chain really moved is booked: up to 5 rao less, by its rounding.
        #[ink(message)]
        pub fn deposit_collateral(&mut self, hotkey: AccountId, amount: u64) -> Checked<()> {
            self.ensure_subnet()?;
            self.do_deposit_collateral(hotkey, amount)
        }

        /// A miner's coldkey takes collateral (rao) back that is not bound to a competition. It gets stake behind the treasury's hotkey, by the
        /// chain's rounding up to 5 rao less.
        #[ink(message)]
        pub fn withdraw_collateral(&mut self, hotkey: AccountId, amount: u64) -> Checked<()> {
            self.ensure_goes_on(u32::MAX)?;
            self.do_withdraw_collateral(hotkey, amount)
        }

        /// Asks the chain whether the subnet has ended: it was dissolved, or its number is another subnet's. What it says in two calls a day apart, and
        /// never denied in between, is written. Nothing goes on then, and what is owed is claimed in TAO. Anyone may.
        #[ink(message)]
        pub fn wind_up(&mut self) -> Checked<()> {
            self.do_wind_up()
        }

        /// Pays a claim its share of the TAO that the ended subnet left, by the part that it has of the alpha that was booked. When more TAO has come
        /// it can be claimed again. Anyone may.
        #[ink(message)]
        pub fn claim(&mut self, claim: Claim) -> Checked<()> {
            self.do_claim(claim)
        }

        /// The settings.
        #[ink(message)]
        pub fn config(&self) -> Config {
            self.settings()
        }

        /// The whitelist, what was noted of each validator, and what its vote weighs now.
        #[ink(message)]
        pub fn validators(&self) -> Checked<Electorate> {
            self.list_validators()
        }

        /// Where the money is, in rao.
        #[ink(message)]
        pub fn treasury(&self) -> Checked<Treasury> {
            self.read_treasury()
        }

        /// Who is enrolled for an issue this round, by the majority of the validators' weight, and what each validator attested.
        #[ink(message)]
        pub fn enrolled(&self, issue: u32) -> Checked<Enrolled> {
            self.read_enrolled(issue)
        }

        /// The contract's own question to the chain: so a function that the chain no longer has is no answer instead of a trap. Whether the subnet of this
        /// number is the contract's no more; before, with two functions, the contract's stake behind a hotkey is asked for; with none nothing is, and the
        /// answer is false. None: the chain refused.
        #[ink(message)]
        pub fn ask(&self, netuid: u16, hotkey: AccountId, functions: u8) -> Option<bool> {
            self.answer(netuid, hotkey, functions).ok()
        }

        /// Whether the subnet has ended, as the chain says: it was dissolved, or its number is another subnet's.
        #[ink(message)]
        pub fn ended(&self) -> Checked<bool> {
            self.has_ended()
        }

        /// The contract's edition.
        #[ink(message)]
        pub fn version(&self) -> u32 {
            crate::EDITION
        }
    }
}
