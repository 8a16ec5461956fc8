/** The states of the page: rows for those that few chains are ever in, and the address of each, for tests and for `npm run web`. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { OTHER_DUELS } from "../api/quality.ts"
import { ALICE, BOB, CAROL, duelRow, VALIDATOR } from "../api/seed.ts"
import { copy, DAVE, EVE, everyState, newIssue } from "./history.ts"

/** Addresses with what `everyState` shows there. */
export const USUAL = {
  "home: what goes on, results, what is open": "/",
  "issues: one in each state": "/issues",
  "issues: filtered": "/issues?status=Open",
  "issues: nothing matches": "/issues?search=nothing-is-like-that",
  "issue: paid": "/issues/1",
  "issue: waits for funding, and GitHub was not asked yet": "/issues/2",
  "issue: cancelled, because a pull request came too early": "/issues/3",
  "issue: two miners compete for it": "/issues/10",
  "issue: solved": "/issues/11",
  "issue: open": "/issues/12",
  "issue: cancelled, as not planned": "/issues/13",
  "issue: cancelled, with labels": "/issues/14",
  "issue: not known": "/issues/999",
  "repository: with issues, suggestions and what maintainers bear": "/repositories/acme/widgets",
  "repository: not known": "/repositories/nobody/nothing",
  "search: no words yet": "/search",
  "search: some words": "/search?q=a",
  "search: nothing is found": "/search?q=nothing-is-like-that",
  "matches: one in each state": "/competitions",
  "match: won and paid, with findings that differ and duels": "/competitions/1",
  "match: pull requests count, and votes came": "/competitions/2",
  "match: won, and not paid yet": "/competitions/3",
  "match: nobody solved it, at the cost of one": "/competitions/4",
  "match: void, as not planned": "/competitions/5",
  "match: void, because a pull request came too early": "/competitions/6",
  miners: "/miners",
  "miner: rated, with payouts": `/miners/${ALICE}`,
  leaderboard: "/leaderboard",
  "head to head: two miners who met": `/head-to-head?a=${ALICE}&b=${BOB}`,
  "head to head: nobody is chosen": "/head-to-head",
  treasury: "/treasury",
  validators: "/validators",
  "validators: with all evidence": "/validators?evidence=all",
  "validator: on the whitelist": `/validators/${VALIDATOR}`,
  "validator: only its reports are known": `/validators/${CAROL}`,
  "epoch: no roster, and no quorum": "/consensus/0",
  "epoch: counted, with a broken rule": "/consensus/2",
  "epoch: not known": "/consensus/999",
  "events, and the subnet in figures": "/events",
  "events: one block": "/events?from=20&to=20",
  "how it works": "/how-it-works",
  "my page: nothing is watched": "/me",
  "an unknown address": "/nothing-is-here"
} as const

/** Addresses with what `rareStates` adds there. */
export const RARE = {
  "home: the treasury is in trouble": "/?rare",
  "match: pull requests do not count yet": "/competitions/21",
  "match: too little stake has voted": "/competitions/2",
  "match: votes agree, and have to stand; a draw and a duel under way": "/competitions/22",
  "match: it can be settled now": "/competitions/23",
  "match: people have to decide": "/competitions/24",
  "match: no verdict came in time": "/competitions/25",
  "match: nobody solved it, at the cost of both; many plays, of which the oldest are asked for": "/competitions/26",
  "issue: too little stake has voted; votes that were replaced or lapsed": "/issues/10",
  "issue: votes have to stand": "/issues/32",
  "issue: registered without consent; the owner announced its end, against which validators vote": "/issues/41",
  "issue: partly funded, the owner announced an edit; a long title and many labels": "/issues/42",
  "repository: what maintainers bear is partly known": "/repositories/acme/gears",
  "leaderboard: a miner without a rank": "/leaderboard",
  "miner: without an account, never rated": `/miners/${CAROL}`,
  "miner: ratings that rose and fell, collateral slashed": `/miners/${BOB}`,
  "treasury: it earns nothing and cannot pay; all streams": "/treasury",
  "validator: stake of two days, divergences with gaps, copies": `/validators/${VALIDATOR}`,
  "validators: several epochs' evidence": "/validators?evidence=all",
  "epoch: reports above, below and equal; weights as expected, other, hidden, none": "/consensus/2",
  "events: calls": "/events?show=calls",
  "events: ratings": "/events?show=ratings",
  "events: registrations": "/events?show=registrations"
} as const

/** Lists, which say why they are empty while nothing is indexed. */
export const LISTS = ["/issues", "/competitions", "/miners", "/leaderboard", "/treasury", "/validators", "/events"] as const
/** Views about one thing, which is not found then. */
export const DETAILS = [
  "/issues/1",
  "/competitions/1",
  `/miners/${ALICE}`,
  `/validators/${VALIDATOR}`,
  "/consensus/2",
  `/head-to-head?a=${ALICE}&b=${BOB}`
] as const

