/** The contract's whitelist of validators. */
import { Effect } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { OperationFailed } from "../../domain/failures.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { neuronOf } from "../../domain/Metagraph.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"

/** The coldkeys whose stake counts: the given ones, or the owner of the registered hotkey. */
export const backersOf = Effect.fn("owner.backersOf")(function* (hotkey: AccountAddress, coldkeys: ReadonlyArray<AccountAddress>) {
  if (coldkeys.length > 0) return coldkeys
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const owning = neuronOf(yield* subnet.metagraph(yield* chain.finalisedHead), hotkey)?.coldkey
  return owning === undefined
    ? yield* new OperationFailed({
        message: `${hotkey} is not registered on subnet ${subnet.netuid}: give its coldkeys with --coldkey, or let it register first`
      })
    : [owning]
})

/** Adds a validator. Without coldkeys, the stake of the hotkey's owner counts. */
export const addValidator = Effect.fn("owner.addValidator")(function* (
  owner: KeyPair,
  hotkey: AccountAddress,
  coldkeys: ReadonlyArray<AccountAddress>
) {
  const backers = yield* backersOf(hotkey, coldkeys)
  const { inclusion } = yield* (yield* Contract).send("addValidator", { hotkey, coldkeys: backers }, owner, "finalised")
  return { inclusion, coldkeys: backers }
})
