/**
 * The axon's view of the chain, to judge requests: the chain, subnet and contract that it serves, and who is registered and who validates at the
 * finalised head. Answers come from memory; the layer's provider refreshes them.
 */
import { Context, type Effect } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { AxonTarget } from "../../../domain/Metagraph.ts"

/** The subnet at one finalised block. */
export interface SubnetState {
  readonly currentBlock: number
  readonly isRegistered: (hotkey: AccountAddress) => boolean
  /** Whether this hotkey is one of the contract's validators. */
  readonly isValidator: (hotkey: AccountAddress) => boolean
  /** Alpha behind this hotkey, in rao. Under load, requests with more stake are served first. */
  readonly stakeOf: (hotkey: AccountAddress) => bigint
  /** The contract's validators that publish an axon. May include this one. */
  readonly validatorAxons: ReadonlyArray<AxonTarget>
}

export interface SubnetViewService {
  readonly genesisHash: string
  readonly netuid: number
  readonly contract: AccountAddress
  readonly current: Effect.Effect<SubnetState>
}

export class SubnetView extends Context.Tag("gittensor/SubnetView")<SubnetView, SubnetViewService>() {}
