/** The rules that rank open issues, and those that choose issues for registration. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "effect/FastCheck"
import { plainLabel } from "../../../src/domain/labels.ts"
import { planOf, problemIn } from "../../../src/roles/owner/rules/bountyPlan.ts"
import { type Candidate, ranked, similarOf } from "../../../src/roles/owner/rules/suggestions.ts"

const NOW = Date.UTC(2026, 10, 1)
const DAY = 86_400_000

const candidate = (number: number, changes: Partial<Candidate> = {}): Candidate => ({
  repository: "acme/widgets",
  number,
  title: `Issue ${number}`,
  createdAt: NOW - 30 * DAY,
  labels: [],
  comments: 0,
  reactions: 0,
  assignees: 0,
  pullRequest: "none",
  registered: null,
  language: "TypeScript",
  testsRun: true,
  similar: null,
  askingLabels: [],
  consent: { _tag: "Asked", because: "its maintainers asked" },
  asked: [],
  wished: [],
  ...changes
})

const numbers = (candidates: ReadonlyArray<Candidate>) => ranked(candidates, NOW).map((one) => one.candidate.number)
const only = (changes: Partial<Candidate>) => {
  const [suggestion] = ranked([candidate(1, changes)], NOW)
  return suggestion ?? assert.fail("nothing was ranked")
}

describe("suggestions", () => {
  it("take labels by their words, whatever stands around them", () => {
    for (const label of ["bounty", "Bounty", "💎 Bounty", ":moneybag: bounty", "status: bounty", "type/bounty"])
      assert.strictEqual(plainLabel(label), "bounty", label)
    assert.strictEqual(plainLabel("help-wanted"), "help wanted")
    assert.strictEqual(plainLabel("no bounty"), "no bounty")
    assert.strictEqual(plainLabel("\u{1f48e}"), "")
  })

  it("say why each issue has its points, which add up", () => {
    const { points, reasons } = only({ labels: ["Help Wanted"], reactions: 3, comments: 2, similar: { issues: 4, lines: 120 } })
    assert.deepStrictEqual(reasons, [
      { points: 200, why: 'label "Help Wanted"' },
      { points: 30, why: "3 reactions" },
      { points: 10, why: "2 comments" },
      { points: 50, why: "open for 30 days" },
      { points: 150, why: "tests can be run (TypeScript)" },
      { points: 100, why: "similar issues took 120 lines (4 known)" }
    ])
    assert.strictEqual(points, 540)
  })

  it("come in one order, whatever order they were read in", () => {
    const candidates = [
      candidate(1),
      candidate(2, { labels: ["gittensor"], askingLabels: ["gittensor"] }),
      candidate(3, { labels: ["good first issue"] }),
      candidate(4, { createdAt: NOW - 31 * DAY }),
      candidate(5, { testsRun: false }),
      candidate(6, { createdAt: NOW - DAY }),
      candidate(7, { createdAt: NOW - 3_000 * DAY }),
      candidate(8, { comments: 90 })
    ]
    // At equal points the oldest one comes first: 7 before 5 before 6.
    assert.deepStrictEqual(numbers(candidates), [2, 3, 4, 1, 8, 7, 5, 6])
    fc.assert(
      fc.property(fc.shuffledSubarray(candidates, { minLength: candidates.length }), (shuffled) => {
        assert.deepStrictEqual(numbers(shuffled), numbers(candidates))
      })
    )
  })

  it("put what a maintainer asked for on top, and only show what others wish", () => {
    const ada = { login: "ada", by: "comment", amount: "50" } as const
    const best = { labels: ["gittensor", "help wanted", "good first issue"], askingLabels: ["gittensor"], reactions: 99, comments: 9 }
    assert.deepStrictEqual(
      numbers([candidate(1, best), candidate(2, { asked: [ada], testsRun: false }), candidate(3, { wished: [ada] })]),
      [2, 1, 3]
    )
    assert.deepInclude(only({ asked: [ada] }).reasons, {
      points: 10_000,
      why: "asked for by ada (/gittensor bounty 50), who may merge there"
    })
    assert.deepInclude(only({ asked: [{ ...ada, by: "label", amount: null }] }).reasons, {
      points: 10_000,
      why: "asked for by ada (by label), who may merge there"
    })
    assert.strictEqual(only({ wished: [ada, ada, ada, ada] }).points, only({}).points)
    assert.deepInclude(only({ wished: [ada] }).reasons, { points: 0, why: "wished for by ada (/gittensor bounty 50)" })
  })

  it("count the labels by which maintainers ask", () => {
    assert.strictEqual(only({ labels: ["paid"], askingLabels: ["paid"] }).points, only({}).points + 400)
    assert.strictEqual(only({ labels: ["gittensor"], askingLabels: [] }).points, only({}).points)
    // These labels belong to other programmes.
    assert.strictEqual(only({ labels: ["bounty"] }).points, only({}).points)
    assert.deepStrictEqual(only({ consent: { _tag: "Refused", because: "they want none" } }).against, ["they want none"])
  })

  it("bound what many reactions and comments are worth", () => {
    assert.strictEqual(only({ reactions: 1_000_000 }).points, only({ reactions: 20 }).points)
    assert.strictEqual(only({ comments: 40 }).points, only({ comments: 10 }).points)
    assert.isBelow(only({ comments: 41 }).points, only({ comments: 0 }).points)
  })

  it("name everything that speaks against a bounty now", () => {
    assert.deepStrictEqual(only({}).against, [])
    const all = only({ registered: 7, assignees: 1, pullRequest: "open", labels: ["wontfix", "On hold"] })
    assert.deepStrictEqual(all.against, [
      "it was registered as issue 7",
      "somebody is assigned",
      "an open pull request is linked",
      'label "wontfix"',
      'label "On hold"'
    ])
    assert.match(only({ pullRequest: "unknown" }).against.join(), /hides a linked pull request/)
  })

  it("know what similar issues took: the median of those with a label in common, or of all", () => {
    const efforts = [
      { labels: ["bug"], lines: 10 },
      { labels: ["Bug"], lines: 1_000 },
      { labels: [":bug: bug"], lines: 30 },
      { labels: ["docs"], lines: 2 }
    ]
    assert.deepStrictEqual(similarOf(["bug"], efforts), { issues: 3, lines: 30 })
    assert.deepStrictEqual(similarOf(["docs"], efforts), { issues: 4, lines: 10 })
    assert.isNull(similarOf([], efforts.slice(0, 2)))
  })
})

describe("the plan of bounties", () => {
  const rules = {
    labels: new Map([
      ["gittensor", 100n],
      ["help wanted", 40n]
    ]),
    week: 200n
  }
  const suggestions = ranked(
    [
      candidate(1, { labels: ["Help Wanted"] }),
      candidate(2, { labels: ["gittensor", "help wanted"], askingLabels: ["gittensor"] }),
      candidate(3, { labels: ["gittensor"], askingLabels: ["gittensor"] }),
      candidate(4),
      candidate(5, { labels: ["gittensor"], assignees: 1 })
    ],
    NOW
  )
  const free = { spent: 0n, onTheWay: new Set<string>() }
  const chosen = (budget: { readonly spent: bigint; readonly onTheWay: ReadonlySet<string> }, most = 10) => {
    const { register, waits } = planOf(suggestions, rules, budget, most)
    return {
      register: register.map(({ suggestion, bounty }) => [suggestion.candidate.number, bounty]),
      waits: waits?.suggestion.candidate.number ?? null
    }
  }

  it("gives each issue the highest bounty of its labels, best first, and none to those without", () => {
    assert.deepStrictEqual(chosen(free), {
      register: [
        [2, 100n],
        [3, 100n]
      ],
      waits: 1
    })
    assert.deepStrictEqual(chosen(free, 1), { register: [[2, 100n]], waits: null })
  })

  it("never exceeds the week's budget, and lets nothing overtake what waits for it", () => {
    assert.deepStrictEqual(chosen({ ...free, spent: 150n }), { register: [], waits: 2 })
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 300n }), fc.nat(6), (spent, most) => {
        const { register } = planOf(suggestions, rules, { ...free, spent }, most)
        const total = register.reduce((sum, { bounty }) => sum + bounty, 0n)
        assert.isTrue(register.length <= most && (total === 0n || spent + total <= rules.week))
      })
    )
  })

  it("leaves out what is on its way", () => {
    const onTheWay = new Set(["acme/widgets#2"])
    assert.deepStrictEqual(chosen({ spent: 100n, onTheWay }), { register: [[3, 100n]], waits: 1 })
  })

  it("passes over what maintainers may not want, and suggests it all the same", () => {
    const doubted = ranked(
      [
        candidate(1, {
          labels: ["gittensor"],
          askingLabels: ["gittensor"],
          consent: { _tag: "Unknown", because: "not known", isForPeople: false }
        }),
        candidate(2, { labels: ["help wanted"] })
      ],
      NOW
    )
    const { register } = planOf(doubted, rules, free, 9)
    assert.deepStrictEqual(
      [doubted, register.map(({ suggestion }) => suggestion)].map((all) =>
        all.map(({ against, candidate: { number } }) => [number, against])
      ),
      [
        [
          [1, []],
          [2, []]
        ],
        [[2, []]]
      ]
    )
  })

  it("is refused where a bounty can never be registered", () => {
    const limits = { minBounty: 40n, maxBounty: 100n }
    assert.isNull(problemIn(rules, limits))
    assert.deepStrictEqual(problemIn(rules, { ...limits, minBounty: 41n }), { label: "help wanted", why: "under minBounty" })
    assert.deepStrictEqual(problemIn(rules, { ...limits, maxBounty: 99n }), { label: "gittensor", why: "over maxBounty" })
    assert.deepStrictEqual(problemIn({ ...rules, week: 99n }, limits), { label: "gittensor", why: "over the week's budget" })
  })
})
