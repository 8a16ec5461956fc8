/** The roster: signed by the contract's roster signer, committed to on chain, and compared with the mirrors' files. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { ConfigProvider, Context, Effect, Layer, Option, Schema } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { contributionScoringLayer } from "../../../src/cli/validate/contributionScoring.ts"
import { toPublicKeyHex } from "../../../src/domain/Account.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { Emission } from "../../../src/domain/Emission.ts"
import { hashOfRosterBody, rosterBody, signedRoster } from "../../../src/domain/SignedRoster.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import * as RosterSigner from "../../../src/layers/chain/roster/RosterSigner.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { Rosters } from "../../../src/scoring/rosters/Rosters.ts"
import { setStorage } from "../../support/cli/setStorage.ts"
import {
  ask,
  chainUntouched,
  eventually,
  fails,
  folder,
  command as inWorld,
  jsonOf,
  keyOf,
  register,
  run,
  uri,
  World,
  worldLayer
} from "../../support/cli/support.ts"
import { processes } from "../../support/processes.ts"
import { mirror, type Served } from "../../support/roster/mirror.ts"

class Place extends Context.Tag("test/cli/roster/Place")<Place, { readonly path: string; readonly roster: string }>() {}

const SIGNER = devAccounts["//SubnetOwner//hot"]
/** The delay of a settings change in blocks. */
const DELAY = 25
const TEMPO = 10

const place = Effect.gen(function* () {
  const path = yield* folder
  const roster = join(path, "roster")
  mkdirSync(roster)
  const write = (name: string, document: unknown) => writeFileSync(join(roster, name), JSON.stringify(document))
  write("master_repositories-2026-11.json", { "acme/site": { emission_share: 0.5 } })
  write("programming_languages.json", { ts: { weight: 1, language: "typescript" } })
  write("token_weights.json", { structural_bonus: {}, leaf_tokens: { identifier: 0.5 } })
  return Place.of({ path, roster })
})

const command = (args: ReadonlyArray<string>, uri = "//SubnetOwner//hot") => inWorld(["owner", "roster", ...args], { GITTENSOR_URI: uri })
const untouched = <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.flatMap(World, ({ endpoint }) => work.pipe(chainUntouched(endpoint)))

const Signed = Schema.Struct({ file: Schema.String, version: Schema.Number, sha256: Schema.String, signer: Schema.String })
const Shown = Schema.Struct({
  signer: Schema.String,
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

const Done = Schema.Struct({ block: Schema.Number, sha256: Schema.String, nextEpoch: Schema.Number })
const published = (file: string) => Effect.flatMap(publish(file, "--json"), (outcome) => Schema.decodeUnknown(Done)(jsonOf(outcome)))

/** A validator with two mirrors, one of which serves the uploaded file. Its files are in a folder of this name. */
const validating = Effect.fn("validating")(function* (name: string) {
  const [{ path }, { endpoint }] = yield* Effect.all([Place, World])
  const paths: Record<string, Served> = {}
  const server = yield* mirror(paths)
  const [{ finalisedHead }, subnet] = yield* Effect.all([Chain, Subnet])
  const roster = Option.some({ _tag: "Mirrors", urls: [`${server}/none`, `${server}/roster`] } as const)
  const data = join(path, name)
  mkdirSync(data)
  const validator = yield* Layer.build(
    contributionScoringLayer({ roster, folder: data, byConsensus: false, version: "0.1.0", workDatabase: Option.none() }).pipe(
      Layer.provide([RosterSigner.layer, processes])
    )
  ).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map())))
  return {
    server,
    upload: (file: string) => {
      paths["/roster"] = { text: readFileSync(file, "utf8") }
    },
    goTo: (block: number) =>
      Effect.gen(function* () {
        const { number } = yield* finalisedHead
        if (number < block) yield* ask(endpoint, "dev_newBlock", { count: block - number })
        yield* eventually(
          `block ${block} to be final`,
          Effect.map(finalisedHead, (head) => (head.number >= block ? true : undefined))
        )
      }),
    /** The current epoch, and the roster by which it is scored. */
    present: Effect.gen(function* () {
      const head = yield* finalisedHead
      const [{ firstBlock }, { tempo }] = yield* Effect.all([subnet.epochAt(head), subnet.weightRules(head)])
      const { sha256 } = yield* Context.get(validator, Rosters).at({ firstBlock, tempo, head })
      return { firstBlock, sha256 }
    })
  }
})

