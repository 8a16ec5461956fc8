/** What the book's components are shown with: the API's own shapes, in the states that matter. */
import type { ConfigChange, Event, Issue, MinerRef, Moment, PullRequest, Repository, Suggestion, Vote } from "../api/types.ts"

const ALPHA = 1_000_000_000n
export const rao = (alpha: number): string => (BigInt(Math.round(alpha * 1_000)) * (ALPHA / 1_000n)).toString()

const HEAD = 4_812_345
const began = Date.now()

/** A block so many seconds from now; those ahead have no time yet. */
export const moment = (seconds: number): Moment => ({
  block: HEAD + Math.round(seconds / 12),
  time: seconds > 0 ? null : new Date(began + seconds * 1_000).toISOString()
})

export const ALICE: MinerRef = { hotkey: "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", uid: 17, login: "ada-lovelace", avatar: null }
export const BOB: MinerRef = {
  hotkey: "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
  uid: 42,
  login: "a-name-that-is-as-long-as-github-allows",
  avatar: null
}
export const CAROL: MinerRef = { hotkey: "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y", uid: null, login: null, avatar: null }
export const VALIDATOR = "5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy"

const ISSUE: Issue = {
  id: 7,
  repository: "acme/widgets",
  number: 42,
  target: rao(100),
  funded: rao(100),
  status: "Open",
  reason: null,
  queuePosition: null,
  attempts: 0,
  competition: null,
  registeredAt: moment(-260_000),
  editedAt: null,
  updatedAt: moment(-3_600),
  withoutConsent: null,
  github: {
    nodeId: "I_kwDOAbc",
    title: "Saving a file twice in a row loses the second change",
    labels: [
      { name: "bug", color: "d73a4a" },
      { name: "help wanted", color: "008672" },
      { name: "area: storage", color: "c5def5" },
      { name: "good first issue", color: "7057ff" }
    ],
    language: "TypeScript",
    state: "open",
    closedAt: null,
    author: "octocat",
    avatar: null,
    seenAt: new Date(began - 600_000).toISOString()
  }
}

const competition = { id: 3, a: ALICE, b: BOB, submissionsFrom: moment(-4_000), deadline: moment(180_000) }

const none = {
  nodeId: null,
  title: null,
  labels: null,
  language: null,
  state: null,
  closedAt: null,
  author: null,
  avatar: null,
  seenAt: null
}

/** An issue in each state, as the list shows it, and before GitHub was asked. */
export const issues = {
  Funding: { ...ISSUE, status: "Funding", funded: rao(38.25), queuePosition: 2 },
  Open: { ...ISSUE, attempts: 1 },
  Competing: { ...ISSUE, status: "Competing", competition },
  Solved: { ...ISSUE, status: "Solved", competition },
  Paid: { ...ISSUE, id: 8, status: "Paid", competition, github: { ...ISSUE.github, state: "closed" } },
  Cancelled: { ...ISSUE, status: "Cancelled", funded: "0", reason: { _tag: "NotPlanned" } },
  "GitHub was not asked yet": { ...ISSUE, github: none }
} satisfies Readonly<Record<string, Issue>>

const VOTE: Vote = {
  at: moment(-900),
  event: 4,
  call: { extrinsic: 2, position: 0 },
  kind: "outcome",
  issue: 7,
  round: null,
  competition: 3,
  validator: VALIDATOR,
  choice: { _tag: "Solved", hotkey: ALICE.hotkey, pullRequest: 77 },
  named: [ALICE],
  since: moment(-900),
  weight: rao(3_100),
  totalWeight: rao(10_000),
  endedAt: null,
  endedBy: null,
  inPassingTally: null
}

export const votes: ReadonlyArray<Vote> = [
  VOTE,
  {
    ...VOTE,
    at: moment(-1_000),
    since: moment(-1_000),
    choice: { _tag: "Cancelled", reason: { _tag: "Duplicate" } },
    named: [],
    endedBy: "replaced",
    endedAt: moment(-950)
  },
  {
    ...VOTE,
    at: moment(-90_000),
    since: moment(-90_000),
    kind: "pair",
    round: 811,
    choice: { a: { uid: 17, hotkey: ALICE.hotkey }, b: { uid: 42, hotkey: BOB.hotkey } },
    named: [ALICE, BOB],
    endedBy: "passed",
    endedAt: moment(-89_000),
    inPassingTally: true
  },
  { ...VOTE, at: moment(-90_012), kind: "pair", round: 811, choice: "something new", endedBy: "lapsed", endedAt: moment(-89_000) }
]

const PULL: PullRequest = {
  repository: "acme/widgets",
  number: 77,
  issue: { id: 7, repository: "acme/widgets", number: 42, title: "Saving a file twice in a row loses the second change" },
  competition: 3,
  hotkey: ALICE.hotkey,
  author: "ada-lovelace",
  authorId: 1815,
  title: "Keep the second change",
  state: "merged",
  draft: false,
  checks: "passing",
  review: "approved",
  createdAt: new Date(began - 5_000_000).toISOString(),
  mergedAt: new Date(began - 900_000).toISOString(),
  closedAt: new Date(began - 900_000).toISOString(),
  additions: 1_240,
  deletions: 87,
  files: 9,
  early: false,
  seenAt: new Date(began - 60_000).toISOString()
}

