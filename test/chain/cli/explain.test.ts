/** Explaining rounds and verdicts to a miner: before the pair, during the vote, long afterwards, and after the node has pruned the state. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import { bitmapOfUids, uidsOfBitmap } from "../../../src/contract-client/bitmap.ts"
import { linkOf } from "../../../src/domain/CommitmentSlot.ts"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { neuronOf } from "../../../src/domain/Metagraph.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { pairsOfRound } from "../../../src/scoring/issue_competitions/pairsOfRound.ts"
import { readRoundState } from "../../../src/scoring/issue_competitions/roundState.ts"
import { endSetup, treasuryUid, weighed } from "../../support/cli/endSetup.ts"
import { link } from "../../support/cli/gitHubUser.ts"
import {
  ALPHA,
  ask,
  command,
  eventually,
  fails,
  folder,
  jsonOf,
  keyOf,
  readOnlyCommand,
  register,
  startChainHere,
  uri,
  World,
  worldLayer
} from "../../support/cli/support.ts"

const repository = RepositoryName.make("acme/widgets")
const numbers = [41, 42] as const
const logins = ["bob", "cleo", "dora", "emil"] as const
const [ROUND, ATTEST] = [100, 60]
/** How many blocks' states the dev chain keeps: more than all tests except the last one build. */
const KEPT = 1_500

const settings = { submissionWindow: 5, competitionLength: 50_000, roundLength: ROUND, attestBlocks: ATTEST, minBounty: 1 }

class Cast extends Context.Tag("test/cli/explain/Cast")<
  Cast,
  {
    /** In the order of the logins. */
    readonly miners: ReadonlyArray<{ readonly login: string; readonly uid: number; readonly hotkey: KeyPair }>
    readonly validators: ReadonlyArray<KeyPair>
  }
>() {}

/** Whether blocks are built for transactions or on a test's request. */
const mode = (wanted: string) => Effect.flatMap(World, ({ endpoint }) => ask(endpoint, "dev_setBlockBuildMode", wanted))
const blocksUntil = (to: number) => Effect.flatMap(World, ({ endpoint }) => ask(endpoint, "dev_newBlock", { to }))
const fastForward = (count: number) => Effect.flatMap(World, ({ endpoint }) => ask(endpoint, "dev_fastForward", count))
const head = Effect.flatMap(Chain, ({ finalisedHead }) => finalisedHead)
const issueOf = (id: number) =>
  Effect.flatMap(Contract, (contract) => contract.stored("issue", { id })).pipe(
    Effect.flatMap((issue) => (issue === null ? Effect.dieMessage(`no issue ${id}`) : Effect.succeed(issue)))
  )

/**
 * Two funded issues, three validators of equal weight, and four miners, of whom emil has no linked account. The third validator claims bob's account.
 */
