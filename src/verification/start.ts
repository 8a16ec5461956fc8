/** The steps about a match's start: the contract's code, both ratings and the pair. */

import { Option } from "effect"
import { ATTESTING, attestationCells, countedAttestations, majorityIn } from "../contract-client/attested.ts"
import { cellOfId, cells, collateralCell } from "../contract-client/cells.ts"
import { CODE_HASH, EDITION } from "../contract-client/generated.ts"
import { fromUids } from "../domain/UidBitmap.ts"
import { defaultRatingRules } from "../elo/RatingRules.ts"
import { presentHotkey } from "../elo/seats.ts"
import { computePairs } from "../rules/pairs/pairs.ts"
import { blockOf, type Case, placeAt, roundOf, type State, stateAt } from "./Case.ts"
import type { Check } from "./Check.ts"
import { differences } from "./differences.ts"
import { Untold } from "./errors.ts"
import type { Reader } from "./node/Reader.ts"
import { blockAt, cellsAt, contractAt, electorateAt, seedAfter } from "./node/state.ts"

export const code: Check = async (reader, which) => {
  const { startedAt, end, payment } = which.claims
  const blocks = [...new Set([startedAt, end.at, ...(payment === null ? [] : [payment.at])])]
  const found = await Promise.all(
    blocks.map(async (number) => ({ number, info: await contractAt(reader, which.contract, await blockOf(reader, which, number)) }))
  )
  const other = found.filter(({ info }) => info?.codeHash !== CODE_HASH)
  return {
    facts: [`the contract ran edition ${EDITION} in blocks ${blocks.join(", ")}, by its hash ${CODE_HASH}`],
    differences: other.map(({ info, number }) => ({
      what: `the contract's code in block ${number}`,
      claimed: CODE_HASH,
      found: info?.codeHash ?? "no contract"
    }))
  }
}

const points = (milliPoints: number): string => (milliPoints / 1000).toFixed(3)

export const ratingsBefore: Check = async (reader, which) => {
  const { place } = await roundOf(reader, which)
  const { ratings } = await stateAt(reader, which, place.start)
  const of = (hotkey: string) => points(ratings.get(hotkey)?.rating ?? defaultRatingRules.start)
  const { a, b } = which.claims
  return {
    facts: [`both ratings at block ${place.start}, recomputed from every match in 60 days: ${of(a.hotkey)} and ${of(b.hotkey)}`],
    differences: [
      ...differences("the rating of a before", points(a.rating), of(a.hotkey)),
      ...differences("the rating of b before", points(b.rating), of(b.hotkey))
    ]
  }
}

export const ratingsAfter: Check = async (reader, which) => {
  const { a, b, end, match, startedAt } = which.claims
  const { neurons, ratings } = await stateAt(reader, which, end.at)
  const of = (side: typeof a): string => {
    const rating = ratings.get(
      presentHotkey(
        side,
        startedAt,
        neurons.find(({ uid }) => uid === side.uid)
      )
    )
    const played = rating?.reasons.find((reason) => reason._tag === "Played" && reason.competition === match)
    return points((played ?? rating)?.rating ?? defaultRatingRules.start)
  }
  const claimed = [a, b].map(({ ratingAfter }) => ratingAfter)
  return {
    facts: [`both ratings after the end at block ${end.at}: ${of(a)} and ${of(b)}`],
    differences: [a, b].flatMap((side, index) => {
      const after = claimed[index] ?? null
      return after === null ? [] : differences(`the rating of ${index === 0 ? "a" : "b"} after`, points(after), of(side))
    })
  }
}

/** What validators attested for the round's issues, and miners' free collateral, at the last attesting block. */
const attestedAt = async (reader: Reader, which: Case, number: number, { config, issues, neurons }: State) => {
  const place = await placeAt(reader, which, number)
  const ids = issues.flatMap(({ id, status }) => (status._tag === "Open" ? [id] : []))
  const miners = config.collateralBps === 0 ? [] : neurons
  const deposits = miners.map(({ hotkey, coldkey }) => collateralCell(hotkey, coldkey))
  const wanted = [...ATTESTING, ...attestationCells(ids), ...deposits]
  const read = await cellsAt(reader, "attestations and collateral", place, wanted, (values) => ({
    attestations: Object.fromEntries(countedAttestations(ids, values, number)),
    free: deposits.map((cell) => Option.match(values.of(cell), { onNone: () => 0n, onSome: ({ deposited, locked }) => deposited - locked }))
  }))
  const electorate = await electorateAt(reader, which.contract, place.at)
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
  const { config, place } = await roundOf(reader, which)
  const state = await stateAt(reader, which, place.start)
  if (state.config.roundLength !== config.roundLength || state.config.attestBlocks !== config.attestBlocks)
    throw new Untold("the length of rounds changed in this round, in which validators pair nobody")
  const last = place.pairsFrom - 1
  const attested = await attestedAt(reader, which, last, state)
  const seed = await seedAfter(reader, await blockAt(reader, place.pairsFrom), await blockOf(reader, which, startedAt))
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
  const [one, other] = pairing?.pair ?? []
  const stored = cellOfId(cells.competitions, match)
  const started = await cellsAt(reader, `match ${match} as it started`, await placeAt(reader, which, startedAt), [stored], (values) =>
    values.always(stored)
  )
  const claimed = (side: typeof a) => ({ uid: side.uid, hotkey: side.hotkey, coldkey: side.coldkey })
  return {
    facts: [
      `round ${place.round}: settings, issues, neurons and matches at block ${place.start}, attestations at block ${last}, and the beacon after block ${place.pairsFrom}`,
      `the rules draw the two from ${pairing?.candidates.length ?? 0} of ${state.neurons.length} miners`
    ],
    differences: [
      ...differences("the pair by the rules", { a: claimed(a), b: claimed(b) }, { a: one ?? null, b: other ?? null }),
      ...differences(
        "the match in the contract",
        { issue: id, startedAt, round: place.round, a: claimed(a), b: claimed(b) },
        {
          issue: started.issue,
          startedAt: started.startedAt,
          round: started.round,
          a: started.a,
          b: started.b
        }
      )
    ]
  }
}
