import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { contributorsOf, MADE_UP_IDS } from "../../../lab/devnet/github/facts/contributors.ts"
import { identityOf, type PullRequestFact } from "../../../lab/devnet/github/facts/GitHubFacts.ts"
import { planMatches } from "../../../lab/devnet/github/facts/matchPlan.ts"
import { mostFrequentAuthors, solvedIssues } from "../../../lab/devnet/github/facts/solvedIssues.ts"
import { fact, isShared, loadDemo, loadShared } from "../../support/github/facts.ts"

const solved = (facts: ReadonlyArray<PullRequestFact>) => solvedIssues(facts).map(({ number, solver }) => `${number} ${solver.login}`)

describe("solved issues", () => {
  it("are closed by exactly one merged pull request, not by the most frequent author", () => {
    const facts = [
      fact({ number: 1, by: "boss:1", closes: [101] }),
      fact({ number: 2, by: "boss:1" }),
      fact({ number: 3, by: "ada:2", closes: [102, 102] }),
      fact({ number: 4, by: "bob", closes: [103, 104] }),
      fact({ number: 5, by: "ada:2", closes: [104] }),
      fact({ number: 6, by: "boss:1", closes: [105] }),
      fact({ number: 7, by: "bob", closes: [105] }),
      fact({ number: 8, by: "cleo", closes: [106], merged: false }),
      fact({ number: 9, by: "cleo", closes: [3] })
    ]
    assert.deepStrictEqual(solved(facts), ["102 ada", "103 bob"])
  })

  it("may have a number that is a pull request's in another repository", () => {
    const facts = [
      fact({ number: 1, by: "boss:1" }),
      fact({ number: 2, by: "boss:1" }),
      fact({ number: 3, by: "ada:2", closes: [50] }),
      fact({ number: 50, by: "other:9", repository: "acme/gears" })
    ]
    assert.deepStrictEqual(solved(facts), ["50 ada"])
  })

  it("exclude the most frequent author of each repository; ties go to the first by login", () => {
    const facts = [
      fact({ number: 1, by: "Zoe:1", closes: [11] }),
      fact({ number: 2, by: "ada:2", closes: [12] }),
      fact({ number: 1, by: "Zoe:1", repository: "acme/gears" })
    ]
    const frequent = mostFrequentAuthors(facts)
    assert.strictEqual(frequent.get("acme/widgets")?.login, "ada")
    assert.strictEqual(frequent.get("acme/gears")?.login, "Zoe")
    assert.deepStrictEqual(solved(facts), ["11 Zoe"])
  })

  it("treat an id with two logins as one author, and a login without id as the account that has it", () => {
    const facts = [
      fact({ number: 1, by: "old-name:7" }),
      fact({ number: 2, by: "new-name:7" }),
      fact({ number: 3, by: "new-name" }),
      fact({ number: 4, by: "ada:2", closes: [40] })
    ]
    const { all } = contributorsOf(facts)
    assert.deepStrictEqual(
      all.map(({ id, login }) => [id, login]),
      [
        [2, "ada"],
        [7, "new-name"]
      ]
    )
    assert.strictEqual(mostFrequentAuthors(facts).get("acme/widgets")?.id, 7)
  })

  it("give two ids to two accounts that shared a login, and keep invented ids in their range", () => {
    const { all } = contributorsOf([
      fact({ number: 1, by: "name:1" }),
      fact({ number: 2, by: "name:2" }),
      fact({ number: 3, by: "hidden" })
    ])
    assert.strictEqual(new Set(all.map(({ login }) => login.toLowerCase())).size, 3)
    assert.strictEqual(all.find(({ id }) => id === 2)?.login, "name", "who used it last keeps it")
    assert.deepStrictEqual(
      all.map(({ name }) => name),
      ["hidden", "name", "name"],
      "the data's own names are kept"
    )
    const again = contributorsOf([
      fact({ number: 4, by: "name:1" }),
      fact({ number: 5, by: "name:2" }),
      fact({ number: 6, by: "name-1:3" })
    ]).all
    assert.strictEqual(new Set(again.map(({ login }) => login)).size, 3, "the login made up for one may be another's")
    const hidden = all.find(({ login }) => login === "hidden")?.id ?? 0
    assert.isTrue(hidden >= MADE_UP_IDS.from && hidden < MADE_UP_IDS.until)
    assert.strictEqual(contributorsOf([fact({ number: 9, by: "HIDDEN" })]).all[0]?.id, hidden)
  })

  for (const [name, issues, solvers] of [
    ["JSONbored__gittensory.jsonl", 594, 45],
    ["entrius__gittensor.jsonl", 1, 1],
    ["entrius__gittensor-ui.jsonl", 0, 0]
  ] as const) {
    it.live.skipIf(!isShared)(`${issues} by ${solvers} in ../shared/data/github/${name}`, () =>
      Effect.gen(function* () {
        const found = solvedIssues(yield* loadShared(name))
        assert.strictEqual(found.length, issues)
        assert.strictEqual(new Set(found.map(({ solver }) => solver.identity)).size, solvers)
        assert.isTrue(
          found.every(({ solver, author, pullRequest }) => solver.identity === identityOf(pullRequest.author) && solver.id !== author.id)
        )
      })
    )
  }
})

