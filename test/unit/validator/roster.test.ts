/** The roster in its three forms, and whether a validator scores with it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Context, Effect, Layer, Option, Redacted, Schema } from "effect"
import { contributionScoringLayer } from "../../../src/cli/validate/contributionScoring.ts"
import { fileRulesOf } from "../../../src/domain/contributions/FileRules.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { hashOfRosterBody, rosterBody, signedRoster } from "../../../src/domain/SignedRoster.ts"
import { layer, layerBuiltIn, layerPath, Roster } from "../../../src/layers/chain/roster/Roster.ts"
import { readRoster as documentAt } from "../../../src/layers/chain/roster/readRoster.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { ContributionScoring, unscoredText } from "../../../src/scoring/oss_contributions/ContributionScoring.ts"
import { layerPath as layerFile, noConcerns, Rosters } from "../../../src/scoring/rosters/Rosters.ts"
import { folder } from "../../support/folder.ts"
import { loggingTo } from "../../support/logging.ts"
import { processes } from "../../support/processes.ts"
import { epochOf, GENESIS, NETUID, SignersChain } from "../../support/roster/signersChain.ts"

const repositories = { "acme/gadgets": { emission_share: 0.8, scoring: { pr_lookback_days: 7 } } }
const languages = { ts: { weight: 1, language: "typescript" }, md: { weight: 0.12 } }
const token_weights = { structural_bonus: { function_declaration: 2 }, leaf_tokens: { identifier: 0.3 } }

const readRoster = (path: string) => Effect.provide(Roster, layerPath(path))

const write = (path: string, document: unknown) => writeFileSync(path, typeof document === "string" ? document : JSON.stringify(document))

describe("a roster", () => {
  it.scoped("is one file, a file of repositories, or a folder; its hash covers the meaning only", () =>
    Effect.gen(function* () {
      const path = yield* folder
      write(join(path, "whole.json"), { version: 0, repositories, languages, token_weights })
      write(join(path, "sorted.json"), { token_weights, languages, repositories, version: 0 })
      write(join(path, "repositories.json"), repositories)
      const whole = yield* readRoster(join(path, "whole.json"))
      assert.strictEqual(whole.repositories["acme/gadgets"]?.scoring.pr_lookback_days, 7)
      assert.strictEqual(whole.repositories["acme/gadgets"]?.eligibility.min_valid_merged_prs, 3)
      assert.strictEqual((yield* readRoster(join(path, "sorted.json"))).sha256, whole.sha256)
      const alone = yield* readRoster(join(path, "repositories.json"))
      assert.deepStrictEqual(alone.repositories, whole.repositories)
      assert.deepStrictEqual(alone.fileRules, fileRulesOf({ ...defaultRoster, scoring: "parity" }))
      assert.notStrictEqual(alone.sha256, whole.sha256)
      const builtIn = yield* Effect.provide(Roster, layer(Option.none()))
      assert.deepStrictEqual(builtIn, yield* Effect.provide(Roster, layerBuiltIn))
      assert.deepStrictEqual(Object.keys(builtIn.repositories), Object.keys(defaultRoster.repositories))
      for (const { score_what_landed, work } of Object.values(builtIn.repositories))
        assert.deepInclude({ ...work, score_what_landed }, { cap_tokens: 1_000, score_what_landed: true })

      const files = join(path, "files")
      mkdirSync(files)
      write(join(files, "master_repositories-2026-06-21.json"), { "acme/older": { emission_share: 1 } })
      write(join(files, "master_repositories-2026-08-06.json"), repositories)
      write(join(files, "programming_languages.json"), languages)
      write(join(files, "token_weights.json"), token_weights)
      assert.deepStrictEqual(yield* readRoster(files), whole)
      // An explicit default has the same meaning.
      write(join(path, "whole.json"), {
        version: 0,
        repositories: { "acme/gadgets": { ...repositories["acme/gadgets"], issue_discovery_share: 0.5 } },
        languages,
        token_weights
      })
      assert.strictEqual((yield* readRoster(join(path, "whole.json"))).sha256, whole.sha256)
    })
  )

  it.scoped("is read from the file that the owner signed, if nothing in it was changed", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "signed.json")
      const owner = yield* keyPairOf(Redacted.make("//Owner"))
      const body = rosterBody(defaultRoster, { genesis: `0x${"0".repeat(64)}`, netuid: 74, owner: owner.address, version: 3 })
      const text = Schema.encodeSync(signedRoster.Text)(signedRoster.sign(body, owner))
      write(path, `${text}\n`)
      const read = yield* readRoster(path)
      assert.deepStrictEqual(read.repositories, (yield* Effect.provide(Roster, layerBuiltIn)).repositories)
      const refused = (changed: string) => {
        write(path, changed)
        return Effect.map(Effect.flip(readRoster(path)), ({ message }) => message)
      }
      assert.include(
        yield* refused(text.replace(/"emission_share":0\.\d+/, '"emission_share":0')),
        `its signature is not by ${owner.address}`
      )
      assert.include(yield* refused(text.replace('{"body"', '{ "body"')), "it is not in canonical form")
      assert.include(yield* refused(text.replace(/"version":3\}/, '"version":4}')), "4 is not the signed version 3")
    })
  )

  it.scoped("holds the pools: in the whole file, as a folder's emission.json, or else the default", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const emission = {
        version: 1,
        pools: { work: { kind: "oss_contributions", share: 0.965 }, essays: { kind: "essays", share: 0.035 } }
      }
      write(join(path, "old.json"), { version: 1, repositories, languages, token_weights })
      write(join(path, "new.json"), { version: 1, repositories, languages, token_weights, emission })
      write(join(path, "alone.json"), repositories)
      const [old, fresh] = [yield* readRoster(join(path, "old.json")), yield* readRoster(join(path, "new.json"))]
      assert.deepStrictEqual(old.emission, defaultRoster.emission)
      assert.deepStrictEqual(fresh.emission.pools, emission.pools)
      assert.notStrictEqual(fresh.sha256, old.sha256)
      assert.deepStrictEqual((yield* readRoster(join(path, "alone.json"))).emission, defaultRoster.emission)
      // The default, written explicitly, has the same meaning.
      write(join(path, "default.json"), { version: 1, repositories, languages, token_weights, emission: defaultRoster.emission })
      assert.strictEqual((yield* readRoster(join(path, "default.json"))).sha256, old.sha256)

      const files = join(path, "files")
      mkdirSync(files)
      write(join(files, "repositories.json"), repositories)
      write(join(files, "programming_languages.json"), languages)
      write(join(files, "token_weights.json"), token_weights)
      assert.deepStrictEqual((yield* readRoster(files)).emission, defaultRoster.emission)
      write(join(files, "emission.json"), emission)
      assert.deepStrictEqual((yield* readRoster(files)).emission, fresh.emission)
      write(join(files, "emission.json"), { version: 1, pools: { ...emission.pools, more: { kind: "essays", share: 0.1 } } })
      assert.include(
        (yield* Effect.flip(readRoster(files))).message,
        "emission.json: pools: the shares of all pools (essays 0.035, more 0.1, work 0.965) are 1.1, more than the whole"
      )
    })
  )

  it.scoped("lists repositories by name, so that equal hashes are scored in the same order", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const [a, b] = [{ "acme/a": { emission_share: 0.1 } }, { "acme/b": { emission_share: 0.2 } }]
      write(join(path, "forth.json"), { ...a, ...b })
      write(join(path, "back.json"), { ...b, ...a })
      const [forth, back] = [yield* readRoster(join(path, "forth.json")), yield* readRoster(join(path, "back.json"))]
      assert.strictEqual(forth.sha256, back.sha256)
      assert.deepStrictEqual(Object.keys(back.repositories), ["acme/a", "acme/b"])
      assert.deepStrictEqual(Object.keys(forth.repositories), Object.keys(back.repositories))
    })
  )

  it.scoped("is refused with the place of its mistake", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const wrong = (document: unknown) => {
        write(join(path, "roster.json"), document)
        return Effect.map(Effect.flip(readRoster(join(path, "roster.json"))), ({ message }) => message)
      }
      const whole = { version: 0, repositories, languages, token_weights }
      const [, example = ""] =
        /^```json\n([\s\S]*?)^```/m.exec(readFileSync(new URL("../../../docs/owner.md", import.meta.url), "utf8")) ?? []
      writeFileSync(join(path, "example.json"), example)
      assert.deepStrictEqual((yield* documentAt(join(path, "example.json"))).languages, defaultRoster.languages)
      assert.match(yield* wrong("{"), /roster\.json can't be used: it is not JSON/)
      assert.include(
        yield* wrong({ "acme/gadgets": { emission_share: 0.8, scoring: { lookback: 7 } } }),
        '["acme/gadgets"].scoring.lookback'
      )
      assert.include(yield* wrong({ "acme/gadgets": { emission_share: 1.8 } }), '["acme/gadgets"].emission_share')
      assert.include(yield* wrong({ "a/b": { emission_share: 0.6 }, "A/b": { emission_share: 0.1 } }), "is the same repository")
      assert.include(yield* wrong({ "a/b": { emission_share: 0.6 }, "a/c": { emission_share: 0.6 } }), "more than the whole")
      assert.include(yield* wrong({ ...whole, languages: { ts: { weight: -1 } } }), "languages.ts.weight")
      assert.include(yield* wrong({ ...whole, more: 1 }), "more")
      assert.include((yield* Effect.flip(readRoster(join(path, "nothing.json")))).message, "there is no such file")
      mkdirSync(join(path, "files"))
      assert.include((yield* Effect.flip(readRoster(join(path, "files")))).message, "it has no file master_repositories")
      write(join(path, "files", "repositories.json"), repositories)
      assert.include((yield* Effect.flip(readRoster(join(path, "files")))).message, "programming_languages.json")
    })
  )

  it.scoped("is required for scoring along with a token; a validator names whichever is missing", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const [good, bad] = [join(path, "good.json"), join(path, "bad.json")]
      write(good, repositories)
      write(bad, { "acme/gadgets": {} })
      const scoring = (roster: Option.Option<string>, token?: string) =>
        built(roster, token).pipe(Effect.map(Context.get(ContributionScoring)))
      const { address: owner } = yield* keyPairOf(Redacted.make("//Owner"))
      const chain = new SignersChain(owner)
      const built = (roster: Option.Option<string>, token?: string) =>
        Layer.build(
          contributionScoringLayer({
            roster: Option.map(roster, (file) => ({ _tag: "Path", path: file }) as const),
            folder: path,
            workDatabase: Option.none(),
            byConsensus: false,
            version: "0.1.0"
          }).pipe(Layer.provide([chain.layer, processes]))
        ).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(token === undefined ? [] : [["GITTENSOR_GITHUB_TOKEN", token]]))))
      const rosterAt = (roster: Option.Option<string>, block: number) =>
        Effect.flatMap(built(roster), (context) => Context.get(context, Rosters).at(epochOf(block)))
      const why = (found: typeof ContributionScoring.Service) => unscoredText(found)
      assert.strictEqual(
        why(yield* scoring(Option.none(), "token")),
        "contributions are not scored, because no roster is given (--roster): this validator's weights recycle what they would earn, 90% of the emission"
      )
      assert.match(why(yield* scoring(Option.some(good))) ?? "", /GITTENSOR_GITHUB_TOKEN/)
      assert.strictEqual((yield* Effect.flip(scoring(Option.some(bad))))._tag, "UnusableRoster")
      // The pools apply with or without scoring.
      const own = { version: 1, pools: { work: { kind: "oss_contributions", share: 0.5 } } }
      write(join(path, "pools.json"), { version: 1, repositories, languages, token_weights, emission: own })
      assert.match(why(yield* scoring(Option.some(join(path, "pools.json")))) ?? "", /would earn, 50% of the emission$/)
      const poolsWith = (roster: Option.Option<string>) => Effect.map(rosterAt(roster, 400), ({ emission }) => Object.keys(emission.pools))
      assert.deepStrictEqual(yield* poolsWith(Option.some(join(path, "pools.json"))), ["work"])
      assert.deepStrictEqual(yield* poolsWith(Option.none()), ["oss_contributions", "issue_competitions"])
      const enabled = yield* scoring(Option.some(good), "token")
      assert.strictEqual(enabled._tag, "ScoringEnabled")
      const file = yield* readRoster(good)
      assert.deepStrictEqual(yield* rosterAt(Option.some(good), 400), file)
      // A copy of the committed roster has the hash that the signer signed.
      const copied = yield* documentAt(good)
      const signed = hashOfRosterBody(rosterBody(copied, { genesis: GENESIS, netuid: NETUID, owner, version: 7 }))
      chain.commit(700, 7, signed)
      assert.strictEqual((yield* rosterAt(Option.some(good), 719)).sha256, file.sha256)
      assert.deepStrictEqual(yield* rosterAt(Option.some(good), 720), { ...file, sha256: signed })
      // The node has pruned the epoch's first block: first without, then with a later commitment.
      chain.oldest = 900
      assert.strictEqual((yield* rosterAt(Option.some(good), 950)).sha256, signed)
      chain.commit(730, 8, "00".repeat(32))
      assert.strictEqual((yield* rosterAt(Option.some(good), 950)).sha256, file.sha256)
      assert.strictEqual((yield* rosterAt(Option.some(good), 1_080)).sha256, file.sha256)
    })
  )

  it.scoped("says once for each version that a file differs from what the signer is committed to", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "roster.json")
      write(path, repositories)
      const chain = new SignersChain((yield* keyPairOf(Redacted.make("//Owner"))).address)
      const logged: Array<string> = []
      const look = yield* Effect.map(
        Rosters,
        ({ look }) =>
          (block: number) =>
            Effect.provide(look(epochOf(block).head), loggingTo(logged))
      ).pipe(Effect.provide(Layer.provide(layerFile(path), chain.layer)))
      yield* look(1)
      assert.deepStrictEqual(logged, [])
      chain.commit(5, 7, "00".repeat(32))
      for (const block of [5, 6, 7]) assert.deepStrictEqual(yield* look(block), noConcerns)
      assert.strictEqual(logged.length, 1)
      assert.include(logged[0], "is not version 7 of the roster, which the roster's signer is committed to")
      chain.commit(8, 8, "11".repeat(32))
      yield* look(8)
      assert.strictEqual(logged.length, 2)
    })
  )
})
