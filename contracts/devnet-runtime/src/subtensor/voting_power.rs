//! Voting power: an exponential average of a validator's whole stake on a subnet, taken at each epoch. Stake that
//! arrives just before a vote hardly moves it.

use super::pallet::*;
use alloc::vec::Vec;
use frame_support::{dispatch::DispatchResult, ensure};

/// The average's weight of the newest stake when it counts alone.
const WHOLE: u64 = 1_000_000_000_000_000_000;
/// Blocks between the order to stop tracking and its end: two weeks.
const GRACE: u64 = 100_800;

impl<T: Config> Pallet<T> {
    pub fn validator_permit(netuid: u16, hotkey: &T::AccountId) -> bool {
        let permits = ValidatorPermit::<T>::get(netuid);
        Uids::<T>::get(netuid, hotkey).and_then(|uid| permits.get(usize::from(uid)).copied()).unwrap_or(false)
    }

    pub(crate) fn track_voting_power(netuid: u16) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        VotingPowerTrackingEnabled::<T>::insert(netuid, true);
        VotingPowerDisableAtBlock::<T>::remove(netuid);
        Self::deposit_event(Event::VotingPowerTrackingEnabled { netuid });
        Ok(())
    }

    pub(crate) fn stop_voting_power(netuid: u16) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(VotingPowerTrackingEnabled::<T>::get(netuid), Error::<T>::VotingPowerTrackingNotEnabled);
        let disable_at_block = Self::current_block().saturating_add(GRACE);
        VotingPowerDisableAtBlock::<T>::insert(netuid, disable_at_block);
        Self::deposit_event(Event::VotingPowerTrackingDisableScheduled { netuid, disable_at_block });
        Ok(())
    }

    pub(crate) fn change_voting_power_alpha(netuid: u16, alpha: u64) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(alpha <= WHOLE, Error::<T>::InvalidVotingPowerEmaAlpha);
        VotingPowerEmaAlpha::<T>::insert(netuid, alpha);
        Self::deposit_event(Event::VotingPowerEmaAlphaSet { netuid, alpha });
        Ok(())
    }

    /// At the end of an epoch, with its stakes and the permits that it gave, by UID.
    pub(crate) fn update_voting_power(
        netuid: u16,
        block: u64,
        hotkeys: &[T::AccountId],
        stakes: &[u64],
        permits: &[bool],
    ) {
        if !VotingPowerTrackingEnabled::<T>::get(netuid) {
            return;
        }
        let ends = VotingPowerDisableAtBlock::<T>::get(netuid);
        if ends > 0 && block >= ends {
            let _ = VotingPower::<T>::clear_prefix(netuid, u32::MAX, None);
            TotalVotingPower::<T>::remove(netuid);
            VotingPowerTrackingEnabled::<T>::insert(netuid, false);
            VotingPowerDisableAtBlock::<T>::remove(netuid);
            Self::deposit_event(Event::VotingPowerTrackingDisabled { netuid });
            return;
        }
        let alpha = VotingPowerEmaAlpha::<T>::get(netuid);
        let threshold = StakeThreshold::<T>::get();
        for ((hotkey, stake), permit) in hotkeys.iter().zip(stakes).zip(permits) {
            let before = VotingPower::<T>::get(netuid, hotkey);
            let power = average(before, *stake, alpha);
            // Who has not reached the threshold yet keeps growing towards it.
            if !permit || (power < threshold && before >= threshold) {
                VotingPower::<T>::remove(netuid, hotkey);
            } else if power > 0 {
                VotingPower::<T>::insert(netuid, hotkey, power);
            }
        }
        let powers: Vec<(T::AccountId, u64)> = VotingPower::<T>::iter_prefix(netuid).collect();
        let mut total = 0u64;
        for (hotkey, power) in powers {
            if IsNetworkMember::<T>::get(&hotkey, netuid) {
                total = total.saturating_add(power);
            } else {
                VotingPower::<T>::remove(netuid, hotkey);
            }
        }
        TotalVotingPower::<T>::insert(netuid, total);
    }

    pub(crate) fn swap_voting_power(old: &T::AccountId, new: &T::AccountId, netuid: u16) {
        let power = VotingPower::<T>::take(netuid, old);
        if power > 0 {
            VotingPower::<T>::mutate(netuid, new, |held| *held = held.saturating_add(power));
        }
    }
}

fn average(before: u64, stake: u64, alpha: u64) -> u64 {
    let sum = u128::from(stake) * u128::from(alpha) + u128::from(before) * u128::from(WHOLE - alpha);
    (sum / u128::from(WHOLE)) as u64
}
