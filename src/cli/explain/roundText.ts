/** Prints an explained round, as JSON or as text. */

import { toHex } from "../../domain/hex.ts"
import type { Rating, RatingReason } from "../../elo/ratings.ts"
import { alpha, bold, table } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import { type Dropped, MEETINGS_PER_WINDOW, type Pairing } from "../../rules/pairs/pairs.ts"
import type { RoundExplanation, SeenMiner } from "../../scoring/issue_competitions/explainRound.ts"
import { change, countedNoun, points, shareText } from "../../story/figures.ts"
import { otherClaimLines } from "./accountText.ts"

type Lines = ReadonlyArray<string>
/** Logins by hotkey, as far as GitHub names them. */
type Logins = ReadonlyMap<string, string>

/** Sums up a rating's reasons. */
const countsOf = ({ reasons }: Rating) => {
  const results = (result: string) => reasons.filter((reason) => reason._tag === "Played" && reason.result === result).length
  const absences = reasons.filter(({ _tag }) => _tag === "Absent")
  return {
    won: results("won"),
    lost: results("lost"),
    expired: results("expired"),
    submittedTooEarly: results("submittedTooEarly"),
    absences: absences.length,
    byTime: reasons.reduce((sum, reason) => sum + (reason._tag === "Decayed" ? reason.change : 0), 0)
  }
}

/** The explanation as JSON, with a summary of each rating's reasons, and bytes as 0x-hex. */
export const roundDocument = (explained: RoundExplanation, logins: Logins) => ({
  ...explained,
  miners: explained.miners.map((miner) => ({ ...miner, login: miner.hotkey === null ? null : (logins.get(miner.hotkey) ?? null) })),
  ratings: explained.ratings.map((rating) => ({ ...rating, ...countsOf(rating) })),
  pairing: explained.pairing === null ? null : { ...explained.pairing, candidates: candidatesOf(explained.pairing) }
})

const candidatesOf = ({ candidates }: Pairing) => candidates.map((candidate) => ({ ...candidate, hash: toHex(candidate.hash) }))

const indentedTable = (rows: ReadonlyArray<ReadonlyArray<string>>): Lines => table(rows).map((line) => `  ${line}`)

const section = (title: string, lines: Lines): Lines => (lines.length === 0 ? [] : ["", ...paragraph(title).map(bold), ...lines])

const listOf = (uids: ReadonlyArray<number>): string => (uids.length === 0 ? "nobody" : uids.join(" "))

const attestationLines = ({ attestations, totalWeight }: RoundExplanation): Lines =>
  attestations.flatMap(({ validator, weight, saw }) => [
    `  ${validator}  ${shareText(weight, totalWeight)}`,
    ...(saw === null
      ? ["    attested nothing for this issue"]
      : paragraph(`saw enrolled: UID ${listOf(saw.enrolled)}; skipping: ${listOf(saw.skipped)}`, 4, 6))
  ])

const seenBy = (by: Lines, weight: bigint, total: bigint): string => (by.length === 0 ? "-" : shareText(weight, total))

const minerLines = ({ miners, totalWeight, stage }: RoundExplanation, logins: Logins): Lines => [
  ...indentedTable([
    ["UID", "miner", "enrolled", "skipped"],
    ...miners.map(({ uid, hotkey, enrolledBy, enrolledWeight, skippedBy, skippedWeight }) => [
      String(uid),
      logins.get(hotkey ?? "") ?? hotkey ?? "(not registered at the round's first block)",
      seenBy(enrolledBy, enrolledWeight, totalWeight),
      seenBy(skippedBy, skippedWeight, totalWeight)
    ])
  ]),
  ...miners.flatMap((miner) => doubtLines(miner, stage === "Attesting"))
]

const doubtLines = ({ uid, majority, enrolledBy, objection }: SeenMiner, isAttesting: boolean): Lines => {
  if (majority === "skipped") return [`  UID ${uid} skipped`]
  if (majority === "enrolled" || enrolledBy.length === 0) return []
  const why = objection === null ? "the other validators did not see its enrolment in time" : objection
  return paragraph(`UID ${uid} is not enrolled${isAttesting ? " yet" : ""}, because no majority attested it: ${why}`, 2, 4)
}

