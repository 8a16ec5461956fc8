//! The whitelist, and what its votes weigh: stake that was there at every look for a day and still is. What is lent for a block weighs nothing.

use crate::config::{Config, BASIS_POINTS};
use crate::errors::{Checked, Error, refuse};
use crate::events::{tell, ValidatorAdded, ValidatorRemoved, WeightsNoted};
use crate::issue_bounties::IssueBounties;
use crate::types::{Change, Dated, Electorate, Noted, Validator, ValidatorInfo};
use ink::codegen::Env;
use ink::prelude::vec::Vec;
use ink::primitives::AccountId;

pub(crate) const MOST_VALIDATORS: usize = 64;
pub(crate) const MOST_COLDKEYS: usize = 4;
/// Of a validator's noted stake, what part must be missing to be noted by itself.
const WORTH_NOTING: u64 = 1_000;

/// A look at all validators. All the stake there is fits in 64 bits.
pub(crate) struct Weights {
    whitelist: Vec<Validator>,
    /// What each of them has in this block; what its vote weighs where nobody looked.
    present: Vec<u64>,
    /// What shares are counted of. Who moves its stake away weighs less at once, but lowers the bar for others only after a whole day.
    pub(crate) total: u64,
    /// Nobody looked, as the subnet has ended or the chain does not answer: all weigh what the notes say, and that is all there is.
    ended: bool,
    turned_at: u32,
    /// Whether this look saw something to note.
    news: bool,
    /// Whether that is worth a message of its own.
    much: bool,
}

/// What a validator's vote weighs at most, by the notes.
fn noted_weight(noted: &Noted) -> u64 {
    noted.day.min(noted.since)
}

/// A sum, but no more than fits: a chain that lies must not make it overflow.
pub(crate) fn sum_of(amounts: &mut dyn Iterator<Item = u64>) -> u64 {
    amounts.fold(0, u64::saturating_add)
}

/// The greater of the last two days' sums.
fn total_of(whitelist: &[Validator]) -> u64 {
    let sum = |amount: fn(&Noted) -> u64| sum_of(&mut whitelist.iter().map(|validator| amount(&validator.noted)));
    sum(|noted| noted.before).max(sum(|noted| noted.day))
}

/// Whether what a validator did in block `at` is still its own: what is older than its listing is nobody's.
pub(crate) fn counts(listed: &[Dated], hotkey: &AccountId, at: u32) -> bool {
    listed.iter().any(|listing| listing.validator == *hotkey && listing.at <= at)
}

impl Weights {
    /// Nothing for who is not on the whitelist.
    pub(crate) fn of(&self, hotkey: &AccountId) -> u64 {
        let validator = self.whitelist.iter().find(|validator| validator.hotkey == *hotkey);
        validator.map_or(0, |validator| noted_weight(&validator.noted))
    }

    /// The summed weight of these voters. Each hotkey has one vote at most, so that the sum is at most `total`.
    pub(crate) fn sum(&self, voters: &mut dyn Iterator<Item = &AccountId>) -> u64 {
        sum_of(&mut voters.map(|hotkey| self.of(hotkey)))
    }

    /// What the voters against a change have now, what their votes weigh, and what those of all others weigh. Who has no say counts nowhere.
    pub(crate) fn against(&self, vetoes: &[Dated], silent: Option<&AccountId>) -> (u64, u64, u64) {
        let (mut present, mut weight, mut others) = (0u64, 0u64, 0u64);
        for (Validator { hotkey, noted, .. }, stake) in self.whitelist.iter().zip(&self.present) {
            let noted = noted_weight(noted);
            if Some(hotkey) == silent {
                continue;
            }
            if vetoes.iter().any(|veto| veto.validator == *hotkey) {
                present = present.saturating_add(*stake);
                weight = weight.saturating_add(noted);
            } else {
                others = others.saturating_add(noted);
            }
        }
        (present, weight, others)
    }

    pub(crate) fn knows(&self, hotkey: &AccountId) -> bool {
        self.whitelist.iter().any(|validator| validator.hotkey == *hotkey)
    }

    /// Whether this weight decides a ballot.
    pub(crate) fn passes(&self, weight: u64, quorum_bps: u16) -> bool {
        let scaled = |amount: u64, by: u16| u128::from(amount) * u128::from(by);
        self.total > 0 && scaled(weight, BASIS_POINTS) >= scaled(self.total, quorum_bps)
    }

