/**
 * A validator's process at work: funding with --once, and verdicts despite silent peers, GitHub failures, a silent chain, and SIGKILL. Meanwhile it
 * checks the quality of competitors' pull requests, has judges compare two of them, and publishes its findings to an index, a page and `explain`.
 */
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import * as JudgeStandIn from "../../../lab/devnet/judges/JudgeStandIn.ts"
import { contractCodec } from "../../../src/contract-client/artifact.ts"
import { CompetitionQuality } from "../../../src/dashboard/api/definition/quality.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { signedQuality } from "../../../src/domain/quality/QualityDocument.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { pathIn } from "../../../src/layers/storage/dataFolder/dataFolder.ts"
import { layerBeside } from "../../../src/quality/store/qualityFile.ts"
import { enrol } from "../../../src/roles/miner/enrol.ts"
import { endSetup, treasuryUid, weighed } from "../../support/cli/endSetup.ts"
import { link } from "../../support/cli/gitHubUser.ts"
import { startProxy } from "../../support/cli/proxy.ts"
import { setOfSubnet } from "../../support/cli/setOfSubnet.ts"
import { startSilentPeer } from "../../support/cli/silentPeer.ts"
import {
  ALPHA,
  ask,
  chainUntouched,
  eventually,
  folder,
  jsonOf,
  keyOf,
  NETUID,
  register,
  run,
  runHere,
  start,
  uri,
  World,
  worldLayer
} from "../../support/cli/support.ts"
import { placeDatabase } from "../../support/database/support.ts"
import { DELETE_TEST, FILES, MEND } from "../../support/github/gitStory.ts"
import { judgeText } from "../../support/judges/panel.ts"
import { askAxon } from "../../support/validator/routes.ts"