const ratingLines = ({ ratings }: RoundExplanation): Lines =>
  ratings.length === 0
    ? []
    : indentedTable([
        ["UID", "rating", "matches", "won", "lost", "expired", "early", "absent", "by time"],
        ...ratings.map((rating) => {
          const { won, lost, expired, submittedTooEarly, absences, byTime } = countsOf(rating)
          const figures = [rating.games, won, lost, expired, submittedTooEarly, absences].map(String)
          return [String(rating.uid), `${points(rating.rating)}${rating.provisional ? "?" : ""}`, ...figures, change(byTime)]
        })
      ])

const stepText = (step: RatingReason, nameOf: (hotkey: string) => string): string => {
  switch (step._tag) {
    case "Decayed":
      return `${change(step.change)} by ${step.blocks} blocks without a match`
    case "Absent":
      return `${change(step.change)} for absence, ${step.because === "time" ? "for a whole period" : "at as many opportunities as complete a period"}`
    case "Unchanged":
      return `match ${step.competition} was void (${step.why})`
    case "Played": {
      const against = step.opponent === null ? "the phantom" : nameOf(step.opponent)
      const result = step.result === "submittedTooEarly" ? "submitted too early in" : step.result
      const odds = `${(step.expectedPpm / 10_000).toFixed(2)}% expected, K ${step.k / 1000}`
      return `${change(step.change)} ${result} match ${step.competition} against ${against} at ${points(step.opponentRating)} (${odds})`
    }
  }
}

const stepLines = ({ ratings }: RoundExplanation, logins: Logins): Lines => {
  const uids = new Map(ratings.map(({ uid, hotkey }) => [hotkey, logins.get(hotkey) ?? `UID ${uid}`]))
  return ratings.flatMap(({ uid, reasons }) => [
    `  UID ${uid}${reasons.length === 0 ? ": unchanged so far" : ""}`,
    ...reasons.flatMap((step) =>
      paragraph(`block ${step.block}: ${stepText(step, (hotkey) => uids.get(hotkey) ?? hotkey)} → ${points(step.rating)}`, 4, 6)
    )
  ])
}

const whyDropped = (
  { uid, why, running, rating, freeCollateral }: Dropped,
  { requiredCollateral }: Pairing,
  explained: RoundExplanation
): string => {
  switch (why) {
    case "NotRegistered":
      return "no neuron had this UID at the round's first block"
    case "NotRated":
      return "it has no rating"
    case "RatingTooLow":
      return `not eligible: its rating of ${points(rating ?? 0)} is too low`
    case "CollateralTooLow":
      return `too little collateral: ${alpha(freeCollateral)} free of ${alpha(requiredCollateral)}`
    case "AtMaxCompetitions":
      return `busy: in ${countedNoun(running, "running match", "running matches")}, of at most ${explained.maxCompetitionsPerMiner}`
    case "PairedThisRound": {
      const other = explained.before.find(({ pair }) => pair?.some((paired) => paired.uid === uid))
      return `busy: already paired in this round, for issue ${other?.issue ?? "unknown"}`
    }
  }
}

const REFUSALS = { SameColdkey: "have the same coldkey", MetTwice: `have met ${MEETINGS_PER_WINDOW} times in the window` } as const

/** Why there is no pair, and the field that one would be drawn from. */
const noPair = ({ attested, candidates, fieldNeeded, why }: Pairing): Lines =>
  why === "NoTwoFit"
    ? ["  none: no two of the candidates may meet"]
    : [
        ...paragraph(
          `none: field of ${candidates.length}, ${fieldNeeded} needed${attested.length === 0 ? "; nobody is enrolled" : ""}`,
          2,
          4
        ),
        ...(fieldNeeded > 2
          ? paragraph("The issue waits for more free miners: the more miners are enrolled in a round, the larger a field has to be.", 2, 2)
          : [])
      ]