const prepare = Effect.gen(function* () {
  const { github, ownerUri } = yield* World
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const { control } = github
  const owner = yield* keyOf(ownerUri)
  yield* mode("Instant")
  yield* control.createUser({ payload: { login: "ada" } })
  yield* control.createRepository({ payload: { repository } })
  for (const number of numbers) {
    yield* control.openIssue({ payload: { repository, number: IssueNumber.make(number), title: `Squeak ${number}`, author: "ada" } })
    yield* contract.send("registerIssue", { repository, number, bounty: BigInt(50 - number) * ALPHA }, owner)
  }
  const treasury = yield* treasuryUid
  const validators = yield* Effect.forEach([1, 2, 3], (index) =>
    Effect.gen(function* () {
      const [hotkey, coldkey] = yield* Effect.all([keyOf(`//Validator${index}`), keyOf(`//Validator${index}//cold`)])
      yield* contract.send("addValidator", { hotkey: hotkey.address, coldkeys: [coldkey.address] }, owner)
      yield* subnet.setWeights(hotkey, { uids: [0, treasury], values: [1, 65_535], versionKey: 0 })
      return hotkey
    })
  )
  yield* endSetup
  yield* weighed
  const miners = yield* Effect.forEach(logins, (login) =>
    Effect.gen(function* () {
      const { token } = yield* control.createUser({ payload: { login } })
      const hotkey = yield* register(uri(login))
      if (login !== "emil") yield* link(hotkey, token)
      const neuron = neuronOf(yield* subnet.metagraph(yield* chain.finalisedHead), hotkey.address)
      return { login, hotkey, uid: neuron?.uid ?? -1 }
    })
  )
  const [bob, third] = [miners[0]?.hotkey, validators[2]]
  if (bob === undefined || third === undefined) return yield* Effect.dieMessage("nobody is cast")
  const [committed] = yield* subnet.commitments(yield* chain.finalisedHead, [bob.address])
  yield* subnet.setCommitment(third, { _tag: "Link", link: yield* linkOf(committed?.fields ?? []) })
  yield* eventually(
    "the bounties to be filled",
    Effect.gen(function* () {
      yield* fastForward(200)
      yield* contract.send("harvest", {}, owner).pipe(Effect.catchTag("ContractRefusal", () => Effect.void))
      return (yield* issueOf(2)).status._tag === "Open" ? true : undefined
    })
  )
  return Cast.of({ miners, validators })
}).pipe(Effect.orDie)

const castLayer = Layer.effect(Cast, prepare).pipe(Layer.provideMerge(worldLayer(settings, startChainHere({ retention: KEPT }))))

const Uids = Schema.Array(Schema.Number)
const Accounts = Schema.Array(
  Schema.Struct({
    hotkey: Schema.String,
    githubId: Schema.NullOr(Schema.Number),
    others: Schema.Array(
      Schema.Struct({ hotkey: Schema.String, uid: Schema.NullOr(Schema.Number), committedAt: Schema.Number, competitions: Uids })
    )
  })
)
const Explained = Schema.Struct({
  round: Schema.Number,
  blocks: Schema.Struct({ start: Schema.Number, pairsFrom: Schema.Number, last: Schema.Number, nextStart: Schema.Number }),
  statusAtStart: Schema.NullOr(Schema.String),
  stage: Schema.String,
  totalWeight: Schema.String,
  attestations: Schema.Array(
    Schema.Struct({ validator: Schema.String, saw: Schema.NullOr(Schema.Struct({ enrolled: Uids, skipped: Uids })) })
  ),
  miners: Schema.Array(
    Schema.Struct({
      uid: Schema.Number,
      hotkey: Schema.NullOr(Schema.String),
      enrolledBy: Schema.Array(Schema.String),
      majority: Schema.String,
      objection: Schema.NullOr(Schema.String)
    })
  ),
  ratings: Schema.Array(
    Schema.Struct({
      uid: Schema.Number,
      rating: Schema.Number,
      games: Schema.Number,
      won: Schema.Number,
      reasons: Schema.Array(Schema.Unknown)
    })
  ),
  seed: Schema.NullOr(Schema.String),
  pairing: Schema.NullOr(
    Schema.Struct({
      attested: Uids,
      candidates: Schema.Array(Schema.Struct({ uid: Schema.Number, hash: Schema.String })),
      fieldNeeded: Schema.Number,
      dropped: Schema.Array(Schema.Struct({ uid: Schema.Number, why: Schema.String })),
      pair: Schema.NullOr(Schema.Array(Schema.Struct({ uid: Schema.Number, hotkey: Schema.String }))),
      why: Schema.String
    })
  ),
  accounts: Accounts,
  votes: Schema.Array(Schema.Struct({ validator: Schema.String, uids: Uids, asComputed: Schema.Boolean })),
  competition: Schema.NullOr(Schema.Struct({ id: Schema.Number, startedAt: Schema.Number }))
})

const explained = (...args: ReadonlyArray<string>) =>
  Effect.flatMap(readOnlyCommand(["explain", ...args, "--json"]), (outcome) => Schema.decodeUnknown(Explained)(jsonOf(outcome)))

