use super::{pallet::*, registration::set_at, COMMIT_REVEAL_VERSION, MAX_COMMIT_BYTES};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{dispatch::DispatchResult, ensure, traits::ConstU32, BoundedVec};
use sp_core::H256;

/// Commitments of one hotkey that may wait in one epoch.
const MAX_WAITING_COMMITS: usize = 10;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_set_weights(
        hotkey: &T::AccountId,
        netuid: u16,
        mechanism: u8,
        uids: Vec<u16>,
        values: Vec<u16>,
        version_key: u64,
    ) -> DispatchResult {
        ensure!(!CommitRevealWeightsEnabled::<T>::get(netuid), Error::<T>::CommitRevealEnabled);
        ensure!(netuid != 0, Error::<T>::CanNotSetRootNetworkWeights);
        ensure!(uids.len() == values.len(), Error::<T>::WeightVecNotEqualSize);
        Self::ensure_mechanism(netuid, mechanism)?;
        let count = SubnetworkN::<T>::get(netuid);
        ensure!(uids.len() <= usize::from(count), Error::<T>::UidsLengthExceedUidsInSubNet);
        let uid = Self::uid_of(netuid, hotkey)?;
        ensure!(
            TotalHotkeyAlpha::<T>::get(hotkey, netuid) >= StakeThreshold::<T>::get(),
            Error::<T>::NotEnoughStakeToSetWeights
        );
        let required_version = WeightsVersionKey::<T>::get(netuid);
        ensure!(version_key >= required_version, Error::<T>::IncorrectWeightVersionKey);
        ensure!(Self::passes_rate_limit(netuid, uid), Error::<T>::SettingWeightsTooFast);
        let only_self = uids.len() == 1 && uids.first() == Some(&uid);
        ensure!(
            only_self || SubnetOwnerHotkey::<T>::get(netuid) == *hotkey || permit_of::<T>(netuid, uid),
            Error::<T>::NeuronNoValidatorPermit
        );
        let distinct: BTreeSet<u16> = uids.iter().copied().collect();
        ensure!(distinct.len() == uids.len(), Error::<T>::DuplicateUids);
        ensure!(uids.iter().all(|target| *target < count), Error::<T>::UidVecContainInvalidOne);
        let needed = usize::from(MinAllowedWeights::<T>::get(netuid).min(count));
        ensure!(only_self || uids.len() >= needed, Error::<T>::WeightVecLengthIsLow);

        let row: Vec<(u16, u16)> = uids.into_iter().zip(upscale(values)).collect();
        Weights::<T>::insert(netuid, uid, row);
        let block = Self::current_block();
        LastUpdate::<T>::mutate(netuid, |blocks| set_at(blocks, uid, block));
        Self::deposit_event(Event::WeightsSet(netuid, uid));
        Ok(())
    }

    pub(crate) fn do_commit(
        hotkey: T::AccountId,
        netuid: u16,
        mechanism: u8,
        commit: BoundedVec<u8, ConstU32<MAX_COMMIT_BYTES>>,
        reveal_round: u64,
        version: u16,
    ) -> DispatchResult {
        Self::ensure_mechanism(netuid, mechanism)?;
        ensure!(CommitRevealWeightsEnabled::<T>::get(netuid), Error::<T>::CommitRevealDisabled);
        ensure!(version == COMMIT_REVEAL_VERSION, Error::<T>::IncorrectCommitRevealVersion);
        let uid = Self::uid_of(netuid, &hotkey)?;
        ensure!(Self::passes_rate_limit(netuid, uid), Error::<T>::CommittingWeightsTooFast);
        let block = Self::current_block();
        let hash = H256(sp_io::hashing::blake2_256(&commit));
        let epoch = SubnetEpochIndex::<T>::get(netuid);
        TimelockedWeightCommits::<T>::try_mutate(netuid, epoch, |commits| -> DispatchResult {
            let waiting = commits.iter().filter(|(who, _, _, _)| *who == hotkey).count();
            ensure!(waiting < MAX_WAITING_COMMITS, Error::<T>::TooManyUnrevealedCommits);
            commits.push((hotkey.clone(), block, commit, reveal_round));
            Ok(())
        })?;
        LastUpdate::<T>::mutate(netuid, |blocks| set_at(blocks, uid, block));
        Self::deposit_event(Event::TimelockedWeightsCommitted(hotkey, netuid, hash, reveal_round));
        Ok(())
    }

    fn ensure_mechanism(netuid: u16, mechanism: u8) -> DispatchResult {
        ensure!(NetworksAdded::<T>::get(netuid) && mechanism == 0, Error::<T>::MechanismDoesNotExist);
        Ok(())
    }

    fn passes_rate_limit(netuid: u16, uid: u16) -> bool {
        let last = LastUpdate::<T>::get(netuid).get(usize::from(uid)).copied().unwrap_or(0);
        last == 0 || Self::current_block().saturating_sub(last) >= WeightsSetRateLimit::<T>::get(netuid)
    }
}

fn permit_of<T: Config>(netuid: u16, uid: u16) -> bool {
    ValidatorPermit::<T>::get(netuid).get(usize::from(uid)).copied().unwrap_or(false)
}

/// Scales so that the largest weight is 65535, rounding to the nearest.
fn upscale(values: Vec<u16>) -> Vec<u16> {
    let largest = u32::from(values.iter().copied().max().unwrap_or(0));
    if largest == 0 {
        return values;
    }
    let scale = |value: u16| {
        let scaled = u32::from(value) * u32::from(u16::MAX) + largest / 2;
        (scaled / largest) as u16
    };
    values.into_iter().map(scale).collect()
}
