/**
 * Contributions from the merged pull request to the payment: the program's processes load two miners' work from the simulated GitHub, score it,
 * archive it and set weights; the dev chain's epoch pays.
 */
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import { type EpochEvidence, signedEpochEvidence } from "../../../src/domain/EpochEvidence.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { neuronOf } from "../../../src/domain/Metagraph.ts"
import { type Report, reportHash, signedReport } from "../../../src/domain/Report.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import { rootedIn } from "../../../src/domain/ScoredRecord.ts"
import { measuredBy } from "../../../src/domain/Settlement.ts"
import { toU16 } from "../../../src/domain/toU16.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { VERSION_KEY } from "../../../src/roles/validator/loops/weights.ts"
import { sharesByHotkey } from "../../../src/rules/contributions/rewards.ts"
import { blend } from "../../../src/rules/weights/blend.ts"
import { movingAverage } from "../../../src/rules/weights/movingAverage.ts"
import { nothingScored, scored } from "../../../src/rules/weights/rewards.ts"
import { endSetup } from "../../support/cli/endSetup.ts"
import { link } from "../../support/cli/gitHubUser.ts"
import { setOfSubnet } from "../../support/cli/setOfSubnet.ts"
import {
  ask,
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

const hasGit = spawnSync("git", ["--version"]).status === 0
const repository = RepositoryName.make("acme/gadgets")
const DAY = 86_400_000
const TEMPO = 60

/** A tenth less emission for contributions than by default, and a pool that this program does not compute. */
const ROSTER = {
  version: 1,
  emission: {
    version: 1 as const,
    pools: {
      oss_contributions: { kind: "oss_contributions", share: 0.8 },
      issue_competitions: { kind: "issue_competitions", share: 0.1 },
      documentation: { kind: "essays", share: 0.05 }
    }
  },
  repositories: {
    "acme/gadgets": {
      emission_share: 0.8,
      issue_discovery_share: 0,
      eligibility: { min_valid_merged_prs: 1, min_credibility: 0 }
    },
    "acme/nothing": { emission_share: 0.2 }
  },
  languages: { ts: { weight: 1, language: "typescript" } },
  token_weights: { structural_bonus: { function_declaration: 2, if_statement: 0.35 }, leaf_tokens: { identifier: 0.3, number: 0.1 } }
}

const functions = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `export function f${index}(a: number) {\n  if (a > ${index}) return a\n  return ${index}\n}\n`
  ).join("")

class Cast extends Context.Tag("test/validator/Cast")<
  Cast,
  { readonly bob: KeyPair; readonly cleo: KeyPair; readonly roster: string; readonly treasury: number }
>() {}

const mode = (wanted: string) => Effect.flatMap(World, ({ endpoint }) => ask(endpoint, "dev_setBlockBuildMode", wanted))

const prepare = Effect.gen(function* () {
  const { github, ownerUri } = yield* World
  const { control } = github
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const owner = yield* keyOf(ownerUri)
  const now = Date.now()
  yield* control.createUser({ payload: { login: "ada" } })
  yield* control.createRepository({ payload: { repository, files: { "README.md": "Gadgets\n" }, at: now - 90 * DAY } })
  yield* control.createRepository({ payload: { repository: RepositoryName.make("acme/nothing"), at: now - 90 * DAY } })
  yield* control.changeRepository({ payload: { repository, members: ["ada"], at: now - 90 * DAY } })
  yield* setOfSubnet("sudoSetTempo", TEMPO)
  for (const index of [1, 2]) {
    const [hotkey, coldkey] = yield* Effect.all([keyOf(`//Validator${index}`), keyOf(`//Validator${index}//cold`)])
    yield* contract.send("addValidator", { hotkey: hotkey.address, coldkeys: [coldkey.address] }, owner, "finalised")
  }
  yield* endSetup
  const miner = (login: string, lines: number) =>
    Effect.gen(function* () {
      const { token } = yield* control.createUser({ payload: { login, at: now - 60 * DAY } })
      const hotkey = yield* register(uri(login))
      yield* link(hotkey, token)
      const contents = [{ path: `src/${login}.ts`, base: null, head: functions(lines) }]
      const { number } = yield* control.openPullRequest({
        payload: { repository, title: "More", author: login, contents, at: now - 3 * DAY }
      })
      yield* control.mergePullRequest({ payload: { repository, number, by: "ada", at: now - 2 * DAY } })
      return hotkey
    })
  const bob = yield* miner("bob", 40)
  const cleo = yield* miner("cleo", 4)
  const { treasuryHotkey } = yield* contract.config
  const treasury = neuronOf(yield* subnet.metagraph(yield* chain.finalisedHead), treasuryHotkey)?.uid ?? -1
  const file = join(yield* folder, "roster.json")
  writeFileSync(file, JSON.stringify(ROSTER))
  return Cast.of({ bob, cleo, roster: file, treasury })
}).pipe(Effect.orDie)