/** The text for people, checked to fit a terminal. */
const explanationText = (...args: ReadonlyArray<string>) =>
  Effect.map(readOnlyCommand(["explain", ...args]), ({ code, stdout, stderr }) => {
    assert.strictEqual(code, 0, stderr)
    for (const line of stdout.split("\n")) assert.isAtMost(line.length, 80, line)
    return stdout
  })

const Votes = Schema.Struct({
  votes: Schema.Array(
    Schema.Struct({ validator: Schema.String, choice: Schema.Struct({ type: Schema.String }), since: Schema.Number, weight: Schema.String })
  ),
  standings: Schema.Array(Schema.Struct({ state: Schema.String, from: Schema.NullOr(Schema.Number) }))
})
const Verdict = Schema.Struct({
  judged: Schema.NullOr(
    Schema.Struct({
      facts: Schema.Struct({ competitors: Schema.Array(Schema.Struct({ hotkey: Schema.String, githubId: Schema.NullOr(Schema.Number) })) }),
      accounts: Accounts,
      evidence: Schema.Struct({ type: Schema.String }),
      solution: Schema.Struct({
        verdict: Schema.Struct({ type: Schema.String }),
        asked: Schema.Array(Schema.Struct({ rule: Schema.String, answer: Schema.String }))
      }),
      isAsked: Schema.Boolean
    })
  ),
  vote: Schema.NullOr(Schema.Struct({ type: Schema.String })),
  settledBy: Schema.NullOr(Votes),
  now: Votes
})
const judged = (...args: ReadonlyArray<string>) =>
  Effect.flatMap(readOnlyCommand(["explain", ...args, "--verdict", "--json"]), (outcome) => Schema.decodeUnknown(Verdict)(jsonOf(outcome)))