    /// Whether this weight is more than half of all.
    pub(crate) fn is_majority(&self, weight: u64) -> bool {
        weight > self.total / 2
    }

    /// Whether the subnet has ended and what weighs is under a third of what there was: so few decide nothing any more.
    pub(crate) fn is_remnant(&self) -> bool {
        self.ended && self.total < total_of(&self.whitelist) / 3
    }
}

impl IssueBounties {
    /// The settings; the constructor always writes them.
    pub(crate) fn settings(&self) -> Config {
        self.config.get().expect("the constructor writes the settings").bounded()
    }

    pub(crate) fn whitelist(&self) -> Vec<Validator> {
        self.validators.get_or_default()
    }

    /// The calling validator's hotkey.
    pub(crate) fn ensure_validator(&self) -> Checked<AccountId> {
        let caller = self.env().caller();
        if self.is_validator(&caller) {
            Ok(caller)
        } else {
            refuse(Error::NotAValidator)
        }
    }

    pub(crate) fn is_validator(&self, hotkey: &AccountId) -> bool {
        self.whitelist().iter().any(|validator| validator.hotkey == *hotkey)
    }

    /// The whitelist's hotkeys, and since when each is listed.
    pub(crate) fn listed(&self, weights: &Weights) -> Vec<Dated> {
        self.listed_of(&weights.whitelist)
    }

    #[inline(never)]
    fn listed_of(&self, whitelist: &[Validator]) -> Vec<Dated> {
        let listings = self.listings.get_or_default();
        let since = |hotkey: &AccountId| listings.iter().find(|listing| listing.validator == *hotkey).map_or(0, |listing| listing.at);
        whitelist.iter().map(|Validator { hotkey, .. }| Dated { validator: *hotkey, at: since(hotkey) }).collect()
    }

    /// Whose votes and attestations count: nobody's whose removal may be applied now, so that it does not matter who delays that.
    #[inline(never)]
    pub(crate) fn electors(&self, weights: &Weights) -> Checked<Vec<Dated>> {
        let now = self.env().block_number();
        let mut electors = self.listed(weights);
        for change in self.waiting()? {
            if let Change::RemoveValidator { hotkey } = change.what {
                if (change.applies_from..=change.applies_until).contains(&now) {
                    electors.retain(|known| known.validator != hotkey);
                }
            }
        }
        Ok(electors)
    }

    /// Refuses who cannot join the whitelist.
    pub(crate) fn check_joining(&self, hotkey: &AccountId, coldkeys: &[AccountId]) -> Checked<()> {
        if coldkeys.len() > MOST_COLDKEYS {
            return refuse(Error::TooManyColdkeys);
        }
        let config = self.settings();
        if coldkeys.contains(&self.env().account_id()) || coldkeys.contains(&config.treasury_coldkey) {
            return refuse(Error::TreasuryCannotVote);
        }
        let mut rest = coldkeys;
        while let Some((first, others)) = rest.split_first() {
            if others.contains(first) {
                return refuse(Error::DuplicateColdkey { coldkey: *first });
            }
            rest = others;
        }
        if self.is_validator(hotkey) {
            return refuse(Error::DuplicateValidator { hotkey: *hotkey });
        }
        if self.whitelist().len() >= MOST_VALIDATORS {
            return refuse(Error::ValidatorsFull);
        }
        Ok(())
    }

    /// A validator's place on the whitelist.
    pub(crate) fn place_of(&self, hotkey: &AccountId) -> Checked<usize> {
        let place = self.whitelist().iter().position(|validator| validator.hotkey == *hotkey);
        Ok(place.ok_or(Error::UnknownValidator { hotkey: *hotkey })?)
    }

    /// Whoever adds a validator pays the deposit of its note, which never grows.
    pub(crate) fn add_to_whitelist(&mut self, hotkey: AccountId, coldkeys: Vec<AccountId>) -> Checked<()> {
        // What it voted against when it was on the whitelist before is forgotten.
        self.forget_vetoes(&hotkey)?;
        let mut whitelist = self.whitelist();
        let mut listings = self.listed_of(&whitelist);
        whitelist.push(Validator { hotkey, coldkeys: coldkeys.clone(), noted: Noted::default() });
        listings.push(Dated { validator: hotkey, at: self.env().block_number() });
        self.listings.set(&listings);
        self.validators.set(&whitelist);
        tell(ValidatorAdded { hotkey, coldkeys });
        Ok(())
    }

