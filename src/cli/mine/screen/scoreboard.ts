/** Converts a screen's match to the input of `story/`, so that the screen has the same sentences and the same lead as the web page. */
import type { AccountAddress } from "../../../domain/Account.ts"
import { PLAY_KINDS } from "../../../domain/Play.ts"
import type { Pull } from "../../../story/competitor.ts"
import { playsOfRecords } from "../../../story/foundPlays.ts"
import { type ListedPull, type Play, playsByDates } from "../../../story/plays.ts"
import { type Scoreboard, type Match as ShownMatch, scoreboardOf } from "../../../story/scoreboard.ts"
import type { Board, BoardMatch, RatedMiner } from "./board.ts"
import { type KnownTexts, loginOf, placeKey } from "./gitHub.ts"
import { timeOf } from "./words.ts"

/** Validators' findings about both sides' heads. */
export type Findings = Parameters<typeof playsOfRecords>[0]

/** A side's pull request, from GitHub. */
export interface ShownPull extends ListedPull, Pull {
  readonly repository: string
  readonly title: string
  readonly author: string | null
  readonly additions: number
  readonly deletions: number
}

export interface State {
  readonly shownMatch: ShownMatch
  /** Pull requests of both sides, oldest first. Null: unknown. */
  readonly pulls: ReadonlyArray<ShownPull> | null
  /** Plays in the commentary's order, oldest first. */
  readonly plays: ReadonlyArray<Play>
  readonly scoreboard: Scoreboard
}

const playerOf = (one: RatedMiner, expectedPpm: number, known: KnownTexts) => ({
  hotkey: one.hotkey ?? `UID ${one.uid}`,
  login: loginOf(known, one.hotkey) ?? `UID ${one.uid}`,
  rating: (one.milliPoints ?? 0) / 1_000,
  provisional: one.provisional,
  expected: expectedPpm / 1_000_000
})

const RANK = new Map<string, number>(PLAY_KINDS.map((kind, rank) => [kind, rank]))
const rankOf = ({ kind }: Play): number => RANK.get(kind) ?? 0
const playedAt = ({ at }: Play): number => new Date(at).getTime()

/** Plays in the API's order: from GitHub, derived from dates for pull requests without known plays, and from validators' findings. */
const playsOf = (pulls: ReadonlyArray<ShownPull>, known: KnownTexts, found: Findings): ReadonlyArray<Play> => {
  const ofGitHub = pulls.flatMap((pull): ReadonlyArray<Play> => {
    const { repository, number, hotkey } = pull
    const steps = known.plays.get(placeKey(pull))
    if (steps === undefined) return playsByDates(pull)
    return steps.map((step) => ({ ...step, at: new Date(step.at), repository, number, hotkey, validators: null, tests: null }))
  })
  return [...ofGitHub, ...playsOfRecords(found, pulls)].toSorted(
    (one, other) => playedAt(one) - playedAt(other) || rankOf(one) - rankOf(other) || one.number - other.number
  )
}

/** The match's state, from the chain, GitHub and validators' findings. */
export const stateOf = (match: BoardMatch, board: Board, known: KnownTexts, found: Findings = []): State => {
  const { status, issueStatus, a, b } = match
  const { standing, totalWeight } = match.ballot
  const millisecondsOf = (block: number) => timeOf(block, board) ?? Number.NaN
  const moment = (block: number) => {
    const time = timeOf(block, board)
    return { block, time: time === null ? null : new Date(time) }
  }
  const hotkeyBy = new Map([a, b].flatMap(({ hotkey }) => (hotkey === null ? [] : [[known.accounts.get(hotkey), hotkey] as const])))
  const countsFrom = millisecondsOf(match.submissionsFrom)
  /** null: unknown, because a pull request of an earlier match may count. */
  const earlyOf = (hotkey: AccountAddress, createdAt: number): boolean | null => {
    if (Number.isNaN(countsFrom)) return null
    if (createdAt >= countsFrom) return false
    const isOfEarlier = match.earlier.some(
      (one) => (one.a.hotkey === hotkey || one.b.hotkey === hotkey) && millisecondsOf(one.startedAt) <= createdAt
    )
    return isOfEarlier && createdAt < millisecondsOf(match.startedAt) ? null : true
  }
  const shown = known.pulls.get(match.issue) ?? null
  const pulls =
    shown?.flatMap((one): ReadonlyArray<ShownPull> => {
      const hotkey = one.authorId === null ? undefined : hotkeyBy.get(one.authorId)
      if (hotkey === undefined) return []
      const { createdAt, mergedAt, closedAt } = one
      const dates = {
        createdAt: new Date(createdAt),
        mergedAt: mergedAt === null ? null : new Date(mergedAt),
        closedAt: closedAt === null ? null : new Date(closedAt)
      }
      return [{ ...one, ...dates, hotkey, early: earlyOf(hotkey, createdAt) }]
    }) ?? null
  const plays = playsOf(pulls ?? [], known, found)
  const won = status._tag === "Won" ? status : null
  const unsolved = status._tag === "Unsolved" ? status : null
  const shownMatch: ShownMatch = {
    status: status._tag,
    reason: status._tag === "Void" ? status.reason : null,
    submissionsFrom: moment(match.submissionsFrom),
    deadline: moment(match.deadline),
    expiresFrom: moment(match.expiresFrom),
    a: playerOf(a, match.expectedA, known),
    b: playerOf(b, 1_000_000 - match.expectedA, known),
    winner: won === null ? null : won.winner === 0 ? "a" : "b",
    pullRequest: won?.pullRequest ?? null,
    slashA: unsolved?.slashA ?? null,
    slashB: unsolved?.slashB ?? null,
    collateral: match.collateral,
    slash: match.slash,
    outcome: status._tag === "Running" ? { ...standing, from: standing.from === null ? null : moment(standing.from) } : null,
    paid: issueStatus === "Paid" && won !== null ? { amount: match.bounty } : null,
    votes: match.ballot.votes.map((vote) => ({ ...vote, kind: "outcome", totalWeight, endedAt: null, endedBy: null })),
    ...(pulls === null ? {} : { pullRequests: pulls, plays })
  }
  return {
    shownMatch,
    pulls,
    plays,
    scoreboard: scoreboardOf(shownMatch, { head: board, quorum: board.quorumBps / 10_000, bounty: match.bounty })
  }
}

export const sideOfHotkey = ({ a, b }: BoardMatch, hotkey: string | null): "a" | "b" | null =>
  hotkey === null ? null : hotkey === a.hotkey ? "a" : hotkey === b.hotkey ? "b" : null
