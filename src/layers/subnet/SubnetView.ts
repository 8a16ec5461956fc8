/**
 * What the validator's server needs to know of the chain to judge a message: which chain, subnet and contract it serves, and who is who at
 * the finalised head. Its answers come from memory; whoever provides the layer keeps them fresh.
 */
import { Context, type Effect, Layer } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { AxonTarget } from "../axon/wire/dendrite.ts"

/** The subnet at one finalised block. */
export interface SubnetFacts {
  readonly currentBlock: number
  readonly isRegistered: (hotkey: AccountAddress) => boolean
  /** Whether this hotkey is one of the contract's validators. */
  readonly isValidator: (hotkey: AccountAddress) => boolean
  /** Alpha behind this hotkey, in rao: when there is more work than room, more stake comes first. */
  readonly stakeOf: (hotkey: AccountAddress) => bigint
  /** The contract's validators that say where they can be reached. May hold ourselves. */
  readonly validatorAxons: ReadonlyArray<AxonTarget>
}

export interface SubnetViewService {
  readonly genesisHash: string
  readonly netuid: number
  readonly contract: AccountAddress
  readonly current: Effect.Effect<SubnetFacts>
}

export class SubnetView extends Context.Tag("gittensor/SubnetView")<SubnetView, SubnetViewService>() {}

/** A view whose facts somebody else computes. */
export const layer = (view: SubnetViewService) => Layer.succeed(SubnetView, SubnetView.of(view))
