/** A small history for the API's tests that fills every column of every table. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { burdenOf } from "../../../src/domain/burden.ts"
import { consentFileOf } from "../../../src/domain/consent.ts"
import { readChoices } from "../../../src/domain/repositoryChoices.ts"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import type { Kind, Table } from "../../../src/layers/storage/database/schema/table.ts"
import { tables } from "../../../src/layers/storage/database/schema/tables.ts"
import { chosenText } from "../../../src/story/chosen.ts"
import { ANSWER_CONTENT, ARTEFACT, ARTEFACT_CONTENT, DUEL, DUEL_FILES, OTHER_DUELS, QUESTION_CONTENT, RECORD } from "./quality.ts"

export const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
export const BOB = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
export const CAROL = "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y"
export const VALIDATOR = "5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy"
const COLDKEY = "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw"

export const ISSUE = 1
export const COMPETITION = 1
/** The newest block. Block n is at second n of 1 January 2026. */
export const HEAD = 40

const timeOf = (block: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, block))
/** How its pull request stands. */
export const STANDING = {
  state: "merged",
  draft: false,
  review: "approved",
  mergedAt: timeOf(19).getTime(),
  closedAt: timeOf(19).getTime()
} as const
const json = (value: unknown) => JSON.stringify(value)
/** The maintainers' burden by the pull requests of a miner, whose account is 7, and of another author. */
const BURDEN = burdenOf(
  {
    pulls: [
      { author: 7, by: "stranger", state: "CLOSED", createdAt: 0, closedBy: "maintainer", answeredAt: 60_000 },
      { author: 8, by: "stranger", state: "OPEN", createdAt: 0, closedBy: null, answeredAt: null }
    ],
    since: 0,
    isWhole: true,
    hidden: 0
  },
  { accounts: new Set([7]), unknown: 1 }
)

/** What a maintainer wrote with a typo. */
const FILE = {
  where: ".gittensor.yml",
  repository: "acme/widgets",
  path: ".gittensor.yml",
  choices: readChoices("bounties: true\ntst: make\n")
}
const CHOICES = chosenText({ repository: "acme/widgets", isArchived: false, file: consentFileOf(FILE.choices) }, [FILE])

type Row = Readonly<Record<string, unknown>>

/** A table's row with the fields of an API's answer. */
const rowOf = (fields: object): Row =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [
      field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      typeof value === "object" && value !== null ? json(value) : value
    ])
  )

const sideOf = (name: "a" | "b", hotkey: string, { repository, number, commit }: typeof DUEL.a) => ({
  [`${name}_hotkey`]: hotkey,
  [`${name}_repository`]: repository,
  [`${name}_number`]: number,
  [`${name}_commit`]: commit
})

export const duelRow = ({ a, b, ...rest }: Pick<typeof DUEL, "a" | "b">): Row => ({
  issue: ISSUE,
  validator: VALIDATOR,
  ...sideOf("a", ALICE, a),
  ...sideOf("b", BOB, b),
  ...rowOf(rest)
})

const hash = (number: number) => `0x${number.toString(16).padStart(64, "0")}`
const uids = (...set: ReadonlyArray<number>) => fromUids(set)

const competitor = (uid: number, hotkey: string) => ({ uid, hotkey, coldkey: COLDKEY })

const call = (block: number, message: string, error: string | null = null) => ({
  block,
  extrinsic: 2,
  position: 0,
  extrinsic_hash: hash(1_000 + block),
  signer: VALIDATOR,
  message,
  arguments: json({ issue: ISSUE }),
  success: error === null,
  error,
  fee: "1250000"
})

const event = (block: number, name: string, fields: object) => ({
  block,
  index: 3,
  name,
  fields: json(fields),
  extrinsic: 2,
  call_position: 0
})

