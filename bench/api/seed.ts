/** Fills a database with years of history by SQL, with the keys and forms that the indexer would write. */

import { SqlClient } from "@effect/sql/SqlClient"
import { blake2b } from "@noble/hashes/blake2.js"
import { Effect } from "effect"
import { fromPublicKey } from "../../src/domain/Account.ts"

export const ISSUES = 10_000
export const COMPETITIONS = 20_000
export const VOTES = 1_000_000
const MINERS = 300
const VALIDATORS = 25
/** Number of running competitions. */
const RUNNING = 60
const VOTES_OF_EACH = VOTES / COMPETITIONS
/** Blocks between the starts of two competitions. */
const PACE = 9
const FIRST_START = 1_000
const HEAD = FIRST_START + COMPETITIONS * PACE + 1_000

/** Accounts without a known key. */
const accounts = (kind: string, number: number) =>
  Array.from({ length: number }, (_, index) => fromPublicKey(blake2b(new TextEncoder().encode(`${kind} ${index}`), { dkLen: 32 })))

export const hotkeys = accounts("hotkey", MINERS)
const validators = accounts("validator", VALIDATORS)

const startOf = (competition: string) => `(${FIRST_START} + ${competition} * ${PACE})`
/** A competition's two miners; each competition gets another pair. */
const minerA = `((c * 7) % ${MINERS})`
const minerB = `((c * 7 + 1 + (c * 13) % ${MINERS - 1}) % ${MINERS})`
const issueOf = `((c - 1) % ${ISSUES} + 1)`
const hashOf = (expression: string) => `'0x' || encode(sha256((${expression})::text::bytea), 'hex')`

const competitorOf = (side: "a" | "b", index: string) => `
  ${index} % 256 AS ${side}_uid, ${side}.hotkey AS ${side}_hotkey, ${side}.hotkey AS ${side}_coldkey,
  1500000 + ${index} * 500 AS ${side}_rating, 500000 AS ${side}_expected_ppm, CASE WHEN running THEN NULL ELSE 1500500 + ${index} * 500 END AS ${side}_rating_after`