const castLayer = Layer.scoped(Cast, prepare).pipe(Layer.provideMerge(worldLayer()))

const arguments_ = (data: string, roster: string) => ["--json", "--data", data, "--roster", roster]

/** `by`: what runs the command; usually this process. */
const once = (data: string, name: string, by = runHere, more: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const [{ env }, { roster }] = yield* Effect.all([World, Cast])
    // Tests use new folders for one hotkey, so another process seems to have sent the earlier votes.
    return yield* by(["validate", "--once", "--stand-by", "0", ...arguments_(data, roster)], { ...env, GITTENSOR_URI: name, ...more })
  })

/** The repositories that a validator has cloned, by GitHub's ids. */
const clonesIn = (data: string): ReadonlyArray<string> => {
  const clones = join(data, "repositories")
  return existsSync(clones) ? readdirSync(clones).filter((id) => existsSync(join(clones, id, "HEAD"))) : []
}

const good = (outcome: Effect.Effect.Success<ReturnType<typeof run>>) => {
  const { steps } = jsonOf(outcome) as { readonly steps: ReadonlyArray<{ readonly name: string; readonly good: boolean }> }
  assert.isTrue(steps.find(({ name }) => name === "weights")?.good, outcome.stderr)
}

const archiveOf = (data: string): ReadonlyArray<string> => {
  const scores = join(data, "scores")
  if (!existsSync(scores)) return []
  return readdirSync(scores).flatMap((chain) =>
    readdirSync(join(scores, chain))
      .filter((name) => name.endsWith(".report.json"))
      .map((name) => join(scores, chain, name))
  )
}

const decodeSigned = Schema.decodeUnknownSync(signedReport.Text)
const decodeEvidence = Schema.decodeUnknownSync(signedEpochEvidence.Text)
/** Decodes a file, and fails if its signature does not match. */
const decode = (text: string): Report => decodeSigned(text.trimEnd()).body
const evidenceBeside = (path: string): EpochEvidence =>
  decodeEvidence(
    gunzipSync(readFileSync(path.replace(".report.json", ".evidence.json.gz")))
      .toString()
      .trimEnd()
  ).body
const measuredIn = (path: string): Report & Pick<EpochEvidence, "kept" | "records"> & { readonly evidence: EpochEvidence["miners"] } => {
  const report = decode(readFileSync(path, "utf8"))
  const { report: hash, miners, kept, records } = evidenceBeside(path)
  assert.strictEqual(hash, reportHash(report))
  assert.deepInclude(report, rootedIn(records, report.validator))
  return { ...report, evidence: miners, kept, records }
}
const scoresIn = (data: string) =>
  archiveOf(data)
    .map(measuredIn)
    .toSorted((left, right) => left.epoch - right.epoch)

const repositories = Schema.decodeUnknownSync(RosterRepositories)(ROSTER.repositories)

/** Each miner's part of the pool by the report alone. */
const sharesOf = (report: Report) => sharesByHotkey(measuredBy(report), repositories)

/** The weights that follow from the archive's reports. */
const weightsBy = (reports: ReadonlyArray<Report>) =>
  Effect.gen(function* () {
    const [{ treasury }, chain, subnet] = yield* Effect.all([Cast, Chain, Subnet])
    const { neurons } = yield* subnet.metagraph(yield* chain.finalisedHead)
    const averages = movingAverage(reports.map(sharesOf))
    const rewards = new Map(neurons.flatMap(({ uid, hotkey }) => (averages.has(hotkey) ? [[uid, averages.get(hotkey) ?? 0] as const] : [])))
    const { uids, values } = toU16(
      blend(
        {
          oss_contributions: scored(rewards),
          issue_competitions: scored(new Map([[treasury, 1_000_000]])),
          champions: nothingScored("none")
        },
        ROSTER.emission
      )
    )
    return uids.map((uid, index) => [uid, values[index]])
  })

