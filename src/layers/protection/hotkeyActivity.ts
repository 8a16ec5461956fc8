/** Classifies a transaction of a validator's hotkey: sent by a validator process, or by a person? */
import { blake2b } from "@noble/hashes/blake2.js"
import type { AnyTuple, CallBase } from "@polkadot/types/types"
import { Effect } from "effect"
import { type MessageName, messages } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { toHex } from "../../domain/hex.ts"
import { Chain } from "../chain/node/Chain.ts"
import type { SentTransaction } from "../chain/node/sentBy.ts"

export interface HotkeyActivity {
  /**
   * `validating`: votes, upkeep and weights, which only a validator process sends. `serving`: an axon's address. `byHand`: anything that a person may send
   * with a hotkey at any time, such as a transfer or a veto.
   */
  readonly kind: "validating" | "serving" | "byHand"
  /** The contract message, or the pallet and call. */
  readonly what: string
}

/** The contract messages that only a validator process sends. */
const VALIDATING: ReadonlyArray<MessageName> = [
  "attestEnrolled",
  "renewAttestations",
  "votePair",
  "voteOutcome",
  "withdrawOutcomeVote",
  "harvest",
  "expire",
  "payout",
  "settle",
  "noteWeights",
  "windUp"
]

/** ink!'s selector: the first four bytes of the BLAKE2b-256 hash of the message's label. */
const selectorOf = (name: MessageName): string => toHex(blake2b(Buffer.from(messages[name].label, "utf8"), { dkLen: 32 }).subarray(0, 4))
const bySelector = new Map(VALIDATING.map((name) => [selectorOf(name), name]))

const selectorIn = (data: Uint8Array): string => toHex(data.subarray(0, 4))

const byHand = (what: string): HotkeyActivity => ({ kind: "byHand", what })

type Call = CallBase<AnyTuple>

const isCall = (value: unknown): value is Call =>
  typeof value === "object" && value !== null && "section" in value && "method" in value && "args" in value

const classifyCall = (call: Call, contract: AccountAddress): HotkeyActivity => {
  const what = `${call.section}.${call.method}`
  const [first, , , , data] = call.args
  if (call.section === "utility" && /^(batch|batchAll|forceBatch)$/.test(call.method) && first !== undefined) {
    // `Vec<Call>` according to the runtime's metadata.
    const calls: ReadonlyArray<unknown> = Array.isArray(first) ? first : []
    const inside = calls.filter(isCall).map((one) => classifyCall(one, contract))
    return inside.find(({ kind }) => kind === "validating") ?? inside.find(({ kind }) => kind === "serving") ?? byHand(what)
  }
  if (call.section === "subtensorModule") {
    if (/^(batch)?(set|commit)\w*weights$/i.test(call.method)) return { kind: "validating", what }
    return /^serveAxon/.test(call.method) ? { kind: "serving", what } : byHand(what)
  }
  if (call.section !== "contracts" || call.method !== "call" || first?.toString() !== contract || data === undefined) return byHand(what)
  const message = bySelector.get(selectorIn(data.toU8a(true)))
  return message === undefined ? byHand(what) : { kind: "validating", what: message }
}

/** Decodes a transaction by the runtime's metadata and classifies it. A transaction that cannot be decoded counts as `byHand`. */
export const classifyTransaction = Effect.fn("classifyTransaction")(function* ({ bytes }: SentTransaction, contract: AccountAddress) {
  const chain = yield* Chain
  return yield* chain.read("call of a transaction", async (api) => {
    try {
      return classifyCall(api.registry.createType("Extrinsic", bytes).method, contract)
    } catch {
      return byHand("a call that can't be read")
    }
  })
})
