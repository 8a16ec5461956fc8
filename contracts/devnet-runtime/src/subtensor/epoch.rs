//! Once a tempo a subnet pays the alpha that gathered since. A miner's share is the stake-weighted median
//! of the validators' weights for it; a validator's is its stake times how much of its weights lies under
//! that median. Fixed point with 32 fractional bits; what rounding leaves over waits for the next epoch.

use super::{pallet::*, registration::set_at};
use alloc::{vec, vec::Vec};
use frame_support::weights::Weight;

const ONE: u64 = 1 << 32;

/// What one epoch found out, by UID.
struct Verdict {
    consensus: Vec<u64>,
    /// Share of the miners' emission; sums up to `rank_sum`.
    ranks: Vec<u128>,
    rank_sum: u128,
    /// Share of the validators' emission; sums up to `claim_sum`.
    claims: Vec<u128>,
    claim_sum: u128,
    trust: Vec<u64>,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn run_due_epochs(block: u64) -> Weight {
        let mut schedule = EpochSchedule::<T>::get();
        for (netuid, _) in &schedule {
            BlocksSinceLastStep::<T>::mutate(netuid, |blocks| *blocks = blocks.saturating_add(1));
            Self::lower_burn(*netuid);
        }
        if schedule.iter().all(|(_, next)| *next > block) {
            return Weight::zero();
        }
        for (netuid, next) in schedule.iter_mut() {
            if *next <= block {
                Self::run_epoch(*netuid, block);
                *next = block.saturating_add(u64::from(Tempo::<T>::get(*netuid).max(1)));
            }
        }
        EpochSchedule::<T>::put(schedule);
        Weight::zero()
    }

    /// Plans the subnet's next epoch one tempo after the given block.
    pub(crate) fn schedule_epoch(netuid: u16, last: u64) {
        let next = last.saturating_add(u64::from(Tempo::<T>::get(netuid).max(1)));
        EpochSchedule::<T>::mutate(|schedule| {
            match schedule.iter_mut().find(|(known, _)| *known == netuid) {
                Some(entry) => entry.1 = next,
                None => schedule.push((netuid, next)),
            }
        });
    }

    /// Alpha that the subnet has gathered and not paid yet.
    pub(crate) fn pending_emission(netuid: u16, block: u64) -> u64 {
        let (pending, counted_to) = PendingEmission::<T>::get(netuid);
        let blocks = block.saturating_sub(counted_to);
        pending.saturating_add(AlphaEmissionPerBlock::<T>::get(netuid).saturating_mul(blocks))
    }

    fn stakes(netuid: u16, hotkeys: &[T::AccountId]) -> Vec<u64> {
        let threshold = StakeThreshold::<T>::get();
        let stake = |hotkey| TotalHotkeyAlpha::<T>::get(hotkey, netuid);
        hotkeys
            .iter()
            .map(|hotkey| Some(stake(hotkey)).filter(|held| *held >= threshold).unwrap_or(0))
            .collect()
    }

    fn hotkeys(netuid: u16) -> Vec<T::AccountId> {
        (0..SubnetworkN::<T>::get(netuid)).map(|uid| Keys::<T>::get(netuid, uid)).collect()
    }

    /// Gives permits to the UIDs with the most stake.
    pub(crate) fn refresh_permits(netuid: u16) {
        let stakes = Self::stakes(netuid, &Self::hotkeys(netuid));
        ValidatorPermit::<T>::insert(
            netuid,
            permits(&stakes, usize::from(MaxAllowedValidators::<T>::get(netuid))),
        );
    }