/** A copy of a row that an event of its own wrote. */
const happened = (name: string, block: number, table: string, where: string, change: Record<string, unknown>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const [event] = yield* sql<{ readonly index: number }>`INSERT INTO events (block, index, name, fields)
      SELECT ${block}::int, coalesce(max(index), 0) + 1, ${name}::text, '{}' FROM events WHERE block = ${block}::int RETURNING index`
    yield* copy(table, where, { ...change, block, event: event?.index })
  })

const VOTE = "block = 20 AND event = 3"
const CHANGE = "block = 35 AND event = 3"

const [SOLVED, UNSOLVED] = [
  { _tag: "Solved", hotkey: ALICE, pullRequest: 77 },
  { _tag: "Unsolved", slashA: true, slashB: true }
]

/** What is not known of a pull request of nobody. */
const UNKNOWN = {
  competition: null,
  hotkey: null,
  author: null,
  author_id: null,
  title: null,
  early: null,
  merged_at: null,
  closed_at: null
}

const RUNNING = { status: "Running", deadline: 600, outcome_until: 700, winner: null, pull_request: null, ended_at: null }
const MATCHES = [
  { id: 21, change: { ...RUNNING, submissions_from: 60 } },
  { id: 22, change: RUNNING, votes: { choice: SOLVED, since: 39 } },
  { id: 23, change: RUNNING, votes: { choice: UNSOLVED, since: 25 } },
  { id: 24, change: { ...RUNNING, deadline: 20, outcome_until: 44 } },
  { id: 25, change: { ...RUNNING, status: "Expired", ended_at: 30 } },
  { id: 26, change: { ...RUNNING, status: "Unsolved", slash_a: true, slash_b: true, ended_at: 30 } }
] as const

const matches = Effect.gen(function* () {
  const sql = yield* SqlClient
  for (const { id, change, ...more } of MATCHES) {
    const [issue, isOver] = [id + 10, change.ended_at !== null]
    yield* newIssue(issue, { status: isOver ? "Open" : "Competing", attempts: isOver ? 1 : 0 })
    const after = isOver ? 1_500_000 : null
    yield* copy("competitions", "id = 1", {
      slash_a: null,
      slash_b: null,
      ...change,
      id,
      issue,
      a_rating_after: after,
      b_rating_after: after
    })
    if (!isOver) yield* sql`UPDATE issues SET competition = ${id} WHERE id = ${issue}`
    for (const validator of [VALIDATOR, DAVE])
      if ("votes" in more)
        yield* happened("OutcomeVoted", more.votes.since, "votes", VOTE, { ...more.votes, issue, competition: id, validator })
  }
  yield* copy("quality_documents", `validator = '${VALIDATOR}'`, { issue: 32 })
  for (const duel of [OTHER_DUELS.draw, OTHER_DUELS.open])
    yield* sql`INSERT INTO quality_duels ${sql.insert({ ...duelRow(duel), issue: 32 })}`
  yield* copy("quality_records", `validator = '${VALIDATOR}'`, { issue: 32, state: "gated", verification: null })
  for (const change of [
    { ended_by: "replaced", choice: { _tag: "Cancelled", reason: { _tag: "Duplicate" } } },
    { ended_by: "withdrawn", choice: { _tag: "Dissolved", slashA: false, slashB: false } },
    { ended_by: "lapsed", choice: { _tag: "SomethingNew" } }
  ])
    yield* happened("OutcomeVoted", 21, "votes", VOTE, {
      issue: 10,
      competition: 2,
      since: 21,
      ended_at: 30,
      weight: "30000000000",
      total_weight: "40000000000",
      validator: DAVE,
      ...change
    })
  for (const [number, change] of [
    [75, { issue: 10, competition: 2, hotkey: BOB, author: "login-2", early: true, state: "closed", merged_at: null }],
    [80, { issue: 10, ...UNKNOWN, state: "open", draft: true, checks: "failing", review: "changesRequested" }],
    [81, { issue: 36, competition: 25, state: "open", merged_at: null, closed_at: null }]
  ] as const)
    yield* copy("pull_requests", "number = 77", { number, ...change })
  for (let place = 2; place < 600; place++)
    yield* copy("plays", "place = 0", { issue: 36, number: 81, place, kind: "pushed", times: place })
})

const announce = (change: number, what: object) =>
  happened("ChangeAnnounced", 36, "config_changes", CHANGE, { change, content: { change, what, appliesFrom: 100, appliesUntil: 200 } })

const issues = Effect.gen(function* () {
  yield* newIssue(41, { status: "Open", without_consent: `The maintainers' bot crashes daily. <b>${"W".repeat(120)}</b>` })
  yield* newIssue(42, {
    status: "Funding",
    funded: "62000000000",
    queue_position: 2,
    title: "Saving a file twice in a row loses the second change, ".repeat(4),
    labels: ["bug", "help wanted", "area: storage", "good first issue"].map((name) => ({ name, color: "c5def5" }))
  })
  yield* announce(4, { _tag: "CancelIssue", issue: 41, reason: { _tag: "NotPlanned" } })
  yield* announce(5, { _tag: "EditIssue", issue: 42, repository: "acme/gadgets", number: 8, bounty: "120000000000" })
  yield* announce(6, { _tag: "Config", config: { challengePeriod: 16 } })
  for (const [index, validator] of [VALIDATOR, DAVE].entries())
    yield* happened("ChangeVetoVoted", 37, "config_changes", CHANGE, {
      change: 4,
      kind: "ChangeVetoVoted",
      content: { change: 4, validator, weight: `${9_000_000_000 * (index + 1)}`, totalWeight: "40000000000" }
    })
})

