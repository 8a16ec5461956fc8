/** The contract's whitelist of validators. */
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import type { KeyPair } from "../domain/KeyPair.ts"
import { neuronOf } from "../domain/Metagraph.ts"
import { Chain } from "../layers/Chain.ts"
import { Contract } from "../layers/Contract.ts"
import { Subnet } from "../layers/Subnet.ts"

export class HotkeyNotRegistered extends Schema.TaggedError<HotkeyNotRegistered>()("HotkeyNotRegistered", {
  hotkey: Schema.String,
  netuid: Schema.Number
}) {
  override get message() {
    return `${this.hotkey} is not registered on subnet ${this.netuid}: give its coldkeys with --coldkey, or let it register first`
  }
}

/** Adds a validator. Without coldkeys the one that owns the registered hotkey is taken. */
export const addValidator = Effect.fn("owner.addValidator")(function* (
  owner: KeyPair,
  hotkey: AccountAddress,
  coldkeys: ReadonlyArray<AccountAddress>
) {
  const [chain, subnet, contract] = yield* Effect.all([Chain, Subnet, Contract])
  const owning = coldkeys.length > 0 ? undefined : neuronOf(yield* subnet.metagraph(yield* chain.finalisedHead), hotkey)?.coldkey
  const backers = coldkeys.length > 0 ? coldkeys : owning === undefined ? undefined : [owning]
  if (backers === undefined) return yield* new HotkeyNotRegistered({ hotkey, netuid: subnet.netuid })
  const { inclusion } = yield* contract.send("addValidator", { hotkey, coldkeys: backers }, owner, "finalised")
  return { inclusion, coldkeys: backers }
})
