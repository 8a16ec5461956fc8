//! What the validators saw: which miners want an issue.

use crate::config::Config;
use crate::errors::{Checked, Error, refuse};
use crate::events::{tell, EnrolmentAttested, EnrolmentsRenewed};
use crate::issue_bounties::IssueBounties;
use crate::types::{Attestation, Bitmap, Dated, Enrolled, IssueStatus, Renewal, Round};
use crate::validators::{counts, Weights};
use ink::codegen::Env;
use ink::prelude::vec::Vec;

/// How many UIDs a bitmap holds.
pub(crate) const UIDS: usize = 256;

/// Whether a UID's bit is set.
pub(crate) fn is_set(bitmap: &Bitmap, uid: u16) -> bool {
    let (byte, bit) = (usize::from(uid >> 3), uid & 7);
    bitmap.get(byte).is_some_and(|byte| (byte >> bit) & 1 == 1)
}

/// The UIDs that attesters with more than half of all weight set in the bitmap that `pick` chooses.
pub(crate) fn majority(entries: &[Attestation], weights: &Weights, pick: fn(&Attestation) -> &Bitmap) -> Bitmap {
    let mut support = [0u64; UIDS];
    for entry in entries {
        let weight = weights.of(&entry.validator);
        let bitmap = pick(entry);
        if weight == 0 || *bitmap == [0; 32] {
            continue;
        }
        for (uid, sum) in (0u16..).zip(support.iter_mut()) {
            if is_set(bitmap, uid) {
                *sum = sum.saturating_add(weight);
            }
        }
    }
    let mut bits = [0; 32];
    for (byte, sums) in bits.iter_mut().zip(support.chunks(8)) {
        *byte = sums
            .iter()
            .rev()
            .fold(0u8, |value, sum| (value << 1) | u8::from(weights.is_majority(*sum)));
    }
    bits
}

impl IssueBounties {
    /// The attestations on an issue that count in a round: of this round, or younger than a day when it began, or renewed less than a day before that.
    pub(crate) fn attestations_of(&self, issue: u32, config: &Config, round: Round) -> Vec<Attestation> {
        let renewals = self.renewals.get_or_default();
        let mut entries = self.attestations.get(issue).unwrap_or_default();
        entries.retain(|Attestation { validator, at, .. }| {
            let renewed = renewals.iter().find(|renewal| renewal.validator == *validator && renewal.from <= *at);
            round.from < renewed.map_or(*at, |renewal| renewal.at.max(*at)).saturating_add(config.day)
        });
        entries
    }

    /// The same of those whose attestations count.
    pub(crate) fn counting_attestations(&self, issue: u32, config: &Config, round: Round, electors: &[Dated]) -> Vec<Attestation> {
        let mut entries = self.attestations_of(issue, config, round);
        entries.retain(|entry| counts(electors, &entry.validator, entry.at));
        entries
    }

    /// One message for all that has not changed. What has lapsed stays so: a renewal keeps up what the one before did, and what came since.
    pub(crate) fn do_renew_attestations(&mut self) -> Checked<()> {
        let validator = self.ensure_validator()?;
        let config = self.settings();
        let at = self.env().block_number();
        let (round, _) = config.round_at(at);
        // What is older counts in this round no more: so there are few of validators that have left.
        let lately = round.from.saturating_sub(config.day - 1);
        let mut renewals = self.renewals.get_or_default();
        let before = renewals.iter().position(|renewal| renewal.validator == validator).map(|place| renewals.swap_remove(place));
        renewals.retain(|renewal| renewal.at >= lately);
        let from = before.filter(|renewal| renewal.at >= lately).map_or(lately, |renewal| renewal.from);
        renewals.push(Renewal { validator, from, at });
        self.renewals.set(&renewals);
        tell(EnrolmentsRenewed { validator, from });
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn do_attest_enrolled(
        &mut self,
        issue: u32,
        round: u32,
        enrolled: Bitmap,
        skipped: Bitmap,
    ) -> Checked<()> {
        let validator = self.ensure_validator()?;
        if self.known_issue(issue)?.status != IssueStatus::Open {
            return refuse(Error::IssueNotOpen { issue });
        }
        let config = self.settings();
        let at = self.env().block_number();
        let (current, passed) = config.round_at(at);
        if round != current.number {
            return refuse(Error::WrongRound { current: current.number });
        }
        if passed >= config.attest_blocks {
            return refuse(Error::TooLate { until: config.pair_votes_from(current).saturating_sub(1) });
        }
        let mut attestations = self.attestations_of(issue, &config, current);
        attestations.retain(|entry| entry.validator != validator);
        attestations.push(Attestation { validator, at, enrolled, skipped });
        self.attestations.insert(issue, &attestations);
        tell(EnrolmentAttested { issue, validator, round, enrolled, skipped });
        Ok(())
    }

    pub(crate) fn read_enrolled(&self, issue: u32) -> Checked<Enrolled> {
        let config = self.settings();
        let (round, _) = config.round_at(self.env().block_number());
        let weights = self.look()?;
        let attestations = self.counting_attestations(issue, &config, round, &self.electors(&weights)?);
        Ok(Enrolled {
            round: round.number,
            enrolled: majority(&attestations, &weights, |entry| &entry.enrolled),
            skipped: majority(&attestations, &weights, |entry| &entry.skipped),
            attestations,
        })
    }
}
