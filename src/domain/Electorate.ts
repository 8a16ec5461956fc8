/** The validators that decide an epoch's scores, and the neurons to score: the subnet at the epoch's first block. */
import type { AccountAddress } from "./Account.ts"
import type { AxonAddress } from "./Metagraph.ts"

/** A validator with a permit that is active: it set or committed weights within the chain's activity cutoff. */
export interface Voter {
  readonly hotkey: AccountAddress
  /** The stake by which the chain weighs its weights, in rao: alpha on the subnet and a part of its TAO stake, its own and inherited. */
  readonly stake: bigint
  /** Null if it publishes none. */
  readonly axon: AxonAddress | null
}

/** A neuron as the chain's own consensus sees it. */
export interface JudgedNeuron {
  readonly uid: number
  readonly hotkey: AccountAddress
  /** The chain's consensus on it, in parts of 65,535. */
  readonly consensus: number
}

/** Both lists are sorted by UID. */
export interface Electorate {
  readonly voters: ReadonlyArray<Voter>
  readonly neurons: ReadonlyArray<JudgedNeuron>
}
