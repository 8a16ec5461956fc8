/** `gittensor explain` shows the rules' own reasons: every decision names the questions and the facts that decided. */
import { assert, describe, it } from "@effect/vitest"
import type { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import { computeRatings } from "../../../src/elo/ratings.ts"
import { computePairs } from "../../../src/scoring/issue_competitions/rules/pairs.ts"
import { judge } from "../../../src/scoring/issue_competitions/rules/verdict.ts"
import type { MatchContext } from "../../../src/scoring/issue_competitions/rules/verdictCase.ts"
import {
  bobs,
  by,
  byCommit,
  closed,
  competition,
  HAND,
  HOUR,
  issue,
  pullRequest,
  START,
  strangers,
  TAKEN_BACK,
  withCompetition
} from "../../support/rules/githubRecord.ts"
import { competitor, hotkey, miner, running as runningMatch, won } from "../../support/rules/world.ts"

describe("a verdict's reasons", () => {
  const solved = issue([closed(by(pullRequest()))])
  const unknownAccount = withCompetition({
    competitors: [
      { hotkey: hotkey(1), githubId: 101 },
      { hotkey: hotkey(2), githubId: null }
    ]
  })
  const gone = (blocks: number, notCounted: string | null = null) => withCompetition({ watched: { blocks, needed: 1_800, notCounted } })
  const running = withCompetition({ deadline: null })
  /** The last rule asked is the one that decided. */
  const rows: ReadonlyArray<readonly [what: string, evidence: IssueEvidence, rule: RegExp, answer: RegExp, on?: MatchContext]> = [
    ["no answer", { _tag: "GitHubSilent", why: "time-out" }, /where it was registered/, /^no: GitHubSilent$/],
    ["moved, as anybody sees it", { _tag: "Transferred", to: "b/c#1" }, /gone at every look/, /^no: each validator counts/],
    ["moved a while ago", { _tag: "Transferred", to: "b/c#1" }, /gone at every look/, /^no: for 300 of 1800 blocks$/, gone(300)],
    ["moved long ago", { _tag: "Transferred", to: "b/c#1" }, /GitHub seem well/, /^yes$/, gone(1_800)],
    ["moved, says an ill GitHub", { _tag: "Transferred", to: "b/c#1" }, /GitHub seem well/, /^no: it is ill$/, gone(1_800, "it is ill")],
    ["open", issue([], { state: "open" }), /deadline passed/, /^no$/, withCompetition({ deadline: null })],
    ["open after the deadline", issue([], { state: "open" }), /half of the time/, /^no$/],
    ["open long after the deadline", issue([], { state: "open" }), /wait for the project/, /^no$/, withCompetition({ isOverdue: true })],
    ["without a closing", issue([]), /who closed and opened it/, /^no$/],
    ["ahead of the chain", solved, /chain's clock/, /^no: 2027/, withCompetition({ headAt: START })],
    ["not planned", issue([closed(HAND, START + HOUR, "not_planned")]), /stood at every look/, /^no: each validator/, running],
    ["by hand", issue([closed(HAND)]), /wait for the project/, /^no$/],
    ["by hand, claimed", issue([closed(HAND)], { linkedPullRequests: [pullRequest()] }), /Does it stand/, /^yes$/],
    ["by a pushed commit", issue([closed(byCommit())]), /wait for the project/, /^no$/],
    ["of both", issue([closed(byCommit(pullRequest(), bobs()))]), /people who do not compete/, /^no: 0 %$/],
    ["by a ghost", issue([closed(by(pullRequest({ authorId: null, authorLogin: null })))]), /author of #57 known/, /^no$/],
    [
      "by a login without an id",
      issue([closed(by(pullRequest({ authorId: null, authorLogin: "bob" })))]),
      /author of #57 known/,
      /^no: bob$/
    ],
    ["by a stranger", issue([closed(by(strangers()))]), /wait for the project/, /^no$/],
    ["by a stranger, perhaps", issue([closed(by(strangers()))]), /accounts of both competitors/, /^no: not that of 5/, unknownAccount],
    ["too early", issue([closed(by(bobs({ createdAt: START })))]), /wait for the project/, /^no$/],
    ["reverted", issue([closed(by(pullRequest({ standing: TAKEN_BACK })))]), /what landed stand/, /^no: #57 /],
    ["solved", solved, /Does it stand/, /^yes$/]
  ]
  for (const [what, evidence, rule, answer, on = competition] of rows)
    it(`end with the rule that decided: ${what}`, () => {
      const { asked } = judge(evidence, on)
      assert.match(asked.at(-1)?.rule ?? "", rule)
      assert.match(asked.at(-1)?.answer ?? "", answer)
    })

  it("name each rule once, in the order asked", () => {
    const rules = judge(solved, competition).asked.map(({ rule }) => rule)
    assert.strictEqual(new Set(rules).size, rules.length)
    assert.isAbove(rules.length, 5)
  })

  it("never make it fail, whatever the times", () => {
    const far = Number.MAX_SAFE_INTEGER
    const { verdict } = judge(solved, withCompetition({ headAt: far, deadline: far }))
    assert.strictEqual(verdict._tag, "Solved")
  })
})

describe("a pair's reasons", () => {
  const S = 1_000_000
  const competitions = [
    runningMatch({ id: 1, uids: [0, 9], startedAt: S - 5 }),
    won({ id: 2, uids: [1, 2], startedAt: S - 50, at: S - 10, winner: 0 })
  ]
  const ratings = computeRatings({ at: S, competitions, miners: Array.from({ length: 5 }, (_, uid) => miner(uid)), explain: "all" })
  const pairing = computePairs({
    at: S,
    seed: new Uint8Array(32),
    issues: [{ id: 1, bounty: 1_000n, enrolled: fromUids([0, 1, 2, 3, 77]) }],
    neurons: Array.from({ length: 5 }, (_, uid) => competitor(uid)),
    ratings,
    competitions,
    maxCompetitionsPerMiner: 1,
    collateralBps: 1_000,
    collateral: new Map([0, 1, 2].map((uid) => [hotkey(uid), 100n])).set(hotkey(3), 94n)
  })[0]

  it("contain the facts for which each miner was dropped", () => {
    const none = ratings.get(hotkey(3))?.rating ?? null
    assert.strictEqual(pairing?.requiredCollateral, 95n)
    assert.deepStrictEqual(pairing?.dropped, [
      { uid: 0, hotkey: hotkey(0), why: "AtMaxCompetitions", running: 1, rating: none, freeCollateral: 100n },
      { uid: 3, hotkey: hotkey(3), why: "CollateralTooLow", running: 0, rating: none, freeCollateral: 94n },
      { uid: 77, hotkey: null, why: "NotRegistered", running: 0, rating: null, freeCollateral: 0n }
    ])
    assert.deepStrictEqual(
      pairing?.candidates.map(({ uid, isDrawn }) => [uid, isDrawn]),
      [
        [2, true],
        [1, true]
      ]
    )
    assert.strictEqual(pairing?.fieldNeeded, 2)
  })

  it("lead from 1500 to the rating, step by step", () => {
    for (const uid of [0, 1, 2, 3]) {
      const { rating, reasons } = ratings.get(hotkey(uid)) ?? assert.fail("not rated")
      const sum = reasons.reduce((total, reason) => total + ("change" in reason ? reason.change : 0), 1_500_000)
      assert.strictEqual(sum, rating)
      assert.strictEqual(reasons.at(-1)?.rating ?? 1_500_000, rating)
    }
    assert.deepInclude(
      ratings.get(hotkey(1))?.reasons.find(({ _tag }) => _tag === "Played"),
      { competition: 2, result: "won", opponent: hotkey(2) }
    )
  })
})
