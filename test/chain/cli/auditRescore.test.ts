/** `gittensor audit --epoch N --rescore`: records of validators' reports, scored again from a simulated GitHub. */
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import packageFile from "../../../package.json"
import { factsAt } from "../../../src/consensus/audit/chainEpochStates.ts"
import { fileRulesOf } from "../../../src/domain/contributions/FileRules.ts"
import { EpochState } from "../../../src/domain/EpochState.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { Opening, openRecords } from "../../../src/domain/Opening.ts"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { measuredBy } from "../../../src/domain/Settlement.ts"
import { toU16 } from "../../../src/domain/toU16.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Contributions } from "../../../src/layers/github/contributions/Contributions.ts"
import { decayMultiplier } from "../../../src/rules/contributions/ageAndReviews.ts"
import { baseScore } from "../../../src/rules/contributions/baseScore.ts"
import { methodsOf, totalsOf } from "../../../src/rules/contributions/files/totals.ts"
import { sharesOf } from "../../../src/rules/contributions/rewards.ts"
import { layer as scorerLayer } from "../../../src/scoring/oss_contributions/score/FileScorer.ts"
import { PullRequestScores, layer as scoresLayer } from "../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { startReportAxon } from "../../support/axon/reportAxon.ts"
import { fails, jsonOf } from "../../support/cli/support.ts"
import {
  auditWith,
  blocksUntil,
  commit,
  committedBy,
  decode,
  indexAudit,
  type Name,
  nextEpoch,
  pathOf,
  reportOf,
  roster,
  Scene,
  sceneLayer,
  seeEachOther,
  setWeights,
  VALIDATORS
} from "../../support/consensus/auditedChain.ts"
import { ago, emptyStory, NOW, place, service } from "../../support/github/contributionStory.ts"
import { processes } from "../../support/processes.ts"
import { minersBehind, oneRepository, recordOf } from "../../support/validator/reports.ts"

const [listed = "", settings] = Object.entries(roster.repositories)[0] ?? []
const repository = RepositoryName.make(listed)

/** Three merged pull requests, so old that they decay no more, and their records by an honest validator. */
const story = Effect.gen(function* () {
  const { url, control, tokens } = yield* emptyStory()
  yield* control.changeRepository({ payload: { repository, members: ["ada"], at: ago(300) } })
  for (const number of [1, 2, 3]) {
    const head = `export const part = (amount: number) => amount * ${number}\n`.repeat(number)
    const contents = [{ path: "src/part.ts", base: "export const part = 1\n", head }]
    yield* control.openPullRequest({ payload: { repository, title: `Part ${number}`, author: "bob", contents, at: ago(40) } })
    yield* control.mergePullRequest({ payload: { ...place(repository, number), by: "ada", at: ago(39 - number) } })
  }
  const contributions = yield* service(url, tokens)
  const scoring = scoresLayer.pipe(Layer.provide([Layer.succeed(Contributions, contributions), Layer.provide(scorerLayer(), processes)]))
  const records = yield* Effect.forEach([1, 2, 3], (number) =>
    Effect.gen(function* () {
      if (settings === undefined) return yield* Effect.dieMessage("the roster has a repository")
      const { pull } = yield* contributions.pullRequest(place(repository, number) as never, settings, NOW)
      const [base, head] = [pull.base_sha ?? "", pull.head_sha ?? ""]
      const { files } = yield* (yield* PullRequestScores).ofPullRequest({ repository, number, base, head }, fileRulesOf(roster))
      const totals = totalsOf(files)
      const { tokenScore: tokens, sourceScore: source, total } = totals
      assert.isAbove(tokens, 0)
      const score = baseScore(totals, settings.scoring.src_tok_saturation_scale)
      const { author_github_id: author, merged_at: mergedAt } = pull
      const decay = decayMultiplier(mergedAt ?? assert.fail("it was merged"), NOW, settings.scoring.time_decay)
      const measured = {
        decay,
        author,
        base,
        head,
        mergedAt,
        methods: { ...methodsOf(files) },
        tokens,
        source,
        total,
        score,
        points: score
      }
      return recordOf(number === 1 ? 4 : 5, number, { repository: repository.toLowerCase(), ...measured })
    })
  ).pipe(Effect.provide(scoring))
  return { records, env: { GITTENSOR_GITHUB_URL: url, GITTENSOR_GITHUB_TOKEN: tokens.join(",") }, control }
})

const encode = Schema.encodeSync(Schema.Array(Opening))
const encodeFacts = Schema.encodeSync(EpochState)

const everyPoint = (records: ReadonlyArray<ScoredRecord>) => {
  let end = 0
  return records.map(({ earned }) => {
    end += earned
    return end - 1
  })
}