    fn run_epoch(netuid: u16, block: u64) {
        let hotkeys = Self::hotkeys(netuid);
        let stakes = Self::stakes(netuid, &hotkeys);
        let held = ValidatorPermit::<T>::get(netuid);
        let updates = LastUpdate::<T>::get(netuid);
        let cutoff = u64::from(ActivityCutoff::<T>::get(netuid));
        let active: Vec<bool> = updates.iter().map(|update| update.saturating_add(cutoff) >= block).collect();
        let voting: Vec<u64> = stakes
            .iter()
            .zip(&held)
            .zip(&active)
            .map(|((stake, permit), active)| if *permit && *active { *stake } else { 0 })
            .collect();
        let verdict = Self::judge(netuid, &hotkeys, &voting, &stakes, &updates);
        Self::pay(netuid, block, &hotkeys, &verdict);

        let limit = usize::from(MaxAllowedValidators::<T>::get(netuid));
        let permitted = permits(&stakes, limit);
        Self::update_voting_power(netuid, block, &hotkeys, &stakes, &permitted);
        ValidatorPermit::<T>::insert(netuid, permitted);
        Active::<T>::insert(netuid, active);
        let parts = |values: &[u128], sum: u128| -> Vec<u16> {
            values.iter().map(|value| part(u128::from(u16::MAX), *value, sum) as u16).collect()
        };
        let consensus: Vec<u128> = verdict.consensus.iter().map(|value| u128::from(*value)).collect();
        let trust: Vec<u128> = verdict.trust.iter().map(|value| u128::from(*value)).collect();
        Consensus::<T>::insert(netuid, parts(&consensus, u128::from(ONE)));
        ValidatorTrust::<T>::insert(netuid, parts(&trust, u128::from(ONE)));
        Incentive::<T>::insert(netuid, parts(&verdict.ranks, verdict.rank_sum));
        Dividends::<T>::insert(netuid, parts(&verdict.claims, verdict.claim_sum));
        LastEpochBlock::<T>::insert(netuid, block);
        LastMechansimStepBlock::<T>::insert(netuid, block);
        BlocksSinceLastStep::<T>::insert(netuid, 0);
        SubnetEpochIndex::<T>::mutate(netuid, |index| *index = index.saturating_add(1));
        Self::follow_conviction(netuid, block);
    }

    fn judge(
        netuid: u16,
        hotkeys: &[T::AccountId],
        voting: &[u64],
        stakes: &[u64],
        updates: &[u64],
    ) -> Verdict {
        let count = hotkeys.len();
        let total: u128 = voting.iter().map(|stake| u128::from(*stake)).sum();
        let owner = Uids::<T>::get(netuid, SubnetOwnerHotkey::<T>::get(netuid));
        let mut registered: Vec<Option<u64>> = vec![None; count];
        // For each UID: (weight, voter's share of the stake, voter).
        let mut columns: Vec<Vec<(u64, u64, usize)>> = vec![Vec::new(); count];
        for (voter, stake) in voting.iter().enumerate().filter(|(_, stake)| **stake > 0) {
            let share = (u128::from(*stake) * u128::from(ONE) / total) as u64;
            let uid = voter as u16;
            let mut row = Weights::<T>::get(netuid, uid);
            row.retain(|(target, weight)| {
                let place = usize::from(*target);
                // A weight counts for the neuron it was given to, not for one that took its UID later.
                *weight > 0
                    && (*target != uid || owner == Some(uid))
                    && registered.get_mut(place).is_some_and(|known| {
                        let since =
                            known.get_or_insert_with(|| BlockAtRegistration::<T>::get(netuid, target));
                        updates.get(voter).is_some_and(|update| update > since)
                    })
            });
            let sum: u64 = row.iter().map(|(_, weight)| u64::from(*weight)).sum();
            for (target, weight) in row {
                let weight = u64::from(weight) * ONE / sum;
                if let Some(column) = columns.get_mut(usize::from(target)) {
                    column.push((weight, share, voter));
                }
            }
        }
        let minority = ONE * u64::from(u16::MAX - Kappa::<T>::get(netuid)) / u64::from(u16::MAX);
        let mut verdict = Verdict {
            consensus: vec![0; count],
            ranks: vec![0; count],
            rank_sum: 0,
            claims: vec![0; count],
            claim_sum: 0,
            trust: vec![0; count],
        };
        for (uid, column) in columns.iter_mut().enumerate() {
            let median = weighted_median(column, minority);
            set_at(&mut verdict.consensus, uid as u16, median);
            let mut rank = 0;
            for (weight, share, voter) in column.iter() {
                let counted = (*weight).min(median);
                let claim = u128::from(*share) * u128::from(counted);
                rank += claim;
                if let Some(own) = verdict.claims.get_mut(*voter) {
                    *own += claim;
                }
                if let Some(own) = verdict.trust.get_mut(*voter) {
                    *own += counted;
                }
            }
            set_at(&mut verdict.ranks, uid as u16, rank);
            verdict.rank_sum += rank;
        }
        verdict.claim_sum = verdict.rank_sum;
        if verdict.claim_sum == 0 {
            // Nobody agrees on any weight: stake alone is paid.
            let base = if total > 0 { voting } else { stakes };
            verdict.claims = base.iter().map(|stake| u128::from(*stake)).collect();
            verdict.claim_sum = verdict.claims.iter().sum();
        }
        verdict
    }

