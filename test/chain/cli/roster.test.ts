/** The owner's roster: signed, committed to on the chain, and compared with what mirrors serve. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { ConfigProvider, Context, Effect, Layer, Option, Schema } from "effect"
import { contributionScoringLayer } from "../../../src/cli/validate/contributionScoring.ts"
import { devAccounts } from "../../../src/devnet/chain/genesis.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { Emission } from "../../../src/domain/Emission.ts"
import { hashOfRosterBody, rosterBody, signedRoster } from "../../../src/domain/SignedRoster.ts"
import * as Chain from "../../../src/layers/chain/Chain.ts"
import { layer as processes } from "../../../src/layers/confined/asProcesses.ts"
import { Rosters } from "../../../src/layers/roster/Rosters.ts"
import * as Subnet from "../../../src/layers/subnet/Subnet.ts"
import { ask, chainUntouched, eventually, fails, folder, jsonOf, keyOf, NETUID, run, startChain } from "../../support/cli/support.ts"
import { mirror, type Served } from "../../support/roster/mirror.ts"

class Place extends Context.Tag("test/cli/roster/Place")<
  Place,
  { readonly endpoint: string; readonly path: string; readonly roster: string }
>() {}

const OWNER = devAccounts["//SubnetOwner//hot"]

const place = Effect.gen(function* () {
  const { endpoint } = yield* startChain
  const path = yield* folder
  const roster = join(path, "roster")
  mkdirSync(roster)
  const write = (name: string, document: unknown) => writeFileSync(join(roster, name), JSON.stringify(document))
  write("master_repositories-2026-11.json", { "acme/site": { emission_share: 0.5 } })
  write("programming_languages.json", { ts: { weight: 1, language: "typescript" } })
  write("token_weights.json", { structural_bonus: {}, leaf_tokens: { identifier: 0.5 } })
  return Place.of({ endpoint, path, roster })
}).pipe(Effect.orDie)

const command = (args: ReadonlyArray<string>, uri = "//SubnetOwner//hot") =>
  Effect.flatMap(Place, ({ endpoint }) => run(["owner", "roster", ...args], { GITTENSOR_ENDPOINT: endpoint, GITTENSOR_URI: uri }))
const untouched = <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.flatMap(Place, ({ endpoint }) => work.pipe(chainUntouched(endpoint)))

const Signed = Schema.Struct({ file: Schema.String, version: Schema.Number, sha256: Schema.String, owner: Schema.String })
const Shown = Schema.Struct({
  owner: Schema.String,
  committed: Schema.NullOr(Schema.Struct({ version: Schema.Number, sha256: Schema.String, block: Schema.Number })),
  nextEpoch: Schema.Number,
  sources: Schema.Array(
    Schema.Struct({
      source: Schema.String,
      version: Schema.NullOr(Schema.Number),
      sha256: Schema.NullOr(Schema.String),
      emission: Schema.NullOr(Emission),
      agrees: Schema.Boolean,
      problem: Schema.NullOr(Schema.String)
    })
  )
})

const sign = (out: string, ...more: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { path, roster } = yield* Place
    const outcome = yield* untouched(command(["sign", roster, "--out", join(path, out), "--json", ...more]))
    return yield* Schema.decodeUnknown(Signed)(jsonOf(outcome))
  })
const publish = (file: string, ...more: ReadonlyArray<string>) => command(["publish", file, "--yes", ...more])
const show = (...sources: ReadonlyArray<string>) => untouched(command(["show", "--json", ...sources]))

layer(Layer.scoped(Place, place), { excludeTestServices: true, timeout: "5 minutes" })("the owner's roster", (it) => {
  it.scoped("is signed with all defaults, committed once, and only ever replaced by a higher version", () =>
    Effect.gen(function* () {
      const { path } = yield* Place
      const empty = yield* untouched(command(["show"]))
      assert.include(empty.stdout, "the owner is committed to no roster")

      const first = yield* sign("first.json")
      assert.deepInclude(first, { version: 1, owner: OWNER })
      const text = readFileSync(first.file, "utf8")
      const { body } = Schema.decodeUnknownSync(signedRoster.Text)(text.trimEnd())
      assert.strictEqual(body.roster.repositories["acme/site"]?.eligibility.min_valid_merged_prs, 3)
      assert.deepStrictEqual(body.roster.emission, defaultRoster.emission)
      assert.strictEqual(hashOfRosterBody(body), first.sha256)
      const pools = {
        champions: { kind: "champions", share: 0.05 },
        issue_competitions: { kind: "issue_competitions", share: 0.1 },
        oss_contributions: { kind: "oss_contributions", share: 0.85 }
      }
      const withChampions = join(path, "champions.json")
      writeFileSync(withChampions, JSON.stringify({ ...body.roster, emission: { version: 1, pools } }))
      const signing = yield* untouched(command(["sign", withChampions, "--out", join(path, "signed.json")]))
      assert.include(signing.stdout, "\n  emission  5% for the last winners of competitions, 10% for the treasury, 85% for contributions\n")

      const planned = yield* untouched(command(["publish", first.file, "--dry-run"]))
      assert.include(planned.stdout, `gittensor/roster/v1:1:${first.sha256}`)
      assert.include(planned.stdout, "nothing was sent")
      fails(yield* untouched(command(["publish", first.file])), 2, "Commit to version 1 of the roster?", "--yes")
      const done = yield* publish(first.file)
      assert.match(done.stdout, /^committed to version 1 of the roster \(block \d+, 0x[0-9a-f]{64}\)\nit applies from block \d+, /)
      assert.include(done.stdout, "upload")
      const again = yield* untouched(publish(first.file))
      assert.include(again.stdout, "version 1 of the roster is already on the chain")

      // The same version again: the same roster is fine, another one is not.
      assert.strictEqual((yield* sign("same.json", "--version", "1")).sha256, first.sha256)
      yield* untouched(publish(join(path, "same.json")))
      writeFileSync(join(path, "other.json"), JSON.stringify({ "acme/other": { emission_share: 1 } }))
      fails(
        yield* untouched(command(["sign", join(path, "other.json"), "--version", "1", "--out", join(path, "x.json")])),
        1,
        "version 1 is already on the chain with other content: sign this roster as version 2"
      )
      const second = yield* sign("second.json")
      assert.strictEqual(second.version, 2)
      fails(
        yield* untouched(command(["sign", join(path, "other.json"), "--out", second.file])),
        1,
        "is already a signed roster of version 2 with other content"
      )
      assert.strictEqual((yield* publish(second.file)).code, 0)
      fails(yield* untouched(publish(first.file)), 1, "version 1 is not above version 2, which is on the chain")
    })
  )

  it.scoped("is shown beside what files and mirrors hold", () =>
    Effect.gen(function* () {
      const { path } = yield* Place
      const next = yield* sign("shown.json")
      const text = readFileSync(next.file, "utf8")
      const { body } = Schema.decodeUnknownSync(signedRoster.Text)(text.trimEnd())
      yield* publish(next.file)
      const owner = yield* keyOf("//SubnetOwner//hot")
      const signedText = (roster: typeof body.roster, version: number) =>
        Schema.encodeSync(signedRoster.Text)(signedRoster.sign(rosterBody(roster, { ...body, version }), owner))
      const server = yield* mirror({
        "/good": { text },
        "/moved": { redirect: "/good" },
        "/old": { text: signedText(body.roster, body.version - 1) },
        "/contradicts": { text: signedText(defaultRoster, body.version) },
        "/forged": { text: text.replace("acme/site", "acme/sito") },
        "/page": { text: "<html>" }
      })
      const mirrors = ["/good", "/moved", "/old", "/contradicts", "/forged", "/page", "/none"].map((name) => `${server}${name}`)
      const good = yield* show(next.file, ...mirrors.slice(0, 2))
      const found = yield* Schema.decodeUnknown(Shown)(jsonOf(good))
      assert.deepInclude(found.committed, { version: next.version, sha256: next.sha256 })
      assert.isAbove(found.nextEpoch, found.committed?.block ?? Number.POSITIVE_INFINITY)
      assert.deepStrictEqual(
        found.sources.map(({ agrees, problem }) => [agrees, problem]),
        [
          [true, null],
          [true, null],
          [true, null]
        ]
      )
      assert.deepStrictEqual(found.sources[0]?.emission, defaultRoster.emission)
      const lines = yield* untouched(command(["show", next.file]))
      assert.include(lines.stdout, "\n  emission  10% for the treasury, 90% for contributions\n")
      const bad = yield* show(...mirrors)
      assert.strictEqual(bad.code, 1)
      assert.match(bad.stderr, /not what the owner is committed to: .*\/old, .*\/contradicts, .*\/forged, .*\/page, .*\/none;/)
      const { sources } = yield* Schema.decodeUnknown(Schema.parseJson(Shown))(bad.stdout)
      assert.deepStrictEqual(
        sources.slice(2).map(({ version, problem }) => [version, problem]),
        [
          [body.version - 1, `the owner is committed to version ${body.version}`],
          [body.version, "the owner signed this version too, with other content: it contradicts the one on the chain"],
          [null, "its signature is not by the subnet's owner"],
          [null, "it is not a signed roster"],
          [null, "it answers with status 404"]
        ]
      )
      // The page of a stranger's file is refused as such.
      fails(
        yield* untouched(command(["show", join(path, "nothing.json")])).pipe(Effect.map((outcome) => ({ ...outcome, stdout: "" }))),
        1,
        "nothing.json"
      )
    })
  )

  it.scoped("is what validators score by from the next epoch on", () =>
    Effect.gen(function* () {
      const { endpoint, path } = yield* Place
      const paths: Record<string, Served> = {}
      const server = yield* mirror(paths)
      const upload = (file: string) => {
        paths["/roster"] = { text: readFileSync(file, "utf8") }
      }
      const chainServices = yield* Layer.build(Subnet.layer(NETUID).pipe(Layer.provideMerge(Chain.layer([endpoint]))))
      const roster = Option.some({ _tag: "Mirrors", urls: [`${server}/none`, `${server}/roster`] } as const)
      const validator = yield* Layer.build(
        contributionScoringLayer({ roster, folder: path, byConsensus: false, version: "0.1.0", workDatabase: Option.none() })
      ).pipe(Effect.provide(processes), Effect.provide(chainServices), Effect.withConfigProvider(ConfigProvider.fromMap(new Map())))
      const [{ finalisedHead }, subnet] = [Context.get(chainServices, Chain.Chain), Context.get(chainServices, Subnet.Subnet)]
      const goTo = (block: number) =>
        Effect.gen(function* () {
          const { number } = yield* finalisedHead
          if (number < block) yield* ask(endpoint, "dev_newBlock", { count: block - number })
          yield* eventually(
            `block ${block} to be final`,
            Effect.map(finalisedHead, (head) => (head.number >= block ? true : undefined))
          )
        })
      /** The epoch that the chain is in, and the roster that it is scored by. */
      const present = Effect.gen(function* () {
        const head = yield* finalisedHead
        const [{ firstBlock }, { tempo }] = yield* Effect.all([subnet.epochAt(head), subnet.weightRules(head)])
        const { sha256 } = yield* Context.get(validator, Rosters).at({ firstBlock, tempo, head })
        return { firstBlock, sha256 }
      })
      const Done = Schema.Struct({ block: Schema.Number, sha256: Schema.String, nextEpoch: Schema.Number })
      const published = (file: string) => Effect.flatMap(publish(file, "--json"), (outcome) => Schema.decodeUnknown(Done)(jsonOf(outcome)))

      const one = yield* sign("one.json")
      upload(one.file)
      const first = yield* published(one.file)
      yield* goTo(first.nextEpoch - 1)
      assert.match((yield* Effect.flip(present)).message, /no roster for the epoch/)
      yield* goTo(first.nextEpoch)
      assert.deepStrictEqual(yield* present, { firstBlock: first.nextEpoch, sha256: first.sha256 })
      writeFileSync(join(path, "next.json"), JSON.stringify({ "acme/next": { emission_share: 1 } }))
      const signed = yield* command(["sign", join(path, "next.json"), "--out", join(path, "two.json"), "--json"])
      assert.strictEqual(signed.code, 0, signed.stderr)
      upload(join(path, "two.json"))
      const second = yield* published(join(path, "two.json"))
      assert.notStrictEqual(second.sha256, first.sha256)
      yield* goTo(second.nextEpoch - 1)
      assert.deepStrictEqual(yield* present, { firstBlock: first.nextEpoch, sha256: first.sha256 })
      yield* goTo(second.nextEpoch)
      assert.deepStrictEqual(yield* present, { firstBlock: second.nextEpoch, sha256: second.sha256 })
      const shown = yield* untouched(command(["show", `${server}/roster`]))
      assert.match(shown.stdout, new RegExp(`it applies in epoch \\d+ \\(from block ${second.nextEpoch}\\)`))
    })
  )

  it.scoped("is named by a path or by addresses, and nothing else is taken for one", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* Place
      const env = { GITTENSOR_ENDPOINT: endpoint, GITTENSOR_URI: "//Alice", GITTENSOR_CONTRACT: OWNER }
      for (const text of ["https://", "ftp://a.example/roster", "https://a.example/roster,", "https://a.example/roster,roster.json", ""])
        for (const [args, more] of [
          [["--roster", text], {}],
          // An empty setting is none.
          ...(text === "" ? [] : ([[[], { GITTENSOR_ROSTER: text }]] as const))
        ] as const)
          fails(
            yield* run(["validate", "--once", ...args], { ...env, ...more }),
            2,
            `--roster "${text}" is neither a path nor addresses of mirrors`
          )
      for (const mode of ["shadow", "consensus"])
        fails(yield* run(["validate", "--once", "--weight-mode", mode], env), 2, `--weight-mode ${mode} needs --roster`)
      fails(
        yield* run(["validate", "--once", "--weight-mode", "best"], env),
        2,
        `--weight-mode "best" is not one of own, shadow, consensus`
      )
      fails(
        yield* run(["score-files", "--roster", "https://a.example/roster"], env),
        2,
        "is an address, which this command does not fetch from"
      )
    })
  )

  it.scoped("is nobody else's to sign or publish", () =>
    Effect.gen(function* () {
      const { path, roster } = yield* Place
      fails(
        yield* untouched(command(["sign", roster, "--out", join(path, "bob.json")], "//Bob")),
        1,
        `is not the hotkey of subnet 74's owner, which is ${OWNER}`
      )
      const mine = yield* sign("mine.json")
      fails(yield* untouched(command(["publish", mine.file, "--yes"], "//Bob")), 1, "is not the hotkey of subnet 74's owner")
      writeFileSync(join(path, "forged.json"), readFileSync(mine.file, "utf8").replace("acme/site", "acme/sito"))
      fails(yield* untouched(publish(join(path, "forged.json"))), 2, `its signature is not by ${OWNER}`)
      writeFileSync(join(path, "plain.json"), JSON.stringify({ "acme/other": { emission_share: 1 } }))
      fails(yield* untouched(publish(join(path, "plain.json"))), 2, "it is not signed: sign it with gittensor owner roster sign")
      const owner = yield* keyOf("//SubnetOwner//hot")
      const elsewhere = rosterBody(defaultRoster, { genesis: `0x${"00".repeat(32)}`, netuid: 74, owner: owner.address, version: 9 })
      writeFileSync(join(path, "elsewhere.json"), Schema.encodeSync(signedRoster.Text)(signedRoster.sign(elsewhere, owner)))
      fails(
        yield* untouched(publish(join(path, "elsewhere.json"))),
        1,
        "the roster is signed for subnet 74 of the chain 0x0000",
        "not for this one"
      )
    })
  )
})
