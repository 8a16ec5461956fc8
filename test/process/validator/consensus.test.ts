/**
 * Scores by consensus: two validators' processes and a liar with a fifth of the stake. Each measures, commits, opens, collects and counts; both processes set
 * the same weights, whatever the liar reports and whenever one of them is killed.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Schedule, Schema } from "effect"
import { ConsensusEpochDetail } from "../../../src/api/definition/consensus.ts"
import { epochBlocksOf } from "../../../src/consensus/rules/epochBlocks.ts"
import { signedDivergence } from "../../../src/domain/Divergence.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { neuronOf, RECYCLE_UID } from "../../../src/domain/Metagraph.ts"
import { type Report, reportHash, signedReport } from "../../../src/domain/Report.ts"
import { Settlement } from "../../../src/domain/Settlement.ts"
import { toU16 } from "../../../src/domain/toU16.ts"
import { Chain } from "../../../src/layers/chain/Chain.ts"
import { Contract } from "../../../src/layers/contract/Contract.ts"
import { Subnet } from "../../../src/layers/subnet/Subnet.ts"
import { scoreCommitmentsAt } from "../../../src/layers/subnet/scoreCommitments.ts"
import { blend } from "../../../src/scoring/weights/blend.ts"
import { nothingScored, scored } from "../../../src/scoring/weights/rewards.ts"
import { startReportAxon } from "../../support/axon/reportAxon.ts"
import { endSetup } from "../../support/cli/endSetup.ts"
import { link } from "../../support/cli/gitHubUser.ts"
import { ask, eventually, folder, jsonOf, keyOf, NETUID, register, run, start, uri, World, worldLayer } from "../../support/cli/support.ts"

const repository = RepositoryName.make("acme/gadgets")
const DAY = 86_400_000
const TEMPO = 60

const ROSTER = {
  version: 1,
  emission: {
    version: 1 as const,
    pools: {
      oss_contributions: { kind: "oss_contributions", share: 0.9 },
      issue_competitions: { kind: "issue_competitions", share: 0.06 },
      // Nobody has won a competition, so it is recycled. It is read as of the epoch's first block all the same.
      champions: { kind: "champions", share: 0.04 }
    }
  },
  repositories: {
    "acme/gadgets": { emission_share: 1, issue_discovery_share: 0, eligibility: { min_valid_merged_prs: 1, min_credibility: 0 } }
  },
  languages: { ts: { weight: 1, language: "typescript" } },
  token_weights: { structural_bonus: { function_declaration: 2, if_statement: 0.35 }, leaf_tokens: { identifier: 0.3, number: 0.1 } }
}

const functions = (count: number): string =>
  Array.from({ length: count }, (_, index) => `export function f${index}(a: number) {\n  return a > ${index}\n}\n`).join("")

const decodeDivergence = Schema.decodeUnknownSync(signedDivergence.Text)
const decodeReport = Schema.decodeUnknownSync(signedReport.Text)
const encodeReport = Schema.encodeSync(signedReport.Text)
const decodeAudit = Schema.decodeUnknownSync(
  Schema.Struct({
    aggregate: Settlement.fields.values,
    weights: Schema.NullOr(Schema.Struct({ uids: Schema.Array(Schema.Number), values: Schema.Array(Schema.Number) })),
    reports: Schema.Array(Schema.Struct({ hotkey: Schema.String, report: Schema.NullOr(Schema.String) })),
    findings: Schema.Array(Schema.Struct({ kind: Schema.String, validator: Schema.NullOr(Schema.String) }))
  })
)
/** Everything in an audit's document. */
const decodeFrame = Schema.decodeUnknownSync(Schema.Record({ key: Schema.String, value: Schema.Unknown }))
const decodeShown = Schema.decodeUnknownSync(ConsensusEpochDetail)
const decodeSettlement = Schema.decodeUnknownSync(Schema.parseJson(Settlement))