layer(castLayer, { excludeTestServices: true })("explain", (it) => {
  it.scoped("names what cannot be explained", () =>
    Effect.gen(function* () {
      fails(yield* readOnlyCommand(["explain", "9"]), 1, "no issue 9", "mine issues --all")
      fails(yield* readOnlyCommand(["explain", "acme/widgets#7"]), 1, "no issue acme/widgets#7")
      fails(yield* readOnlyCommand(["explain", "widgets"]), 2, '"widgets"', "owner/name#42")
      fails(yield* readOnlyCommand(["explain", "1", "--round", "soon"]), 2, '--round "soon"')
      fails(yield* readOnlyCommand(["explain", "1", "--round", "4000000"]), 2, "round 4000000", "it has not begun")
      fails(yield* readOnlyCommand(["explain", "1", "--round", "0"]), 2, "round 0", "the contract did not exist at its first block")
      const early = (yield* issueOf(1)).registeredAt
      const before = yield* explained("1", "--round", String(Math.floor(early / ROUND) + 1))
      assert.deepInclude(before, { stage: "NotOpen", statusAtStart: "Funding", pairing: null })
      assert.deepStrictEqual((yield* judged("1")).judged, null)
      assert.include(
        (yield* explanationText("1", "--verdict")).replace(/\s+/g, " "),
        "Without a match: no vote, IssueOpen: the maintainers have neither closed it nor refused a bounty"
      )
      const roster = join(yield* folder, "roster.json")
      const refusals = [{ repository: "Acme/Widgets", since: "2026-01-01" }]
      writeFileSync(roster, JSON.stringify({ consent: "not-refused", refusals, repositories: { [repository]: { emission_share: 1 } } }))
      const refused = (yield* explanationText("1", "--verdict", "--roster", roster)).replace(/\s+/g, " ")
      assert.include(refused, "Without a match: cancelled, NotPlanned: its people told the subnet's owner so, once a validator")
    })
  )

  it.scoped("shows a round in progress, with the pair that validators vote for, and the same pair long afterwards", () =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const { miners, validators } = yield* Cast
      const [bob = -1, cleo = -1, dora = -1, emil = -1] = miners.map(({ uid }) => uid)
      const [first, second, third] = validators
      if (first === undefined || second === undefined || third === undefined) return yield* Effect.dieMessage("no validators")

      const round = Math.floor((yield* head).number / ROUND) + 1
      yield* blocksUntil(round * ROUND)
      const attest = (validator: KeyPair, issue: number, enrolled: ReadonlyArray<number>, skipped: ReadonlyArray<number> = []) =>
        contract.send("attestEnrolled", { issue, round, enrolled: bitmapOfUids(enrolled), skipped: bitmapOfUids(skipped) }, validator)
      for (const validator of [first, second]) {
        yield* attest(validator, 1, [bob, cleo], [dora])
        yield* attest(validator, 2, [bob, cleo, dora])
      }
      const early = yield* explained("1")
      assert.deepInclude(early, { round, stage: "Attesting", pairing: null, seed: null })
      assert.include(yield* explanationText("1"), `until block ${round * ROUND + ATTEST - 1}`)
      yield* attest(third, 1, [bob, emil])

      yield* blocksUntil(round * ROUND + ATTEST + 1)
      const drawn = yield* explained("acme/Widgets#41")
      assert.deepInclude(drawn, { round, stage: "Decided", statusAtStart: "Open", votes: [], competition: null })
      assert.deepStrictEqual(
        drawn.miners.map(({ uid, majority, objection, enrolledBy }) => [uid, majority, enrolledBy.length, objection]),
        [
          [bob, "enrolled", 3, null],
          [cleo, "enrolled", 2, null],
          [dora, "skipped", 0, null],
          [emil, "neither", 1, "no GitHub account is linked"]
        ].toSorted(([a], [b]) => Number(a) - Number(b))
      )
      // The result of a validator's daemon at the same head.
      const now = yield* head
      const live = yield* pairsOfRound(yield* readRoundState(now), now)
      const pair = live?.find(({ issue }) => issue === 1)?.pair ?? null
      assert.isNotNull(pair)
      assert.deepStrictEqual(
        drawn.pairing?.pair?.map(({ hotkey }) => hotkey),
        pair?.map(({ hotkey }) => hotkey)
      )
      // The third validator has committed to bob's account too, before the round.
      assert.sameMembers(
        drawn.accounts.map(({ hotkey }) => hotkey),
        pair?.map(({ hotkey }) => hotkey) ?? []
      )
      const [named, ...unnamed] = drawn.accounts.toSorted((one, two) => two.others.length - one.others.length)
      assert.deepInclude(named, { hotkey: miners[0]?.hotkey.address ?? "" })
      assert.isNumber(named?.githubId)
      assert.deepStrictEqual(
        unnamed.map(({ others }) => others),
        [[]]
      )
      const [claim, ...more] = named?.others ?? []
      assert.deepStrictEqual(more, [])
      assert.deepInclude(claim, { hotkey: third.address, competitions: [] })
      assert.isBelow(claim?.committedAt ?? Number.POSITIVE_INFINITY, round * ROUND)
      assert.include(
        (yield* explanationText("1")).replaceAll(/\s+/g, " "),
        `${third.address} UID ${claim?.uid}, commitment of block ${claim?.committedAt}; it never competed`
      )
      const other = yield* explained("2")
      assert.deepStrictEqual(other.accounts, [])
      assert.deepInclude(other.pairing, { why: "FieldTooSmall", pair: null, fieldNeeded: 2 })
      assert.deepStrictEqual(
        other.pairing?.candidates.map(({ uid }) => uid),
        [dora]
      )
      assert.sameDeepMembers(
        [...(other.pairing?.dropped ?? [])].map(({ uid, why }) => [uid, why]),
        [bob, cleo].map((uid) => [uid, "PairedThisRound"])
      )
      const busy = yield* explanationText("2")
      assert.include(busy, "busy: already paired in this round, for issue 1")
      assert.include(busy, "none: field of 1, 2 needed")

      const [a, b] = pair ?? []
      if (a === undefined || b === undefined) return
      const vote = (validator: KeyPair) => contract.send("votePair", { issue: 1, round, a, b }, validator)
      yield* vote(first)
      const voting = yield* explained("1")
      assert.deepStrictEqual(
        voting.votes.map(({ validator, asComputed }) => [validator, asComputed]),
        [[first.address, true]]
      )
      yield* vote(second)

      // The competition has started, and the contract has dropped the attestations and the ballot.
      yield* blocksUntil((round + 2) * ROUND + 3)
      const past = yield* explained("1")
      assert.deepInclude(past, {
        round,
        stage: "Decided",
        attestations: drawn.attestations,
        miners: drawn.miners,
        pairing: drawn.pairing,
        accounts: drawn.accounts
      })
      assert.strictEqual(past.blocks.last, (round + 1) * ROUND - 1)
      assert.sameMembers(
        past.votes.map(({ validator }) => validator),
        [first.address, second.address]
      )
      assert.isTrue(past.votes.every(({ asComputed }) => asComputed))
      assert.strictEqual(past.competition?.id, 1)
      const text = yield* explanationText("1", "--steps")
      for (const part of [
        `round ${round}: blocks ${round * ROUND} to`,
        `seed ${past.seed}`,
        `UID ${dora} skipped`,
        `UID ${emil} is not enrolled, because no majority attested it: no GitHub account is linked`,
        "1500.0?",
        `UID ${bob}: unchanged so far`,
        "for UID",
        "the pair above",
        "match 1 of UID"
      ])
        assert.include(text.replaceAll(/\s+/g, " "), part)
      assert.match(text, new RegExp(`${second.address} +\\d+(\\.\\d+)?%`))
      assert.strictEqual(yield* explanationText("1", "--steps"), text)
      // In a later round this issue is no longer Open. The other issue is, and its busy miners are named.
      assert.deepInclude(yield* explained("1", "--round", String(round + 1)), { stage: "NotOpen", statusAtStart: "Competing" })
      const quiet = yield* explained("2", "--round", String(round + 1))
      assert.deepInclude(quiet, { stage: "Decided", miners: [] })
      assert.deepInclude(quiet.pairing, { why: "FieldTooSmall", attested: [] })
    })
  )

  it.scoped("shows the facts behind a verdict before, during and after the vote, and no evidence if GitHub is silent", () =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const { github } = yield* World
      const { miners, validators } = yield* Cast
      const { control } = github
      const competition = yield* contract.stored("competition", { id: 1 })
      const solver = miners.find(({ hotkey }) => hotkey.address === competition?.a.hotkey)
      if (competition === null || solver === undefined) return yield* Effect.dieMessage("strangers compete")

      const open = yield* judged("1")
      assert.deepInclude(open, { vote: null, settledBy: null, now: { votes: [], standings: [] } })
      assert.isTrue(open.judged?.isAsked)
      assert.deepStrictEqual(open.judged?.solution.asked.slice(-3), [
        { rule: "Have the maintainers declared it solved?", answer: "no: no maintainer closed it" },
        { rule: "Do the maintainers allow a bounty on it?", answer: "yes" },
        { rule: "Has the deadline passed?", answer: "no" }
      ])
      assert.isTrue(open.judged?.facts.competitors.every(({ githubId }) => githubId !== null))
      const claims = open.judged?.accounts.flatMap(({ hotkey, others }) => others.map((one) => [hotkey, one.hotkey])) ?? []
      assert.deepStrictEqual(claims, [[miners[0]?.hotkey.address ?? "", validators[2]?.address ?? ""]])
      assert.include(yield* explanationText("1", "--verdict"), "    Other hotkeys also named this account.")

      yield* mode("200ms")
      // GitHub's timestamps are in whole seconds.
      const passed = (blocks: number) =>
        Effect.flatMap(head, (from) =>
          eventually(
            "blocks",
            Effect.map(head, ({ number }) => (number >= from.number + blocks ? true : undefined))
          )
        )
      yield* passed(10)
      const payload = { repository, title: "Oil it", author: solver.login, closes: [IssueNumber.make(41)] }
      const { number } = yield* control.openPullRequest({ payload })
      const { sha } = yield* control.pushCommit({ payload: { repository, by: "acme", message: "Oil it by hand" } })
      const voting = { GITTENSOR_URI: "//Validator1" }
      const byHand = (hash: string, ...more: ReadonlyArray<string>) =>
        command(["vote", "1", "--solved-by", solver.hotkey.address, "--commit", hash, "--dry-run", "--json", ...more], voting)
      assert.deepInclude(jsonOf(yield* byHand(sha)), {
        commit: sha,
        choice: { type: "Solved", hotkey: solver.hotkey.address, pullRequest: number }
      })
      fails(yield* byHand("f".repeat(40)), 1, `commit ${"f".repeat(40)} is not on main of acme/widgets`)
      fails(yield* byHand("soon"), 2, "--commit takes a commit's hash")
      const vote = (...args: ReadonlyArray<string>) => command(["vote", "1", ...args, "--dry-run", "--json"], voting)
      const { address } = solver.hotkey
      for (const [args, choice] of [
        [["--dissolve"], { type: "Dissolved" }],
        [["--cancel", "not-planned"], { type: "Cancelled", reason: { type: "NotPlanned" } }]
      ] as const)
        assert.deepInclude(jsonOf(yield* vote(...args)), { choice }, args.join(" "))
      // Before the deadline the contract itself refuses these.
      for (const args of [["--unsolved"], ["--unsolved", "--spare", address]]) fails(yield* vote(...args), 1, "TooEarly")
      fails(yield* vote("--withdraw"), 1, "NothingToDo")
      fails(yield* vote("--cancel", "boredom"), 2, '--cancel "boredom" is no reason: use one of not-planned, ')
      fails(yield* vote("--unsolved", "--spare", "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM"), 2, "does not compete for issue 1")
      const byTwo = [
        ["--withdraw", "--commit", sha],
        ["--withdraw", "--spare", address],
        ["--unsolved", "--dissolve"],
        ["--spare", address],
        []
      ]
      for (const args of byTwo) fails(yield* vote(...args), 2, "give one of --solved-by HOTKEY")
      fails(yield* byHand(sha, "--pull-request", "7"), 2, "--pull-request N or --commit HASH")
      yield* control.mergePullRequest({ payload: { repository, number } })
      yield* passed(10)
      yield* mode("Instant")

      const solved = yield* judged("1")
      assert.deepStrictEqual(solved.vote?.type, "Solved")
      const text = yield* explanationText("1", "--verdict")
      for (const part of [
        `${solver.hotkey.address}\n    GitHub account `,
        "closed as completed by pull request",
        "Have the maintainers declared it solved? yes: ",
        "Is it a competitor's? yes: ",
        "Does it stand? yes\n",
        `→ solved by ${solver.login} with #`,
        `The vote now: solved by ${solver.login}, #`
      ])
        assert.include(text, part)

      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 502, times: 10_000 } } })
      const impatient = {
        GITTENSOR_GITHUB_TIMEOUT: "1 second",
        GITTENSOR_GITHUB_PATIENCE: "1 second",
        GITTENSOR_GITHUB_PAUSE: "50 millis"
      }
      fails(yield* command(["explain", "1", "--verdict"], impatient), 3, "502")
      yield* control.removeFaults({ payload: {} })

      const choice = { _tag: "Solved", hotkey: solver.hotkey.address, pullRequest: number } as const
      const both = validators.slice(0, 2)
      for (const validator of both) {
        // A vote weighs at most what is noted when it is cast.
        yield* Effect.ignore(contract.send("noteWeights", {}, validator))
        yield* contract.send("voteOutcome", { issue: 1, choice }, validator)
      }
      const voted = (yield* judged("1")).now
      const { since } = voted.votes.toSorted((left, right) => right.since - left.since)[0] ?? assert.fail("no vote")
      const counts = since + competition.challengePeriod
      assert.deepStrictEqual(voted.standings, [{ state: "tooYoung", from: counts }])
      const waiting = yield* explanationText("1", "--verdict")
      assert.include(waiting.replaceAll(/\s+/g, " "), `can be settled from block ${counts} on`)

      yield* blocksUntil(counts)
      yield* contract.send("settle", { issue: 1 }, both[0] ?? assert.fail("no validator"))
      const won = yield* judged("1")
      assert.deepStrictEqual(won.now.votes, [], "its end clears them")
      assert.sameMembers(
        won.settledBy?.votes.map(({ validator }) => validator) ?? [],
        both.map(({ address }) => address)
      )
      assert.isTrue(won.settledBy?.votes.every(({ weight }) => BigInt(weight) > 0n))
      assert.isNull(won.vote)
      assert.isFalse(won.judged?.isAsked)
      assert.strictEqual(won.judged?.solution.verdict.type, "Solved")
      assert.include(yield* explanationText("1", "--verdict"), "Votes that ended the match, at block")
      assert.deepStrictEqual((yield* judged("1", "--round", String(competition.round))).judged?.solution, won.judged?.solution)
      assert.isNull((yield* judged("1", "--round", String(competition.round + 1))).judged)

      // A later round shows the winner's game.
      const { number: end } = yield* head
      const later = Math.floor(end / ROUND) + 1
      yield* blocksUntil(later * ROUND)
      const uid = solver.uid
      yield* contract.send(
        "attestEnrolled",
        { issue: 2, round: later, enrolled: bitmapOfUids([uid]), skipped: bitmapOfUids([]) },
        validators[0] ?? solver.hotkey
      )
      const { ratings } = yield* explained("2", "--round", String(later))
      assert.deepInclude(ratings[0], { uid, games: 1, won: 1 })
      assert.deepInclude(ratings[0]?.reasons[0], { type: "Played", result: "won", change: 20_000, rating: 1_520_000 })
      assert.match(
        yield* explanationText("2", "--round", String(later), "--steps"),
        /\+20\.0\s+won\s+match\s+1\s+against\s+5\w+\s+at\s+1500\.0/
      )
    })
  )

  it.scoped("says that the node has pruned the state, not that it does not answer", () =>
    Effect.gen(function* () {
      const competition = yield* (yield* Contract).stored("competition", { id: 1 })
      const round = competition?.round ?? 0
      assert.isBelow((yield* head).number, KEPT, "what the earlier tests looked at was kept")
      yield* fastForward(KEPT)
      yield* blocksUntil((yield* head).number + 2)
      const before = String(round - 1)
      fails(
        yield* readOnlyCommand(["explain", "1", "--round", before]),
        1,
        "no longer has the chain's state",
        `round ${before}`,
        "archive node"
      )
      fails(yield* readOnlyCommand(["explain", "1", "--verdict"]), 1, "no longer has the chain's state", "match 1", "archive node")

      // Of the match's own round, the contract still has a record.
      const record = yield* readOnlyCommand(["explain", "1"])
      assert.strictEqual(record.code, 0, record.stderr)
      for (const part of [
        `has pruned the state of round ${round}.`,
        "only an archive node can tell: give --endpoint",
        "Match 1, started at block"
      ])
        assert.include(record.stdout.replaceAll(/\s+/g, " "), part)
      assert.isNotNull(competition)
      for (const { uid, hotkey } of [competition.a, competition.b]) assert.include(record.stdout, `  UID ${uid}  ${hotkey}\n`)
      assert.include(record.stdout, `enrolled: UID ${uidsOfBitmap(competition.enrolled).join(" ")}; skipping:`)
      assert.deepInclude(jsonOf(yield* readOnlyCommand(["explain", "1", "--json"])), { stage: "Pruned" })
    })
  )
})