const statements = [
  `INSERT INTO blocks SELECT n, ${hashOf("n")}, timestamptz '2025-01-01' + n * interval '12 seconds' FROM generate_series(1, ${HEAD}) n`,
  `INSERT INTO miners (hotkey, coldkey, uid, registered_at, first_seen_at, github_account, github_login, github_avatar, github_proven, rating, rated_games, rated_at, won, lost, expired, earned)
    SELECT hotkey, hotkey, CASE WHEN index < 256 THEN index END, 1, 1, 1000 + index, 'miner-' || index, 'https://avatars.example/u/' || index, true,
      1500000 + index * 500, 20, ${HEAD}, 50, 50, 20, 1000000000000 FROM hotkeys`,
  "INSERT INTO registrations SELECT index, 1, 1, hotkey FROM hotkeys WHERE index < 256",
  `INSERT INTO validators SELECT hotkey, jsonb_build_array(hotkey), 1, NULL, 200 + index, true, '203.0.113.1:8091' FROM validator_keys`,
  `INSERT INTO validator_stakes SELECT hotkey, date '2025-01-01' + d, 9000000000, 1 FROM validator_keys, generate_series(0, 60) d`,
  `INSERT INTO competitions (id, issue, round, enrolled, skipped, a_uid, a_hotkey, a_coldkey, a_rating, a_expected_ppm, a_rating_after,
      b_uid, b_hotkey, b_coldkey, b_rating, b_expected_ppm, b_rating_after, started_at, submissions_from, deadline, outcome_until, challenge_period,
      collateral, slash, status, winner, pull_request, reason, unsolved, ended_at)
    SELECT c, ${issueOf}, c / 5, enrolled, skipped, ${competitorOf("a", minerA)}, ${competitorOf("b", minerB)},
      ${startOf("c")}, ${startOf("c")} + 100, ${startOf("c")} + 5000, ${startOf("c")} + 6000, 7200, 1000000000, 500000000,
      CASE WHEN running THEN 'Running' WHEN won THEN 'Won' ELSE 'Expired' END, CASE WHEN won THEN c % 2 END, CASE WHEN won THEN c END, NULL,
      CASE WHEN NOT running AND NOT won THEN true END, CASE WHEN NOT running THEN ${startOf("c")} + 6 END
    FROM (SELECT c, c > ${COMPETITIONS - RUNNING} AS running, c > ${ISSUES} AND c <= ${COMPETITIONS - RUNNING} AS won,
      decode(repeat('5a', 32), 'hex') AS enrolled, decode(repeat('00', 32), 'hex') AS skipped FROM generate_series(1, ${COMPETITIONS}) c) s
    JOIN hotkeys a ON a.index = ${minerA} JOIN hotkeys b ON b.index = ${minerB}`,
  `INSERT INTO issues (id, repository, number, target, funded, status, attempts, competition, payable_at, registered_at, updated_at, node_id, title, labels, github_state, github_author, github_avatar, github_seen_at)
    SELECT i, 'owner-' || i % 40 || '/repository-' || i % 200, i, 100000000000 + i % 50 * 1000000000::bigint, 100000000000 + i % 50 * 1000000000::bigint,
      CASE WHEN i > ${ISSUES - RUNNING} THEN 'Competing' ELSE 'Paid' END, 1, i + ${ISSUES}, ${startOf(`(i + ${ISSUES})`)} + 7206,
      i, ${startOf(`(i + ${ISSUES})`)}, 'I_' || i, 'Something is wrong with part ' || i || ' when it is used', '[{"name": "bug", "color": "d73a4a"}, {"name": "help wanted", "color": "008672"}]',
      'open', 'octocat', 'https://avatars.example/u/1', timestamptz '2025-06-01' FROM generate_series(1, ${ISSUES}) i`,
  `INSERT INTO calls SELECT b, 2 + w, 0, ${hashOf("b * 100 + w")}, hotkey, CASE WHEN w < ${VOTES_OF_EACH / 2} THEN 'vote_pair' ELSE 'vote_outcome' END,
      jsonb_build_object('issue', ${issueOf}), true, NULL, 1250000 FROM made_votes`,
  `INSERT INTO events SELECT b, w, CASE WHEN w < ${VOTES_OF_EACH / 2} THEN 'PairVoted' ELSE 'OutcomeVoted' END,
      CASE WHEN w < ${VOTES_OF_EACH / 2} THEN jsonb_build_object('issue', ${issueOf}, 'validator', hotkey, 'round', c / 5, 'weight', '9000000000', 'totalWeight', '250000000000')
        ELSE jsonb_build_object('issue', ${issueOf}, 'validator', hotkey, 'competition', c, 'weight', '9000000000', 'totalWeight', '250000000000') END, 2 + w, 0 FROM made_votes`,
  `INSERT INTO votes SELECT b, w, CASE WHEN w < ${VOTES_OF_EACH / 2} THEN 'pair' ELSE 'outcome' END, ${issueOf}, CASE WHEN w < ${VOTES_OF_EACH / 2} THEN c / 5 END, c, hotkey,
      jsonb_build_object('_tag', 'Solved', 'hotkey', hotkey, 'pullRequest', c), 9000000000, 250000000000,
      CASE WHEN w < ${VOTES_OF_EACH / 2} THEN ${startOf("c")} WHEN c <= ${COMPETITIONS - RUNNING} THEN ${startOf("c")} + 6 END,
      CASE WHEN w < ${VOTES_OF_EACH / 2} OR c <= ${COMPETITIONS - RUNNING} THEN 'passed' END,
      CASE WHEN w < ${VOTES_OF_EACH / 2} OR c <= ${COMPETITIONS - RUNNING} THEN true END FROM made_votes`,
  `INSERT INTO events SELECT ${startOf("c")}, 100, 'CompetitionStarted', jsonb_build_object('issue', ${issueOf}, 'competition', c, 'deadline', ${startOf("c")} + 5000), NULL, NULL FROM generate_series(1, ${COMPETITIONS}) c`,
  `INSERT INTO events SELECT ended_at, 100, CASE status WHEN 'Won' THEN 'CompetitionWon' ELSE 'CompetitionExpired' END, jsonb_build_object('issue', issue, 'competition', id), NULL, NULL
    FROM competitions WHERE ended_at IS NOT NULL`,
  `INSERT INTO events SELECT ended_at + 1, 100, 'BountyPaid', jsonb_build_object('issue', issue, 'competition', id, 'amount', '100000000000'), NULL, NULL FROM competitions WHERE status = 'Won'`,
  `INSERT INTO payouts SELECT issue, id, CASE winner WHEN 0 THEN a_hotkey ELSE b_hotkey END, a_coldkey, 100000000000, ended_at + 1, 100 FROM competitions WHERE status = 'Won'`,
  `INSERT INTO treasury_flows SELECT block, event, 'paid', amount, 'issue', coldkey, issue, 'BountyPaid', '{}' FROM payouts`,
  `INSERT INTO collateral_flows SELECT ended_at, 100, 'slashed', a_hotkey, a_coldkey, 500000000, 'collateral', 'slashed', 500000000, id, 'CollateralSlashed' FROM competitions WHERE ended_at IS NOT NULL`,
  `INSERT INTO ratings SELECT a_hotkey, ended_at, CASE status WHEN 'Won' THEN 'won' ELSE 'expired' END, id, a_rating, a_rating_after, 20000, b_hotkey, b_rating, 500000 FROM competitions WHERE ended_at IS NOT NULL`,
  `INSERT INTO ratings SELECT b_hotkey, ended_at, CASE status WHEN 'Won' THEN 'lost' ELSE 'expired' END, id, b_rating, b_rating_after, 20000, a_hotkey, a_rating, 500000 FROM competitions WHERE ended_at IS NOT NULL`,
  `INSERT INTO pull_requests SELECT 'owner/repository', id * 2 + side, issue, id, CASE side WHEN 0 THEN a_hotkey ELSE b_hotkey END, 'miner', 1, 'A change for ' || id, 'open',
      timestamptz '2025-01-01' + (started_at + 200) * interval '12 seconds', NULL, NULL, 120, 30, 4, false, timestamptz '2025-06-01' FROM competitions, generate_series(0, 1) side`,
  `INSERT INTO attestations SELECT ${issueOf}, c / 5, v.hotkey, decode(repeat('5a', 32), 'hex'), decode(repeat('00', 32), 'hex'), ${startOf("c")} - 1, v.index
    FROM generate_series(${ISSUES + 1}, ${COMPETITIONS}) c CROSS JOIN validator_keys v`,
  `INSERT INTO chain VALUES (1, ${hashOf("0")}, (SELECT hotkey FROM validator_keys LIMIT 1), 74, 1)`
]

