/** Competitions for the book: one in each state that it can be in. */
import type {
  Competition,
  CompetitionDetail,
  Competitor,
  MinerDetail,
  MinerRecord,
  Payout,
  Play,
  Ranked,
  RatingChange,
  SameAccount,
  Treasury,
  TreasuryFlow,
  Vote
} from "../api/types.ts"
import { ALICE, BOB, CAROL, moment, pullRequests, rao, votes } from "./samples.ts"

type Flows = Treasury["streams"]

const HOUR = 3_600
const DAY = 86_400

const coldkey = "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL"

const competitor = ({ hotkey, uid, login, avatar }: typeof ALICE, rating: number, expected: number): Competitor => ({
  uid: uid ?? 0,
  hotkey,
  coldkey,
  payee: null,
  login,
  avatar,
  rating,
  provisional: rating < 1_600,
  expected,
  ratingAfter: null
})

const account = (hotkey: string, more: Partial<SameAccount>): SameAccount => ({
  hotkey,
  uid: null,
  linkedAt: moment(-80 * DAY),
  proven: true,
  rating: 1_441.6,
  provisional: false,
  won: 3,
  lost: 11,
  expired: 1,
  ...more
})

/** An earlier hotkey of the same person, a claim by one that played, and one by a hotkey that never did. */
export const sameAccount: ReadonlyArray<SameAccount> = [
  account("5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy", {}),
  account("5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw", { uid: 91, proven: false, rating: 1_512, provisional: true, lost: 0 }),
  account(CAROL.hotkey, { proven: false, rating: null, provisional: true, won: 0, lost: 0, expired: 0 })
]

const record = (miner: typeof ALICE, rating: number, provisional: boolean): MinerRecord => ({
  miner,
  rating,
  provisional,
  won: 12,
  lost: 5,
  expired: 2,
  earned: rao(1_240.5),
  form: ["won", "won", "lost", "expired", "won"],
  sameAccount: []
})

const validators = [
  "5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy",
  "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw",
  "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL"
]

const solved = { _tag: "Solved", hotkey: ALICE.hotkey, pullRequest: 77 }
const [plain] = votes

/** Votes of the three validators for one choice, each with a share of the whole stake. */
const cast = (
  choice: unknown,
  shares: ReadonlyArray<number>,
  begin: number,
  end?: Pick<Vote, "endedAt" | "endedBy" | "inPassingTally">
): ReadonlyArray<Vote> =>
  plain === undefined
    ? []
    : shares.map((share, index) => ({
        ...plain,
        at: moment(begin + index * 60),
        since: moment(begin + index * 60),
        event: index,
        validator: validators[index] ?? "",
        choice,
        weight: rao(10_000 * share),
        ...end
      }))

/** What the votes of so much of the stake would settle. */
const outlook = (state: NonNullable<CompetitionDetail["outcome"]>["state"], share: number, choice: unknown = solved) => ({
  choice: state === "noVotes" ? null : choice,
  state,
  weight: rao(10_000 * share),
  totalWeight: rao(10_000),
  from: state === "tooYoung" ? moment(5 * HOUR) : state === "settleable" ? moment(-HOUR) : null
})

/** In each state: why nothing can be settled yet, and that something can. */
export const outlooks = {
  noVotes: outlook("noVotes", 0),
  tooLight: outlook("tooLight", 0.31),
  tooYoung: outlook("tooYoung", 0.56),
  settleable: outlook("settleable", 0.56)
}

const COMPETITION: Competition = {
  id: 3,
  issue: { id: 7, repository: "acme/widgets", number: 42, title: "Saving a file twice in a row loses the second change" },
  round: 811,
  enrolled: [3, 17, 42, 91],
  skipped: [91],
  a: competitor(ALICE, 1_612.4, 0.653),
  b: competitor(BOB, 1_502.1, 0.347),
  startedAt: moment(-2 * DAY),
  submissionsFrom: moment(-DAY),
  deadline: moment(2 * DAY),
  outcomeUntil: moment(2 * DAY + 6 * HOUR),
  expiresFrom: moment(5 * DAY + 6 * HOUR),
  challengePeriod: 7_200,
  collateral: rao(20),
  slash: rao(5),
  bounty: rao(100),
  status: "Running",
  winner: null,
  pullRequest: null,
  reason: null,
  slashA: null,
  slashB: null,
  endedAt: null
}

/** A step of a pull request, so many seconds ago. */
const play = (ago: number, of: typeof ALICE, kind: Play["kind"], more: Partial<Play> = {}): Play => ({
  at: moment(-ago).time ?? "",
  repository: "acme/widgets",
  number: of === ALICE ? 77 : 75,
  hotkey: of.hotkey,
  kind,
  by: null,
  commit: null,
  times: 1,
  place: ago,
  validators: null,
  tests: null,
  seenAt: moment(-ago + 20).time,
  text: `${of.login} is told of`,
  lead: null,
  ...more
})

