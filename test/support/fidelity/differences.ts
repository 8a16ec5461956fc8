/**
 * Intended differences between the dev chain's metadata and Finney's, with their reasons. The fidelity test fails for any other difference, and for a
 * listed one that no longer exists. `npm run generate` writes the table in contracts/devnet-runtime/README.md from this list.
 */
import { named } from "./named.ts"

export interface ListedDifference {
  /** Names as in test/support/fidelity/compare.ts. */
  readonly items: ReadonlyArray<string>
  readonly reason: string
}

export const listedDifferences: ReadonlyArray<ListedDifference> = [
  {
    items: named(`
      AdminUtils.calls: dev_add_collateral dev_set_alpha_emission_per_block dev_set_alpha_price dev_set_burn dev_set_burn_half_life
        dev_set_collateral_lock_share dev_pay dev_set_lock dev_set_min_stake dev_set_min_transfer dev_set_reserves
      DevChainApi: attempt
    `),
    reason:
      "Tests set with them what Subtensor computes from its pools or builds up slowly, and try calls without a transaction. No client knows these."
  },
  {
    items: named(`
      DevChain: index prefix
      DevChain.storage: AlphaEmissionPerBlock BurnHalfLife EncryptedTransactions EpochSchedule FixedPrice MinStake MinTransfer
        PendingEmission VotingPowerFunctions
    `),
    reason:
      "Emission is a constant paid at each epoch, because there are no pools to compute it from; minimums, the functions of a proposal, and whether prices move are settings; encrypted transactions are kept for the node, which opens them."
  },
  {
    items: named(`
      SubtensorModule.storage: AlphaShareEpoch AlphaSharePoolEpoch AlphaV2 ColdkeySwapAnnouncements TotalHotkeySharesV2 LastEpochBlock
        PendingEpochAt SubnetEpochConsensus SubnetEpochIndex RegisteredSubnetCounter
      SubnetInfoRuntimeApi: get_next_epoch_start_block get_subnet_hyperparams_v3
      SwapRuntimeApi: current_alpha_price_all
      BetaBasketRuntimeApi: get_root_basket_owed get_root_basket_positions
      SubtensorModule.calls: announce_coldkey_swap register_limit swap_coldkey_announced swap_hotkey_v2
      SubtensorModule.errors: AnnouncedColdkeyHashDoesNotMatch CannotUseSystemAccount ColdkeySwapAnnouncementNotFound
        ColdkeySwapTooEarly ColdkeySwapTooHeavy InvalidRevealRound PriceLimitExceeded RegistrationPriceLimitExceeded TempoOutOfBounds
        TooManyStakingHotkeys
    `),
    reason: "Newer than spec 365: Subtensor of October 2026 has them, and the program, a contract or a client uses them where they exist."
  },
  {
    items: named("SubtensorModule.calls: commit_crv3_mechanism_weights commit_mechanism_weights reveal_mechanism_weights"),
    reason: "Older forms of commitments, which this program does not send: an index shows who does."
  },
  {
    items: named(`
      StakeInfoRuntimeApi: get_coldkey_lock get_stake_availability_for_coldkeys
      SubtensorModule.calls: lock_stake move_lock set_reject_locked_alpha
      SubtensorModule.errors: AccountRejectsLockedAlpha InsufficientStakeForLock LockHotkeyMismatch NoExistingLock StakeUnavailable
      SubtensorModule.events: CollateralLocked LockMoved RejectLockedAlphaUpdated StakeLocked
      SubtensorModule.storage: AccountFlags CollateralDrainRatio CollateralLockShare DecayingHotkeyLock DecayingOwnerLock HotkeyLock
        Lock MaturityRate MinerCollateral OwnerLock UnlockRate
    `),
    reason: "Newer than spec 365: stake that is locked, by conviction or as registration collateral."
  },
  {
    items: named(`
      SubtensorModule.calls: disable_voting_power_tracking enable_voting_power_tracking sudo_set_voting_power_ema_alpha
      SubtensorModule.errors: InvalidVotingPowerEmaAlpha VotingPowerTrackingNotEnabled
      SubtensorModule.events: VotingPowerEmaAlphaSet VotingPowerTrackingDisabled VotingPowerTrackingDisableScheduled
        VotingPowerTrackingEnabled
      SubtensorModule.storage: TotalVotingPower VotingPower VotingPowerDisableAtBlock VotingPowerEmaAlpha VotingPowerTrackingEnabled
    `),
    reason: "Newer than spec 365: voting power, the moving average of a validator's stake."
  },
  {
    items: named(`
      Multisig.calls: as_multi
      Multisig.events: MultisigExecuted
    `),
    reason: "No Multisig pallet: the index looks through such calls where there are any."
  },
  {
    items: named("MevShield.calls: submit_encrypted"),
    reason: "As in October 2026, without the commitment of spec 365: today's clients know no other form."
  },
  {
    items: named("Timestamp.constants: MinimumPeriod"),
    reason: "Blocks may follow each other at once, and block time may jump."
  },
  {
    items: named("System.constants: Version"),
    reason: "Another runtime, with a name and a number of its own."
  }
]
