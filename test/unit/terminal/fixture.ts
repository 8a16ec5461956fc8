/** A miner's screen with every kind of content, at a fixed time. */

import type { Board, BoardIssue, BoardMatch, RatedMiner, Tally } from "../../../src/cli/mine/screen/board.ts"
import { toRemember } from "../../../src/cli/mine/screen/memory.ts"
import { type Event, initial, type Model, type Viewer } from "../../../src/cli/mine/screen/model.ts"
import type { Remembered } from "../../../src/cli/mine/screen/remembered.ts"
import { update } from "../../../src/cli/mine/screen/update.ts"
import { view } from "../../../src/cli/mine/screen/view.ts"
import { AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import { frameOf, type Line, type Size } from "../../../src/layers/machine/terminal/screen/line.ts"
import { ballotOf } from "../../../src/roles/miner/ballot.ts"
import type { MinerStatus } from "../../../src/roles/miner/status.ts"

const ALPHA = 1_000_000_000n
/** 2026-11-20 12:00:00 UTC. */
export const NOON = Date.UTC(2026, 10, 20, 12)
export const HEAD = 1_234_567

export const hotkeyOf = (uid: number): AccountAddress => AccountAddress.make(fromPublicKey(new Uint8Array(32).fill(uid)))
export const ME = hotkeyOf(7)

const rated = (uid: number, milliPoints: number | null = 1_500_000 + uid * 1_000, provisional = false): RatedMiner => ({
  uid,
  hotkey: hotkeyOf(uid),
  milliPoints,
  provisional
})

export const issueOf = (id: number, over: Partial<BoardIssue> = {}): BoardIssue => ({
  id,
  repository: "acme/widgets",
  number: 40 + id,
  bounty: 100n * ALPHA,
  funded: 100n * ALPHA,
  status: "Open",
  attempts: 0,
  competition: null,
  enrolled: [],
  skipped: [],
  field: 0,
  ...over
})

export const matchOf = (id: number, issue: number, over: Partial<BoardMatch> = {}): BoardMatch => ({
  id,
  issue,
  repository: "acme/widgets",
  number: 40 + issue,
  bounty: 100n * ALPHA,
  round: 12_345,
  a: rated(3),
  b: rated(7, 1_507_000, true),
  expectedA: 494_253,
  startedAt: HEAD - 600,
  submissionsFrom: HEAD - 300,
  deadline: HEAD + 7_200,
  expiresFrom: HEAD + 8_301,
  earlier: [],
  issueStatus: "Competing",
  collateral: 10n * ALPHA,
  slash: 5n * ALPHA,
  status: { _tag: "Running" },
  votes: [],
  ballot: { votes: [], standing: { choice: null, weight: 0n, state: "noVotes", from: null }, totalWeight: 300n },
  ...over
})

/** The shown votes, each of one validator. */
export const voted = (...votes: ReadonlyArray<Omit<Tally, "validators">>): Pick<BoardMatch, "votes" | "ballot"> => ({
  votes: votes.map((vote) => ({ ...vote, validators: 1 })),
  ballot: ballotOf(
    votes.map(({ choice, since }, index) => ({ validator: hotkeyOf(100 + index), choice, since, cast: null })),
    {
      validators: votes.map(({ weight }, index) => ({
        hotkey: hotkeyOf(100 + index),
        coldkeys: [],
        noted: { before: weight, day: weight, since: weight },
        weight
      })),
      total: 300n,
      turnedAt: HEAD - 100
    },
    { block: HEAD, wait: 100, quorumBps: 5_001 }
  )
})

export const issues: ReadonlyArray<BoardIssue> = [
  issueOf(1, { status: "Competing", competition: 4, bounty: 1_250n * ALPHA, funded: 1_250n * ALPHA }),
  issueOf(2, { enrolled: [rated(3), rated(7, 1_507_000, true), rated(250, null)], skipped: [9], field: 2, attempts: 1 }),
  issueOf(3, { repository: "an-organisation-with-a-name/a-repository-with-a-long-name", bounty: 12_500_000_001n, funded: 12_500_000_001n }),
  issueOf(4, { status: "Funding", funded: 99_999_999_999n }),
  issueOf(5, { status: "Solved", competition: 3 })
]

export const board: Board = {
  block: HEAD,
  at: NOON - 4_000,
  pace: { block: HEAD, time: NOON - 4_000, milliseconds: 12_000, blocks: 7_200 },
  times: new Map(),
  place: { round: 12_345, start: HEAD - 10, pairsFrom: HEAD + 50, phase: "attest", nextStart: HEAD + 90 },
  quorumBps: 5_001,
  collateralBps: 1_000,
  slashBps: 5_000,
  fieldNeeded: 3,
  issues,
  matches: new Map([
    [3, matchOf(3, 5, { status: { _tag: "Won", winner: 0, pullRequest: 12, at: HEAD - 50 }, issueStatus: "Solved" })],
    [
      4,
      matchOf(4, 1, {
        bounty: 1_250n * ALPHA,
        ...voted(
          { choice: { _tag: "Solved", hotkey: hotkeyOf(7), pullRequest: 18 }, weight: 130n, since: HEAD - 40 },
          { choice: { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }, weight: 10n, since: HEAD - 7 }
        )
      })
    ]
  ])
}

export const status: MinerStatus = {
  hotkey: ME,
  block: HEAD,
  uid: 7,
  registeredAt: 1_000_000,
  githubAccount: 42,
  githubLink: "linked",
  linkUncertain: false,
  ratingMilliPoints: 1_507_000,
  provisional: true,
  eligible: true,
  absence: { missed: 2, at: 60_000, countsFrom: null },
  games: 3,
  rank: 2,
  ranked: 9,
  round: 12_345,
  running: 1,
  maxCompetitions: 3,
  collateral: { wanted: 10n * ALPHA, free: 25n * ALPHA },
  validators: [],
  validatorsAnswering: 3,
  enrolments: [
    {
      issue: 2,
      repository: "acme/widgets",
      number: 42,
      takes: true,
      choice: "enrol",
      validUntil: HEAD + 3_600,
      heldBy: [hotkeyOf(1), hotkeyOf(2)],
      attestedBy: [hotkeyOf(1)],
      attestedWeight: 130n,
      totalWeight: 300n
    }
  ],
  competitions: []
}

export const viewer: Viewer = { _tag: "Key", hotkey: ME }

/** The screen after these events. */
export const having = (events: ReadonlyArray<Event>, who: Viewer = viewer, remembered: Remembered | null = null): Model =>
  events.reduce<Model>(
    (model, event) => update(model, event).model,
    initial({ endpoint: "wss://chain.example", netuid: 74, viewer: who, now: NOON, zone: 60, remembered })
  )

export const key = (name: string, more: { readonly ctrl?: boolean; readonly shift?: boolean } = {}): Event => ({
  _tag: "Typed",
  key: { name, ctrl: false, shift: false, ...more }
})
export const keys = (...names: ReadonlyArray<string>): ReadonlyArray<Event> => names.map((name) => key(name))
export const resized = (columns: number, rows: number): Event => ({ _tag: "Resized", size: { columns, rows } })
/** Everything has been loaded. */
export const ready: ReadonlyArray<Event> = [
  { _tag: "BoardRead", board, now: NOON },
  { _tag: "StatusRead", status }
]

const pullRequest = {
  repository: "acme/widgets",
  title: "Fold accents",
  closedAt: null,
  additions: 9,
  deletions: 2,
  files: 2,
  isLinked: true
} as const

/** GitHub's data: titles, logins, and the pull requests of the first issue. */
export const named: Event = {
  _tag: "GitHubRead",
  known: {
    titles: new Map([
      [1, "Titles with accents become empty slugs"],
      [2, "The cache grows until the process dies \u202eevil"],
      [3, "漢字 in titles are cut in the middle of a character"]
    ]),
    excerpts: new Map([
      [
        2,
        "Every answer is kept for ever, so a server that runs for a month needs all memory. Expected: • the cache has a limit in bytes • the entry that nobody asked for longest goes first • a test shows that memory stays flat. It should also be possible to switch it off, as the tests of the parser need fresh answers each time."
      ]
    ]),
    pulls: new Map([
      [
        1,
        [
          {
            ...pullRequest,
            number: 18,
            state: "open",
            draft: false,
            checks: "passing",
            review: "approved",
            author: "amber-kite",
            authorId: 33,
            createdAt: NOON - 1_000_000,
            mergedAt: null
          },
          {
            ...pullRequest,
            number: 19,
            state: "open",
            draft: true,
            checks: "failing",
            review: null,
            author: "hazel-rook",
            authorId: 42,
            createdAt: NOON - 900_000,
            mergedAt: null
          }
        ]
      ]
    ]),
    plays: new Map([
      [
        "acme/widgets#18",
        [
          { kind: "opened", at: NOON - 1_000_000, by: "amber-kite", commit: null, times: 1 },
          { kind: "pushed", at: NOON - 800_000, by: null, commit: "c1", times: 3 },
          { kind: "passing", at: NOON - 700_000, by: null, commit: "c1", times: 1 },
          { kind: "approved", at: NOON - 600_000, by: "a-maintainer", commit: null, times: 1 }
        ]
      ],
      [
        "acme/widgets#19",
        [
          { kind: "openedAsDraft", at: NOON - 900_000, by: "hazel-rook", commit: null, times: 1 },
          { kind: "failing", at: NOON - 850_000, by: null, commit: "d1", times: 1 }
        ]
      ]
    ]),
    accounts: new Map([
      [hotkeyOf(3), 33],
      [ME, 42]
    ]),
    logins: new Map([
      [33, "amber-kite"],
      [42, "hazel-rook"]
    ]),
    isRefused: false
  }
}

/** What the screen with everything on it leaves for the next one. */
export const connected: Event = { _tag: "Connected", genesis: "0x01" }
export const seen = toRemember(having([connected, ...ready, named]))
/** A screen that opens two minutes after that one was the newest. */
export const opening = (events: ReadonlyArray<Event>): Model => having(events, viewer, seen && { ...seen, at: NOON - 120_000 })

/** A line's text, without styles. */
export const plainText = (line: Line): string => line.map(({ text }) => text).join("")

/** The text on the screen, without styles. */
export const screenOf = (model: Model, size: Size = model.size): ReadonlyArray<string> =>
  frameOf(view({ ...model, size }), size).map((line) => plainText(line).trimEnd())