class Cast extends Context.Tag("test/validator/ConsensusCast")<
  Cast,
  {
    readonly bob: KeyPair
    readonly cleo: KeyPair
    readonly roster: string
    readonly treasury: number
    readonly liar: Effect.Effect.Success<typeof startReportAxon>
  }
>() {}

const prepare = Effect.gen(function* () {
  const { github, ownerUri, endpoint } = yield* World
  const { control } = github
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const owner = yield* keyOf(ownerUri)
  const now = Date.now()
  yield* control.createUser({ payload: { login: "ada" } })
  yield* control.createRepository({ payload: { repository, at: now - 90 * DAY } })
  yield* control.changeRepository({ payload: { repository, members: ["ada"], at: now - 90 * DAY } })
  yield* chain.submit({
    label: "sudoSetTempo",
    signer: yield* keyOf("//Alice"),
    until: "finalised",
    call: (api) => {
      const [asRoot, change] = [api.tx.sudo?.sudo, api.tx.adminUtils?.sudoSetTempo]
      if (asRoot === undefined || change === undefined) throw new Error("no such calls")
      return asRoot(change(NETUID, TEMPO))
    }
  })
  for (const index of [1, 2, 3]) {
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
  const liar = yield* startReportAxon
  yield* subnet.serveAxon(yield* keyOf("//Validator3"), { ip: "127.0.0.1", port: liar.port })
  const roster = join(yield* folder, "roster.json")
  writeFileSync(roster, JSON.stringify(ROSTER))
  yield* ask(endpoint, "dev_setBlockBuildMode", "Instant")
  return Cast.of({ bob, cleo, roster, treasury, liar })
}).pipe(Effect.orDie)

const castLayer = Layer.scoped(Cast, prepare).pipe(Layer.provideMerge(worldLayer()))

/** Starts a validator in the mode `consensus`, and returns the address of its axon too. */
const validator = (name: string, data: string) =>
  Effect.gen(function* () {
    const [{ env }, { roster }] = yield* Effect.all([World, Cast])
    const running = yield* start(
      ["validate", "--json", "--data", data, "--roster", roster, "--weight-mode", "consensus", "--stand-by", "0"].concat([
        "--axon-host",
        "127.0.0.1",
        "--axon-port",
        "0",
        "--axon-ip",
        "127.0.0.1"
      ]),
      { ...env, GITTENSOR_URI: name }
    )
    const { axon } = JSON.parse(yield* running.ready) as { readonly axon: { readonly port: number } }
    const shown = (path: string) =>
      Effect.promise(async () => {
        const response = await fetch(`http://127.0.0.1:${axon.port}/v1/consensus/${path}`)
        const text = await response.text()
        return response.status === 200 ? text : undefined
      })
    const report = (epoch: number, hotkey?: string) => shown(`reports/${epoch}${hotkey === undefined ? "" : `/${hotkey}`}`)
    return { ...running, report, divergence: shown("divergence") }
  })

const epochNow = Effect.gen(function* () {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const head = yield* chain.finalisedHead
  return { ...(yield* subnet.epochAt(head)), head }
})

/** Builds blocks up to this one, and waits until it is final. */
const blocksUntil = (block: number) =>
  Effect.gen(function* () {
    const [{ endpoint }, chain] = yield* Effect.all([World, Chain])
    const { number } = yield* chain.finalisedHead
    if (number < block) yield* ask(endpoint, "dev_newBlock", { count: block - number })
    yield* eventually(
      `block ${block} to be final`,
      Effect.map(chain.finalisedHead, (head) => (head.number >= block ? true : undefined))
    )
  })

const nextEpoch = Effect.gen(function* () {
  const before = yield* epochNow
  yield* blocksUntil(before.firstBlock + TEMPO + 1)
  const { index, firstBlock } = yield* eventually(
    "the next epoch",
    Effect.map(epochNow, (now) => (now.index > before.index ? now : undefined))
  )
  return { index, firstBlock, blocks: epochBlocksOf(firstBlock, TEMPO) }
})

/** Like `eventually`, while a block comes every two seconds: a validator looks again with each. */
const whileBlocksCome = <A, E, R>(what: string, found: Effect.Effect<A | undefined, E, R>) =>
  Effect.flatMap(World, ({ endpoint }) =>
    Effect.raceFirst(
      eventually(what, found),
      ask(endpoint, "dev_newBlock", { count: 1 }).pipe(Effect.schedule(Schedule.spaced("2 seconds")), Effect.zipRight(Effect.never))
    )
  )

/** Waits until these hotkeys have committed to their reports of an epoch. */
const committed = (epoch: number, ...keys: ReadonlyArray<KeyPair>) =>
  eventually(
    `commitments of epoch ${epoch}`,
    Effect.gen(function* () {
      const chain = yield* Chain
      const found = yield* scoreCommitmentsAt(
        yield* chain.finalisedHead,
        keys.map(({ address }) => address)
      )
      return keys.every(({ address }) => found.get(address)?.epoch === epoch) ? found : undefined
    })
  )

const weightsOf = (uid: number) =>
  Effect.flatMap(Chain, (chain) =>
    chain.read("weights", async (api): Promise<unknown> => (await api.query.subtensorModule?.weights?.(NETUID, uid))?.toJSON())
  )

const lastUpdateOf = (name: string) =>
  Effect.gen(function* () {
    const [chain, subnet] = yield* Effect.all([Chain, Subnet])
    return neuronOf(yield* subnet.metagraph(yield* chain.finalisedHead), (yield* keyOf(name)).address)?.lastUpdate ?? 0
  })

const settlementIn = (data: string, epoch: number) => {
  const [chain = ""] = readdirSync(join(data, "settlements"))
  return decodeSettlement(readFileSync(join(data, "settlements", chain, `${epoch}.json`), "utf8"))
}

/** The weights that follow from parts of the contributions' pool. */
const weightsBy = (parts: ReadonlyMap<number, number>, treasury: number) => {
  const rewards = {
    oss_contributions: scored(parts),
    issue_competitions: scored(new Map([[treasury, 1_000_000]])),
    champions: nothingScored("none")
  }
  const { uids, values } = toU16(blend(rewards, ROSTER.emission))
  return uids.map((uid, index) => [uid, values[index]])
}

/** Signs a report as the liar, that gives everything to one miner. */
const lie = (of: Report, all: { readonly uid: number; readonly hotkey: KeyPair["address"] }) =>
  Effect.gen(function* () {
    const key = yield* keyOf("//Validator3")
    return signedReport.sign({ ...of, validator: key.address, scores: [{ ...all, value: 1_000_000 }] }, key)
  })

layer(castLayer, { excludeTestServices: true, timeout: "5 minutes" })("scores by consensus", (it) => {
  it.scoped("are equal for all honest validators, whatever a fifth of the stake reports and whoever is killed", () =>
    Effect.gen(function* () {
      const [{ cleo, liar, treasury }, chain, subnet] = yield* Effect.all([Cast, Chain, Subnet])
      const keys = yield* Effect.forEach(["//Validator1", "//Validator2", "//Validator3"], keyOf)
      const [one, two, three] = keys as [KeyPair, KeyPair, KeyPair]
      const folders = [yield* folder, yield* folder] as const
      yield* nextEpoch
      const first = yield* validator("//Validator1", folders[0])
      const second = yield* validator("//Validator2", folders[1])
      yield* eventually(
        "both axons on the chain",
        Effect.gen(function* () {
          const metagraph = yield* subnet.metagraph(yield* chain.finalisedHead)
          return [one, two].every(({ address }) => (neuronOf(metagraph, address)?.axon ?? null) !== null) ? true : undefined
        })
      )
      // They end the epoch in which they began with weights of their own. If those were still on their way when the next epoch begins, they would be that one's.
      const begun = yield* epochNow
      yield* blocksUntil(epochBlocksOf(begun.firstBlock, TEMPO).settling)
      yield* whileBlocksCome(
        "the first settlements",
        Effect.sync(() => (folders.every((data) => existsSettlement(data, begun.index)) ? true : undefined))
      )
      yield* blocksUntil((yield* epochNow).head.number + 1)
      for (const name of ["//Validator1", "//Validator2"])
        yield* whileBlocksCome(
          `the first weights of ${name}`,
          Effect.map(lastUpdateOf(name), (block) => (block >= begun.firstBlock ? true : undefined))
        )
      const { index, blocks } = yield* nextEpoch
      yield* committed(index, one, two)
      assert.isUndefined(yield* first.report(index), "nobody sees a report before all hashes are fixed")

      // The liar gives everything to the weaker miner. It cannot have seen the others' reports; the test uses one that is on the disk.
      const [chainFolder = ""] = readdirSync(join(folders[0], "scores"))
      const onDisk = readFileSync(join(folders[0], "scores", chainFolder, `${index}.report.json`), "utf8")
      const { body: honest } = decodeReport(onDisk.trimEnd())
      const metagraph = yield* subnet.metagraph(yield* chain.finalisedHead)
      const cleosUid = neuronOf(metagraph, cleo.address)?.uid ?? -1
      const lies = yield* lie(honest, { uid: cleosUid, hotkey: cleo.address })
      yield* subnet.setCommitment(three, {
        _tag: "Scores",
        scores: { epoch: index, sha256: reportHash(lies.body), previous: "0".repeat(64) }
      })
      liar.served.set(`/v1/consensus/reports/${index}`, encodeReport(lies))

      yield* blocksUntil(blocks.opening)
      for (const open of [first, second]) yield* eventually("the reports to be open", open.report(index))
      yield* blocksUntil(blocks.opening + 1)
      for (const [from, of] of [
        [first, two],
        [first, three],
        [second, one],
        [second, three]
      ] as const)
        yield* whileBlocksCome("a peer's report to be counted and shown", from.report(index, of.address))
      assert.strictEqual(yield* first.report(index), onDisk.trimEnd())

      yield* first.signal("SIGKILL")
      yield* first.exited
      const again = yield* validator("//Validator1", folders[0])
      const same = yield* eventually("the same report after a crash", again.report(index))
      assert.strictEqual(same, onDisk.trimEnd())

      yield* blocksUntil(blocks.settling)
      const counted = () => folders.every((data) => existsSettlement(data, index))
      yield* whileBlocksCome(
        "both settlements",
        Effect.sync(() => (counted() ? true : undefined))
      )
      // Weights may have been due in the newest block before the reports were counted; then they wait for another one.
      yield* blocksUntil((yield* epochNow).head.number + 1)
      for (const name of ["//Validator1", "//Validator2"])
        yield* whileBlocksCome(
          `the weights of ${name}`,
          Effect.map(lastUpdateOf(name), (block) => (block >= blocks.settling ? true : undefined))
        )
      const weights = yield* weightsOf(1)
      assert.deepStrictEqual(yield* weightsOf(2), weights)
      const parts = new Map(
        honest.scores.flatMap(({ uid, value }) => (value === null || uid === RECYCLE_UID ? [] : [[uid, value] as const]))
      )
      assert.strictEqual(parts.size, 2)
      assert.deepStrictEqual(weights, weightsBy(parts, treasury), "as if the liar had reported like the others")
      const settled = folders.map((data) => settlementIn(data, index))
      assert.deepStrictEqual(settled[0], settled[1])
      // The owner's hotkey holds a permit too, without any stake, and reports nothing.
      const reported = settled[0]?.voters.filter(({ report }) => report !== null).map(({ hotkey }) => hotkey)
      assert.deepStrictEqual(new Set(reported), new Set(keys.map(({ address }) => address)))

      // Anybody comes to the same from the chain and the reports that are served.
      const { env } = yield* World
      const { roster } = yield* Cast
      const audit = jsonOf(yield* run(["audit", "--epoch", String(index), "--roster", roster, "--json"], env))
      const audited = decodeAudit(audit)
      assert.deepStrictEqual(audited.aggregate, settled[0]?.values)
      assert.deepStrictEqual(
        audited.weights?.uids.map((uid, place) => [uid, audited.weights?.values[place]]),
        weights
      )
      assert.deepStrictEqual(audited.findings.map(({ kind, validator }) => [kind, validator]).toSorted(), [
        ["no report", audited.reports.find(({ report }) => report === null)?.hotkey ?? null],
        ...audited.reports
          .filter(({ hotkey }) => hotkey !== one.address && hotkey !== two.address)
          .map(({ hotkey }) => ["no weights", hotkey])
          .toSorted()
      ])

      // An index tells the same, and has written it down for those without a node. Blocks may have come since.
      const data = yield* folder
      jsonOf(yield* run(["index", "--json", "--roster", roster, "--data", data], env))
      const page = yield* start(["serve", "--json", "--port", "0", "--data", data], env)
      const { url } = JSON.parse(yield* page.ready) as { readonly url: string }
      const indexed = jsonOf(yield* run(["audit", "--epoch", String(index), "--index", url, "--roster", roster, "--json"], env))
      assert.deepStrictEqual({ ...decodeFrame(indexed), end: 0 }, { ...decodeFrame(audit), end: 0 })
      const shown = decodeShown(yield* Effect.promise(async () => (await fetch(`${url}/v1/consensus/epochs/${index}`)).json()))
      assert.deepStrictEqual(
        new Map(shown.voters.map(({ hotkey, report, weights }) => [hotkey, [report, weights.asExpected]])),
        new Map(
          audited.reports.map(({ hotkey, report }) => [hotkey, [report, hotkey === one.address || hotkey === two.address ? true : null]])
        )
      )
      const votes = shown.values.find(({ hotkey }) => hotkey === cleo.address)?.votes ?? []
      assert.deepStrictEqual(
        new Map(votes.map(({ validator, pull }): readonly [string, string | null] => [validator, pull])),
        new Map<string, string | null>([
          [one.address, "equal"],
          [two.address, "equal"],
          [three.address, "above"]
        ])
      )
      const served = yield* Effect.promise(async () => (await fetch(`${url}/v1/consensus/epochs/${index}/reports/${one.address}`)).text())
      assert.strictEqual(served, onDisk.trimEnd())
      yield* page.signal("SIGTERM")
      yield* page.exited

      // Both say that their own scores are those of the consensus. The liar's report moves no median.
      for (const { divergence } of [again, second]) {
        const window = yield* eventually(
          "the divergence",
          Effect.map(divergence, (text) => {
            const { body } = text === undefined ? { body: undefined } : decodeDivergence(text)
            return body?.epochs.at(-1)?.epoch === index ? body : undefined
          })
        )
        assert.strictEqual(window.validator, divergence === again.divergence ? one.address : two.address)
        const compared = { quorum: true, reporting: 3, sameTop: true, spearmanPpm: 1_000_000, overlap: 2, open: [] }
        assert.deepInclude(window.epochs.at(-1), { ...compared, sum: 1_000_000 })
      }

      // Without the half of the stake there is no quorum: what is on the chain stays.
      yield* again.signal("SIGTERM")
      yield* again.exited
      const before = yield* lastUpdateOf("//Validator2")
      const next = yield* nextEpoch
      yield* committed(next.index, two)
      yield* blocksUntil(next.blocks.settling + 1)
      yield* whileBlocksCome(
        "the other epoch's settlement",
        Effect.sync(() => (existsSettlement(folders[1], next.index) ? true : undefined))
      )
      assert.isFalse(settlementIn(folders[1], next.index).quorum)
      yield* blocksUntil(next.blocks.settling + 8)
      assert.strictEqual(yield* lastUpdateOf("//Validator2"), before)
      assert.deepStrictEqual(yield* weightsOf(2), weights)
    })
  )
})

const existsSettlement = (data: string, epoch: number) => {
  try {
    settlementIn(data, epoch)
    return true
  } catch {
    return false
  }
}