const pairingLines = (pairing: Pairing, explained: RoundExplanation, logins: Logins): Lines => {
  const uidOf = new Map(pairing.candidates.map(({ hotkey, uid }) => [hotkey, uid]))
  const isDrawn = pairing.candidates.some((candidate) => candidate.isDrawn)
  const candidates = pairing.candidates.map((candidate, index) => [
    `${index + 1}.`,
    String(candidate.uid),
    String(candidate.running),
    points(candidate.rating),
    candidate.hash.toHex().slice(0, 16),
    candidate.isDrawn ? "drawn" : ""
  ])
  const title = `Field of ${candidates.length}, ${pairing.fieldNeeded} needed`
  return [
    ...section(
      isDrawn
        ? `${title}. Order: the better half by the lowest hash, then fewer running matches and the higher rating`
        : `${title}. Order: fewer running matches, then the higher rating, then the lower hash`,
      candidates.length === 0 ? [] : indentedTable([["", "UID", "running", "rating", "hash", ""], ...candidates])
    ),
    ...section(
      "Dropped",
      pairing.dropped.flatMap((one) => paragraph(`UID ${one.uid}: ${whyDropped(one, pairing, explained)}`, 2, 4))
    ),
    ...section(
      "May not meet",
      pairing.refused.map(({ a, b, why }) => `  UID ${uidOf.get(a)} and UID ${uidOf.get(b)} ${REFUSALS[why]}`)
    ),
    ...section(
      "Pair",
      pairing.pair === null
        ? noPair(pairing)
        : pairing.pair.flatMap(({ uid, hotkey }) => [
            `  UID ${uid}  ${logins.get(hotkey) ?? hotkey}`,
            ...otherClaimLines(explained.accounts.find((one) => one.hotkey === hotkey)?.others ?? [], 4)
          ])
    )
  ]
}

const voteLines = ({ votes, votesTotalWeight, competition }: RoundExplanation): Lines => [
  ...votes.flatMap(({ validator, weight, uids: [a, b], asComputed }) => [
    `  ${validator}  ${shareText(weight, votesTotalWeight)}`,
    `    for UID ${a} and UID ${b}${asComputed ? ", the pair above" : ", which is NOT the pair above"}`
  ]),
  ...(competition === null
    ? []
    : [`  match ${competition.id} of UID ${competition.uids[0]} and UID ${competition.uids[1]} started at block ${competition.startedAt}`])
]

const stageLines = ({ stage, statusAtStart, blocks }: RoundExplanation): Lines => {
  switch (stage) {
    case "NotOpen":
      return paragraph(
        statusAtStart === null
          ? `No pair: the issue was not registered at the round's first block, ${blocks.start}.`
          : `No pair: the issue was ${statusAtStart} at the round's first block, ${blocks.start}; only an Open one is given a pair.`
      )
    case "Attesting":
      return paragraph(
        `The pair is not drawn yet: validators attest until block ${blocks.pairsFrom - 1} and vote from block ${blocks.pairsFrom}.`
      )
    case "AwaitingSeed":
      return ["The pair is not drawn yet: its seed, a drand pulse, is not on the chain yet."]
    case "Decided":
      return []
  }
}

/** The explanation in lines of 80 columns; with `steps`, every step of every rating. */
export const roundLines = (explained: RoundExplanation, logins: Logins, steps: boolean): Lines => {
  const { issue, round, blocks, stage, pairing, seed, unfunded, window } = explained
  const readAt = Math.min(blocks.last, blocks.pairsFrom - 1)
  const stageText = stageLines(explained)
  return [
    bold(`issue ${issue.id}: ${issue.repository}#${issue.number}, ${alpha(issue.bounty)}, ${issue.status._tag}`),
    `round ${round}: blocks ${blocks.start} to ${blocks.nextStart - 1}, pairs from block ${blocks.pairsFrom}`,
    ...(seed === null ? [] : [`seed ${seed}`]),
    ...(stageText.length === 0 ? [] : ["", ...stageText]),
    ...(unfunded.length === 0
      ? []
      : ["", ...paragraph(`Its bounty is not filled: ${unfunded.map(({ why, helps }) => `${why}; ${helps}`).join(". ")}.`)]),
    ...(stage === "NotOpen"
      ? []
      : [
          ...section(`Attestations at block ${readAt}, with each validator's share of the weight`, attestationLines(explained)),
          ...section("Attested miners; more than half of the weight decides", minerLines(explained, logins)),
          ...section(
            `Ratings at block ${window.to}, from matches that ended after block ${Math.max(0, window.from)} (? after few matches)`,
            ratingLines(explained)
          ),
          ...(steps ? section("How the ratings changed", stepLines(explained, logins)) : [])
        ]),
    ...(pairing === null ? [] : pairingLines(pairing, explained, logins)),
    ...section("Votes for pairs", voteLines(explained))
  ]
}
