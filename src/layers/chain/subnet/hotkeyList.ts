/** An account's list of hotkeys behind which it has stake. The chain bounds it, and others can lengthen it by gifts (docs/world.md, release 463). */
import { Effect, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { type BlockReference, Chain } from "../node/Chain.ts"
import { readItems } from "../node/storedMap.ts"

/** From so many hotkeys on, others bring an account stake only behind hotkeys that it has on its list. */
const MOST_BY_OTHERS = 128

const Hotkeys = Schema.Array(AccountAddress)

/** Whether others can bring an account stake behind a hotkey: always, until so many gifts behind other hotkeys, or not. */
export type Reachability =
  | { readonly _tag: "Listed" }
  | { readonly _tag: "Open"; readonly hotkeys: number; readonly most: number }
  | { readonly _tag: "Closed"; readonly hotkeys: number }

/** Reads that at a block. A chain without such lists never closes them. */
export const reachabilityOf = Effect.fn("reachabilityOf")(function* (account: AccountAddress, hotkey: AccountAddress, at: BlockReference) {
  const items = [["subtensorModule", "stakingHotkeys", account]] as const
  const [found] = yield* readItems(yield* Chain, "list of hotkeys", items, at.hash)
  if (found === undefined) return { _tag: "Listed" } satisfies Reachability
  const hotkeys = yield* Effect.orDie(Schema.decodeUnknown(Hotkeys)(found))
  return hotkeys.includes(hotkey)
    ? ({ _tag: "Listed" } satisfies Reachability)
    : ({ _tag: hotkeys.length < MOST_BY_OTHERS ? "Open" : "Closed", hotkeys: hotkeys.length, most: MOST_BY_OTHERS } satisfies Reachability)
})
