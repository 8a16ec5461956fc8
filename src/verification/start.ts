/** The steps about a match's start: the contract's code, both ratings and the pair. */

import { Option } from "effect"
import { ATTESTING, attestationCells, countedAttestations, majorityIn } from "../contract-client/attested.ts"
import { collateralCell } from "../contract-client/cells.ts"
import { RELEASED } from "../contract-client/edition.ts"
import type { Competitor } from "../domain/Competition.ts"
import { fromUids } from "../domain/UidBitmap.ts"
import { defaultRatingRules } from "../elo/RatingRules.ts"
import { presentHotkey } from "../elo/seats.ts"
import { computePairs } from "../rules/pairs/pairs.ts"
import { aroundMatch, blockOf, type Case, roundOf, type State, stateAt, trieOf } from "./Case.ts"
import type { Check, Checked } from "./Check.ts"
import { differences } from "./differences.ts"
import { Untold } from "./errors.ts"
import type { Reader } from "./node/Reader.ts"
import { type Block, cellsAt, contractAt, electorateAt, seedAfter } from "./node/state.ts"

export const code: Check = async (reader, which) => {
  const { startedAt, end, payment } = which.claims
  // Also before the end and the payment: other code could settle, and set the code back in that block.
  const blocks = [...new Set([startedAt, end.at - 1, end.at, ...(payment === null ? [] : [payment.at - 1, payment.at])])]
  const found = await Promise.all(
    blocks.map(async (number) => ({ number, info: await contractAt(reader, which.contract, await blockOf(reader, which, number)) }))
  )
  const editions = found.map(({ info, number }) => ({ number, hash: info?.codeHash, edition: RELEASED.get(info?.codeHash ?? "") }))
  return {
    facts: editions.map(({ edition, hash, number }) => `block ${number}: edition ${edition}, by its hash ${hash}`),
    differences: editions
      .filter(({ edition }) => edition === undefined)
      .map(({ hash = "no contract", number }) => ({
        what: `the contract's code in block ${number}`,
        claimed: [...RELEASED.keys()].join(" or "),
        found: hash
      }))
  }
}

const points = (milliPoints: number): string => (milliPoints / 1000).toFixed(3)

/** Compares claimed ratings with those found, of a and b. */
const ratingsChecked = (when: string, claimed: ReadonlyArray<number | null>, found: ReadonlyArray<number>): Checked => ({
  facts: [`the ratings ${when}: ${found.map(points).join(" and ")}`],
  differences: ["a", "b"].flatMap((side, index) => {
    const rating = claimed[index] ?? null
    return rating === null ? [] : differences(`the rating of ${side} ${when}`, points(rating), points(found[index] ?? 0))
  })
})

export const ratingsBefore: Check = async (reader, which) => {
  const { blocks } = await roundOf(reader, which)
  const { ratings } = await stateAt(reader, which, blocks.start)
  const sides = [which.claims.a, which.claims.b]
  const found = sides.map(({ hotkey }) => ratings.get(hotkey)?.rating ?? defaultRatingRules.start)
  return ratingsChecked(
    `at block ${blocks.start.number}`,
    sides.map(({ rating }) => rating),
    found
  )
}

export const ratingsAfter: Check = async (reader, which) => {
  const { a, b, end, match, startedAt } = which.claims
  const { neurons, ratings } = await stateAt(reader, which, await blockOf(reader, which, end.at))
  const found = [a, b].map((side) => {
    const rating = ratings.get(
      presentHotkey(
        side,
        startedAt,
        neurons.find(({ uid }) => uid === side.uid)
      )
    )
    const played = rating?.reasons.find((reason) => reason._tag === "Played" && reason.competition === match)
    return (played ?? rating)?.rating ?? defaultRatingRules.start
  })
  return ratingsChecked(
    `after block ${end.at}`,
    [a, b].map(({ ratingAfter }) => ratingAfter),
    found
  )
}

/** What validators attested for the round's issues, and miners' free collateral, at the last attesting block. */
const attestedAt = async (reader: Reader, which: Case, at: Block, { config, issues, neurons }: State) => {
  const place = { trie: await trieOf(reader, which), at }
  const ids = issues.flatMap(({ id, status }) => (status._tag === "Open" ? [id] : []))
  const miners = config.collateralBps === 0 ? [] : neurons
  const deposits = miners.map(({ hotkey, coldkey }) => collateralCell(hotkey, coldkey))
  const wanted = [...ATTESTING, ...attestationCells(ids), ...deposits]
  const read = await cellsAt(reader, "attestations and collateral", place, wanted, (values) => ({
    attestations: Object.fromEntries(countedAttestations(ids, values, at.number)),
    free: deposits.map((cell) => Option.match(values.of(cell), { onNone: () => 0n, onSome: ({ deposited, locked }) => deposited - locked }))
  }))
  const electorate = await electorateAt(reader, which.contract, at)
  return {
    majorityOn: (id: number) => {
      const entries = read.attestations[id]
      return entries === undefined ? { enrolled: fromUids([]), skipped: fromUids([]) } : majorityIn(entries, electorate)
    },
    collateral: new Map(miners.map(({ hotkey }, index) => [hotkey, read.free[index] ?? 0n]))
  }
}

export const pair: Check = async (reader, which) => {
  const { a, b, issue: id, match, startedAt } = which.claims
  const { blocks, config, place } = await roundOf(reader, which)
  const state = await stateAt(reader, which, blocks.start)
  if (state.config.roundLength !== config.roundLength || state.config.attestBlocks !== config.attestBlocks)
    throw new Untold("the length of rounds changed in this round, in which validators pair nobody")
  const attested = await attestedAt(reader, which, blocks.lastAttesting, state)
  const seed = await seedAfter(reader, blocks.pairsFrom, await blockOf(reader, which, startedAt))
  const open = state.issues.filter(({ status }) => status._tag === "Open")
  const pairings = computePairs({
    at: place.start,
    seed,
    issues: open.map(({ bounty, id }) => ({ id, bounty, enrolled: attested.majorityOn(id).enrolled })),
    neurons: state.neurons,
    ratings: state.ratings,
    competitions: state.competitions,
    maxCompetitionsPerMiner: state.config.maxCompetitionsPerMiner,
    collateralBps: state.config.collateralBps,
    collateral: attested.collateral
  })
  const pairing = pairings.find(({ issue }) => issue === id)
  const started = await aroundMatch(reader, which, `match ${match} as it started`, startedAt, (values, of) =>
    Option.getOrNull(values.of(of.match))
  )
  const claimed = (side: typeof a) => ({ uid: side.uid, hotkey: side.hotkey, coldkey: side.coldkey })
  // Votes for a pair count in either order.
  const sorted = (sides: ReadonlyArray<Competitor>) => sides.toSorted((one, other) => (one.hotkey < other.hotkey ? -1 : 1))
  return {
    facts: [
      `round ${place.round}: settings, issues, neurons and matches at block ${place.start}, attestations at block ${blocks.lastAttesting.number}, and the beacon after block ${place.pairsFrom}`,
      `the rules draw the two from ${pairing?.candidates.length ?? 0} of ${state.neurons.length} miners`
    ],
    differences: [
      ...differences("the pair by the rules", sorted([claimed(a), claimed(b)]), pairing?.pair == null ? null : sorted(pairing.pair)),
      ...differences(
        "the match in the contract",
        { issue: id, startedAt, round: place.round, a: claimed(a), b: claimed(b) },
        started === null ? null : { issue: started.issue, startedAt: started.startedAt, round: started.round, a: started.a, b: started.b }
      )
    ]
  }
}
