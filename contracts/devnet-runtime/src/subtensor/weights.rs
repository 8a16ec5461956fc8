use super::{pallet::*, registration::set_at, COMMIT_REVEAL_VERSION, MAX_COMMIT_BYTES};
use alloc::{collections::BTreeSet, vec::Vec};
use codec::Encode;
use frame_support::{dispatch::DispatchResult, ensure, traits::ConstU32, BoundedVec};
use sp_core::H256;

/// Commitments of one hotkey that may wait: timelocked ones in one epoch, hashes at all.
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
        Self::set_row(hotkey, netuid, mechanism, uids, values, version_key, false)
    }

    /// A revealed row counts from its commitment on, which also met the rate limit.
    fn set_row(
        hotkey: &T::AccountId,
        netuid: u16,
        mechanism: u8,
        uids: Vec<u16>,
        values: Vec<u16>,
        version_key: u64,
        revealed: bool,
    ) -> DispatchResult {
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
        ensure!(revealed || Self::passes_rate_limit(netuid, uid), Error::<T>::SettingWeightsTooFast);
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
        if !revealed {
            let block = Self::current_block();
            LastUpdate::<T>::mutate(netuid, |blocks| set_at(blocks, uid, block));
        }
        Self::deposit_event(Event::WeightsSet(netuid, uid));
        Ok(())
    }

    /// Keeps the hash of weights. Their hotkey reveals them itself, in the one epoch that the subnet's reveal period
    /// names.
    pub(crate) fn do_commit_hash(hotkey: T::AccountId, netuid: u16, hash: H256) -> DispatchResult {
        Self::ensure_mechanism(netuid, 0)?;
        ensure!(CommitRevealWeightsEnabled::<T>::get(netuid), Error::<T>::CommitRevealDisabled);
        let uid = Self::uid_of(netuid, &hotkey)?;
        ensure!(Self::passes_rate_limit(netuid, uid), Error::<T>::CommittingWeightsTooFast);
        let block = Self::current_block();
        let tempo = u64::from(Tempo::<T>::get(netuid).max(1));
        let later = RevealPeriodEpochs::<T>::get(netuid).saturating_sub(1).saturating_mul(tempo);
        let first = Self::next_epoch_start_block(netuid).unwrap_or(block).saturating_add(later);
        let last = first.saturating_add(tempo).saturating_sub(1);
        WeightCommits::<T>::try_mutate(netuid, &hotkey, |commits| -> DispatchResult {
            let waiting = commits.get_or_insert_with(Vec::new);
            waiting.retain(|(_, _, _, last)| *last >= block);
            ensure!(waiting.len() < MAX_WAITING_COMMITS, Error::<T>::TooManyUnrevealedCommits);
            waiting.push((hash, block, first, last));
            Ok(())
        })?;
        LastUpdate::<T>::mutate(netuid, |blocks| set_at(blocks, uid, block));
        Self::deposit_event(Event::WeightsCommitted(hotkey, netuid, hash));
        Ok(())
    }

    /// Sets the weights behind a hash. What was committed before it is over.
    pub(crate) fn do_reveal(
        hotkey: T::AccountId,
        netuid: u16,
        uids: Vec<u16>,
        values: Vec<u16>,
        salt: Vec<u16>,
        version_key: u64,
    ) -> DispatchResult {
        ensure!(CommitRevealWeightsEnabled::<T>::get(netuid), Error::<T>::CommitRevealDisabled);
        let content = (&hotkey, netuid, &uids, &values, &salt, version_key).encode();
        let hash = H256(sp_io::hashing::blake2_256(&content));
        let block = Self::current_block();
        WeightCommits::<T>::try_mutate_exists(netuid, &hotkey, |known| -> DispatchResult {
            let mut commits = known.take().ok_or(Error::<T>::NoWeightsCommitFound)?;
            let place = commits.iter().position(|(committed, ..)| *committed == hash);
            let place = place.ok_or(Error::<T>::InvalidRevealCommitHashNotMatch)?;
            let mut later = commits.split_off(place);
            let (_, _, first, last) = later.remove(0);
            ensure!(block >= first, Error::<T>::RevealTooEarly);
            ensure!(block <= last, Error::<T>::ExpiredWeightCommit);
            Self::set_row(&hotkey, netuid, 0, uids, values, version_key, true)?;
            *known = Some(later).filter(|later| !later.is_empty());
            Ok(())
        })?;
        Self::deposit_event(Event::WeightsRevealed(hotkey, netuid, hash));
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
