/** A miner's commands with validators' axons: enrolling, the status at each stage, and the data that leaves the machine when an account is linked. */
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { neuronOf } from "../../../src/domain/Metagraph.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { enrol } from "../../../src/roles/miner/enrol.ts"
import { FIRST_RULE } from "../../../src/story/enrolling.ts"
import { link } from "../../support/bittensor/commitments.ts"
import { ATTEST, blocksUntil, Cast, castLayer, head, ROUND, uidOf } from "../../support/cli/cast.ts"
import { startRecorder } from "../../support/cli/recorder.ts"
import { ALPHA, command, fails, jsonOf, keyOf, register, run, secret, uri, World } from "../../support/cli/support.ts"
import { planned } from "./calls.ts"

interface Held {
  readonly issue: number
  readonly choice: string
}
const Status = Schema.Struct({
  uid: Schema.NullOr(Schema.Number),
  githubAccount: Schema.NullOr(Schema.Number),
  githubLink: Schema.String,
  provisional: Schema.Boolean,
  rank: Schema.NullOr(Schema.Number),
  games: Schema.Number,
  block: Schema.Number,
  validatorsAnswering: Schema.Number,
  validators: Schema.Array(
    Schema.Struct({
      validator: Schema.String,
      axon: Schema.NullOr(Schema.String),
      held: Schema.NullOr(Schema.Array(Schema.Struct({ issue: Schema.Number, choice: Schema.String }))),
      reason: Schema.NullOr(Schema.String)
    })
  ),
  enrolments: Schema.Array(
    Schema.Struct({
      issue: Schema.Number,
      choice: Schema.NullOr(Schema.String),
      heldBy: Schema.Array(Schema.String),
      attestedBy: Schema.Array(Schema.String)
    })
  ),
  competitions: Schema.Array(
    Schema.Struct({
      id: Schema.Number,
      phase: Schema.String,
      outcome: Schema.String,
      title: Schema.NullOr(Schema.String),
      opponent: Schema.Struct({ uid: Schema.Number, hotkey: Schema.String, login: Schema.NullOr(Schema.String) }),
      submissionsFrom: Schema.Struct({ block: Schema.Number, at: Schema.NullOr(Schema.String), estimated: Schema.Boolean }),
      deadline: Schema.Struct({ block: Schema.Number, at: Schema.NullOr(Schema.String), estimated: Schema.Boolean }),
      payee: Schema.NullOr(Schema.String),
      ballot: Schema.NullOr(
        Schema.Struct({
          votes: Schema.Array(Schema.Struct({ validator: Schema.String, since: Schema.Number })),
          standing: Schema.Struct({ state: Schema.String, from: Schema.NullOr(Schema.Number) })
        })
      )
    })
  ),
  next: Schema.Array(Schema.String)
})

const Listed = Schema.Struct({
  issues: Schema.Array(Schema.Struct({ id: Schema.Int, language: Schema.NullOr(Schema.String), ai: Schema.String }))
})

const MINER = uri("miner")
const asMiner = { GITTENSOR_URI: MINER }
const status = Effect.flatMap(command(["mine", "status", "--json"], asMiner), (outcome) => Schema.decodeUnknown(Status)(jsonOf(outcome)))

/** The text for people, checked to fit a terminal. */
const miningStatus = Effect.map(command(["mine", "status"], { ...asMiner, TZ: "Asia/Tokyo" }), ({ code, stdout, stderr }) => {
  assert.strictEqual(code, 0, stderr)
  for (const line of stdout.split("\n")) assert.isAtMost(line.length, 80, line)
  return stdout
})
const issuesOf = (held: ReadonlyArray<Held> | null | undefined) => held?.map(({ issue, choice }) => `${choice} ${issue}`)