const miner = (hotkey: string, uid: number, rating: number | null) => ({
  hotkey,
  coldkey: COLDKEY,
  uid,
  registered_at: 2,
  first_seen_at: 2,
  enrolled_at: rating === null ? null : 12,
  github_account: 500 + uid,
  github_login: `login-${uid}`,
  github_avatar: `https://avatars.example/${uid}`,
  github_proven: true,
  github_seen_at: timeOf(30),
  rating,
  rated_games: 3,
  provisional: true,
  eligible: true,
  rated_at: 30,
  won: 1,
  lost: 0,
  expired: 2,
  earned: "100000000000"
})

const side = (name: "a" | "b", uid: number, hotkey: string) => ({
  [`${name}_uid`]: uid,
  [`${name}_hotkey`]: hotkey,
  [`${name}_coldkey`]: COLDKEY,
  [`${name}_rating`]: 1_512_345,
  [`${name}_expected_ppm`]: 500_000,
  [`${name}_rating_after`]: 1_532_345
})

/** An audited epoch of eight blocks. */
const epoch = (number: number, more: Record<string, unknown> = {}) => ({
  epoch: number,
  block: 16 + 8 * number,
  opening: 18 + 8 * number,
  settling: 20 + 8 * number,
  ended_at: null,
  roster: hash(9).slice(2),
  committed_roster: hash(9).slice(2),
  committed_version: 3,
  quorum: true,
  total_stake: "5000000000",
  reporting_stake: "3000000000",
  expected: json([[1, 65_535]]),
  facts: json({
    format: "gittensor/facts/v1",
    netuid: 74,
    genesis: hash(0),
    epoch: number,
    block: 16 + 8 * number,
    time: 1_767_225_600 + 16 + 8 * number,
    opening: 18 + 8 * number,
    settling: 20 + 8 * number,
    end: 36,
    lasts: true,
    hidden: false,
    roster: { owner: COLDKEY, committed: { version: 3, sha256: hash(9).slice(2) } },
    voters: [
      {
        hotkey: VALIDATOR,
        stake: "3000000000",
        axon: { ip: "192.0.2.1", port: 8_091 },
        before: null,
        atOpening: { epoch: number, sha256: hash(7).slice(2), previous: hash(5).slice(2) },
        atEnd: null,
        held: { _tag: "Nothing" },
        weights: { _tag: "Weights", uids: [1], values: [65_535] }
      }
    ],
    neurons: [{ uid: 1, hotkey: ALICE, consensus: 809 }],
    changed: [{ uid: 1, hotkey: BOB }],
    rules: { tempo: 8, minimumWeights: 1, maximumShare: 65_535, revealPeriod: null },
    pools: { issue_competitions: { _tag: "Scored", rewards: [[3, 1_000_000]] } },
    axons: [{ hotkey: VALIDATOR, ip: "192.0.2.1", port: 8_091 }]
  }),
  looks: 1,
  looked_at: 36,
  next_look: null,
  ...more
})

const voter = (of: number, hotkey: string) => ({
  epoch: of,
  hotkey,
  uid: 4,
  stake: "3000000000",
  committed: hash(7).slice(2),
  report: null,
  reason: null,
  program: null,
  leaves: null,
  root: null,
  document: null,
  givers: json([]),
  others: json([]),
  weights_state: "set",
  weights: null,
  as_expected: null
})

const reported = (miners: ReadonlyArray<object>) => ({
  report: hash(7).slice(2),
  program: "0.1.0",
  leaves: 12,
  root: hash(6).slice(2),
  document: json({ body: { miners }, signature: "0x" }),
  givers: json([VALIDATOR, BOB]),
  weights: json([[1, 65_535]]),
  as_expected: true
})