/** What holds for every plan, whatever the facts. */
const keepsTheRules = (facts: ReadonlyArray<PullRequestFact>, wanted: number) => {
  const plan = planMatches(facts, wanted)
  const possible = new Map(solvedIssues(facts).map((issue) => [`${issue.repository}#${issue.number}`, issue]))
  const meetings = new Map<string, number>()
  for (const match of plan.matches) {
    const place = `${match.repository}#${match.number}`
    assert.strictEqual(possible.get(place)?.solver.id, match.solver.id, `${place} is solved by its solver, and planned once`)
    possible.delete(place)
    assert.notStrictEqual(match.other.id, match.solver.id)
    const owner = match.repository.split("/")[0]
    for (const miner of [match.solver, match.other]) assert.notStrictEqual(miner.login.toLowerCase(), owner, "an owner does not compete")
    const pair = [match.solver.id, match.other.id].sort().join()
    meetings.set(pair, (meetings.get(pair) ?? 0) + 1)
    for (const miner of [match.solver, match.other]) assert.isTrue(plan.miners.some(({ id }) => id === miner.id))
  }
  assert.isTrue(
    [...meetings.values()].every((count) => count <= 2),
    "the same two meet at most twice"
  )
  assert.strictEqual(plan.matches.length < wanted, plan.shortfall !== undefined)
  assert.isAtMost(plan.matches.length, wanted)
  const firstUses = plan.matches.map(({ pullRequest }) => `${pullRequest.repository}#${pullRequest.number}`)
  assert.strictEqual(
    new Set(firstUses).size < firstUses.length,
    plan.matches.some(({ sharesPullRequest }) => sharesPullRequest)
  )
  return plan
}