layer(castLayer, { excludeTestServices: true })("a miner", (it) => {
  it.scoped("is asked to register and to link its account; nobody but GitHub sees the token", () =>
    Effect.gen(function* () {
      const unknown = yield* status
      assert.deepInclude(unknown, { uid: null, enrolments: [], competitions: [] })
      assert.match(unknown.next[0] ?? "", /register the hotkey/)
      yield* register(MINER)
      const fresh = yield* status
      assert.deepInclude(fresh, { githubLink: "not linked", provisional: true, rank: null, games: 0, validatorsAnswering: 3 })
      assert.isTrue(fresh.next.some((step) => step.includes("mine link-github")))
      assert.isTrue(fresh.next.some((step) => step.includes("mine issues")))

      const { endpoint, env, github } = yield* World
      const { id, token } = yield* github.control.createUser({ payload: { login: "mina" } })
      secret(token)
      const [chain, web] = yield* Effect.all([startRecorder(endpoint), startRecorder(github.url)])
      const linked = yield* run(["mine", "link-github", "--yes", "--json"], {
        ...env,
        ...asMiner,
        GITTENSOR_ENDPOINT: chain.endpoint,
        GITTENSOR_GITHUB_URL: web.endpoint,
        GITTENSOR_GITHUB_TOKEN: token
      })
      assert.deepInclude(jsonOf(linked), { account: { id, login: "mina" } })
      assert.isAbove(chain.recorded.length, 10)
      for (const { head: line, body } of chain.recorded) assert.notInclude(line + body, token, "the chain saw the token")
      const shown = web.recorded.filter(({ head: line, body }) => (line + body).includes(token))
      assert.isAtLeast(shown.length, 2)
      for (const { way, head: line, body } of shown) {
        assert.strictEqual(way, "to")
        assert.notInclude(body, token)
        assert.include(line, `authorization: Bearer ${token}`)
        assert.notInclude(line.split("\n", 1)[0] ?? "", token, "not in an address")
      }
      for (const { head: line, body } of [...chain.recorded, ...web.recorded])
        assert.notInclude(line + body, MINER, "the key left the machine")
      assert.deepInclude(yield* status, { githubAccount: id, githubLink: "linked" })
      const again = jsonOf(yield* run(["mine", "link-github", "--yes", "--json"], { ...env, ...asMiner, GITTENSOR_GITHUB_TOKEN: token }))
      assert.deepInclude(again, { block: null, transaction: null, rivals: [] }, "a second time nothing is sent")
      assert.deepInclude(again, { gist: (jsonOf(linked) as { readonly gist: string }).gist, before: id })
      // Another account asks first, and says what that means for matches that run.
      const other = yield* github.control.createUser({ payload: { login: "mina-too" } })
      secret(other.token)
      const asked = yield* run(["mine", "link-github"], { ...env, ...asMiner, GITTENSOR_GITHUB_TOKEN: other.token })
      fails(
        asked,
        2,
        `is linked with the GitHub account ${id} now, not with mina-too (${other.id})`,
        `pull requests of ${id} count until its end`
      )
      assert.deepInclude(yield* status, { githubAccount: id, githubLink: "linked" })
    })
  )

  it.scoped("sees its enrolment at each validator and on the chain, and its competition with its dates", () =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const { validators, rival } = yield* Cast
      const [first, second, third] = validators
      if (first === undefined || second === undefined || third === undefined) return yield* Effect.dieMessage("no validators")
      fails(yield* command(["mine", "enroll", "9"], asMiner), 1, "no issue 9")
      fails(yield* command(["mine", "enroll", "1"], asMiner), 2, FIRST_RULE, "At stake", "Nothing is paid if", "confirm with --yes")
      const declined = enrol(yield* keyOf(MINER), 1, "enrol", () => Effect.fail("declined" as const)).pipe(Effect.provide(Dendrite.layer))
      assert.strictEqual(yield* Effect.flip(declined), "declined")
      assert.deepStrictEqual(
        (yield* status).validators.flatMap(({ held }) => issuesOf(held)),
        [],
        "nothing was signed"
      )
      const sent = jsonOf(yield* command(["mine", "enroll", "1", "--yes", "--json"], asMiner)) as {
        readonly validators: ReadonlyArray<object>
      }
      assert.strictEqual(sent.validators.length, 3)
      jsonOf(yield* command(["mine", "skip", "2", "--json"], asMiner))
      const enrolled = yield* status
      assert.deepStrictEqual(
        enrolled.validators.map(({ held }) => issuesOf(held)),
        Array.from({ length: 3 }, () => ["enrol 1", "skip 2"])
      )
      assert.deepStrictEqual(enrolled.next, ["nothing to do: wait to be matched"])

      // Where maintainers refuse generated code, or their answer is not known, --yes alone does not enrol.
      const { github, ownerUri } = yield* World
      const refusing = RepositoryName.make("acme/by-hand")
      yield* github.control.createRepository({ payload: { repository: refusing, files: { ".gittensor.yml": "ai: none\n" } } })
      yield* contract.send("registerIssue", { repository: refusing, number: 1, bounty: 2n * ALPHA }, yield* keyOf(ownerUri), "finalised")
      const answersOf = (env: Readonly<Record<string, string>>) =>
        Effect.flatMap(command(["mine", "issues", "--json"], env), (outcome) =>
          Effect.map(Schema.decodeUnknown(Listed)(jsonOf(outcome)), ({ issues }) =>
            issues.map(({ id, language, ai }) => [id, language, ai])
          )
        )
      assert.deepStrictEqual(yield* answersOf(asMiner), [
        [1, null, "unsaid"],
        [2, null, "unsaid"],
        [3, null, "none"]
      ])
      const without = { ...asMiner, GITTENSOR_GITHUB_TOKEN: "" }
      assert.deepStrictEqual(yield* answersOf(without), [
        [1, null, "unknown"],
        [2, null, "unknown"],
        [3, null, "unknown"]
      ])
      fails(yield* command(["mine", "enroll", "3", "--yes"], asMiner), 1, `${refusing} refuses pull requests made with AI`, "add --human")
      fails(yield* command(["mine", "enroll", "1", "--yes"], without), 1, "it is not known whether acme/widgets refuses", "add --human")
      assert.deepStrictEqual(issuesOf((yield* status).validators[0]?.held), ["enrol 1", "skip 2"], "nothing was sent")
      fails(yield* command(["mine", "enroll", "3", "--human"], asMiner), 2, "confirm with --yes")
      jsonOf(yield* command(["mine", "enroll", "3", "--yes", "--human", "--json"], without))
      assert.deepStrictEqual(issuesOf((yield* status).validators[0]?.held), ["enrol 1", "skip 2", "enrol 3"])
      jsonOf(yield* command(["mine", "skip", "3", "--json"], without))

      // A changed choice that reached only one validator.
      const miner = yield* keyOf(MINER)
      const held = (yield* first.store.of(miner.address)).find(({ text }) => text.includes("\nissue 1\n"))
      const text = (held?.text ?? "").replace("\nissue 1\n", "\nskip 1\n").replace(/sequence (\d+)/, (_, n) => `sequence ${Number(n) + 1}`)
      yield* third.store.submit({ text, signature: miner.signText(text) })
      const split = yield* status
      assert.deepInclude(split.enrolments[0], { issue: 1, choice: "skip", heldBy: [third.hotkey.address] })
      assert.isTrue(split.next.some((step) => step.startsWith("issue 1: 1 of 3 validators")))
      jsonOf(yield* command(["mine", "enroll", "1", "--yes", "--json"], asMiner))

      const uid = yield* uidOf(miner)
      const round = Math.floor((yield* head).number / ROUND) + 1
      yield* blocksUntil(round * ROUND)
      for (const { hotkey } of [first, second])
        yield* contract.send(
          "attestEnrolled",
          { issue: 1, round, enrolled: bitmapOfUids([uid, rival.uid]), skipped: bitmapOfUids([]) },
          hotkey,
          "finalised"
        )
      const attested = yield* status
      assert.deepInclude(attested.enrolments[0], { issue: 1, choice: "enrol", attestedBy: [first.hotkey.address, second.hotkey.address] })

      yield* blocksUntil(round * ROUND + ATTEST + 1)
      const metagraph = yield* (yield* Subnet).metagraph(yield* head)
      const competitor = (hotkey: KeyPair) => {
        const neuron = neuronOf(metagraph, hotkey.address)
        return { uid: neuron?.uid ?? -1, hotkey: hotkey.address, coldkey: neuron?.coldkey ?? hotkey.address }
      }
      for (const { hotkey } of [first, second])
        yield* contract.send("votePair", { issue: 1, round, a: competitor(rival.hotkey), b: competitor(miner) }, hotkey, "finalised")
      const { id: rosa } = yield* (yield* World).github.control.createUser({ payload: { login: "rosa" } })
      yield* (yield* Subnet).setCommitment(rival.hotkey, link(rosa, "aaaaaaaa"))
      const running = yield* status
      const [competition] = running.competitions
      assert.deepInclude(competition, { id: 1, phase: "window", outcome: "running" })
      assert.deepInclude(competition?.opponent, { uid: rival.uid, hotkey: rival.hotkey.address, login: "rosa" })
      assert.strictEqual(competition?.title, "It squeaks")
      assert.isTrue(competition?.submissionsFrom.estimated)
      assert.match(running.next[0] ?? "", /open your pull request at block \d+ or later/)
      const text80 = yield* miningStatus
      assert.include(text80, `\n    It squeaks\n    against rosa, UID ${rival.uid}, rated 1500.0\n      ${rival.hotkey.address}\n`)
      assert.include(text80, "GitHub: account ")
      assert.match(text80, /at stake {11}your rating\n/)
      // Without a time while the chain is younger than fifty blocks.
      assert.match(text80, /deadline {11}block \d+(?:, about \d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:JST|GMT\+9))?\n/)

      yield* blocksUntil((competition?.submissionsFrom.block ?? 0) + 1)
      const open = yield* status
      assert.deepInclude(open.competitions[0], { phase: "submissions" })
      assert.isFalse(open.competitions[0]?.submissionsFrom.estimated)
      assert.match(open.next[0] ?? "", /merged into the default branch by block \d+/)

      const [own, other] = [`${MINER}//cold`, devAccounts["//Charlie"]]
      const payee = ["mine", "payee", "1", other]
      const coldkey = (yield* keyOf(own)).address
      assert.strictEqual(open.competitions[0]?.payee, coldkey)
      const says = ["Only a competitor's own coldkey", "the coldkey that the competitor had when the match started"]
      const named = yield* planned(payee, "pay_to", { uri: own, stranger: says })
      assert.deepStrictEqual(named.call.arguments, { competition: 1, coldkey: other })
      assert.include(named.words, `let ${other} have the bounty of match 1 if you win it; now it is for ${coldkey}`)
      fails(yield* command(["mine", "payee", "9", other, "--yes"], { GITTENSOR_URI: own }), 1, "No competition has this id")
      const treasury = (yield* contract.config).treasuryColdkey
      fails(yield* command(["mine", "payee", "1", treasury, "--yes"], { GITTENSOR_URI: own }), 1, "the contract or the treasury's")
      const done = jsonOf(yield* command([...payee, "--yes", "--json"], { GITTENSOR_URI: own }))
      assert.deepInclude(done, { match: 1, issue: 1, hotkey: miner.address, payee: other, before: coldkey, sent: true })
      assert.strictEqual((yield* status).competitions[0]?.payee, other)

      // A vote weighs at most what is noted when it is cast.
      yield* contract.send("noteWeights", {}, first.hotkey, "finalised")
      for (const { hotkey } of [first, second])
        yield* contract.send("voteOutcome", { issue: 1, choice: { _tag: "Dissolved" } }, hotkey, "finalised")
      const young = (yield* status).competitions[0]?.ballot
      assert.strictEqual(young?.standing.state, "tooYoung")
      assert.deepStrictEqual(
        young?.votes.map(({ validator }) => validator),
        [first.hotkey.address, second.hotkey.address]
      )
      const text80b = yield* miningStatus
      assert.match(
        text80b,
        new RegExp(`dissolve the pair has 80% of the\\s+weight: it can be settled from\\s+block ${young?.standing.from} on`)
      )
      assert.match(text80b, /dissolve the pair: [\d.]+%, for \d+ blocks?\n +by /)
      for (const { hotkey } of [first, second]) yield* contract.send("withdrawOutcomeVote", { issue: 1 }, hotkey, "finalised")

      const { outcomeUntil = 0, challengePeriod = 0 } = (yield* contract.stored("competition", { id: 1 })) ?? {}
      yield* blocksUntil(outcomeUntil + 3 * challengePeriod + 1)
      yield* contract.send("expire", { competition: 1 }, first.hotkey, "finalised")
      const over = yield* status
      assert.deepInclude(over.competitions[0], { phase: "over", outcome: "expired" })
      assert.deepInclude(over, { games: 1, provisional: true, rank: 1 })
      assert.match(yield* miningStatus, /rating \d+\.\d\? after 1 match, rank 1 of 2/)
    })
  )
})