const onChain = (item: string, ...keys: ReadonlyArray<unknown>) =>
  Effect.flatMap(Chain, (chain) =>
    chain.read(item, async (api): Promise<unknown> => (await api.query.subtensorModule?.[item]?.(...keys))?.toJSON())
  )

/** The weights that a hotkey has sent, by block, with their results. */
const sentBy = (hotkey: KeyPair, name: string) =>
  Effect.flatMap(Chain, (chain) =>
    chain.read("transactions", async (api) => {
      const found: Array<{ readonly block: number; readonly args: ReadonlyArray<unknown> }> = []
      const { number } = await api.rpc.chain.getHeader()
      for (let block = 1; block <= number.toNumber(); block++) {
        const { block: built } = await api.rpc.chain.getBlock(await api.rpc.chain.getBlockHash(block))
        for (const { isSigned, signer, method } of built.extrinsics)
          if (isSigned && signer.toString() === hotkey.address && method.method === name)
            found.push({ block, args: method.args.map((argument) => argument.toJSON()) })
      }
      return found
    })
  )

const stakeOf = (hotkey: KeyPair) => Effect.map(onChain("totalHotkeyAlpha", hotkey.address, NETUID), (held) => BigInt(String(held)))
const blocks = (count: number) => Effect.flatMap(World, ({ endpoint }) => ask(endpoint, "dev_newBlock", { count }))
const epochNow = Effect.gen(function* () {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const head = yield* chain.finalisedHead
  return { ...(yield* subnet.epochAt(head)), head: head.number }
})
/** Advances to the second half of a new epoch, in which the validator no longer retries failed GitHub requests. */
const nextEpoch = Effect.gen(function* () {
  const before = yield* epochNow
  yield* blocks(before.firstBlock + TEMPO - before.head + 1)
  yield* eventually(
    "the next epoch to be final",
    Effect.map(epochNow, ({ index }) => (index > before.index ? true : undefined))
  )
})