const found = { place: null, seenAt: null, validators: 2, commit: "c0ffee00".repeat(5) }

const plays: ReadonlyArray<Play> = [
  play(9 * HOUR, BOB, "openedAsDraft"),
  play(8 * HOUR, ALICE, "opened", { lead: { leader: "a", text: `${ALICE.login} takes the lead: is first with an open pull request` } }),
  play(7 * HOUR, ALICE, "failing", { commit: "decade00".repeat(5) }),
  play(6 * HOUR, BOB, "ready"),
  play(5 * HOUR, ALICE, "pushed", { commit: found.commit, times: 3 }),
  play(4 * HOUR, ALICE, "passing", { commit: found.commit }),
  play(3 * HOUR, ALICE, "verified", { ...found, tests: 1 }),
  play(2 * HOUR, ALICE, "approved", { by: "maintainer" }),
  play(HOUR, ALICE, "merged", { by: "maintainer" })
]

const RUNNING: CompetitionDetail = {
  ...COMPETITION,
  records: { a: record(ALICE, 1_612.4, false), b: { ...record(BOB, 1_502.1, true), sameAccount } },
  meetings: { aWon: 2, bWon: 1, expired: 1, void: 0, running: 1 },
  votes: cast(solved, [0.31], -HOUR),
  pullRequests: pullRequests.slice(0, 2),
  plays,
  earlierPlays: null,
  lead: { leader: "a", by: "stage", a: ["merged", "1 failing test now passes"], b: [] },
  odds: { a: 0.993, b: 0, nobody: 0.007 },
  steps: [
    {
      at: COMPETITION.startedAt,
      event: 9,
      name: "CompetitionStarted",
      fields: { competition: 3, issue: 7, a: { hotkey: ALICE.hotkey }, b: { hotkey: BOB.hotkey } },
      call: { extrinsic: 2, position: 0 }
    }
  ],
  ratings: [],
  paid: null,
  outcome: outlook("tooLight", 0.31)
}

const change = ({ hotkey, login }: typeof ALICE, cause: RatingChange["cause"], before: number, after: number): RatingChange => ({
  hotkey,
  login,
  at: moment(-HOUR),
  cause,
  competition: 3,
  before,
  after,
  provisional: after < 1_600,
  k: 32,
  opponent: hotkey === ALICE.hotkey ? BOB.hotkey : ALICE.hotkey,
  opponentLogin: hotkey === ALICE.hotkey ? BOB.login : ALICE.login,
  opponentRating: 1_502.1,
  expected: 0.653
})

export const ratingChanges: ReadonlyArray<RatingChange> = [
  change(ALICE, "won", 1_612.4, 1_623.5),
  change(BOB, "lost", 1_502.1, 1_491),
  {
    ...change(BOB, "absent", 1_491, 1_489),
    competition: null,
    k: null,
    opponent: null,
    opponentLogin: null,
    opponentRating: null,
    expected: null
  }
]

const ended = { endedAt: moment(-HOUR), endedBy: "passed" as const, inPassingTally: true }
const after = (name: string, fields: object): CompetitionDetail["steps"] => [
  ...RUNNING.steps,
  { at: moment(-HOUR), event: 3, name, fields: { competition: 3, issue: 7, ...fields }, call: { extrinsic: 1, position: 0 } }
]

const WON: CompetitionDetail = {
  ...RUNNING,
  status: "Won",
  winner: "a",
  pullRequest: 77,
  odds: null,
  endedAt: moment(-HOUR),
  votes: cast(solved, [0.31, 0.25], -2 * HOUR, ended),
  steps: after("CompetitionWon", { hotkey: ALICE.hotkey }),
  ratings: ratingChanges.slice(0, 2),
  outcome: null
}

const NOT_PLANNED = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }

