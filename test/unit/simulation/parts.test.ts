/** The parts of a simulation: random numbers, faults, gossip, expected outcomes, plots. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { draw } from "../../../lab/simulation/expectedOutcome.ts"
import { makeGossip } from "../../../lab/simulation/miners/enrolling.ts"
import { defaultSkillModel, drawSkill, solve } from "../../../lab/simulation/miners/skill.ts"
import * as GitHubRecord from "../../../lab/simulation/network/gitHubRecord.ts"
import { accountNamed } from "../../../lab/simulation/network/keys.ts"
import { randomOf } from "../../../lab/simulation/random.ts"
import { plotToSvg } from "../../../lab/simulation/report/plot.ts"
import { contractConfig, defaultSettings, setUp } from "../../../lab/simulation/setup.ts"
import { badTroubles, holdersOf, troubledMinority } from "../../../lab/simulation/validators/conditions.ts"
import { makeValidators, TOTAL_STAKE } from "../../../lab/simulation/validators/Validator.ts"
import { GONE_FOR, STANDS_FOR } from "../../../src/domain/Watch.ts"
import { judge } from "../../../src/scoring/issue_competitions/rules/verdict.ts"

describe("random numbers", () => {
  it("are the same on every machine", () => {
    const random = randomOf(1, "golden")
    assert.deepStrictEqual(
      Array.from({ length: 6 }, () => random.below(1_000_000)),
      [98433, 568468, 256543, 289995, 509010, 70884]
    )
  })

  it("of different purposes are independent", () => {
    const draws = (seed: number, purpose: string) => randomOf(seed, purpose).hash()
    assert.strictEqual(new Set([draws(1, "a"), draws(1, "b"), draws(2, "a")]).size, 3)
  })
})

describe("skills", () => {
  it("have the right spread, and the better miner is first as often as Elo's curve says", () => {
    const random = randomOf(3, "skills")
    const skills = Array.from({ length: 4_000 }, () => drawSkill(random, defaultSkillModel))
    const mean = skills.reduce((sum, skill) => sum + skill, 0) / skills.length
    const spread = Math.sqrt(skills.reduce((sum, skill) => sum + (skill - mean) ** 2, 0) / skills.length)
    assert.approximately(mean, defaultSkillModel.mean, 12_000)
    assert.approximately(spread, defaultSkillModel.deviation, 12_000)
    const games = Array.from({ length: 4_000 }, () => solve(random, 1_600_000, 1_400_000, 0)).flatMap((solved) => solved ?? [])
    assert.approximately(games.filter(({ solver }) => solver === 0).length / games.length, 0.7597, 0.03)
  })

  it("leave an issue unsolved that nobody works on", () => {
    assert.isNull(solve(randomOf(1, "x"), null, null, 0))
  })
})

describe("stakes", () => {
  it("are hostile in exactly the requested share", () => {
    fc.assert(
      fc.property(fc.nat({ max: 9_999 }), fc.integer({ min: 2, max: 16 }), fc.nat(), (bps, count, seed) => {
        const validators = makeValidators(seed, count, bps)
        const sum = (those: typeof validators) => those.reduce((all, { stake }) => all + stake, 0n)
        assert.strictEqual(sum(validators), TOTAL_STAKE)
        assert.strictEqual(sum(validators.filter(({ hostile }) => hostile)), (TOTAL_STAKE * BigInt(bps)) / 10_000n)
      })
    )
  })

  it("of hostile and troubled validators together stay below half", () => {
    fc.assert(
      fc.property(fc.nat({ max: 4_999 }), fc.nat({ max: 100 }), fc.nat({ max: 50 }), (bps, seed, round) => {
        const validators = makeValidators(seed, 9, bps)
        const conditionOf = troubledMinority(seed, badTroubles, validators)
        const failing = validators.reduce((sum, validator) => {
          const { gitHubSilent, lag, offline } = conditionOf(validator, round)
          return validator.hostile || gitHubSilent || lag > 0 || offline ? sum + validator.stake : sum
        }, 0n)
        assert.isTrue(2n * failing < TOTAL_STAKE)
      })
    )
  })

  it("are partitioned as requested", () => {
    const validators = makeValidators(1, 9, 0)
    const apart = holdersOf(validators, 4_000)
    const held = validators.reduce((sum, { index, stake }) => (apart.has(index) ? sum + stake : sum), 0n)
    assert.isTrue(held * 10n >= TOTAL_STAKE * 4n && held * 2n < TOTAL_STAKE)
  })
})

describe("gossip", () => {
  it("brings all holders to the same state, whoever received what and whoever speaks first", () => {
    const { enrolling, network } = setUp({ ...defaultSettings, miners: 4, validators: 2 })
    const miners = network.population.miners()
    const said = fc.record({
      miner: fc.nat({ max: 3 }),
      issue: fc.integer({ min: 1, max: 3 }),
      choice: fc.constantFrom("enrol" as const, "skip" as const),
      sequence: fc.nat({ max: 2 }),
      to: fc.nat({ max: 2 })
    })
    fc.assert(
      fc.property(fc.array(said, { maxLength: 20 }), fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (all, order) => {
        const holders = [0, 1, 2].map(() => enrolling.holder())
        const head = network.ledger.block()
        for (const { choice, issue, miner, sequence, to } of all) {
          const author = miners[miner]
          if (author !== undefined) holders[to]?.submit(enrolling.sign(author, { issue, choice }, head, sequence), head)
        }
        const gossip = makeGossip()
        for (let time = 0; time < 2; time++)
          for (const from of order)
            for (const to of holders) if (holders[from] !== undefined && holders[from] !== to) gossip(holders[from], to, head)
        assert.strictEqual(new Set(holders.map(({ content }) => content())).size, 1)
        assert.strictEqual(new Set(holders.map(({ book }) => JSON.stringify([...book.snapshot(head)]))).size, 1)
      })
    )
  })
})

describe("an expected verdict", () => {
  it("is the verdict of the product's rules on the record, at every moment", () => {
    const account = (uid: number) => ({ uid, hotkey: accountNamed(`hotkey ${uid}`), coldkey: accountNamed(`coldkey ${uid}`) })
    const [a, b] = [account(1), account(2)]
    const timeOf = (block: number) => 1_700_000_000_000 + block * 12_000
    const efforts = fc.constantFrom("full" as const, "none" as const, "early" as const)
    fc.assert(
      fc.property(
        fc.nat(),
        efforts,
        efforts,
        fc.array(fc.nat({ max: 9_000 }), { minLength: 30, maxLength: 30 }),
        (seed, first, second, heads) => {
          const issue = { repository: "acme/widgets", number: 7, repositoryId: 5, authorId: 9, defaultBranch: "main" }
          const startedAt = 1_000
          const competition = {
            id: 1,
            issue: 1,
            round: 3,
            a,
            b,
            enrolled: "0x",
            skipped: "0x",
            startedAt,
            submissionsFrom: startedAt + contractConfig.submissionWindow,
            deadline: startedAt + contractConfig.competitionLength,
            outcomeUntil: startedAt + contractConfig.competitionLength + contractConfig.outcomeGrace,
            challengePeriod: contractConfig.challengePeriod,
            collateral: 0n,
            slash: 0n,
            status: { _tag: "Running" } as const
          }
          const often = { endsOtherwise: 300_000, flickers: 300_000, undone: 300_000, late: 200_000, both: 300_000 }
          const contender = (of: typeof a, effort: typeof first) => ({ hotkey: of.hotkey, account: of.uid, skill: 1_500_000, effort })
          const outcome = draw({
            competition,
            issue,
            contenders: [contender(a, first), contender(b, second)],
            difficulty: 1_300_000,
            mishaps: often,
            timeOf,
            random: randomOf(seed, "fate")
          })
          const record = GitHubRecord.make()
          record.open(issue)
          record.write(issue, outcome.entries)
          for (const later of heads) {
            const head = startedAt + later
            const now = timeOf(head)
            // An event at the time of the head is judged with the next head.
            const isAtHead = outcome.entries.some((entry) => entry._tag === "PullRequest" && entry.pullRequest.mergedAt === now)
            if (isAtHead || outcome.truth.some(({ from }) => from === now)) continue
            // As a validator sees it that has looked at every block since.
            const since = Math.max(
              0,
              ...outcome.entries.flatMap((entry) =>
                entry._tag === "Gone" ? [entry.at] : entry._tag === "Timeline" && entry.event.at <= now ? [entry.event.at] : []
              )
            )
            const { verdict } = judge(record.evidenceAt(issue, now), {
              competitors: [
                { hotkey: a.hotkey, githubId: 1 },
                { hotkey: b.hotkey, githubId: 2 }
              ],
              startedAt: timeOf(startedAt),
              headAt: now,
              submissionsFrom: head < competition.submissionsFrom ? null : timeOf(competition.submissionsFrom),
              deadline: head < competition.deadline ? null : timeOf(competition.deadline),
              isOverdue: false,
              watched: {
                blocks: Math.floor((now - since) / 12_000),
                needed: head < competition.deadline ? STANDS_FOR : GONE_FOR,
                notCounted: null
              }
            })
            const truth = outcome.truth.findLast(({ from }) => from <= now)?.right ?? null
            const said =
              verdict._tag === "NoVote" || verdict._tag === "Unsolved"
                ? null
                : verdict._tag === "Solved"
                  ? verdict
                  : { _tag: "Cancelled" as const, reason: verdict.reason }
            assert.deepStrictEqual(said, truth, `${outcome.name} at ${head}`)
          }
        }
      ),
      { numRuns: 300 }
    )
  })
})

describe("a plot", () => {
  const plot = {
    title: "Rounds <lost> & found",
    xLabel: "share",
    yLabel: "%",
    lines: [
      { name: 'one "two"', points: [[0, 0] as const, [10, 2.5] as const] },
      { name: "none", points: [] }
    ]
  }

  it("is complete, escaped and free of NaN", () => {
    const svg = plotToSvg(plot)
    assert.include(svg, "Rounds &lt;lost&gt; &amp; found")
    assert.include(svg, "one &quot;two&quot;")
    assert.notMatch(svg, /NaN|Infinity|undefined/)
  })

  it("without data is empty, not broken", () => {
    assert.notMatch(plotToSvg({ ...plot, lines: [] }), /NaN|Infinity|undefined/)
    assert.notMatch(plotToSvg({ ...plot, lines: [{ name: "flat", points: [[3, 0]] }] }), /NaN|Infinity|undefined/)
  })
})