describe("a plan of matches", () => {
  it("keeps the rules for any facts", () => {
    const anyFacts = fc
      .uniqueArray(
        fc.record({
          number: fc.integer({ min: 1, max: 60 }),
          by: fc.constantFrom("boss:1", "boss:1", "ada:2", "bob", "cleo", "dan:5", "acme"),
          closes: fc.uniqueArray(fc.integer({ min: 61, max: 90 }), { maxLength: 3 }),
          repository: fc.constantFrom("acme/widgets", "acme/gears")
        }),
        { selector: ({ number, repository }) => `${repository}#${number}`, maxLength: 40 }
      )
      .map((all) => all.map(fact))
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 1, max: 30 }), (facts, wanted) => {
        const plan = keepsTheRules(facts, wanted)
        assert.deepStrictEqual(planMatches(facts, wanted), plan, "the same again")
      })
    )
  })

  it("says why it is impossible: no other contributor, too few meetings, an owner who solves", () => {
    const alone = [fact({ number: 1, by: "acme:1" }), fact({ number: 2, by: "acme:1" }), fact({ number: 3, by: "ada:2", closes: [9] })]
    assert.match(planMatches(alone, 1).shortfall ?? "", /no other contributor.*0 planned/)
    const five = [4, 5, 6, 7, 8].map((number) => fact({ number, by: "ada:2", closes: [number + 50] }))
    const two = [...[1, 2, 3, 11, 12, 13].map((number) => fact({ number, by: "boss:1" })), ...five, fact({ number: 20, by: "bob:3" })]
    const plan = planMatches(two, 5)
    assert.deepStrictEqual(plan.matches.map(({ other }) => other.login).sort(), ["bob", "bob", "boss", "boss"])
    assert.match(plan.shortfall ?? "", /for 1 there was no other contributor/)
    assert.deepStrictEqual(
      planMatches(two, 2).matches.map(({ other }) => other.login),
      ["bob", "bob"],
      "the most frequent author competes only where it must"
    )
    const owned = [
      fact({ number: 1, by: "boss:1" }),
      fact({ number: 2, by: "boss:1" }),
      fact({ number: 3, by: "ACME:2", closes: [9] }),
      fact({ number: 4, by: "bob" })
    ]
    assert.match(planMatches(owned, 1).shortfall ?? "", /1 of them solved by the repository's owner/)
    assert.match(planMatches([], 3).shortfall ?? "", /3 issues were asked for/)
    for (const none of [[], alone.slice(0, 2), owned])
      assert.match(planMatches(none, Number.POSITIVE_INFINITY).shortfall ?? "", /^all issues were asked for.*0 planned/)
  })

  it("plans all issues of few pull requests that close many, and all if no number is given", () => {
    const facts = [
      ...[1, 2, 3].map((number) => fact({ number, by: "boss:1" })),
      fact({ number: 4, by: "ada:2", closes: [51, 52, 53, 54, 55, 56, 57, 58] }),
      ...[5, 6, 7, 8].map((number) => fact({ number, by: `other-${number}` }))
    ]
    assert.strictEqual(keepsTheRules(facts, 8).matches.length, 8)
    assert.deepInclude(planMatches(facts, Number.POSITIVE_INFINITY), { matches: keepsTheRules(facts, 8).matches, shortfall: undefined })
    assert.match(planMatches(facts.slice(0, 5), Number.POSITIVE_INFINITY).shortfall ?? "", /^all issues were asked for.*for 4 there was no/)
  })

  it("drops an issue only if no rearrangement has room for it", () => {
    // ada may meet bob and cleo, bob may meet ada and boss, so ada must meet only cleo.
    const facts = [
      ...[1, 2, 3].map((number) => fact({ number, by: "boss:1" })),
      ...[1, 2, 3, 4, 5].map((number) => fact({ number, by: "cleo:4", repository: "acme/gears" })),
      fact({ number: 11, by: "ada:2", closes: [51] }),
      fact({ number: 12, by: "ada:2", closes: [52] }),
      fact({ number: 21, by: "bob:3", closes: [53], repository: "acme/gears" }),
      fact({ number: 22, by: "bob:3", closes: [54], repository: "acme/gears" }),
      fact({ number: 23, by: "bob:3", closes: [55], repository: "acme/gears" }),
      fact({ number: 24, by: "bob:3", closes: [56], repository: "acme/gears" })
    ]
    assert.strictEqual(keepsTheRules(facts, 6).matches.length, 6)
  })

  it("never pairs two accounts that share a login", () => {
    const facts = [
      ...[1, 2, 3].map((number) => fact({ number, by: "acme:1" })),
      fact({ number: 4, by: "name:7", closes: [51] }),
      fact({ number: 5, by: "renamed:7" }),
      fact({ number: 6, by: "Name:8" })
    ]
    assert.strictEqual(planMatches(facts, 1).matches.length, 0)
    const twins = [...facts.slice(0, 3), fact({ number: 4, by: "name:7", closes: [51] }), fact({ number: 5, by: "name:8", closes: [52] })]
    assert.strictEqual(planMatches(twins, 2).matches.length, 0)
    assert.strictEqual(planMatches([...facts, fact({ number: 7, by: "cleo" })], 1).matches[0]?.other.login, "cleo")
  })

  it("uses no more miners than a subnet has UIDs", () => {
    const facts = [
      fact({ number: 9001, by: "boss:1" }),
      fact({ number: 9002, by: "boss:1" }),
      ...Array.from({ length: 500 }, (_, index) => fact({ number: index + 1, by: `once-${index}`, closes: [10_000 + index] }))
    ]
    const plan = keepsTheRules(facts, 500)
    assert.isAtMost(plan.miners.length, 240)
    assert.isAtLeast(plan.matches.length, 239)
    assert.match(plan.shortfall ?? "", /no room among 240 miners/)
  })

  it("uses each pull request once before any twice", () => {
    const facts = [
      ...[1, 2, 3, 4].map((number) => fact({ number, by: "boss:1" })),
      fact({ number: 5, by: "ada:2", closes: [51, 52] }),
      fact({ number: 6, by: "ada:2", closes: [53] }),
      fact({ number: 7, by: "bob:3", closes: [54] }),
      fact({ number: 8, by: "cleo:4" })
    ]
    const three = keepsTheRules(facts, 3)
    assert.isFalse(three.matches.some(({ sharesPullRequest }) => sharesPullRequest))
    const four = keepsTheRules(facts, 4)
    assert.deepStrictEqual(
      four.matches.filter(({ sharesPullRequest }) => sharesPullRequest).map(({ number }) => Number(number)),
      [51, 52]
    )
  })

  it.live("of the demo's facts needs few miners and gives everybody a turn", () =>
    Effect.gen(function* () {
      const facts = yield* loadDemo
      const all = keepsTheRules(facts, 14)
      assert.strictEqual(all.matches.length, 14)
      assert.strictEqual(all.matches[0]?.repository, "acme/widgets")
      assert.isAtLeast(new Set(all.matches.slice(0, 8).map(({ solver }) => solver.login)).size, 8)
    })
  )

  it.live.skipIf(!isShared)("finds a match for every real solved issue (../shared/data/github)", () =>
    Effect.gen(function* () {
      const facts = yield* loadShared("JSONbored__gittensory.jsonl")
      assert.strictEqual(keepsTheRules(facts, 10).miners.length, 12)
      assert.strictEqual(keepsTheRules(facts, 594).matches.length, 594)
      assert.match(keepsTheRules(facts, 600).shortfall ?? "", /600 issues were asked for, and the data has 594/)
      assert.strictEqual(keepsTheRules(yield* loadShared("entrius__gittensor.jsonl"), 10).matches.length, 1)
      assert.strictEqual(keepsTheRules(yield* loadShared("entrius__gittensor-ui.jsonl"), 10).matches.length, 0)
    })
  )
})