/** The rows by table, ordered so that foreign keys hold. */
const rows: Readonly<Record<string, Row | ReadonlyArray<Row>>> = {
  blocks: Array.from({ length: HEAD }, (_, index) => ({ number: index + 1, hash: hash(index + 1), time: timeOf(index + 1) })),
  chain: {
    id: 1,
    genesis_hash: hash(0),
    contract: COLDKEY,
    netuid: 74,
    first_block: 1,
    github_trouble: "limited",
    github_trouble_since: timeOf(20),
    alpha_price: "41200000",
    alpha_price_at: 20
  },
  calls: [
    call(3, "new"),
    call(5, "register_issue"),
    call(6, "harvest"),
    call(12, "attest_enrolled"),
    call(14, "vote_pair"),
    call(15, "vote_pair"),
    call(16, "deposit_collateral")
  ].concat(
    call(20, "vote_outcome"),
    call(24, "vote_outcome", "Contracts.ContractReverted"),
    call(30, "payout"),
    call(35, "announce_change")
  ),
  events: [
    event(3, "ContractCreated", { owner: COLDKEY, config: { netuid: 74 } }),
    event(5, "IssueRegistered", { issue: ISSUE, repository: "acme/widgets", number: 42, bounty: "100000000000" }),
    event(6, "BountyFunded", { issue: ISSUE, amount: "100000000000", funded: "100000000000", bounty: "100000000000" }),
    event(12, "EnrolmentAttested", { issue: ISSUE, validator: VALIDATOR, round: 1 }),
    event(14, "PairVoted", { issue: ISSUE, validator: VALIDATOR, round: 1 }),
    event(15, "CompetitionStarted", { issue: ISSUE, competition: COMPETITION }),
    event(16, "CollateralDeposited", { hotkey: ALICE, coldkey: COLDKEY, amount: "5000000000", deposited: "5000000000" }),
    event(20, "OutcomeVoted", { issue: ISSUE, competition: COMPETITION, validator: VALIDATOR }),
    event(30, "BountyPaid", { issue: ISSUE, competition: COMPETITION, hotkey: ALICE, coldkey: COLDKEY, amount: "100000000000" }),
    event(35, "ChangeAnnounced", { change: 1, what: { _tag: "Owner", owner: CAROL }, appliesFrom: 100, appliesUntil: 200 })
  ],
  miners: [miner(ALICE, 1, 1_532_345), miner(BOB, 2, 1_487_655), miner(CAROL, 3, null)],
  registrations: [
    { uid: 1, registered_at: 2, held_from: 3, hotkey: ALICE },
    { uid: 2, registered_at: 2, held_from: 2, hotkey: BOB }
  ],
  github_links: [
    { hotkey: ALICE, linked_at: 4, account: 501, gist: "abcdef" },
    { hotkey: BOB, linked_at: 2, account: 502, gist: "beefed" },
    // Carol named Alice's account before she linked her own.
    { hotkey: CAROL, linked_at: 5, account: 501, gist: "fedcba" },
    { hotkey: CAROL, linked_at: 9, account: 503, gist: "c0ffee" }
  ],
  issues: [
    {
      id: ISSUE,
      repository: "acme/widgets",
      number: 42,
      target: "100000000000",
      funded: "100000000000",
      status: "Paid",
      reason: null,
      queue_position: null,
      attempts: 1,
      competition: null,
      registered_at: 5,
      updated_at: 30,
      node_id: "I_abc",
      title: "Crash when saving",
      excerpt: "Saving a file twice in a row crashes the editor: • open a file • press Ctrl+S twice. Expected: it is saved once.",
      language: "TypeScript",
      labels: json([{ name: "bug", color: "ff0000" }]),
      github_state: "closed",
      github_closed_at: timeOf(29),
      github_author: "octocat",
      github_avatar: "https://avatars.example/octocat",
      github_seen_at: timeOf(31)
    },
    {
      id: 2,
      repository: "acme/gadgets",
      number: 7,
      target: "200000000000",
      funded: "50000000000",
      status: "Funding",
      queue_position: 1,
      registered_at: 6,
      updated_at: 6
    },
    {
      id: 3,
      repository: "Other/Tools",
      number: 9,
      target: "300000000000",
      funded: "0",
      status: "Cancelled",
      reason: json({ _tag: "SubmittedTooEarly", hotkey: ALICE }),
      language: "Rust",
      registered_at: 7,
      updated_at: 8
    }
  ],
  competitions: {
    id: COMPETITION,
    issue: ISSUE,
    round: 1,
    enrolled: uids(1, 2, 255),
    skipped: uids(3),
    ...side("a", 1, ALICE),
    ...side("b", 2, BOB),
    started_at: 15,
    submissions_from: 18,
    deadline: 39,
    outcome_until: 60,
    challenge_period: 8,
    collateral: "1000000000",
    slash: "500000000",
    status: "Won",
    winner: 0,
    pull_request: 77,
    reason: null,
    slash_a: null,
    slash_b: null,
    ended_at: 20
  },
  votes: [
    {
      block: 14,
      event: 3,
      kind: "pair",
      issue: ISSUE,
      round: 1,
      competition: COMPETITION,
      validator: VALIDATOR,
      choice: json({ a: competitor(1, ALICE), b: competitor(2, BOB) }),
      since: 14,
      weight: "9000000000",
      total_weight: "10000000000",
      ended_at: 15,
      ended_by: "passed",
      in_passing_tally: true
    },
    {
      block: 20,
      event: 3,
      kind: "outcome",
      issue: ISSUE,
      round: null,
      competition: COMPETITION,
      validator: VALIDATOR,
      choice: json({ _tag: "Solved", hotkey: ALICE, pullRequest: 77 }),
      since: 20,
      weight: null,
      total_weight: null,
      ended_at: null,
      ended_by: null,
      in_passing_tally: null
    }
  ],
  attestations: [{ issue: ISSUE, round: 1, validator: VALIDATOR, enrolled: uids(1, 2), skipped: uids(3), block: 12, event: 3 }],
  pull_requests: {
    repository: "acme/widgets",
    number: 77,
    issue: ISSUE,
    competition: COMPETITION,
    hotkey: ALICE,
    author: "login-1",
    author_id: 501,
    title: "Save without crashing",
    state: STANDING.state,
    created_at: timeOf(18),
    merged_at: new Date(STANDING.mergedAt),
    closed_at: new Date(STANDING.closedAt),
    additions: 10,
    deletions: 4,
    files: 2,
    early: false,
    seen_at: timeOf(31),
    draft: STANDING.draft,
    checks: "passing",
    review: STANDING.review
  },
  plays: [
    {
      issue: ISSUE,
      repository: "acme/widgets",
      number: 77,
      place: 0,
      at: timeOf(18),
      kind: "opened",
      by: "login-1",
      commit: null,
      times: 1,
      seen_at: timeOf(31)
    },
    {
      issue: ISSUE,
      repository: "acme/widgets",
      number: 77,
      place: 1,
      at: timeOf(19),
      kind: "merged",
      by: "acme",
      commit: "d".repeat(40),
      times: 2,
      seen_at: timeOf(31)
    }
  ],
  github_comments: {
    chain: hash(0),
    contract: COLDKEY,
    issue: ISSUE,
    repository: "acme/widgets",
    number: 42,
    comment: 2_147_483_700,
    author: 77,
    hash: "ab".repeat(32),
    written_at: timeOf(31),
    reactions: 3,
    sent_at: null
  },
  suggestions: [
    {
      repository: "acme/widgets",
      number: 501,
      title: "Forgets its <colour>",
      opened_at: timeOf(1),
      points: 10_400,
      reasons: json([
        { points: 10_000, why: "asked for by acme (/gittensor bounty), who may merge there" },
        { points: 400, why: 'label "gittensor"' }
      ]),
      asked_by: "acme",
      doubt: null,
      seen_at: timeOf(31)
    },
    {
      repository: "acme/gears",
      number: 3,
      title: "Grinds",
      opened_at: timeOf(2),
      points: -50,
      reasons: json([{ points: -50, why: "41 comments, so the task may not be clear" }]),
      asked_by: null,
      doubt: "not known",
      seen_at: timeOf(31)
    }
  ],
  repositories: [
    {
      repository: "acme/widgets",
      burden: json({ ...BURDEN, since: timeOf(1) }),
      seen_at: timeOf(31),
      asked_at: timeOf(32),
      choices: json(CHOICES),
      choices_at: timeOf(33)
    },
    { repository: "acme/gears", burden: null, seen_at: null, asked_at: timeOf(32), choices: null, choices_at: null }
  ],
  ratings: [
    {
      hotkey: ALICE,
      block: 20,
      cause: "won",
      competition: COMPETITION,
      before: 1_512_345,
      after: 1_532_345,
      k: 40_000,
      opponent: BOB,
      opponent_rating: 1_512_345,
      expected_ppm: 500_000
    },
    { hotkey: ALICE, block: 10, cause: "absent", competition: null, before: 1_515_000, after: 1_512_345, k: null }
  ],
  payouts: [{ issue: ISSUE, competition: COMPETITION, hotkey: ALICE, coldkey: COLDKEY, amount: "100000000000", block: 30, event: 3 }],
  treasury_flows: {
    block: 6,
    event: 3,
    kind: "funded",
    amount: "100000000000",
    source: "free",
    destination: "issue",
    issue: ISSUE,
    cause: "BountyFunded",
    details: json({ issue: ISSUE })
  },
  collateral_flows: {
    block: 16,
    event: 3,
    kind: "deposited",
    hotkey: ALICE,
    coldkey: COLDKEY,
    amount: "5000000000",
    source: COLDKEY,
    destination: "collateral",
    deposited: "5000000000",
    competition: COMPETITION,
    cause: "CollateralDeposited"
  },
  validators: {
    hotkey: VALIDATOR,
    coldkeys: json([COLDKEY]),
    added_at: 4,
    removed_at: null,
    noted_before: "10000000000",
    noted_day: "9500000000",
    noted_since: "9000000000",
    uid: 9,
    permit: true,
    axon: "203.0.113.9:8091",
    name: "Opentensor"
  },
  validator_stakes: [{ hotkey: VALIDATOR, day: "2026-01-01", weight: "9000000000", free: "1234567890", block: 39 }],
  config_changes: [
    {
      block: 3,
      event: 3,
      kind: "ContractCreated",
      change: null,
      account: COLDKEY,
      content: json({ owner: COLDKEY }),
      config: json({
        netuid: 74,
        treasuryHotkey: BOB,
        treasuryColdkey: COLDKEY,
        maxCompetitionsPerMiner: 1,
        challengePeriod: 8,
        quorumBps: 5_001,
        recycleAfter: 50_400
      })
    },
    {
      block: 35,
      event: 3,
      kind: "ChangeAnnounced",
      change: 1,
      account: CAROL,
      content: json({ change: 1, appliesFrom: 100, appliesUntil: 200 }),
      config: null
    }
  ],
  weights: {
    block: 33,
    extrinsic: 4,
    validator: VALIDATOR,
    kind: "set",
    error: null,
    values: json([[1, 65_535]]),
    version_key: "3",
    hash: hash(33)
  },
  reports: [{ block: 34, extrinsic: 5, validator: VALIDATOR, epoch: 2, hash: hash(34), values: json({ "1": "0.5" }) }],
  scores: [{ epoch: 2, hotkey: ALICE, repository: "acme/widgets", score: "12.5", components: json({ lines: 3 }), block: 34 }],
  consensus_epochs: [
    epoch(2, { next_look: 60 }),
    epoch(1, { ended_at: 30, looks: 2 }),
    epoch(0, { roster: null, committed_roster: null, committed_version: null, quorum: false, expected: null })
  ],
  consensus_voters: [
    {
      ...voter(2, VALIDATOR),
      ...reported([{ uid: 1, hotkey: ALICE, cells: [{ repository: "acme/widgets", side: "author", sum: 600_000, less: 0, full: 0 }] }])
    },
    {
      ...voter(2, CAROL),
      reason: "equivocation",
      weights_state: "hidden",
      others: json([{ sha256: hash(8), document: "{}", givers: [BOB] }])
    },
    { ...voter(1, VALIDATOR), reason: "no report", weights_state: "none" }
  ],
  consensus_values: {
    epoch: 2,
    uid: 1,
    hotkey: ALICE,
    holder: BOB,
    value: 550_000,
    source: "median",
    ppm: 700_000,
    measuring_stake: "3000000000",
    chain_ppm: 12_345,
    votes: json([
      [VALIDATOR, 600_000],
      [CAROL, null]
    ])
  },
  consensus_findings: [
    {
      epoch: 2,
      position: 0,
      kind: "equivocation",
      severity: "wrong",
      validator: CAROL,
      giver: null,
      text: "it signed two reports",
      proof: json({ format: "gittensor/equivocation/v1" })
    },
    {
      epoch: 1,
      position: 0,
      kind: "no report",
      severity: "missing",
      validator: VALIDATOR,
      giver: BOB,
      text: "no source has it",
      proof: null
    }
  ],
  consensus_divergences: {
    validator: VALIDATOR,
    epoch: 2,
    block: 32,
    report: hash(7).slice(2),
    reporting: 2,
    voters: 3,
    quorum: true,
    same_top: true,
    spearman_ppm: -987_654,
    overlap: 9,
    overlap_of: 10,
    copyable: 1,
    copies: json([{ hotkey: CAROL, milli: 20, evidence: 50_000 }]),
    read_at: 35
  },
  quality_documents: [
    { issue: ISSUE, validator: VALIDATOR, at: timeOf(25), document: json({ body: { issue: ISSUE }, signature: "0x" }), read_at: 35 }
  ],
  quality_records: {
    issue: ISSUE,
    validator: VALIDATOR,
    hotkey: ALICE,
    repository: "acme/widgets",
    number: 77,
    commit: "a".repeat(40),
    ...rowOf(RECORD)
  },
  quality_duels: [DUEL, OTHER_DUELS.none, OTHER_DUELS.failed].map(duelRow),
  quality_costs: {
    issue: ISSUE,
    validator: VALIDATOR,
    stage: "duel",
    judge: "fair",
    model: "fair-2",
    calls: 2,
    open: 1,
    prompt_tokens: 800,
    answer_tokens: 120,
    cost: 1_234
  },
  artefacts: [
    [ARTEFACT, ARTEFACT_CONTENT] as const,
    ...DUEL_FILES.map((file, index) => [file, index === 0 ? QUESTION_CONTENT : ANSWER_CONTENT] as const)
  ].map(([{ digest, mediaType }, content]) => ({ validator: VALIDATOR, digest, media_type: mediaType, content, read_at: 35 }))
}

