/**
 * Prints random cases of the rules with this program's outcomes, in lines of the kit's `rules.jsonl`, for another implementation to play. GITTENSOR_TEST_CASES of them, or 50. The seed is
 * GITTENSOR_TEST_SEED, or any; it is in each case's name.
 */
import { fromUids } from "../src/domain/UidBitmap.ts"
import { toPlain } from "../test/support/conformance/plain.ts"
import { ruleOf } from "../test/support/conformance/rules.ts"
import { competitor, hotkey, miner } from "../test/support/rules/world.ts"
import { generator } from "./mutants/random.ts"

const seed = Number(process.env.GITTENSOR_TEST_SEED ?? Date.now() % 2 ** 31)
const random = generator(seed)
const below = (limit: number): number => Math.floor(limit * random())
const chance = (probability: number): boolean => random() < probability
const list = <A>(count: number, of: (index: number) => A): ReadonlyArray<A> => Array.from({ length: count }, (_, index) => of(index))
const some = (count: number, probability: number): ReadonlyArray<number> => list(count, (uid) => uid).filter(() => chance(probability))
const bits = (count: number, probability: number) => fromUids(some(count, probability))

const AT = 1_000_000
const DAY = 7_200

/** Matches of these UIDs, some of which run, with absences, skips, and ends of every kind. */
const matches = (count: number, uids: number) =>
  list(count, (id) => {
    const a = below(uids)
    const b = (a + 1 + below(uids - 1)) % uids
    const startedAt = AT - below(70 * DAY)
    const at = startedAt + 1 + below(14 * DAY)
    const reason = chance(0.7) ? { _tag: "SubmittedTooEarly", hotkey: hotkey(chance(0.5) ? a : b) } : { _tag: "NotPlanned" }
    const ends = [
      { _tag: "Won", winner: below(2), pullRequest: 1, at },
      { _tag: "Won", winner: below(2), pullRequest: 1, at },
      { _tag: "Expired", at },
      { _tag: "Unsolved", at, slashA: false, slashB: true },
      { _tag: "Void", reason, at },
      { _tag: "Running" }
    ]
    const status = ends[below(ends.length)]
    return {
      id,
      issue: id,
      a: competitor(a),
      b: competitor(b),
      enrolled: bits(uids, 0.4),
      skipped: bits(uids, 0.3),
      startedAt: chance(0.1) ? AT - below(9) * DAY : startedAt,
      status
    }
  })

const history = () => {
  const uids = 3 + below(9)
  return [{ at: AT, competitions: matches(below(70), uids), miners: some(uids, 0.9).map((uid) => miner(uid, AT - below(90 * DAY))) }]
}

const round = () => {
  const uids = 4 + below(60)
  const neurons = some(uids, 0.95).map((uid) => ({ ...competitor(uid), coldkey: competitor(chance(0.2) ? 1 : uid).coldkey }))
  const rated = neurons
    .filter(() => chance(0.95))
    .map(({ hotkey: one }) => {
      const rating = 1_150_000 + 50_000 * below(9)
      return [
        one,
        {
          hotkey: one,
          rating,
          games: 0,
          provisional: true,
          eligible: rating >= 1_200_000,
          reasons: [],
          absence: { missed: 0, since: null }
        }
      ]
    })
  return [
    {
      at: AT,
      seed: Uint8Array.from(list(32, () => below(256))),
      issues: list(1 + below(4), (id) => ({ id, bounty: BigInt(below(3) * 10_000 + below(2)), enrolled: bits(uids + 2, 0.6) })),
      neurons,
      ratings: new Map(rated.map(([one, rating]) => [one, rating])),
      competitions: matches(below(60), uids),
      maxCompetitionsPerMiner: 1 + below(3),
      collateralBps: below(3) * 2_500,
      collateral: new Map(neurons.map(({ hotkey: one }) => [one, BigInt(below(3) * 2_495 + below(2))]))
    }
  ]
}

const REPOSITORIES = ["acme/gadgets", "acme/site", "zeta/zoo"]
const SIDES = ["author", "finder"]
const cellNames = () => REPOSITORIES.flatMap((repository) => SIDES.map((side) => ({ repository, side }))).filter(() => chance(0.6))