/** An epoch of reports over these records, which the validators serve. */
const epochOver = (records: Readonly<Record<Name, ReadonlyArray<ScoredRecord>>>) =>
  Effect.gen(function* () {
    const { axons, keys } = yield* Scene
    const epoch = yield* nextEpoch
    for (const name of VALIDATORS) {
      const { hash, text } = yield* reportOf(name, epoch, packageFile.version, records[name])
      yield* commit(name, epoch.index, hash, yield* committedBy(name))
      for (const giver of VALIDATORS) axons[giver].set(giver === name ? pathOf(epoch.index) : pathOf(epoch.index, keys[name]), text)
      const openings = encode(openRecords(records[name], keys[name].address, everyPoint(records[name])))
      axons[name].set(`${pathOf(epoch.index, keys[name])}/openings`, JSON.stringify({ openings }))
    }
    yield* seeEachOther(VALIDATORS, epoch)
    yield* blocksUntil(epoch.blocks.settling)
    const due = toU16(
      new Map([...sharesOf(measuredBy({ miners: minersBehind(records.Hot1), repositories: [] }), oneRepository)].filter(([uid]) => uid > 0))
    )
    for (const name of VALIDATORS) yield* setWeights(name, due.values)
    yield* nextEpoch
    return epoch.index
  })

layer(sceneLayer, { excludeTestServices: true })("gittensor audit --epoch --rescore", (it) => {
  it.scoped("finds nothing in honest records, and names each that scores differently", () =>
    Effect.gen(function* () {
      const { axons, keys } = yield* Scene
      const { records, env, control } = yield* story
      const honest = yield* epochOver({ Hot1: records, Hot2: records.slice(1), Hot3: records })
      const without = decode(jsonOf(yield* auditWith({}, honest, "--json")))
      // One of them did not see the first pull request, which is an observation.
      const kindsIn = ({ findings }: typeof without) => findings.map(({ kind, severity }) => [kind, severity])
      const observed = [["cells left out", "missing"]]
      assert.deepStrictEqual([without.rescored, kindsIn(without)], [null, observed])
      const found = decode(jsonOf(yield* auditWith(env, honest, "--rescore", "--json")))
      assert.deepStrictEqual([found.rescored, kindsIn(found)], [8, observed])
      fails(yield* auditWith({}, honest, "--rescore"), 2, "set GITTENSOR_GITHUB_TOKEN")

      const [, second = assert.fail()] = records
      const lies = records.map((record) => (record === second ? { ...record, tokens: record.tokens + 5 } : record))
      const planted = yield* epochOver({ Hot1: records, Hot2: lies, Hot3: records })
      const { code, stdout } = yield* auditWith(env, planted, "--rescore", "--json")
      const [finding, ...others] = decode(JSON.parse(stdout)).findings
      assert.deepStrictEqual([code, others], [1, []])
      assert.deepStrictEqual([finding?.kind, finding?.severity, finding?.validator], ["wrong record", "wrong", String(keys.Hot2.address)])
      assert.include(
        finding?.text ?? "",
        `${repository.toLowerCase()}#2 has tokens ${second.tokens + 5}, and scored again ${second.tokens}`
      )
      const lines = yield* auditWith(env, planted, "--rescore")
      assert.deepStrictEqual([lines.code, lines.stderr], [1, "gittensor: 1 finding\n"])
      assert.include(lines.stdout, "9 records of pull requests were scored again; of their points, 0% stay unclear")
      assert.include(lines.stdout, `✗ wrong record: ${keys.Hot2.address}: `)
      // An index serves the chain's facts, including the epoch's time, so no node is queried.
      const index = yield* startReportAxon
      const { finalisedHead } = yield* Chain
      const facts = encodeFacts(yield* factsAt(planted, yield* finalisedHead, () => Effect.succeed(null)))
      const path = `/v1/consensus/epochs/${planted}/facts`
      index.served.set("/v1/consensus/epochs", JSON.stringify({ items: [{ epoch: planted }] }))
      index.served.set(path, JSON.stringify(facts))
      const indexed = (...more: ReadonlyArray<string>) => indexAudit(env, planted, `http://127.0.0.1:${index.port}`, "--rescore", ...more)
      const byIndex = yield* indexed("--json")
      assert.deepStrictEqual([byIndex.code, JSON.parse(byIndex.stdout)], [1, JSON.parse(stdout)])

      const ofOther = decode(jsonOf(yield* auditWith(env, planted, "--rescore", "--json", "--validator", keys.Hot1.address)))
      assert.deepStrictEqual([ofOther.rescored, ofOther.findings], [3, []])

      // Records that a validator's own axon lacks may come from another axon. Records that no axon serves, or GitHub does not show, are not wrong.
      const opened = `${pathOf(planted, keys.Hot2)}/openings`
      const shown = axons.Hot2.get(opened) ?? ""
      axons.Hot2.delete(opened)
      const kinds = Effect.map(auditWith(env, planted, "--rescore", "--json"), (outcome) => [
        outcome.code,
        decode(JSON.parse(outcome.stdout)).findings.map(({ kind }) => kind)
      ])
      assert.deepStrictEqual(yield* kinds, [0, ["records not shown"]])
      axons.Hot3.set(opened, shown)
      assert.deepStrictEqual(yield* kinds, [1, ["wrong record"]])
      yield* control.changeRepository({ payload: { repository, private: true } })
      assert.deepStrictEqual(yield* kinds, [0, new Array(9).fill("record unclear")])
      assert.include((yield* auditWith(env, planted, "--rescore")).stdout, "of their points, 100% stay unclear")
    })
  )
})
