/** What a transaction of a validator's hotkey does: a validator's work, or something that its owner does by hand. */
import { blake2b } from "@noble/hashes/blake2.js"
import type { AnyTuple, CallBase } from "@polkadot/types/types"
import { Effect } from "effect"
import { type MessageName, messages } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { Chain } from "../chain/Chain.ts"
import type { SentTransaction } from "../chain/sentBy.ts"

export interface Work {
  /**
   * `validating`: votes, upkeep, weights, which only a validator's process sends; `serving`: an axon's address; `byHand`: what a person may do with a
   * hotkey at any time, like a transfer or a veto.
   */
  readonly kind: "validating" | "serving" | "byHand"
  /** The contract's message, or the pallet's call. */
  readonly what: string
}

/** What only the daemon sends. */
const MESSAGES: ReadonlyArray<MessageName> = [
  "attestEnrolled",
  "votePair",
  "voteOutcome",
  "withdrawOutcomeVote",
  "harvest",
  "expire",
  "payout"
]

/** ink!: the first four bytes of blake2-256 of the message's label. */
const selectorOf = (name: MessageName): string =>
  `0x${Buffer.from(blake2b(Buffer.from(messages[name].label, "utf8"), { dkLen: 32 }))
    .subarray(0, 4)
    .toString("hex")}`
const bySelector = new Map(MESSAGES.map((name) => [selectorOf(name), name]))

const selectorIn = (data: Uint8Array): string => `0x${Buffer.from(data.subarray(0, 4)).toString("hex")}`

const byHand = (what: string): Work => ({ kind: "byHand", what })

type Call = CallBase<AnyTuple>

const workOf = (call: Call, contract: AccountAddress): Work => {
  const what = `${call.section}.${call.method}`
  const [first, , , , data] = call.args
  if (call.section === "utility" && /^(batch|batchAll|forceBatch)$/.test(call.method) && first !== undefined) {
    // Vec<Call>, by the runtime's metadata.
    const works = [...(first as unknown as Iterable<Call>)].map((one) => workOf(one, contract))
    return works.find(({ kind }) => kind === "validating") ?? works.find(({ kind }) => kind === "serving") ?? byHand(what)
  }
  if (call.section === "subtensorModule") {
    if (/^(batch)?(set|commit)\w*weights$/i.test(call.method)) return { kind: "validating", what }
    return /^serveAxon/.test(call.method) ? { kind: "serving", what } : byHand(what)
  }
  if (call.section !== "contracts" || call.method !== "call" || first?.toString() !== contract || data === undefined) return byHand(what)
  const message = bySelector.get(selectorIn(data.toU8a(true)))
  return message === undefined ? byHand(what) : { kind: "validating", what: message }
}

/** Reads a transaction by the chain's metadata; what can't be read counts as done by hand. */
export const workIn = Effect.fn("workIn")(function* ({ bytes }: SentTransaction, contract: AccountAddress) {
  const chain = yield* Chain
  return yield* chain.read("call of a transaction", async (api) => {
    try {
      return workOf(api.registry.createType("Extrinsic", bytes).method, contract)
    } catch {
      return byHand("a call that can't be read")
    }
  })
})