const settlement = () => {
  const neurons = list(2 + below(5), (uid) => ({ uid, hotkey: hotkey(uid) }))
  const voters = list(1 + below(6), (index) => ({ hotkey: hotkey(100 + index), stake: BigInt(below(40)) }))
  const holders = neurons.slice(1).map((one) => (chance(0.1) ? { ...one, hotkey: hotkey(50 + one.uid) } : one))
  const report = () => ({
    format: "gittensor/report/v1",
    netuid: 74,
    genesis: `0x${"01".repeat(32)}`,
    epoch: 30,
    block: 10_800,
    roster: "0".repeat(64),
    program: "0.1.0",
    validator: hotkey(100),
    settlement: chance(0.8) ? "a".repeat(64) : null,
    miners: holders
      .filter(() => chance(0.8))
      .map((one) => ({
        ...one,
        cells: chance(0.15)
          ? null
          : cellNames().map((name) => ({ ...name, sum: chance(0.15) ? null : below(30), less: below(9), full: below(3) * 10 }))
      })),
    repositories: REPOSITORIES.filter(() => chance(0.4)).map((repository) => ({
      repository,
      maintainers: chance(0.2) ? null : holders.filter(() => chance(0.4)),
      lost: below(3) * 100
    })),
    leaves: 0,
    root: "0".repeat(64)
  })
  const before = {
    cells: holders.flatMap((one) => cellNames().map((name) => ({ ...one, ...name, net: below(20), full: 0, measuredIn: 14 + below(16) }))),
    repositories: [{ repository: "zeta/zoo", maintainers: holders.slice(0, 1), lost: 50, measuredIn: 14 + below(16) }]
  }
  const reports = new Map(voters.filter(() => chance(0.85)).map((one) => [one.hotkey, report()]))
  return [{ index: 30, firstBlock: 10_800 }, "0".repeat(64), { voters, neurons }, reports, ...(chance(0.5) ? [before] : [])]
}

/** Whole thirds of the stake, which decide at the limit; all may be silent, and no roster in force. */
const settlingRoster = () => {
  const voters = list(1 + below(5), (index) => ({ hotkey: hotkey(100 + index), stake: BigInt(below(4)) }))
  const roster = () => "abc".charAt(below(3)).repeat(64)
  const reports = new Map(chance(0.2) ? [] : voters.filter(() => chance(0.8)).map((one) => [one.hotkey, { roster: roster() }]))
  return [chance(0.2) ? undefined : roster(), { voters, neurons: [] }, reports]
}

const shares = () => {
  const isWork = chance(0.5)
  const miners = list(1 + below(8), (index) => ({ uid: index + 1, hotkey: hotkey(index + 1) }))
  const figures = () => ({
    emission_share: below(400_000) / 1_200_000,
    issue_discovery_share: [0, 0.5, 1, 0.333][below(4)],
    maintainer_cut: [0, 0.1, 0.25][below(3)],
    fixed_base_score: chance(0.2) ? 3 : null,
    ...(isWork ? { work: { ...(chance(0.5) ? { full_slice_points: below(9) / 7 } : {}) } } : {})
  })
  const measured = {
    cells: miners.flatMap((one) =>
      cellNames().map((name) => ({ ...one, ...name, net: below(3) * below(900_000), full: below(2_000_000) }))
    ),
    repositories: REPOSITORIES.filter(() => chance(0.5)).map((repository) => ({
      repository,
      maintainers: miners.filter(() => chance(0.3)),
      lost: below(1_001)
    }))
  }
  const neurons = [{ uid: 0, hotkey: hotkey(0) }, ...miners.map((one) => (chance(0.1) ? { ...one, hotkey: hotkey(60) } : one))]
  return [measured, Object.fromEntries(REPOSITORIES.map((name) => [chance(0.3) ? name.toUpperCase() : name, figures()])), { neurons }]
}

const weights = () => {
  const count = below(30)
  const parts = new Map(some(count + 1, 0.7).map((uid) => [uid, chance(0.2) ? below(40) : below(1_000_000 / (count + 1))]))
  return [parts, { neurons: count + 1, minimumWeights: below(12), maximumShare: chance(0.4) ? 65_535 : 1 + below(20_000) }]
}

const KINDS: ReadonlyArray<readonly [rule: string, make: () => ReadonlyArray<unknown>]> = [
  ["elo/computeRatings", history],
  ["pairs/computePairs", round],
  ["consensus/settlementOf", settlement],
  ["consensus/settlingRoster", settlingRoster],
  ["contributions/agreedShares", shares],
  ["weights/fitting", weights]
]

for (let index = 0; index < Number(process.env.GITTENSOR_TEST_CASES ?? 50); index++) {
  const [rule, make] = KINDS[index % KINDS.length] ?? ["", () => []]
  const one = { name: `random ${seed} ${index}`, rule, input: make().map(toPlain) }
  console.log(JSON.stringify({ ...one, outcome: ruleOf(one) }))
}