    fn pay(netuid: u16, block: u64, hotkeys: &[T::AccountId], verdict: &Verdict) {
        let pending = Self::pending_emission(netuid, block);
        if verdict.claim_sum == 0 {
            PendingEmission::<T>::insert(netuid, (pending, block));
            return;
        }
        let owner_coldkey = SubnetOwner::<T>::get(netuid);
        let owner_hotkey = SubnetOwnerHotkey::<T>::get(netuid);
        let cut = share_of(pending, SubnetOwnerCut::<T>::get());
        let miners = if verdict.rank_sum == 0 { 0 } else { pending.saturating_sub(cut) / 2 };
        let validators = pending.saturating_sub(cut).saturating_sub(miners);
        let mut issued = cut;
        let mut recycled = 0u64;
        if cut > 0 {
            Self::increase_stake(&owner_hotkey, &owner_coldkey, netuid, cut);
        }
        let mut incentives = Vec::with_capacity(hotkeys.len());
        let mut emissions = Vec::with_capacity(hotkeys.len());
        let earned = verdict.ranks.iter().zip(&verdict.claims);
        for (hotkey, (rank, claim)) in hotkeys.iter().zip(earned) {
            let incentive = part(u128::from(miners), *rank, verdict.rank_sum) as u64;
            let dividend = part(u128::from(validators), *claim, verdict.claim_sum) as u64;
            incentives.push(incentive);
            emissions.push(incentive.saturating_add(dividend));
            if incentive > 0 {
                let owner = Owner::<T>::get(hotkey);
                if *hotkey == owner_hotkey || owner == owner_coldkey {
                    recycled = recycled.saturating_add(incentive);
                } else {
                    let chosen = AutoStakeDestination::<T>::get(&owner, netuid);
                    Self::increase_stake(chosen.as_ref().unwrap_or(hotkey), &owner, netuid, incentive);
                    Self::settle_collateral(netuid, hotkey, &owner, incentive);
                    issued = issued.saturating_add(incentive);
                }
            }
            if dividend > 0 {
                Self::pay_dividend(netuid, hotkey, dividend);
                issued = issued.saturating_add(dividend);
            }
        }
        let left = pending.saturating_sub(issued).saturating_sub(recycled);
        PendingEmission::<T>::insert(netuid, (left, block));
        SubnetAlphaOut::<T>::mutate(netuid, |out| *out = out.saturating_add(issued));
        Emission::<T>::insert(netuid, emissions);
        Self::deposit_event(Event::IncentiveAlphaEmittedToMiners { netuid, emissions: incentives });
    }

    /// The owner's take as stake of its own, and the rest for everyone who has shares of the pool, the owner among them.
    fn pay_dividend(netuid: u16, hotkey: &T::AccountId, dividend: u64) {
        let owner = Owner::<T>::get(hotkey);
        let take = share_of(dividend, Delegates::<T>::get(hotkey));
        let shared = dividend.saturating_sub(take);
        let before = Self::stake_of(hotkey, &owner, netuid);
        Self::increase_stake(hotkey, &owner, netuid, take);
        Self::increase_pool(hotkey, netuid, shared);
        AlphaDividendsPerSubnet::<T>::insert(netuid, hotkey, shared);
        let earned = Self::stake_of(hotkey, &owner, netuid).saturating_sub(before);
        Self::settle_collateral(netuid, hotkey, &owner, earned);
    }
}

fn permits(stakes: &[u64], limit: usize) -> Vec<bool> {
    let mut ranked: Vec<(u64, usize)> =
        stakes.iter().copied().enumerate().map(|(uid, stake)| (stake, uid)).collect();
    ranked.retain(|(stake, _)| *stake > 0);
    ranked.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)));
    ranked.truncate(limit);
    let mut result = vec![false; stakes.len()];
    for (_, uid) in ranked {
        if let Some(permit) = result.get_mut(uid) {
            *permit = true;
        }
    }
    result
}

/// The smallest weight that voters with more than the minority of the stake stay at or under. Voters that
/// are not in the column gave weight 0.
fn weighted_median(column: &mut [(u64, u64, usize)], minority: u64) -> u64 {
    column.sort_unstable();
    let given: u64 = column.iter().map(|(_, share, _)| *share).sum();
    let mut under = ONE.saturating_sub(given);
    if under > minority {
        return 0;
    }
    for (weight, share, _) in column.iter() {
        under = under.saturating_add(*share);
        if under > minority {
            return *weight;
        }
    }
    0
}

/// amount × value / sum, rounded down; 0 of nothing.
fn part(amount: u128, value: u128, sum: u128) -> u128 {
    amount.saturating_mul(value).checked_div(sum).unwrap_or(0)
}

/// The part of an amount that a take of 65535 makes.
fn share_of(amount: u64, take: u16) -> u64 {
    part(u128::from(amount), u128::from(take), u128::from(u16::MAX)) as u64
}