export const pullRequests: readonly [merged: PullRequest, early: PullRequest, unknown: PullRequest] = [
  PULL,
  { ...PULL, number: 75, hotkey: BOB.hotkey, author: BOB.login, state: "closed", mergedAt: null, early: true },
  {
    ...PULL,
    number: 80,
    competition: null,
    hotkey: null,
    author: null,
    authorId: null,
    title: null,
    state: "open",
    draft: true,
    checks: "failing",
    review: "changesRequested",
    mergedAt: null,
    closedAt: null,
    additions: null,
    deletions: null,
    files: null,
    early: null
  }
]

export const events: ReadonlyArray<Event> = [
  {
    at: moment(-900),
    index: 4,
    name: "OutcomeVoted",
    fields: { issue: 7, competition: 3, validator: VALIDATOR, choice: { _tag: "Unsolved", slashA: true, slashB: false }, since: HEAD - 75 },
    names: { miners: [], issue: { id: 7, repository: "acme/widgets", number: 42, title: "Crash when saving" }, competition: null },
    call: { extrinsic: 2, position: 0, signer: VALIDATOR, message: "vote_outcome" }
  },
  {
    at: moment(-90_000),
    index: 9,
    name: "CompetitionStarted",
    fields: { issue: 7, competition: 3 },
    names: { miners: [], issue: null, competition: null },
    call: null
  }
]

const announce = (change: number, what: object): ConfigChange => ({
  at: moment(-36_000),
  event: 2,
  call: { extrinsic: 2, position: 0 },
  kind: "ChangeAnnounced",
  change,
  account: null,
  content: { change, what, appliesFrom: moment(60_000).block, appliesUntil: moment(660_000).block },
  config: null
})

/** What the owner wants to do to an issue whose bounty is funded. */
export const announced = {
  cancellation: announce(4, { _tag: "CancelIssue", issue: 7, reason: { _tag: "NotPlanned" } }),
  edit: announce(5, { _tag: "EditIssue", issue: 7, repository: "acme/gadgets", number: 8, bounty: rao(120) })
}

/** The votes against a change, newest first. */
export const vetoes: ReadonlyArray<ConfigChange> = [
  [VALIDATOR, 3_100],
  ["5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw", 2_000]
].map(([validator, weight]) => ({
  ...announced.edit,
  kind: "ChangeVetoVoted",
  content: { change: 5, validator, weight: rao(Number(weight)), totalWeight: rao(10_000) }
}))

const SUGGESTION: Suggestion = {
  repository: "acme/widgets",
  number: 88,
  title: "Widgets forget their colour after a restart",
  openedAt: new Date(began - 40 * 86_400_000).toISOString(),
  points: 10_600,
  reasons: [
    { points: 10_000, why: "asked for by octocat (/gittensor bounty 100), who may merge there" },
    { points: 400, why: 'label "bounty"' },
    { points: 50, why: "open for 40 days" },
    { points: 150, why: "tests can be run (TypeScript)" }
  ],
  askedBy: "octocat",
  doubt: null,
  seenAt: new Date(began - 7_200_000).toISOString()
}
export const suggestions: ReadonlyArray<Suggestion> = [
  SUGGESTION,
  {
    ...SUGGESTION,
    repository: "a-name-that-is-as-long-as-github-allows/and-a-repository",
    number: 123_456,
    points: 50,
    reasons: [
      { points: 50, why: "open for 40 days" },
      { points: 0, why: "tests cannot be run (COBOL)" }
    ],
    askedBy: null,
    doubt: "not known yet whether its maintainers want none (GitHub does not show whether it has a .gittensor.yml)"
  }
]

const FIGURES = {
  opened: 31,
  merged: 9,
  closed: 14,
  closedByMaintainers: 12,
  closedByUnknown: 1,
  waiting: 5,
  answered: 24,
  unanswered: 6,
  answerUnknown: 1,
  closedShareMilli: 521,
  medianAnswerSeconds: 187_200,
  openedPerMergedMilli: 3_444
}
export const burden: NonNullable<Repository["burden"]> = {
  since: new Date(began - 90 * 86_400_000).toISOString(),
  isWhole: true,
  unknownAuthors: 0,
  unknownMiners: 0,
  miners: FIGURES,
  others: { ...FIGURES, opened: 88, merged: 61, closed: 20, closedByMaintainers: 9, closedShareMilli: 111, openedPerMergedMilli: 1_442 }
}
export const unknownBurden: NonNullable<Repository["burden"]> = {
  ...burden,
  isWhole: false,
  unknownAuthors: 3,
  unknownMiners: 2,
  miners: {
    ...FIGURES,
    opened: 2,
    merged: 0,
    closed: 0,
    closedByMaintainers: 0,
    closedByUnknown: 0,
    waiting: 1,
    answered: 0,
    unanswered: 1,
    closedShareMilli: null,
    medianAnswerSeconds: null,
    openedPerMergedMilli: null
  }
}