/** Fills the tables over one connection, as a superuser. References are right by construction, so foreign keys are not checked. */
export const seed = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`SET session_replication_role = 'replica'`
  yield* sql`CREATE TEMP TABLE hotkeys AS SELECT hotkey, (n - 1)::integer AS index FROM unnest(${hotkeys}::text[]) WITH ORDINALITY AS t(hotkey, n)`
  yield* sql`CREATE TEMP TABLE validator_keys AS SELECT hotkey, (n - 1)::integer AS index FROM unnest(${validators}::text[]) WITH ORDINALITY AS t(hotkey, n)`
  yield* sql`CREATE TEMP VIEW made_votes AS SELECT c, w, hotkey, ${sql.literal(startOf("c"))} + CASE WHEN w < ${sql.literal(String(VOTES_OF_EACH / 2))} THEN -1 ELSE 5 END AS b
    FROM generate_series(1, ${sql.literal(String(COMPETITIONS))}) c, generate_series(0, ${sql.literal(String(VOTES_OF_EACH - 1))}) w
    JOIN validator_keys ON index = w % ${sql.literal(String(VALIDATORS))}`
  for (const statement of statements) yield* sql.unsafe(statement)
  yield* sql`VACUUM ANALYZE`
  // Write everything to disk now, not during a measurement.
  yield* sql`CHECKPOINT`
})