/** A competition in each state. */
export const competitions = {
  window: { ...RUNNING, submissionsFrom: moment(8 * HOUR), pullRequests: [], plays: [], votes: [], outcome: outlooks.noVotes },
  running: RUNNING,
  won: WON,
  agreeing: {
    ...RUNNING,
    votes: [...cast(solved, [0.31], -30 * HOUR), ...cast(solved, [0, 0.25], -19 * HOUR).slice(1)],
    outcome: outlooks.tooYoung
  },
  cancelling: {
    ...RUNNING,
    votes: cast(NOT_PLANNED, [0.31, 0.25], -30 * HOUR),
    outcome: outlook("settleable", 0.56, NOT_PLANNED)
  },
  paid: {
    ...WON,
    a: { ...WON.a, payee: CAROL.hotkey },
    paid: { hotkey: ALICE.hotkey, coldkey: CAROL.hotkey, amount: rao(100), at: moment(-600) }
  },
  expired: {
    ...RUNNING,
    status: "Expired",
    endedAt: moment(-HOUR),
    votes: [],
    outcome: null,
    steps: after("CompetitionExpired", { attempts: 1 })
  },
  unsolved: {
    ...RUNNING,
    status: "Unsolved",
    slashA: true,
    slashB: true,
    endedAt: moment(-HOUR),
    votes: cast({ _tag: "Unsolved", slashA: true, slashB: true }, [0.31, 0.25], -2 * HOUR, ended),
    outcome: null,
    steps: after("CompetitionUnsolved", { attempts: 1, slashA: true, slashB: true }),
    ratings: [change(ALICE, "expired", 1_612.4, 1_606), change(BOB, "expired", 1_502.1, 1_496)]
  },
  cancelled: {
    ...RUNNING,
    status: "Void",
    reason: { _tag: "NotPlanned" },
    endedAt: moment(-HOUR),
    votes: cast(NOT_PLANNED, [0.31, 0.25], -2 * HOUR, ended),
    outcome: null,
    steps: after("CompetitionVoided", { reason: { _tag: "NotPlanned" } })
  },
  tooEarly: {
    ...RUNNING,
    status: "Void",
    reason: { _tag: "SubmittedTooEarly", hotkey: BOB.hotkey },
    endedAt: moment(-HOUR),
    outcome: null,
    ratings: [change(BOB, "submittedTooEarly", 1_502.1, 1_491)]
  }
} satisfies Readonly<Record<string, CompetitionDetail>>

/** The same as a list has them. */
export const listed: ReadonlyArray<Competition> = Object.values(competitions).map((competition, index) => ({
  ...competition,
  id: index + 1
}))

export const payouts: ReadonlyArray<Payout> = [
  {
    at: moment(-600),
    event: 4,
    call: { extrinsic: 2, position: 0 },
    issue: COMPETITION.issue,
    competition: 3,
    miner: ALICE,
    coldkey,
    amount: rao(100)
  }
]

const miner = ({ hotkey, uid, login, avatar }: typeof ALICE, rating: number | null): Omit<Ranked, "rank" | "form" | "streak"> => ({
  hotkey,
  coldkey: uid === null ? null : coldkey,
  uid,
  registeredAt: uid === null ? null : moment(-90 * DAY),
  firstSeenAt: moment(-90 * DAY),
  enrolledAt: moment(-89 * DAY),
  github: login === null ? null : { account: 1_815, login, avatar, proven: true, seenAt: new Date().toISOString() },
  rating,
  ratedGames: rating === null ? 0 : 7,
  provisional: rating !== null && rating < 1_600,
  eligible: rating !== null,
  ratedAt: rating === null ? null : moment(-HOUR),
  lastMatchAt: rating === null ? null : moment(-DAY),
  won: 12,
  lost: 5,
  expired: 2,
  earned: rao(1_240.5)
})

export const ranked: ReadonlyArray<Ranked> = [
  { ...miner(ALICE, 1_623.5), rank: 1, form: ["won", "won", "lost"], streak: 2 },
  { ...miner(BOB, 1_491), rank: 2, form: [], streak: 0 },
  { ...miner({ hotkey: validators[1] ?? "", uid: null, login: null, avatar: null }, 1_400), rank: 3, form: ["expired"], streak: 1 }
]

export const collateral: MinerDetail["collateral"] = [
  {
    at: moment(-600),
    event: 5,
    call: { extrinsic: 2, position: 0 },
    kind: "slashed",
    hotkey: BOB.hotkey,
    login: BOB.login,
    coldkey,
    amount: rao(5),
    source: "collateral",
    destination: "free",
    deposited: rao(15),
    competition: 3,
    cause: "CollateralSlashed"
  }
]

export const streams: Flows = [
  { kind: "harvested", source: "emission", destination: "free", amount: rao(1_000), flows: 40 },
  { kind: "slashed", source: "collateral", destination: "free", amount: rao(15), flows: 3 },
  { kind: "funded", source: "free", destination: "issue", amount: rao(620), flows: 18 },
  { kind: "paid", source: "issue", destination: "account", amount: rao(400), flows: 4 },
  { kind: "freed", source: "issue", destination: "free", amount: rao(60), flows: 1 },
  { kind: "recycled", source: "free", destination: "recycled", amount: rao(360), flows: 10 }
]

export const days: Treasury["days"] = (["2026-11-20", "2026-11-19", "2026-11-17"] as const).flatMap((day, index) =>
  (["harvested", "funded", "paid"] as const satisfies ReadonlyArray<TreasuryFlow["kind"]>).map((kind, place) => ({
    day,
    kind,
    amount: rao(40 * (index + 1) + 15 * place)
  }))
)
