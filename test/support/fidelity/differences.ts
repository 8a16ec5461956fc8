/**
 * Where the dev chain's metadata differs from Finney's on purpose, and why. The fidelity test fails for any other difference, and for one that is
 * listed here but no longer exists. `npm run generate` writes the table in contracts/devnet-runtime/README.md from this list.
 */
export interface ListedDifference {
  /** Names as test/support/fidelity/compare.ts gives them. */
  readonly items: ReadonlyArray<string>
  readonly reason: string
}

const storage = (names: string) => names.split(/\s+/).map((name) => `SubtensorModule.storage.${name}`)

export const listedDifferences: ReadonlyArray<ListedDifference> = [
  {
    items: [
      "AdminUtils.calls.dev_set_alpha_emission_per_block",
      "AdminUtils.calls.dev_set_burn",
      "AdminUtils.calls.dev_set_min_stake",
      "SubtensorModule.events.AlphaEmissionPerBlockSet",
      "SubtensorModule.events.MinStakeSet"
    ],
    reason: "Tests set with them what Subtensor computes from its pools. No client knows these calls."
  },
  {
    items: storage("AlphaEmissionPerBlock EpochSchedule MinStake PendingEmission"),
    reason: "Emission is a constant paid at each epoch, because there are no pools to compute it from."
  },
  {
    items: [
      ...storage("LastEpochBlock SubnetEpochIndex"),
      "SubnetInfoRuntimeApi.get_next_epoch_start_block",
      "SubnetInfoRuntimeApi.get_subnet_hyperparams_v3",
      "SubtensorModule.calls.swap_hotkey_v2",
      "SubtensorModule.errors.InvalidRevealRound",
      "SubtensorModule.errors.TempoOutOfBounds"
    ],
    reason: "Newer than spec 365: Subtensor of October 2026 has them, and the program uses them where they exist."
  },
  {
    items: ["Aura.constants.SlotDuration"],
    reason: "No consensus. The program falls back to 12 s a block."
  },
  {
    items: ["Multisig.calls.as_multi", "Multisig.events.MultisigExecuted"],
    reason: "No Multisig pallet: the index looks through such calls where there are any."
  },
  {
    items: ["SubtensorModule.calls.reveal_weights"],
    reason: "Weights committed without a timelock are missing; the index shows them on chains that have them."
  },
  {
    items: ["Timestamp.constants.MinimumPeriod"],
    reason: "Blocks may follow each other at once, and block time may jump."
  },
  {
    items: ["System.constants.Version"],
    reason: "Another runtime, with a name and a number of its own."
  },
  {
    items: [
      "System.constants.DbWeight",
      "Contracts.constants.Schedule",
      "Commitments.storage.RevealedCommitments",
      "DelegateInfoRuntimeApi.get_delegated",
      "NeuronInfoRuntimeApi.get_neuron",
      "NeuronInfoRuntimeApi.get_neurons",
      "StakeInfoRuntimeApi.get_stake_fee",
      "StakeInfoRuntimeApi.get_stake_info_for_coldkey",
      "StakeInfoRuntimeApi.get_stake_info_for_coldkeys",
      "SubnetInfoRuntimeApi.get_all_dynamic_info",
      "SubnetInfoRuntimeApi.get_dynamic_info",
      "SubnetInfoRuntimeApi.get_mechagraph",
      "SubnetInfoRuntimeApi.get_metagraph",
      "SubnetInfoRuntimeApi.get_selective_mechagraph",
      "SubnetInfoRuntimeApi.get_selective_metagraph",
      "SubnetInfoRuntimeApi.get_subnet_hyperparams_v2",
      "SubnetInfoRuntimeApi.get_subnet_state",
      "SubtensorModule.calls.add_stake_limit",
      "SubtensorModule.calls.remove_stake_limit",
      ...storage(
        `ActivityCutoff AdjustmentInterval Alpha AutoStakeDestination BlocksSinceLastStep Bonds Burn ChildKeys CommitRevealWeightsEnabled
        Difficulty FirstEmissionBlockNumber IdentitiesV2 ImmunityPeriod LastAdjustmentBlock MaxAllowedUids MaxAllowedValidators
        MaxWeightsLimit MechanismCountCurrent MinAllowedWeights MinNonImmuneUids NetworkRegistrationAllowed Prometheus Rank
        RegistrationsThisInterval Rho RootClaimType ServingRateLimit SubnetEmaTaoFlow TargetRegistrationsPerInterval Tempo TokenSymbol
        TotalIssuance TotalNetworks Trust WeightsSetRateLimit`
      ),
      "SwapRuntimeApi.current_alpha_price",
      "SwapRuntimeApi.sim_swap_alpha_for_tao",
      "SwapRuntimeApi.sim_swap_tao_for_alpha",
      "extension CheckMetadataHash",
      "extension DrandPriority",
      "extension SubtensorTransactionExtension",
      "extension SudoTransactionExtension"
    ],
    reason: "Not as on Finney yet."
  }
]
