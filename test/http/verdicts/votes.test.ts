/** From a competition on the chain to the vote: who is asked for what, and what changes nothing. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import type { Competition, ContractConfig, Issue } from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { type BlockReference, Chain } from "../../../src/layers/chain/Chain.ts"
import { Contract } from "../../../src/layers/contract/Contract.ts"
import { GitHub } from "../../../src/layers/github/GitHub.ts"
import * as GitHubAccounts from "../../../src/layers/github/GitHubAccounts.ts"
import { type Commitment, Subnet } from "../../../src/layers/subnet/Subnet.ts"
import { choiceOf } from "../../../src/scoring/issue_competitions/outcomeBallot.ts"
import { verdictOn } from "../../../src/scoring/issue_competitions/verdicts.ts"
import { never, silentChain } from "../../support/github/silentChain.ts"
import { hotkey } from "../../support/rules/world.ts"
import { BOB, begin, CLEO, DEADLINE, day, number, START, SUBMISSIONS_FROM, WIDGETS } from "./story.ts"

/** Blocks of an hour, starting at the registration. */
const FROM = Date.UTC(2026, 9, 20)
const blockAt = (milliseconds: number) => Math.floor((milliseconds - FROM) / 3_600_000)
const timeOf = (block: number) => FROM + block * 3_600_000
const ROUND = 30
const started = blockAt(START)
const round = Math.floor(started / ROUND)
const S = round * ROUND

const COLDKEY = hotkey(9)

const config: ContractConfig = {
  netuid: 74,
  devChain: true,
  ...treasuryOf({ spawner: COLDKEY, block: 1, extrinsic: 1, proxyType: 0, index: 0 }),
  minBounty: 1n,
  maxBounty: 1n,
  submissionWindow: 48,
  competitionLength: 336,
  outcomeGrace: 24,
  challengePeriod: 24,
  roundLength: ROUND,
  attestBlocks: 5,
  quorumBps: 5_001,
  weighting: { _tag: "ByCount" },
  maxCompetitionsPerMiner: 2,
  collateralBps: 0,
  slashBps: 10_000,
  harvestStep: 32,
  ownerDelay: 1
}

const competition = (id: number, issue: number, change: Partial<Competition> = {}): Competition => ({
  id,
  issue,
  round,
  a: { uid: 1, hotkey: BOB, coldkey: hotkey(11) },
  b: { uid: 2, hotkey: CLEO, coldkey: hotkey(12) },
  enrolled: `0x${"00".repeat(32)}`,
  skipped: `0x${"00".repeat(32)}`,
  startedAt: started,
  submissionsFrom: blockAt(SUBMISSIONS_FROM),
  deadline: blockAt(DEADLINE),
  outcomeUntil: blockAt(DEADLINE) + 24,
  challengePeriod: 24,
  collateral: 0n,
  slash: 0n,
  status: { _tag: "Running" },
  ...change
})

const issue = (id: number, on: number): Issue => ({
  id,
  repository: WIDGETS,
  number: on,
  bounty: 1n,
  funded: 1n,
  status: { _tag: "Competing" },
  registeredAt: 1,
  attempts: 1,
  competition: id,
  payableAt: null,
  payTo: null
})

/** Validators whose chain answers only what verdicts need: no registration, coldkey or stake. */
const scene = (...competitions: ReadonlyArray<Competition>) =>
  Effect.gen(function* () {
    const story = yield* begin
    const commitments = new Map<string, { readonly from: number; readonly text: string }[]>()
    const commit = (who: AccountAddress, from: number, account: number, gist = "0123456789abcdef") =>
      void commitments.set(who, [...(commitments.get(who) ?? []), { from, text: `gh:${account}:${gist}` }])
    commit(BOB, S - 10, story.bob.id)
    commit(CLEO, S - 5, story.cleo.id)
    const chain = silentChain({
      hashOf: (block) => Effect.succeed(`0x${block.toString(16)}`),
      timeAt: (hash) => Effect.succeed(timeOf(Number(hash)))
    })
    const subnet = Subnet.of({
      netuid: 74,
      metagraph: () => never("who is registered, with what coldkey"),
      stakeOf: () => never("a stake"),
      commitments: (at, hotkeys) =>
        Effect.sync(() =>
          hotkeys.flatMap((account): ReadonlyArray<Commitment> => {
            const found = (commitments.get(account) ?? []).findLast(({ from }) => from <= at.number)
            return found === undefined ? [] : [{ account, block: found.from, text: found.text }]
          })
        ),
      setCommitment: () => never("a commitment"),
      weightRules: () => never("weights"),
      epochAt: () => never("weights"),
      revealRules: never("weights"),
      setWeights: () => never("weights"),
      commitWeights: () => never("weights"),
      serveAxon: () => never("an axon"),
      seedAfter: () => never("a seed")
    })
    const contract = Contract.of({
      address: COLDKEY,
      read: (name) => never(name),
      dryRun: (name) => never(name),
      encode: () => "0x",
      plan: (name) => never(name),
      send: (name) => never(name),
      config: never("the settings of now"),
      stateAt: () =>
        Effect.succeed({
          config,
          validators: [],
          issueCount: competitions.length,
          competitionCount: competitions.length,
          liveIssues: [],
          competitions: new Map(competitions.map((one) => [one.id, one]))
        }),
      liveIssues: () => never("issues"),
      competitions: () => never("competitions"),
      attested: () => never("attestations"),
      pairVotes: () => never("votes"),
      outcomeVotes: () => never("votes"),
      eventsAt: () => never("events")
    })
    /** The vote of a validator that has just started, at a time of the chain. */
    const vote = (when: number, one = issue(1, 1)) =>
      Effect.gen(function* () {
        const github = yield* story.another
        const head: BlockReference = { number: blockAt(when), hash: `0x${blockAt(when).toString(16)}` }
        const basic = Layer.mergeAll(
          Layer.succeed(Chain, chain),
          Layer.succeed(Subnet, subnet),
          Layer.succeed(GitHub, github),
          Layer.succeed(Contract, contract)
        )
        const services = Layer.provideMerge(Layer.effect(GitHubAccounts.GitHubAccounts, GitHubAccounts.makeWith(Duration.zero)), basic)
        const found = yield* verdictOn(one, head).pipe(Effect.provide(services))
        if (found === undefined) return "not asked"
        const choice = choiceOf(found.verdict)
        if (choice === undefined) return found.verdict._tag === "NoVote" ? `no vote: ${found.verdict.why}` : "no vote"
        if (choice._tag === "Cancelled") return choice.reason._tag
        if (choice._tag !== "Solved") return choice._tag
        return `${choice.hotkey === BOB ? "Bob" : "Cleo"} with #${choice.pullRequest}`
      })
    return { story, commit, vote }
  })