/** A sample value of a column's type. */
const sampleOf = (kind: Kind): unknown => {
  switch (kind) {
    case "text":
      return "a sample"
    case "account":
      return CAROL
    case "flag":
      return true
    case "json":
      return json({ sample: 7 })
    case "bytes":
    case "uids":
      return uids(7)
    case "time":
    case "day":
      return timeOf(29)
    case "share":
    case "ppm":
      return 500_000
    case "rating":
      return 1_500_000
    case "rao":
      return "7000000000"
    case "block":
      return 29
    default:
      return 7
  }
}

/** Sample values for the columns that no row above names; they are added to the table's first row. */
const samplesFor = (name: string, named: ReadonlyArray<object>): Record<string, unknown> => {
  const columns = Object.entries<Table>(tables).find(([one]) => one === name)?.[1].columns ?? {}
  const unnamed = Object.entries(columns).filter(([column]) => !named.some((row) => Object.hasOwn(row, column)))
  return Object.fromEntries(unnamed.map(([column, { kind }]) => [column, sampleOf(kind)]))
}

/** Inserts the rows. */
export const seed = Effect.gen(function* () {
  const sql = yield* SqlClient
  for (const [table, given] of Object.entries(rows)) {
    const all = [given].flat()
    for (const [index, row] of all.entries())
      yield* sql`INSERT INTO ${sql(table)} ${sql.insert(index === 0 ? { ...samplesFor(table, all), ...row } : row)} ${
        // The row exists already where an index was emptied.
        sql.literal(table === "github_comments" ? "ON CONFLICT DO NOTHING" : "")
      }`
  }
  yield* sql`UPDATE issues SET competition = ${COMPETITION} WHERE id = ${ISSUE}`
})
