/** Histories on the real runtime with its real pallet-contracts. */
import { Effect } from "effect"
import type { Action } from "../../../../lab/contract-model/ContractModel.ts"
import type { View } from "../../../../lab/contract-model/views.ts"
import * as NativeExecutor from "../../../../lab/devnet/chain/executor/NativeExecutor.ts"
import type { ContractEvent, MessageArguments, MessageReturn } from "../../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { COVER } from "../../../support/figures.ts"
import { type Cast, type Chain, prepare } from "../../../support/histories/chain.ts"
import { recordOf } from "../fuzz/cells.ts"
import { Fork } from "../fuzz/fork.ts"
import { makeInterface } from "../fuzz/interface.ts"
import { type Stage, setStage } from "../fuzz/stage.ts"

const castOf = ({ actors: { miners, owner, stranger, validators }, config }: Stage): Cast => ({
  treasuryHotkey: config.treasuryHotkey,
  treasuryColdkey: config.treasuryColdkey,
  owner,
  stranger,
  validators: validators.flatMap(({ coldkeys, hotkey }) => coldkeys.slice(0, 1).map((coldkey) => ({ hotkey, coldkey }))),
  // Two others share a coldkey.
  miners: [0, 2, 3, 4].flatMap((index) => miners.slice(index, index + 1))
})

const chainOf = (fork: Fork, cast: Cast, first: number): Chain => {
  let block = first
  fork.setBlock(block)
  return {
    cast,
    block: () => block,
    setBlock: (next) => {
      block = next
      fork.setBlock(next)
    },
    setStake: (hotkey, coldkey, amount) => fork.setStake(hotkey, coldkey, amount),
    send: <Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
      const { accepted, events } = fork.send(caller, name, args)
      return { accepted, events: events as ReadonlyArray<ContractEvent> } // decoded by the contract's metadata
    },
    ask: <Name extends View>(name: Name, args: MessageArguments<Name>) => {
      const { _tag, value } = recordOf(fork.ask(cast.stranger, name, args).answer)
      if (_tag !== "Ok") throw new Error(`${name} answers ${String(_tag)}`)
      return value as MessageReturn<Name> // decoded by the contract's metadata
    },
    stored: (name, args) => fork.stored(name, args)
  }
}

/** Deploys the contract once. Each call of the result returns a chain at the beginning of a history. */
export const realChains: Effect.Effect<() => Chain, Error> = Effect.gen(function* () {
  const stage = yield* setStage
  const executor = yield* NativeExecutor.make({ log: () => undefined })
  const face = makeInterface(stage)
  const cast = castOf(stage)
  const prepared = new Fork(executor, face, stage)
  prepared.setStake(stage.config.treasuryHotkey, stage.contract, COVER)
  const chain = chainOf(prepared, cast, stage.block)
  prepare(chain)
  return () => chainOf(new Fork(executor, face, { ...stage, state: prepared.view }), cast, chain.block())
})