describe("a vote", () => {
  it.scopedLive("needs no coldkey, no registration and no gist: the attested accounts count", () =>
    Effect.gen(function* () {
      const { story, vote } = yield* scene(competition(1, 1))
      yield* story.control.addFault({ payload: { fault: { _tag: "Status", status: 502, times: 1_000, path: "^/gists" } } })
      assert.strictEqual(yield* vote(day(5)), "no vote: IssueOpen")
      yield* story.solve("bob")
      assert.strictEqual(yield* vote(day(4)), "no vote: AheadOfChain", "its finalised head is a day behind")
      assert.strictEqual(yield* vote(day(6)), "Bob with #2")
      assert.strictEqual(yield* vote(day(20)), "Bob with #2", "after the deadline, in the time of grace")
    })
  )

  it.scopedLive("uses the account linked at the round's first block, whatever is linked during the competition", () =>
    Effect.gen(function* () {
      const { story, vote, commit } = yield* scene(competition(1, 1))
      const dan = yield* story.control.user({ payload: { login: "dan" } })
      commit(BOB, S + 1, dan.id)
      commit(CLEO, started + 1, story.bob.id)
      yield* story.solve("dan")
      assert.strictEqual(yield* vote(day(6)), "SolvedOutside")
      yield* story.control.reopenIssue({ payload: { repository: WIDGETS, number: number(1), at: day(6) } })
      yield* story.solve("bob", day(6), day(7))
      assert.strictEqual(yield* vote(day(8)), "Bob with #3")
    })
  )

  it.scopedLive("is cast for each issue that a pull request closes, by each competition's own dates", () =>
    Effect.gen(function* () {
      const late = competition(2, 2, { startedAt: started + 1, submissionsFrom: blockAt(day(6)) })
      const others = competition(3, 3, { a: { uid: 5, hotkey: hotkey(5), coldkey: hotkey(15) } })
      const { story, vote, commit } = yield* scene(competition(1, 1), late, others)
      commit(hotkey(5), S - 1, 999)
      for (const title of ["Two", "Three"]) yield* story.control.openIssue({ payload: { repository: WIDGETS, title, author: "ada" } })
      const solution = yield* story.solve("bob", day(4), day(5), { closes: [1, 2, 3] })
      assert.strictEqual(yield* vote(day(8), issue(1, 1)), `Bob with #${solution}`)
      assert.strictEqual(yield* vote(day(8), issue(2, 2)), "SubmittedTooEarly")
      assert.strictEqual(yield* vote(day(8), issue(3, 3)), "SolvedOutside", "Bob does not compete there")
    })
  )

  it.scopedLive("is not cast while GitHub does not say whether a competitor's account still exists", () =>
    Effect.gen(function* () {
      const { story, vote } = yield* scene(competition(1, 1))
      yield* story.solve("dan")
      yield* story.control.deleteUser({ payload: { login: "dan" } })
      yield* story.control.addFault({ payload: { fault: { _tag: "Status", status: 502, times: 1_000, path: "^/user/" } } })
      assert.strictEqual(yield* vote(day(6)), "no vote: GitHubSilent")
      yield* story.control.removeFaults({ payload: {} })
      assert.strictEqual(yield* vote(day(6)), "SolvedOutside")
    })
  )

  it.scopedLive("becomes the same for validators with different heads once they have looked again", () =>
    Effect.gen(function* () {
      const { story, vote } = yield* scene(competition(1, 1))
      const looks: Array<string> = []
      const look = Effect.flatMap(vote(day(14)), (found) => Effect.sync(() => looks.push(found)))
      yield* story.control.close({
        payload: { repository: WIDGETS, number: number(1), reason: "not_planned", by: "maintainer", at: day(4) }
      })
      yield* look
      yield* story.control.reopenIssue({ payload: { repository: WIDGETS, number: number(1), by: "maintainer", at: day(5) } })
      yield* look
      yield* story.solve("cleo", day(5), day(6))
      yield* look
      yield* story.control.changeRepository({ payload: { repository: WIDGETS, private: true } })
      yield* look
      yield* story.control.changeRepository({ payload: { repository: WIDGETS, private: false } })
      yield* look
      assert.deepStrictEqual(looks, ["NotPlanned", "no vote: IssueOpen", "Cleo with #2", "RepositoryGone", "Cleo with #2"])
      assert.strictEqual(yield* vote(day(20)), "Cleo with #2")
    })
  )
})
