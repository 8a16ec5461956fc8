/**
 * Strategies of hostile validators. They act as one, see the whole chain and the upcoming votes of honest validators, and may act before them, after
 * them, and in the last block that counts. They cannot forge signatures.
 */
import { bitmapOfUids, uidsOfBitmap } from "../../../src/contract-client/bitmap.ts"
import type { Competition, Issue, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import type { Competitor } from "../../../src/domain/Competition.ts"
import type { Metagraph } from "../../../src/domain/Metagraph.ts"
import type { Pairing } from "../../../src/rules/pairs/pairs.ts"
import type { OwnAttestation } from "../../../src/scoring/issue_competitions/attest.ts"
import { publicReasons } from "../../contract-model/issues.ts"
import type { Message } from "../honest/Honest.ts"
import type { Random } from "../random.ts"

/** For this many rounds, hostile validators keep a strategy and a choice: longer than the challenge period. */
export const SPELL_ROUNDS = 5

/** A hostile validator's knowledge when it decides. */
export interface HostileView {
  readonly round: number
  /** Counts spells of {@link SPELL_ROUNDS}. */
  readonly spell: number
  /** Its number among the hostile validators. */
  readonly member: number
  readonly random: Random
  readonly metagraph: Metagraph
  /** What honest validators attest. */
  readonly attested: () => ReadonlyArray<OwnAttestation>
  /** The pairs that honest validators are about to vote for, and the attested miners, by issue. */
  readonly pairings: () => ReadonlyArray<Pairing>
  /** Every issue with a competition that runs. */
  readonly running: () => ReadonlyArray<{ readonly issue: Issue; readonly competition: Competition }>
  /** The verdict that the record calls for now; null for none. */
  readonly right: (issue: number) => OutcomeChoice | null
}

export type Moment = "first" | "last"

export interface HostileStrategy {
  readonly name: string
  readonly attest: (view: HostileView, moment: Moment) => ReadonlyArray<Message>
  readonly pair: (view: HostileView, moment: Moment) => ReadonlyArray<Message>
  readonly judge: (view: HostileView, moment: Moment) => ReadonlyArray<Message>
}

const attestation = ({ round }: HostileView, issue: number, enrolled: Iterable<number>, skipped: Iterable<number> = []): Message => ({
  name: "attestEnrolled",
  args: { issue, round, enrolled: bitmapOfUids(enrolled), skipped: bitmapOfUids(skipped) }
})

const pairVote = ({ round }: HostileView, issue: number, a: Competitor, b: Competitor): Message => ({
  name: "votePair",
  args: { issue, round, a, b }
})

const outcomeVote = (issue: number, choice: OutcomeChoice): Message => ({ name: "voteOutcome", args: { issue, choice } })

const everybody = ({ metagraph }: HostileView): ReadonlyArray<number> => metagraph.neurons.map(({ uid }) => uid).filter((uid) => uid < 256)

/** Two candidates other than the right pair, the same for all callers in a round; undefined if there are none. */
const wrongPair = ({ attested, metagraph, pair }: Pairing & Pick<HostileView, "metagraph">, shift: number) => {
  const there = attested.flatMap((uid) => metagraph.neurons.find((neuron) => neuron.uid === uid) ?? [])
  const right = new Set((pair ?? []).map(({ hotkey }) => hotkey))
  const [first, second] = [...there.filter(({ hotkey }) => !right.has(hotkey)), ...there.filter(({ hotkey }) => right.has(hotkey))].slice(
    shift % Math.max(1, there.length - 1)
  )
  return first === undefined || second === undefined || first.coldkey === second.coldkey ? undefined : ([first, second] as const)
}

const voteWrongPairs = (view: HostileView, shift: number): ReadonlyArray<Message> =>
  view.pairings().flatMap((pairing) => {
    const found = wrongPair({ ...pairing, metagraph: view.metagraph }, shift)
    return found === undefined ? [] : [pairVote(view, pairing.issue, competitor(found[0]), competitor(found[1]))]
  })

const competitor = ({ coldkey, hotkey, uid }: Competitor): Competitor => ({ uid, hotkey, coldkey })

/** A wrong verdict: a false solution of a competitor, or a wrong reason. */
const wrongVerdict = (competition: Competition, right: OutcomeChoice | null, which: number): OutcomeChoice => {
  if (which % 2 === 0) {
    const hotkey = which % 4 === 0 ? competition.a.hotkey : competition.b.hotkey
    return { _tag: "Solved", hotkey, pullRequest: 66_000_000 + competition.id }
  }
  const taken = right?._tag === "Cancelled" ? right.reason._tag : undefined
  const others = publicReasons.filter((reason) => reason !== taken)
  return { _tag: "Cancelled", reason: { _tag: others[Math.floor(which / 2) % others.length] ?? "NotPlanned" } }
}

/** Settles every standing choice, and votes again: hostile validators choose the block. */
const settleAnd = ({ running }: HostileView, votes: ReadonlyArray<Message>): ReadonlyArray<Message> => [
  ...running().map(({ issue }): Message => ({ name: "settle", args: { issue: issue.id } })),
  ...votes
]

const judgeWrongly = (view: HostileView, which: number): ReadonlyArray<Message> =>
  settleAnd(
    view,
    view.running().map(({ competition, issue }) => outcomeVote(issue.id, wrongVerdict(competition, view.right(issue.id), which + issue.id)))
  )

/** Attests like honest validators. */
const attestHonestly = (view: HostileView): ReadonlyArray<Message> =>
  view.attested().map(({ enrolled, issue, skipped }) => ({ name: "attestEnrolled", args: { issue, round: view.round, enrolled, skipped } }))

const voteHonestly = (view: HostileView): ReadonlyArray<Message> =>
  view.pairings().flatMap(({ issue, pair }) => (pair === null ? [] : [pairVote(view, issue, pair[0], pair[1])]))

const judgeHonestly = ({ right, running }: HostileView): ReadonlyArray<Message> =>
  running().flatMap(({ issue }) => {
    const choice = right(issue.id)
    return choice === null ? [] : [outcomeVote(issue.id, choice)]
  })

const nothing = (): ReadonlyArray<Message> => []

/** Does nothing, so that honest validators lack its stake. */
const silent: HostileStrategy = { name: "silent", attest: nothing, pair: nothing, judge: nothing }

/** All vote for the same wrong things, both first and last. */
const together: HostileStrategy = {
  name: "together",
  attest: (view) => view.attested().map(({ issue }) => attestation(view, issue, everybody(view))),
  pair: (view) => voteWrongPairs(view, 0),
  judge: (view) => judgeWrongly(view, view.spell)
}

/** Each votes for different wrong things. */
const apart: HostileStrategy = {
  name: "apart",
  attest: (view) =>
    view.attested().map(({ issue }) =>
      attestation(
        view,
        issue,
        everybody(view).filter(() => view.random.chance(500_000))
      )
    ),
  pair: (view) => voteWrongPairs(view, view.member),
  judge: (view) => judgeWrongly(view, view.member + view.spell)
}

/** Attests miners that are not enrolled, and omits those that are. */
const inverse: HostileStrategy = {
  name: "inverse",
  attest: (view) =>
    view.attested().map(({ enrolled, issue, skipped }) => {
      const there = new Set(uidsOfBitmap(enrolled))
      return attestation(
        view,
        issue,
        everybody(view).filter((uid) => !there.has(uid)),
        uidsOfBitmap(skipped).length > 0 ? [] : there
      )
    }),
  pair: (view) => voteWrongPairs(view, 1),
  judge: (view) => judgeWrongly(view, 1)
}

/** Votes like the honest, and changes every vote at the last possible time. */
const turncoat: HostileStrategy = {
  name: "turncoat",
  attest: (view, moment) => (moment === "first" ? attestHonestly(view) : together.attest(view, moment)),
  pair: (view, moment) => (moment === "first" ? voteHonestly(view) : together.pair(view, moment)),
  judge: (view, moment) => (moment === "first" ? judgeHonestly(view) : judgeWrongly(view, 3))
}

/** Keeps an old cancellation vote on every ballot, for mistaken honest votes that are not withdrawn. */
const lurker: HostileStrategy = {
  name: "lurker",
  attest: attestHonestly,
  pair: voteHonestly,
  judge: (view) =>
    settleAnd(
      view,
      view.running().map(({ issue }) => outcomeVote(issue.id, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }))
    )
}

/** Attests like the honest, never votes on pairs, and always votes for wrong outcomes. */
const obstructor: HostileStrategy = {
  name: "obstructor",
  attest: attestHonestly,
  pair: nothing,
  judge: (view) => judgeWrongly(view, 0)
}

export const hostileStrategies: ReadonlyArray<HostileStrategy> = [together, apart, inverse, turncoat, lurker, obstructor, silent]