    pub(crate) fn remove_from_whitelist(&mut self, hotkey: AccountId) -> Checked<()> {
        let place = self.place_of(&hotkey)?;
        let mut whitelist = self.whitelist();
        whitelist.remove(place);
        self.validators.set(&whitelist);
        tell(ValidatorRemoved { hotkey });
        Ok(())
    }

    pub(crate) fn list_validators(&self) -> Checked<Electorate> {
        let weights = self.look()?;
        let electors = self.electors(&weights)?;
        let validators = self
            .whitelist()
            .into_iter()
            .map(|Validator { hotkey, coldkeys, noted }| {
                let weight = if counts(&electors, &hotkey, u32::MAX) { weights.of(&hotkey) } else { 0 };
                ValidatorInfo { hotkey, coldkeys, noted, weight }
            })
            .collect();
        Ok(Electorate { validators, total: weights.total, turned_at: self.turned_at })
    }

    /// Looks at every validator's stake: at most 64 times 4 calls of the extension. A vote weighs the least of what was noted and what is there now.
    pub(crate) fn look(&self) -> Checked<Weights> {
        if self.has_ended()? {
            return Ok(self.as_noted());
        }
        let config = self.settings();
        let now = self.env().block_number();
        let turns = now - self.turned_at >= config.day;
        let (mut news, mut much) = (turns, turns);
        let mut whitelist = self.whitelist();
        let mut present = Vec::new();
        for validator in whitelist.iter_mut() {
            let stake = self.live_weight(&config, validator)?;
            present.push(stake);
            let noted = &mut validator.noted;
            if stake < noted.since {
                much |= noted.since - stake >= noted.since / WORTH_NOTING;
                noted.since = stake;
                news = true;
            }
            if turns {
                *noted = Noted { before: noted.day, day: noted.since, since: stake };
            }
        }
        let total = total_of(&whitelist);
        Ok(Weights { whitelist, present, total, ended: false, turned_at: if turns { now } else { self.turned_at }, news, much })
    }

    /// What the notes say, without a look.
    pub(crate) fn as_noted(&self) -> Weights {
        let whitelist = self.whitelist();
        let present: Vec<u64> = whitelist.iter().map(|validator| noted_weight(&validator.noted)).collect();
        let total = sum_of(&mut present.iter().copied());
        Weights { whitelist, present, total, ended: true, turned_at: 0, news: false, much: false }
    }

    /// Looks, and notes what was seen. Everything that decides does this first.
    pub(crate) fn note(&mut self) -> Checked<Weights> {
        let mut weights = self.look()?;
        if !weights.ended {
            weights.much |= self.forget_end();
        }
        self.keep(&weights);
        Ok(weights)
    }

    pub(crate) fn keep(&mut self, weights: &Weights) {
        if weights.news {
            self.turned_at = weights.turned_at;
            self.validators.set(&weights.whitelist);
            let entries = weights.whitelist.iter().map(|validator| validator.noted).collect();
            tell(WeightsNoted { turned_at: self.turned_at, entries });
        }
    }

    pub(crate) fn do_note_weights(&mut self) -> Checked<()> {
        if self.note()?.much {
            Ok(())
        } else {
            refuse(Error::NothingToDo)
        }
    }

    fn live_weight(&self, config: &Config, validator: &Validator) -> Checked<u64> {
        let mut sum: u64 = 0;
        for coldkey in &validator.coldkeys {
            sum = sum.saturating_add(self.stake_of(config, validator.hotkey, *coldkey)?);
        }
        Ok(sum)
    }

    /// The stake of a coldkey behind a hotkey on the contract's subnet, in rao.
    pub(crate) fn stake_of(&self, config: &Config, hotkey: AccountId, coldkey: AccountId) -> Checked<u64> {
        let info = self.env().extension().get_stake_info(hotkey, coldkey, config.netuid)?;
        Ok(info.map_or(0, |info| info.stake))
    }
}
