/** Creates thousands of issues and competitions through the contract's own messages. */
import { Effect } from "effect"
import { contractCodec } from "../../src/contract-client/artifact.ts"
import { bitmapOfUids } from "../../src/contract-client/bitmap.ts"
import type { Competitor } from "../../src/contract-client/generated.ts"
import { ALPHA, account, type BenchChain, OWNER } from "./chain.ts"

export const BOUNTY = 10n * ALPHA
export const ROUND = 400
export const ATTEST = 200
/** Competitions that the contract lets a miner run at once. */
export const MOST_COMPETITIONS = 256
/** Pairs of miners among whom all competitions are divided. */
const PAIRS = 100

/** The longest `owner/name` that GitHub allows. */
export const LONGEST_REPOSITORY = `${"o".repeat(39)}/${"w".repeat(100)}`

export const EVERYBODY = bitmapOfUids(Array.from({ length: 256 }, (_, uid) => uid))

export const miner = (uid: number): Effect.Effect<Competitor> =>
  Effect.gen(function* () {
    return { uid, hotkey: yield* account(`//Miner${uid}`), coldkey: yield* account(`//Miner${uid}//cold`) }
  })

/** The two miners of an issue's competition: pairs repeat after PAIRS issues. */
export const minersOf = (issue: number) => {
  const first = ((issue - 1) % PAIRS) * 2
  return Effect.all({ a: miner(first), b: miner(first + 1) })
}

/** Makes blocks until a round begins, and returns its number. */
export const nextRound = (chain: BenchChain) =>
  Effect.gen(function* () {
    const round = Math.floor(chain.block() / ROUND) + 1
    yield* chain.toBlock(round * ROUND)
    return round
  })

/** Registers `count` issues with the longest names. Their GitHub numbers start at `first`. */
export const register = (chain: BenchChain, first: number, count: number) =>
  Effect.gen(function* () {
    const issues = Array.from({ length: count }, (_, index) => ({ repository: LONGEST_REPOSITORY, number: first + index, bounty: BOUNTY }))
    const [issue] = issues
    if (issue === undefined) return
    const each = yield* chain.cost(OWNER, "registerIssue", issue)
    yield* chain.tellMany(
      OWNER,
      each,
      issues.map((issue) => contractCodec.encodeMessage("registerIssue", issue))
    )
  })

/** Gives the first `count` issues a bounty and a running competition each, started by a single validator. */
export const fill = (chain: BenchChain, count: number, validator: string) =>
  Effect.gen(function* () {
    const ids = Array.from({ length: count }, (_, index) => index + 1)
    yield* chain.feed(BigInt(count) * BOUNTY)
    const harvests = Array.from({ length: Math.ceil(count / 100) }, () => contractCodec.encodeMessage("harvest", {}))
    yield* chain.tellMany(OWNER, yield* chain.cost(OWNER, "harvest", {}), harvests)

    const round = yield* nextRound(chain)
    const attestation = (issue: number) => ({ issue, round, enrolled: EVERYBODY, skipped: EVERYBODY })
    yield* chain.tellMany(
      validator,
      yield* chain.cost(validator, "attestEnrolled", attestation(1)),
      ids.map((issue) => contractCodec.encodeMessage("attestEnrolled", attestation(issue)))
    )
    yield* chain.toBlock(round * ROUND + ATTEST)
    const votes = yield* Effect.forEach(ids, (issue) => Effect.map(minersOf(issue), (pair) => ({ issue, round, ...pair })))
    const [vote] = votes
    if (vote === undefined) return
    yield* chain.tellMany(
      validator,
      yield* chain.cost(validator, "votePair", vote),
      votes.map((vote) => contractCodec.encodeMessage("votePair", vote))
    )
  })
