/** Nodes between a verification and the dev chain: some lie, some refuse. */
import { cellOfId, cells } from "../../../src/contract-client/cells.ts"
import { type AccountAddress, hashBytes } from "../../../src/domain/Account.ts"
import type { Claims } from "../../../src/verification/claims.ts"
import type { StepName } from "../../../src/verification/results.ts"
import { relay } from "../devnet/relay.ts"

interface Asked {
  readonly id: number
  readonly method: string
  readonly params: ReadonlyArray<unknown>
}

/** A lie about one cell of the contract, at one block or at all. */
export interface Lie {
  readonly key: string
  readonly change: (bytes: Uint8Array) => void
  /** The block's hash. */
  readonly at?: string
}

/** A node that tells a lie. */
export const lying = (endpoint: string, { key, change, at }: Lie) => {
  const asked = new Map<number, Asked>()
  return relay(endpoint, {
    reply: (text) => {
      const request: Asked = JSON.parse(text)
      asked.set(request.id, request)
      return undefined
    },
    answer: (text) => {
      const answer: { readonly id: number; readonly result: unknown } = JSON.parse(text)
      const { method, params: [, keys, hash] = [] } = asked.get(answer.id) ?? {}
      if (method !== "childstate_getStorageEntries" || !Array.isArray(keys) || !Array.isArray(answer.result)) return text
      if (at !== undefined && hash !== at) return text
      const place = keys.indexOf(key)
      const entry: unknown = answer.result[place]
      if (typeof entry !== "string") return text
      const bytes = hashBytes(entry)
      change(bytes)
      return JSON.stringify({ ...answer, result: answer.result.with(place, `0x${bytes.toHex()}`) })
    }
  })
}

/** A node that refuses some requests. */
export const refusing = (endpoint: string, methods: RegExp, code: number, message: string) =>
  relay(endpoint, {
    reply: (text) => {
      const { id, method }: Asked = JSON.parse(text)
      return methods.test(method) ? JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } }) : undefined
    }
  })

const flip = (bytes: Uint8Array, place: number) => {
  const at = place < 0 ? bytes.length + place : place
  bytes[at] = (bytes[at] ?? 0) ^ 1
}

/** Lies about a paid match that followed another one, each with the step that shows it. `paidIn`: the hash of the block of the payment. */
export const liesAbout = (
  { issue }: Claims,
  before: Claims,
  paidIn: string
): ReadonlyArray<readonly [what: string, lie: Lie, step: StepName]> => [
  ["a vote's age", { key: cellOfId(cells.outcomeBallots, issue).key, change: (bytes) => flip(bytes, -4) }, "ballot"],
  // Behind the number of entries, a validator and a block: the first UIDs.
  ["an attestation", { key: cellOfId(cells.attestations, issue).key, change: (bytes) => flip(bytes, 1 + 32 + 4) }, "pair"],
  // Before a pull request and a block.
  ["who won before", { key: cellOfId(cells.competitions, before.match).key, change: (bytes) => flip(bytes, -9) }, "ratingsBefore"],
  // Before a block, a count and the match: Paid becomes Cancelled, or so; only in the block of the payment.
  ["the payment", { key: cellOfId(cells.issues, issue).key, change: (bytes) => bytes.set([3], bytes.length - 14), at: paidIn }, "payment"]
]

/** False claims about a paid match that followed another one, each with the steps that show it. `other`: an account that has no part in it. */
export const falseClaims = (
  claims: Claims,
  before: Claims,
  other: { readonly hotkey: AccountAddress; readonly coldkey: AccountAddress }
): ReadonlyArray<readonly [what: string, claims: Claims, crosses: ReadonlyArray<StepName>]> => {
  const { a, b, end, payment, votes } = claims
  const [vote, ...others] = votes ?? []
  if (vote === undefined || payment === null || end.status !== "Won") return []
  return [
    ["a rating before", { ...claims, a: { ...a, rating: (a.rating ?? 0) + 1 } }, ["ratingsBefore"]],
    ["a rating after", { ...claims, b: { ...b, ratingAfter: 1 } }, ["ratingsAfter"]],
    ["a competitor's coldkey", { ...claims, b: { ...b, coldkey: other.coldkey } }, ["pair", "settlement"]],
    ["an earlier start", { ...claims, startedAt: claims.startedAt - 1 }, ["pair"]],
    ["a later start", { ...claims, startedAt: claims.startedAt + 1 }, ["pair"]],
    ["no match at all", { ...claims, match: 99 }, ["pair", "settlement", "payment"]],
    ["another issue", { ...claims, issue: before.issue }, ["pair", "ballot", "settlement", "payment"]],
    ["an earlier end", { ...claims, end: { ...end, at: end.at - 1 } }, ["settlement", "ratingsAfter"]],
    ["a later end", { ...claims, end: { ...end, at: end.at + 1 } }, ["ballot", "settlement"]],
    ["a vote's age", { ...claims, votes: [{ ...vote, since: vote.since - 1 }, ...others] }, ["ballot"]],
    ["a vote's weight", { ...claims, votes: [{ ...vote, weight: 1n }, ...others] }, ["ballot"]],
    ["what a vote was for", { ...claims, votes: [{ ...vote, passed: false }, ...others] }, ["ballot"]],
    ["a vote less", { ...claims, votes: others }, ["ballot"]],
    ["a vote more", { ...claims, votes: [vote, ...others, { ...vote, validator: other.hotkey }] }, ["ballot"]],
    ["all weight", { ...claims, totalWeight: 1n }, ["ballot"]],
    ["the winner", { ...claims, end: { ...end, winner: "b" } }, ["ballot", "settlement", "payment"]],
    ["the pull request", { ...claims, end: { ...end, pullRequest: 58 } }, ["ballot", "settlement"]],
    ["the end", { ...claims, end: { status: "Expired", at: end.at } }, ["ballot", "settlement", "payment"]],
    ["an amount", { ...claims, payment: { ...payment, amount: payment.amount + 6n } }, ["payment"]],
    ["a recipient", { ...claims, payment: { ...payment, coldkey: other.coldkey } }, ["payment"]],
    ["a block of payment", { ...claims, payment: { ...payment, at: payment.at - 1 } }, ["settlement", "payment"]]
  ]
}