layer(castLayer, { excludeTestServices: true })("contributions", (it) => {
  it.scoped("are scored, archived and set as weights once an epoch, whenever the validator is killed; then the epoch pays the miners", () =>
    Effect.gen(function* () {
      const [{ env }, { bob, cleo, roster, treasury }] = yield* Effect.all([World, Cast])
      const [first, second] = yield* Effect.all([keyOf("//Validator1"), keyOf("//Validator2")])
      yield* mode("Instant")
      yield* nextEpoch
      // From here on no block is built, so the process is killed with its scores stored and its weights not set.
      yield* mode("Manual")
      const data = yield* folder
      const killed = yield* start(["validate", ...arguments_(data, roster), "--axon-host", "127.0.0.1", "--axon-port", "0"], {
        ...env,
        GITTENSOR_URI: "//Validator1"
      })
      yield* killed.ready
      const [path = ""] = yield* eventually(
        "the scores to be archived",
        Effect.sync(() => (archiveOf(data).length > 0 ? archiveOf(data) : undefined))
      )
      yield* killed.signal("SIGKILL")
      yield* killed.exited
      const written = readFileSync(path, "utf8")
      assert.strictEqual((yield* sentBy(first, "setWeights")).length, 0)
      const { epoch } = decode(written)

      yield* mode("Instant")
      yield* blocks(1)
      for (let time = 0; time < 3; time++) good(yield* once(data, "//Validator1", time === 0 ? run : runHere))
      assert.strictEqual((yield* epochNow).index, epoch, "the epoch has not ended meanwhile")
      assert.strictEqual(readFileSync(path, "utf8"), written, "the same bytes")
      const reports = scoresIn(data)
      assert.strictEqual(reports.length, 1)
      const sent = yield* sentBy(first, "setWeights")
      assert.strictEqual(sent.length, 1, "once in the epoch")
      assert.strictEqual(sent[0]?.args[3], Number(VERSION_KEY))
      assert.deepStrictEqual(yield* onChain("weights", NETUID, 1), yield* weightsBy(reports))

      // The whole share goes to the active repository, in proportion to the scores. Both are measured separately.
      const measured = measuredIn(path)
      const { miners: scores, evidence: miners, kept, records } = measured
      assert.deepStrictEqual(kept, [])
      assert.deepStrictEqual(
        records.map(({ uid, repository, number, state, side }) => [
          scores.find((one) => one.uid === uid)?.hotkey,
          repository,
          number,
          state,
          side
        ]),
        [
          [bob.address, "acme/gadgets", 1, "MERGED", "author"],
          [cleo.address, "acme/gadgets", 2, "MERGED", "author"]
        ]
      )
      assert.deepStrictEqual(
        miners.map(({ hotkey, repositories }) => [hotkey, repositories.map((one) => one.repository)]),
        [
          [bob.address, ["acme/gadgets"]],
          [cleo.address, ["acme/gadgets"]]
        ]
      )
      const [ofBob, ofCleo] = miners.map(({ repositories }) => repositories[0]?.pullRequests ?? 0)
      assert.isAbove(ofBob ?? 0, ofCleo ?? 0)
      assert.isAbove(ofCleo ?? 0, 0)
      const whole = (ofBob ?? 0) + (ofCleo ?? 0)
      assert.deepStrictEqual(
        [...sharesOf(measured)],
        [
          [bob.address, Math.round(((ofBob ?? 0) / whole) * 1_000_000)],
          [cleo.address, Math.round(((ofCleo ?? 0) / whole) * 1_000_000)]
        ]
      )

      if (hasGit) assert.strictEqual(clonesIn(data).length, 1, "the validator asks git about the repository with pull requests")

      // Another validator, without git and sandboxes, computes the same scores from GitHub's API.
      const others = yield* folder
      const other = yield* once(others, "//Validator2", run, { PATH: yield* folder })
      good(other)
      assert.deepStrictEqual(clonesIn(others), [])
      assert.include(other.stderr, "their shares are recycled: documentation (kind essays, share 0.05)")
      const [same] = scoresIn(others)
      assert.strictEqual(same?.epoch, epoch)
      assert.deepStrictEqual([same?.miners, same?.evidence, same?.records, same?.roster], [scores, miners, records, reports[0]?.roster])
      assert.strictEqual(same?.validator, second.address)
      const weights = (yield* onChain("weights", NETUID, 1)) as ReadonlyArray<readonly [number, number]>
      assert.deepStrictEqual(yield* onChain("weights", NETUID, 2), weights)

      yield* nextEpoch
      const [bobs, cleos] = [yield* stakeOf(bob), yield* stakeOf(cleo)]
      assert.isTrue(cleos > 0n && bobs > cleos, `bob ${bobs}, cleo ${cleos}`)
      const subnet = yield* Subnet
      const uidOf = (hotkey: KeyPair) =>
        Effect.map(
          Effect.flatMap(Chain, ({ finalisedHead }) => Effect.flatMap(finalisedHead, subnet.metagraph)),
          (metagraph) => neuronOf(metagraph, hotkey.address)?.uid ?? -1
        )
      const weightOf = (uid: number) => BigInt(weights.find(([target]) => target === uid)?.[1] ?? 0)
      const [bobsWeight, cleosWeight] = [weightOf(yield* uidOf(bob)), weightOf(yield* uidOf(cleo))]
      // Paid in proportion to the weights, except for the chain's rounding.
      const difference = bobs * cleosWeight - cleos * bobsWeight
      assert.isTrue((difference < 0n ? -difference : difference) < bobs, `bob ${bobs} for ${bobsWeight}, cleo ${cleos} for ${cleosWeight}`)
      assert.strictEqual(weightOf(treasury), BigInt(weights.find(([uid]) => uid === treasury)?.[1] ?? 0))
    })
  )

  it.scoped("without an answer of GitHub are retried early in an epoch, and keep their last scores with a mark later", () =>
    Effect.gen(function* () {
      const [{ github }, { bob, cleo }] = yield* Effect.all([World, Cast])
      const first = yield* keyOf("//Validator1")
      const data = yield* folder
      yield* nextEpoch
      good(yield* once(data, "//Validator1"))
      const [measured] = scoresIn(data)
      const before = yield* sentBy(first, "setWeights")

      yield* nextEpoch
      yield* github.control.addFault({
        payload: { fault: { _tag: "Status", status: 403, message: "Resource not accessible", times: 100_000 } }
      })
      const young = yield* once(data, "//Validator1")
      assert.notStrictEqual(young.code, 0)
      assert.include(young.stderr, "it is asked again before scores of earlier epochs are kept")
      assert.strictEqual(scoresIn(data).length, 1)
      assert.strictEqual((yield* sentBy(first, "setWeights")).length, before.length)

      yield* blocks(TEMPO / 4)
      good(yield* once(data, "//Validator1"))
      yield* github.control.removeFaults({ payload: {} })
      const kept = scoresIn(data)[1]
      assert.deepStrictEqual(kept?.miners, measured?.miners)
      assert.deepStrictEqual(
        kept?.kept.map(({ hotkey, repository, measuredIn }) => [hotkey, repository, measuredIn]),
        [bob, cleo].map(({ address }) => [address, "acme/gadgets", measured?.epoch ?? -1])
      )
      const after = yield* sentBy(first, "setWeights")
      assert.strictEqual(after.length, before.length + 1)
      assert.deepStrictEqual(yield* onChain("weights", NETUID, 1), yield* weightsBy(scoresIn(data)))
    })
  )

  it.scoped("as weights that the subnet refuses: the reason by name, and set as soon as it accepts them", () =>
    Effect.gen(function* () {
      const first = yield* keyOf("//Validator1")
      const data = yield* folder
      yield* setOfSubnet("sudoSetWeightsVersionKey", Number(VERSION_KEY) + 1)
      yield* nextEpoch
      const before = yield* sentBy(first, "setWeights")
      const refused = yield* once(data, "//Validator1")
      assert.notStrictEqual(refused.code, 0)
      assert.match(
        refused.stderr,
        /IncorrectWeightVersionKey \(the subnet's version key is 5001, this program's is 5000\): the subnet requires a newer version of gittensor: update it/
      )
      assert.strictEqual((yield* sentBy(first, "setWeights")).length, before.length, "nothing was sent in vain")
      yield* setOfSubnet("sudoSetWeightsVersionKey", Number(VERSION_KEY))
      good(yield* once(data, "//Validator1"))
      assert.strictEqual((yield* sentBy(first, "setWeights")).length, before.length + 1)
      assert.strictEqual(scoresIn(data).length, 1, "by the scores that were archived")
    })
  )

  it.scoped("are committed in encrypted form if the subnet requires that, once an epoch", () =>
    Effect.gen(function* () {
      const first = yield* keyOf("//Validator1")
      const data = yield* folder
      yield* setOfSubnet("sudoSetCommitRevealWeightsEnabled", true)
      yield* nextEpoch
      const { index, firstBlock } = yield* epochNow
      const began = Date.now()
      for (let time = 0; time < 2; time++) good(yield* once(data, "//Validator1"))
      const commits = (yield* onChain("timelockedWeightCommits", NETUID, index)) as ReadonlyArray<readonly [string, number, string, number]>
      assert.strictEqual(commits.length, 1)
      assert.strictEqual((yield* sentBy(first, "commitTimelockedWeights")).length, 1)
      const [who, , bytes, round] = commits[0] ?? ["", 0, "", 0]
      assert.strictEqual(who, first.address)
      const [report] = scoresIn(data)
      const weights = yield* weightsBy(report === undefined ? [] : [report])
      // Two lists of u16 with their lengths, the hotkey, the version key, and the encryption's overhead.
      assert.strictEqual(bytes.length / 2 - 1, 33 + 2 * (1 + 2 * weights.length) + 8 + 244)
      // It can be decrypted in the next epoch: blocks of 12 s from now, plus a margin of three.
      const time = round * 3 + 1_692_803_367
      const blocksLeft = firstBlock + TEMPO - (yield* epochNow).head
      assert.isAtLeast(time - began / 1_000, (blocksLeft - 3) * 12)
      assert.isAtMost(time - Date.now() / 1_000, (TEMPO + 6) * 12)
    })
  )
})