const money = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`UPDATE chain SET treasury_earns = false, treasury_pays = false, treasury_at = 39,
    treasury_why = 'the owner of subnet 74 has switched transfers of stake off; it goes on when they are switched on again'`
  for (const [kind, source, destination, amount] of [
    ["harvested", "emission", "free", 1_000],
    ["slashed", "collateral", "free", 15],
    ["paid", "issue", "account", 400],
    ["freed", "issue", "free", 60],
    ["recycled", "free", "recycled", 360]
  ])
    yield* happened("BountyFunded", 22, "treasury_flows", "block = 6", { kind, source, destination, amount: `${amount}000000000` })
  yield* happened("CollateralSlashed", 30, "collateral_flows", "block = 16", {
    hotkey: BOB,
    kind: "slashed",
    source: "collateral",
    destination: "free",
    deposited: "4500000000",
    cause: "CollateralSlashed"
  })
  yield* copy("miners", `hotkey = '${CAROL}'`, { hotkey: EVE, uid: 7, enrolled_at: 12 })
  for (const [block, before, after] of [
    [22, 1_512_345, 1_498_000],
    [26, 1_498_000, 1_540_000],
    [32, 1_540_000, 1_487_655]
  ] as const)
    yield* copy("ratings", "block = 20", { hotkey: BOB, block, before, after, cause: after > before ? "won" : "lost", opponent: ALICE })
})

const validators = Effect.gen(function* () {
  const sql = yield* SqlClient
  const stake = "30000000000"
  yield* copy("validators", `hotkey = '${VALIDATOR}'`, {
    hotkey: DAVE,
    uid: 5,
    name: null,
    noted_before: stake,
    noted_day: stake,
    noted_since: stake
  })
  yield* copy("validator_stakes", "block = 39", { day: "2025-12-31", weight: "8000000000", free: null, block: 1 })
  const voter = `epoch = 2 AND hotkey = '${VALIDATOR}'`
  yield* copy("consensus_voters", voter, { hotkey: DAVE, uid: 5, weights: [[2, 65_535]], as_expected: false })
  yield* copy("consensus_voters", voter, {
    hotkey: EVE,
    uid: 6,
    reason: "no report",
    report: null,
    program: null,
    leaves: null,
    root: null,
    document: null,
    givers: [],
    weights_state: "none",
    weights: null,
    as_expected: null
  })
  yield* sql`UPDATE consensus_values SET votes = ${JSON.stringify([
    [VALIDATOR, 600_000],
    [CAROL, 2_000],
    [DAVE, 550_000]
  ])}::jsonb WHERE uid = 1`
  yield* copy("consensus_values", "uid = 1", {
    uid: 2,
    hotkey: BOB,
    holder: null,
    value: 30,
    source: "before",
    ppm: null,
    votes: [
      [DAVE, 30],
      [VALIDATOR, null]
    ]
  })
  for (const [position, change] of [
    {
      kind: "weights differ",
      validator: DAVE,
      text: "its weights do not follow from the reports: UID 2 has 65535 instead of 0",
      proof: null
    },
    { kind: "no quorum", severity: "missing", validator: null, text: "1 of 3 validators reported: weights are held", proof: null }
  ].entries())
    yield* copy("consensus_findings", "epoch = 2 AND position = 0", { position: position + 1, ...change })
  for (const [epoch, change] of [
    [1, { spearman_ppm: null, same_top: null, quorum: false, overlap: 0, overlap_of: 0, copies: [] }],
    [0, { spearman_ppm: 400_000, copies: [{ hotkey: BOB, milli: null, evidence: 0 }] }]
  ] as const)
    yield* copy("consensus_divergences", "epoch = 2", { epoch, ...change })
  yield* sql`UPDATE consensus_divergences SET copies = ${JSON.stringify([
    { hotkey: DAVE, milli: 20, evidence: 50_000 },
    { hotkey: EVE, milli: 1_000, evidence: 50_000 }
  ])}::jsonb WHERE epoch = 2`
})

/** All of `everyState`, and what few chains ever have. */
export const rareStates = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* everyState
  yield* validators
  yield* matches
  yield* issues
  yield* money
  yield* sql`UPDATE repositories SET burden = jsonb_set(jsonb_set(old.burden, '{isWhole}', 'false'), '{unknownAuthors}', '3'), seen_at = old.seen_at
    FROM repositories old WHERE repositories.repository = 'acme/gears' AND old.repository = 'acme/widgets'`
})