/** Makes this hotkey the subnet owner's, as the chain does for the hotkey with the most conviction after a year. */
const ownedBy = (uri: string) => Effect.flatMap(keyOf(uri), ({ address }) => setStorage("subnetOwnerHotkey", toPublicKeyHex(address)))

const somewhere = Layer.merge(Layer.scoped(Place, place), worldLayer({ ownerDelay: DELAY }))

layer(somewhere, { excludeTestServices: true })("the roster", (it) => {
  it.scoped("is signed with all defaults, committed once, and only ever replaced by a higher version", () =>
    Effect.gen(function* () {
      const { path } = yield* Place
      const empty = yield* untouched(command(["show"]))
      assert.include(empty.stdout, "the signer is committed to no roster")

      const first = yield* sign("first.json")
      assert.deepInclude(first, { version: 1, signer: SIGNER })
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
      assert.include(signing.stdout, "\n  emission  5% for the last winners of matches, 10% for the treasury, 85% for contributions\n")

      const planned = yield* untouched(command(["publish", first.file, "--dry-run"]))
      assert.include(planned.stdout, `gittensor/roster/v1:1:${first.sha256}`)
      assert.include(planned.stdout, "nothing was sent")
      fails(yield* untouched(command(["publish", first.file])), 2, "Commit to version 1 of the roster?", "--yes")
      const done = yield* publish(first.file)
      assert.match(done.stdout, /^committed to version 1 of the roster \(block \d+, 0x[0-9a-f]{64}\)\nit applies from block \d+, /)
      assert.include(done.stdout, "upload")
      const again = yield* untouched(publish(first.file))
      assert.include(again.stdout, "version 1 of the roster is already on the chain")

      // The same version again: accepted for the same roster, refused for another.
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
      assert.match(bad.stderr, /not what the signer is committed to: .*\/old, .*\/contradicts, .*\/forged, .*\/page, .*\/none;/)
      const { sources } = yield* Schema.decodeUnknown(Schema.parseJson(Shown))(bad.stdout)
      assert.deepStrictEqual(
        sources.slice(2).map(({ version, problem }) => [version, problem]),
        [
          [body.version - 1, `the signer is committed to version ${body.version}`],
          [body.version, "the signer signed this version too, with other content: it contradicts the one on the chain"],
          [null, `it is not signed by ${SIGNER}, which signs the rosters of this subnet`],
          [null, "it is not a signed roster"],
          [null, "it answers with status 404"]
        ]
      )
      // An HTML page instead of the file is refused.
      fails(
        yield* untouched(command(["show", join(path, "nothing.json")])).pipe(Effect.map((outcome) => ({ ...outcome, stdout: "" }))),
        1,
        "nothing.json"
      )
    })
  )

  it.scoped("is what validators score by from the next epoch on", () =>
    Effect.gen(function* () {
      const { path } = yield* Place
      const { goTo, present, server, upload } = yield* validating("scored")
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
      const { endpoint } = yield* World
      const env = { GITTENSOR_ENDPOINT: endpoint, GITTENSOR_URI: "//Alice", GITTENSOR_CONTRACT: SIGNER }
      for (const text of ["https://", "ftp://a.example/roster", "https://a.example/roster,", "https://a.example/roster,roster.json", ""])
        for (const [args, more] of [
          [["--roster", text], {}],
          // An empty setting counts as absent.
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
        `${SIGNER} signs the rosters of subnet 74, not ${devAccounts["//Bob"]}`
      )
      const mine = yield* sign("mine.json")
      fails(yield* untouched(command(["publish", mine.file, "--yes"], "//Bob")), 1, `${SIGNER} signs the rosters of subnet 74`)
      writeFileSync(join(path, "forged.json"), readFileSync(mine.file, "utf8").replace("acme/site", "acme/sito"))
      fails(yield* untouched(publish(join(path, "forged.json"))), 2, `its signature is not by ${SIGNER}`)
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

  it.scoped("is signed by whom the contract names, from the block of the change on, whoever owns the subnet", () =>
    Effect.gen(function* () {
      const { path, roster } = yield* Place
      const { goTo, present, upload } = yield* validating("signers")
      const next = uri("next-signer")
      const { address } = yield* register(next)
      const signedBy = (who: string, name: string, emission_share: number) =>
        Effect.gen(function* () {
          const [plain, file] = [join(path, `${name}-plain.json`), join(path, `${name}.json`)]
          writeFileSync(plain, JSON.stringify({ [`acme/${name}`]: { emission_share } }))
          const { sha256 } = yield* Schema.decodeUnknown(Signed)(jsonOf(yield* command(["sign", plain, "--out", file, "--json"], who)))
          const { nextEpoch } = yield* Schema.decodeUnknown(Done)(jsonOf(yield* command(["publish", file, "--yes", "--json"], who)))
          upload(file)
          return { sha256, nextEpoch }
        })
      const old = yield* signedBy("//SubnetOwner//hot", "before", 1)
      yield* goTo(old.nextEpoch)
      assert.strictEqual((yield* present).sha256, old.sha256)

      // The subnet's owner changes without anybody's consent, as by conviction.
      yield* ownedBy(next)
      assert.strictEqual((yield* Schema.decodeUnknown(Shown)(jsonOf(yield* show()))).signer, SIGNER)
      fails(yield* untouched(command(["sign", roster, "--out", join(path, "x.json")], next)), 1, `${SIGNER} signs the rosters of subnet 74`)
      yield* goTo(old.nextEpoch + TEMPO)
      assert.strictEqual((yield* present).sha256, old.sha256)

      // A change of the signer is announced. The new signer may commit to a roster before it applies, but validators do not use it yet.
      const Announced = Schema.Struct({ change: Schema.Number, appliesFrom: Schema.Number, warnings: Schema.Array(Schema.String) })
      const setting = `roster-signer=${address}`
      const { appliesFrom, change, warnings } = yield* Schema.decodeUnknown(Announced)(
        jsonOf(yield* inWorld(["owner", "config", "set", setting, "--yes", "--json"]))
      )
      assert.deepStrictEqual(warnings, [`${address} is committed to no roster: let it publish one before the change applies`])
      const mine = yield* signedBy(next, "after", 1)
      yield* goTo(mine.nextEpoch)
      assert.strictEqual((yield* present).sha256, old.sha256)
      yield* goTo(appliesFrom)
      assert.strictEqual((yield* inWorld(["owner", "changes", "apply", String(change), "--yes"])).code, 0)

      const shown = yield* Schema.decodeUnknown(Shown)(jsonOf(yield* show()))
      assert.deepInclude(shown, { signer: address })
      assert.deepInclude(shown.committed, { version: 1, sha256: mine.sha256 })
      assert.strictEqual((yield* present).sha256, old.sha256)
      yield* goTo(shown.nextEpoch)
      assert.deepStrictEqual(yield* present, { firstBlock: shown.nextEpoch, sha256: mine.sha256 })
      fails(
        yield* untouched(command(["sign", roster, "--out", join(path, "y.json")])),
        1,
        `${address} signs the rosters of subnet 74, not ${SIGNER}`
      )
      const settings = yield* untouched(inWorld(["owner", "config", "show"]))
      assert.match(settings.stdout, new RegExp(`\nrosters   signed by ${address} since block \\d+\n`))
    })
  )
})