const canBox = spawnSync("bwrap", ["--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "true"]).status === 0

const repository = RepositoryName.make("acme/widgets")
const numbers = [41, 42, 43] as const
/** The contract's ids of the issues above. */
const ids = [1, 2, 3] as const
const logins = ["bob", "cleo", "dora", "emil"] as const

const settings = {
  submissionWindow: 5,
  competitionLength: 5_000,
  outcomeGrace: 60,
  challengePeriod: 10,
  roundLength: 20,
  attestBlocks: 8,
  maxCompetitionsPerMiner: 4,
  // A validator without the miners' deposits would pair nobody.
  collateralBps: 1_000
}

class Cast extends Context.Tag("test/cli/Cast")<
  Cast,
  {
    readonly miners: ReadonlyArray<{ readonly login: string; readonly hotkey: KeyPair }>
    readonly validator: KeyPair
    /** Validators without weight, whose axons never answer. */
    readonly silent: ReadonlyArray<KeyPair>
  }
>() {}

/** Stakes a miner's TAO behind its hotkey, and deposits the stake with the contract. */
const deposit = (hotkey: AccountAddress, coldkey: KeyPair, amount: bigint) =>
  Effect.gen(function* () {
    const [chain, contract] = yield* Effect.all([Chain, Contract])
    yield* chain.submit({
      label: "add_stake",
      signer: coldkey,
      until: "inBlock",
      call: (api) => {
        const call = api.tx.subtensorModule?.addStake
        if (call === undefined) throw new Error("no such call")
        return call(hotkey, NETUID, amount)
      }
    })
    yield* contract.send("depositCollateral", { hotkey, amount }, coldkey)
  })

/** Three issues with unfunded bounties, four miners with linked accounts, one validator with all the weight, and three without any. */
const prepare = Effect.gen(function* () {
  const { github, ownerUri } = yield* World
  const contract = yield* Contract
  const { control } = github
  const [owner, validator, coldkey] = yield* Effect.all([keyOf(ownerUri), keyOf("//Validator1"), keyOf("//Validator1//cold")])
  yield* control.createUser({ payload: { login: "ada" } })
  yield* control.createRepository({ payload: { repository, files: FILES } })
  for (const number of numbers) {
    yield* control.openIssue({ payload: { repository, number: IssueNumber.make(number), title: `Squeak ${number}`, author: "ada" } })
    yield* contract.send("registerIssue", { repository, number, bounty: 10n * ALPHA }, owner)
  }
  yield* contract.send("addValidator", { hotkey: validator.address, coldkeys: [coldkey.address] }, owner, "finalised")
  const silent = yield* Effect.forEach(["one", "two", "three"], (name) => register(uri(`silent-${name}`)))
  for (const { address } of silent) yield* contract.send("addValidator", { hotkey: address, coldkeys: [] }, owner, "finalised")
  yield* endSetup
  yield* weighed
  // One validator's weights alone decide nothing, so the others set the same weights in advance.
  const subnet = yield* Subnet
  const treasury = yield* treasuryUid
  for (const name of ["//Validator2", "//Validator3"])
    yield* subnet.setWeights(yield* keyOf(name), { uids: [0, treasury], values: [65_535, 7_282], versionKey: 0 })
  const miners = yield* Effect.forEach(logins, (login) =>
    Effect.gen(function* () {
      const { token } = yield* control.createUser({ payload: { login } })
      const hotkey = yield* register(uri(login))
      yield* deposit(hotkey.address, yield* keyOf(`${uri(login)}//cold`), 3n * ALPHA)
      yield* link(hotkey, token)
      return { login, hotkey }
    })
  )
  return Cast.of({ miners, validator, silent })
}).pipe(Effect.orDie)

const castLayer = Layer.effect(Cast, prepare).pipe(Layer.provideMerge(worldLayer(settings)))

const impatient = { GITTENSOR_GITHUB_TIMEOUT: "1 second", GITTENSOR_GITHUB_PATIENCE: "3 seconds", GITTENSOR_GITHUB_PAUSE: "50 millis" }

/** `judges`: the file of a panel. */
const startValidator = (endpoint: string, data: string, port: number, judges?: string) =>
  Effect.gen(function* () {
    const { env } = yield* World
    const listen = ["--axon-host", "127.0.0.1", "--axon-port", String(port), "--axon-ip", "127.0.0.1"]
    const log = ["--json", "--log-level", "debug"]
    const panel = judges === undefined ? [] : ["--judges", judges]
    const running = yield* start(["validate", "--verify", ...listen, ...panel, "--data", data, "--verdict-interval", "300ms", ...log], {
      ...env,
      ...impatient,
      GITTENSOR_ENDPOINT: endpoint,
      GITTENSOR_URI: "//Validator1"
    })
    const { axon } = JSON.parse(yield* running.ready) as { readonly axon: { readonly port: number } }
    return { ...running, port: axon.port }
  })

const issueOf = (id: number) =>
  Effect.flatMap(Contract, (contract) => contract.stored("issue", { id })).pipe(
    Effect.flatMap((issue) => (issue === null ? Effect.dieMessage(`no issue ${id}`) : Effect.succeed(issue)))
  )
const statusOf = (id: number) => Effect.map(issueOf(id), ({ status }) => status._tag)
const becomes = (id: number, status: string) =>
  eventually(
    `issue ${id} to be ${status}`,
    Effect.map(statusOf(id), (now) => (now === status ? true : undefined))
  )

const competitionOf = (id: number) =>
  Effect.gen(function* () {
    const { competition } = yield* issueOf(id)
    const found = yield* (yield* Contract).stored("competition", { id: competition ?? 0 })
    return found === null ? yield* Effect.dieMessage(`issue ${id} has no match`) : found
  })

type Contents = ReadonlyArray<{ readonly path: string; readonly base: string | null; readonly head: string | null }>

/** Opens a competitor's pull request once submissions are open. Returns the miner and the pull request. */
const propose = (id: (typeof ids)[number], side: "a" | "b", contents: Contents) =>
  Effect.gen(function* () {
    const chain = yield* Chain
    const { miners } = yield* Cast
    const { control } = (yield* World).github
    const competition = yield* competitionOf(id)
    const author = miners.find(({ hotkey }) => hotkey.address === competition[side].hotkey)
    if (author === undefined) return yield* Effect.dieMessage("strangers compete")
    // GitHub's timestamps are in whole seconds, so this waits more than a second after the last block before submissions.
    yield* eventually(
      "the block from which pull requests count",
      Effect.map(chain.finalisedHead, ({ number }) => (number >= competition.submissionsFrom + 10 ? true : undefined))
    )
    const closes = [IssueNumber.make(numbers[id - 1] ?? 0)]
    const { number } = yield* control.openPullRequest({ payload: { repository, title: "Oil it", author: author.login, closes, contents } })
    return { hotkey: author.hotkey.address, pullRequest: number }
  })

/** A competitor solves the issue once submissions are open. Returns the miner and the pull request. */
const solve = (id: (typeof ids)[number], contents: Contents = []) =>
  Effect.tap(propose(id, "a", contents), ({ pullRequest }) =>
    Effect.flatMap(World, ({ github: { control } }) => control.mergePullRequest({ payload: { repository, number: pullRequest } }))
  )

const decodeQuality = Schema.decodeUnknown(Schema.parseJson(CompetitionQuality))
const decodeFindings = Schema.decodeUnknown(signedQuality.Text)

/** The findings on an issue's pull requests on the validator's axon, once there are this many. */
const findings = (port: number, issue: number, heads: number) =>
  eventually(
    `the findings about issue ${issue}`,
    Effect.gen(function* () {
      const answer = yield* Effect.promise(() => askAxon(port, `/v1/quality/${issue}`))
      if (answer.status !== 200) return undefined
      const { body } = yield* Effect.flatMap(
        Effect.promise(() => answer.text()),
        decodeFindings
      )
      const ended = body.records.filter(({ state }) => ["done", "rejected", "failed"].includes(state))
      return ended.length === heads ? body : undefined
    })
  )

/** The number of judges' answers that a validator has stored. */
const keptAnswers = (data: string) =>
  Effect.flatMap(SqlClient, (sql) => sql<{ readonly kept: number }>`SELECT count(*) AS kept FROM quality_duel_answers`).pipe(
    Effect.map(([row]) => row?.kept),
    Effect.provide(layerBeside(pathIn(data, "quality")))
  )

/** How often the contract has paid for an issue since the block `from`. */
const paymentsOf = (id: number, from: number) =>
  Effect.gen(function* () {
    const [chain, contract] = yield* Effect.all([Chain, Contract])
    const { number } = yield* chain.finalisedHead
    const blocks = Array.from({ length: number - from + 1 }, (_, index) => from + index)
    const hashes = yield* chain.hashesOf(blocks)
    const events = yield* Effect.forEach(hashes, (hash, index) => contract.eventsAt({ number: from + index, hash }), { concurrency: 8 })
    return events.flat().filter((event) => event._tag === "BountyPaid" && event.issue === id).length
  })

/** The outcome votes for an issue that the chain has included since the block `from`, and those in the pool. */
const votesSent = (id: number, from: number, choice: Parameters<typeof contractCodec.encodeMessage<"voteOutcome">>[1]["choice"]) =>
  Effect.gen(function* () {
    const chain = yield* Chain
    const { validator } = yield* Cast
    const data = contractCodec.encodeMessage("voteOutcome", { issue: id, choice })
    return yield* chain.read("transactions", async (api) => {
      const isVote = (extrinsic: {
        readonly signer: { toString(): string }
        readonly method: { readonly args: ReadonlyArray<{ toHex(): string }> }
      }) => extrinsic.signer.toString() === validator.address && extrinsic.method.args.some((part) => part.toHex().endsWith(data.slice(2)))
      const waiting = (await api.rpc.author.pendingExtrinsics()).filter(isVote).length
      let included = 0
      const { number } = await api.rpc.chain.getHeader()
      for (let block = from; block <= number.toNumber(); block++) {
        const { block: found } = await api.rpc.chain.getBlock(await api.rpc.chain.getBlockHash(block))
        included += found.extrinsics.filter((extrinsic) => extrinsic.isSigned && isVote(extrinsic)).length
      }
      return { waiting, included }
    })
  })

layer(castLayer, { excludeTestServices: true })("a validator at work", (it) => {
  it.scoped("validate --once, run repeatedly, sets weights, harvests and fills bounties; with --dry-run it sends nothing", () =>
    Effect.gen(function* () {
      const { env, endpoint } = yield* World
      const data = yield* folder
      const words = ["validate", "--once", "--json", "--data", data]
      const once = (...args: ReadonlyArray<string>) => runHere([...words, ...args], { ...env, GITTENSOR_URI: "//Validator1" })
      const names = ["round", "verdicts", "upkeep", "weights"]
      const good = (outcome: Effect.Effect.Success<ReturnType<typeof once>>) => {
        const { steps } = jsonOf(outcome) as { readonly steps: ReadonlyArray<{ readonly name: string; readonly good: boolean }> }
        assert.sameMembers(
          steps.map(({ name }) => name),
          names
        )
        assert.isTrue(
          steps.every((step) => step.good),
          outcome.stderr
        )
      }
      good(yield* once("--dry-run").pipe(chainUntouched(endpoint)))
      good(yield* run(words, { ...env, GITTENSOR_URI: "//Validator1" }))
      yield* eventually(
        "the bounties to be filled",
        Effect.gen(function* () {
          good(yield* once())
          return (yield* statusOf(3)) === "Open" ? true : undefined
        })
      )
      good(yield* once("--dry-run").pipe(chainUntouched(endpoint)))
      for (const id of ids) assert.strictEqual(yield* statusOf(id), "Open")
    })
  )

  it.scoped(
    "judges beside peers that never answer, when GitHub answers again, reconnects when the chain does, and votes once after SIGKILL",
    () =>
      Effect.gen(function* () {
        const { endpoint, env, github } = yield* World
        const contract = yield* Contract
        const { miners, silent, validator } = yield* Cast
        const { control } = github
        // The bounties are filled: no step needs another epoch, and the index would audit each one.
        yield* setOfSubnet("sudoSetTempo", 10_000)
        const proxy = yield* startProxy(endpoint)
        const data = yield* folder
        const standIn = yield* JudgeStandIn.start()
        const judges = join(data, "judges.json")
        const panel = ["fair", "noisy", "fair-two"].map((model, index) => judgeText(standIn.endpoint, model, index === 1 ? "b" : "a"))
        writeFileSync(judges, JSON.stringify({ judges: panel, daily_budget: 10_000_000 }))
        const beforeDuel = yield* startValidator(proxy.endpoint, data, 0, judges)
        const enrolFor = (hotkey: KeyPair, id: number) =>
          eventually(
            "an enrolment",
            enrol(hotkey, id, "enrol").pipe(
              Effect.as(true),
              // The validator's axon and the miner's registration take a few blocks to appear.
              Effect.catchTags({
                // Two of the miners already compete for it.
                IssueNotTakeable: (error) => (error.status === "Competing" ? Effect.succeed(true) : error),
                EnrolmentNotTaken: () => Effect.succeed(undefined),
                NoValidatorReachable: () => Effect.succeed(undefined)
              })
            )
          ).pipe(Effect.provide(Dendrite.layer))

        // Peers that never answer. One miner is not enough for a field, so the issue stays open and is attested in every round.
        const [eager] = miners
        if (eager === undefined) return yield* Effect.dieMessage("no miners")
        yield* enrolFor(eager.hotkey, 3)
        const subnet = yield* Subnet
        const attested = contract.read("enrolled", { issue: 3 })
        yield* eventually(
          "an attestation in a round that began while silent peers were being asked",
          Effect.scoped(
            Effect.gen(function* () {
              // Peers with a new address are contacted at once.
              const peer = yield* startSilentPeer
              yield* Effect.forEach(silent, (hotkey) => subnet.serveAxon(hotkey, { ip: "127.0.0.1", port: peer.port }), {
                concurrency: "unbounded"
              })
              const asked = yield* eventually(
                "silent peers to be asked",
                Effect.sync(() => (peer.waiting.size > 0 ? [...peer.waiting] : undefined))
              )
              const { round: before } = yield* attested
              const seen = yield* eventually(
                "the answer to be given up or the attestation",
                Effect.map(attested, ({ attestations, round }) => {
                  if (!asked.some((socket) => peer.waiting.has(socket))) return "given up"
                  return round > before && attestations.length > 0 ? "attested" : undefined
                })
              )
              return seen === "attested" ? true : undefined
            })
          )
        )

        for (const { hotkey } of miners) for (const id of ids) yield* enrolFor(hotkey, id)
        for (const id of ids) yield* becomes(id, "Competing")

        // A duel of the competitors for issue 1. The validator is killed while a judge does not answer, and its successor asks only the missing
        // questions.
        standIn.add({ model: "fair", what: { _tag: "Hang" } })
        const duellists: Array<number> = []
        for (const [side, contents] of [
          ["a", { path: "oil.js", base: null, head: "export const oil = (hinges) => hinges.filter(({ squeaks }) => squeaks).length\n" }],
          ["b", { path: "grease.js", base: null, head: "export function grease(hinge) {\n  if (hinge.squeaks) hinge.grease += 1\n}\n" }]
        ] as const)
          duellists.push((yield* propose(1, side, [contents])).pullRequest)
        const judged = Effect.map(run(["quality", "costs", "--data", data, "--json"]), (outcome) => {
          const { lines } = jsonOf(outcome) as { readonly lines: ReadonlyArray<Readonly<Record<"calls" | "open" | "issue", number>>> }
          return {
            calls: lines.reduce((sum, { calls }) => sum + calls, 0),
            open: lines.reduce((sum, { open }) => sum + open, 0)
          }
        })
        yield* eventually(
          "all answers but those that wait for the one that hangs",
          Effect.sync(() => (standIn.requests.length === 5 ? true : undefined))
        )
        // A paid answer that is not stored yet would be requested again.
        yield* eventually(
          "the end of the others",
          Effect.map(Effect.all([judged, keptAnswers(data)]), ([{ open }, kept]) => (open === 1 && kept === 4 ? true : undefined))
        )
        yield* beforeDuel.signal("SIGKILL")
        yield* beforeDuel.exited
        const first = yield* startValidator(proxy.endpoint, data, beforeDuel.port, judges)
        const duelled = () => duellists.flatMap((number) => first.stderr().split(`duel of ${repository}#${number} against`).slice(1)).length
        yield* eventually(
          "the duel's result",
          Effect.sync(() => (duelled() > 0 ? true : undefined))
        )
        const questions = standIn.requests.map(({ body }) => body)
        assert.deepStrictEqual([questions.length, new Set(questions).size], [7, 6])
        assert.deepStrictEqual(yield* judged, { calls: 7, open: 1 })

        // GitHub failures.
        const faults = [
          { _tag: "Status", status: 502, times: 4 },
          { _tag: "RateLimited", reset: 1, times: 2 },
          { _tag: "Status", status: 403, retryAfter: 1, times: 2 },
          { _tag: "Status", status: 429, retryAfter: 1, times: 2 },
          { _tag: "Truncated", times: 3 },
          { _tag: "Cut", times: 3 },
          { _tag: "Hang", times: 2 },
          { _tag: "Status", status: 502, times: 6 }
        ] as const
        const { faults: before } = yield* control.countRequests({ payload: {} })
        const all = before + faults.reduce((sum, { times }) => sum + times, 0)
        for (const fault of faults) yield* control.addFault({ payload: { fault } })
        const solution = yield* solve(1)
        yield* eventually(
          "all faults to be shown",
          Effect.gen(function* () {
            const [status, votes] = yield* Effect.all([statusOf(1), contract.stored("ballotOutcome", { issue: 1 })])
            const { faults: shown } = yield* control.countRequests({ payload: {} })
            if (shown >= all) return true
            assert.strictEqual(status, "Competing", "a verdict while GitHub failed")
            assert.deepStrictEqual(votes, [])
          })
        )
        yield* becomes(1, "Paid")
        assert.deepInclude((yield* competitionOf(1)).status, { _tag: "Won", pullRequest: solution.pullRequest })

        // A silent chain. Its effects are checked afterwards.
        proxy.freeze()
        const other = yield* propose(2, "b", [DELETE_TEST])
        const mended = yield* solve(2, [MEND])
        const lost = Effect.sync(() => (first.stderr().includes("the connection to the chain is lost") ? true : undefined))
        yield* eventually("the silence to be noticed", lost)
        assert.strictEqual(yield* statusOf(2), "Competing")
        proxy.thaw()
        yield* becomes(2, "Paid")

        // Killed between a vote and its block, while it verifies the pull requests for issue 2. GitHub shows nothing about issues until blocks stop,
        // so the vote is sent into a stalled chain.
        yield* control.addFault({ payload: { fault: { _tag: "Status", status: 502, times: 10_000, path: "^/graphql" } } })
        const third = yield* solve(3)
        const choice = { _tag: "Solved", hotkey: third.hotkey, pullRequest: third.pullRequest } as const
        assert.strictEqual(yield* statusOf(3), "Competing")
        const chain = yield* Chain
        const { number: now } = yield* chain.finalisedHead
        yield* eventually(
          "the chain to be later than the merge",
          Effect.map(chain.finalisedHead, ({ number }) => (number >= now + 10 ? true : undefined))
        )
        yield* ask(endpoint, "dev_setBlockBuildMode", "Manual")
        yield* control.removeFaults({ payload: {} })
        yield* eventually(
          "the vote",
          Effect.map(votesSent(3, now, choice), ({ waiting }) => (waiting > 0 ? true : undefined))
        )
        // Two kills while the vote is pending: each process learns of the vote from its predecessor, which may have learnt of it only from its own.
        let second = first
        for (let kill = 0; kill < 2; kill++) {
          yield* second.signal("SIGKILL")
          yield* second.exited
          const next = yield* startValidator(endpoint, data, first.port)
          const careful = Effect.sync(() => (next.stderr().includes("vote in flight already") ? true : undefined))
          yield* eventually("the vote to be known from before", careful)
          assert.deepStrictEqual(yield* votesSent(3, now, choice), { waiting: 1, included: 0 })
          second = next
        }
        yield* ask(endpoint, "dev_setBlockBuildMode", "200ms")
        yield* becomes(3, "Paid")
        assert.deepStrictEqual(yield* votesSent(3, now, choice), { waiting: 0, included: 1 })
        // The contract may be read at a block that is not final yet.
        const payments = yield* eventually(
          "the payment to be final",
          Effect.map(paymentsOf(3, now), (count) => (count > 0 ? count : undefined))
        )
        assert.strictEqual(payments, 1)

        // Its findings on the two solutions of issue 2 are on its axon, in an index, and in `explain`.
        const body = yield* findings(second.port, 2, 2)
        // Everything is decided; the remaining queries need no further block.
        yield* ask(endpoint, "dev_setBlockBuildMode", "Manual")
        assert.deepStrictEqual(
          new Set(body.records.map(({ head, state, gate }) => [head.number, head.hotkey, state, gate?.passed].join(" "))),
          new Set([mended, other].map(({ hotkey, pullRequest }) => [pullRequest, hotkey, "done", true].join(" ")))
        )
        const foundOut = (pullRequest: number) => body.records.find(({ head }) => head.number === pullRequest)
        if (canBox) {
          const [good, bad] = [mended, other].map(({ pullRequest }) => foundOut(pullRequest)?.verification)
          assert.deepInclude(good, { verdict: "verified", failToPass: { count: 1, first: ["test::adds"] } })
          assert.deepInclude(bad, { verdict: "unproven", failToPass: { count: 0, first: [] } })
          assert.strictEqual(bad?.own?.removed.count, 1)
        } else assert.match(foundOut(mended.pullRequest)?.reason ?? "", /^not verified: .*install/)

        const index = yield* folder
        yield* placeDatabase(join(index, "database"))
        jsonOf(yield* run(["index", "--json", "--data", index], env))
        // A check between the opening and the merge of another issue's pull request begins a duel there.
        const again = standIn.requests.slice(questions.length).filter(({ body: question }) => questions.includes(question))
        assert.deepStrictEqual([duelled(), again], [1, []], "one duel, whatever came later")
        const page = yield* start(["serve", "--json", "--port", "0", "--data", index], env)
        const { url } = JSON.parse(yield* page.ready) as { readonly url: string }
        const { competition } = yield* issueOf(2)
        const shown = (path: string) =>
          Effect.promise(async () => (await fetch(`${url}/v1/competitions/${competition}/quality${path}`)).text())
        assert.deepStrictEqual((yield* decodeFindings(yield* shown(`/${validator.address}`))).body, body)
        const { heads, validators } = yield* decodeQuality(yield* shown(""))
        assert.strictEqual(validators, 1 + silent.length)
        assert.sameDeepMembers(
          heads.map(({ number, side, records }) => ({ number, side, by: records.map((record) => [record.validator, record.state]) })),
          [
            { number: mended.pullRequest, side: "a", by: [[validator.address, "done"]] },
            { number: other.pullRequest, side: "b", by: [[validator.address, "done"]] }
          ]
        )
        yield* page.signal("SIGTERM")
        const explained = yield* run(["explain", "2", "--verdict"], env)
        assert.strictEqual(explained.code, 0, explained.stderr)
        const told = explained.stdout.replaceAll(/\s+/g, " ")
        assert.include(told, `acme/widgets#${mended.pullRequest} of UID`)
        assert.include(told, `gate: passed; verification: ${canBox ? "verified, 1 test fail → pass" : "could not run the tests"}`)

        yield* second.signal("SIGTERM")
        assert.strictEqual(yield* second.exited, 0)
      }).pipe(Effect.ensuring(Effect.flatMap(World, ({ endpoint }) => ask(endpoint, "dev_setBlockBuildMode", "200ms"))))
  )
})
