/** The owner's commands: the plan, execution, refusals and JSON of each. */
import { randomBytes } from "node:crypto"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { blake2b } from "@noble/hashes/blake2.js"
import type { ApiPromise } from "@polkadot/api"
import { Effect, Schema } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { ContractConfig, Offer } from "../../../src/contract-client/generated.ts"
import { keylessHotkey, treasuryOf } from "../../../src/contract-client/keyless.ts"
import { AccountAddress, toPublicKey } from "../../../src/domain/Account.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { Contract, layer as contractAt } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { showBirth } from "../../../src/roles/owner/birth.ts"
import { createTreasury } from "../../../src/roles/owner/keylessTreasury.ts"
import { examined, says } from "../../support/cli/doctor.ts"
import { setStorage } from "../../support/cli/setStorage.ts"
import {
  ALPHA,
  chainUntouched,
  command,
  fails,
  folder,
  fund,
  jsonOf,
  keyOf,
  readOnlyCommand,
  root,
  run,
  uri,
  World,
  worldLayer
} from "../../support/cli/support.ts"
import { planned } from "./calls.ts"

const Bundle = Schema.parseJson(
  Schema.Struct({
    source: Schema.Struct({ hash: Schema.String, wasm: Schema.String }),
    contract: Schema.Struct({ name: Schema.String, version: Schema.String }),
    spec: Schema.Struct({ messages: Schema.Array(Schema.Struct({ label: Schema.String })) })
  })
)

const Made = ContractConfig.pipe(Schema.pick("treasuryHotkey", "treasuryColdkey", "treasuryBirth"))

const artifact = (name: string) => join(root, "contracts/issue-bounties/artifact", name)
/** The parts of a contract's build output that an upgrade checks. */
const bundleIn = (name: string) => Schema.decodeUnknown(Bundle)(readFileSync(artifact(name), "utf8"))

/** Code with its correct hash. */
const sourceOf = (wasm: string) => ({
  wasm,
  hash: `0x${Buffer.from(blake2b(Buffer.from(wasm.slice(2), "hex"), { dkLen: 32 })).toString("hex")}`
})

/** The registration that the owner sends as the treasury's proxy, as polkadot.js prints it. */
const Registration = Schema.Struct({
  args: Schema.Struct({ call: Schema.Struct({ args: Schema.Struct({ hotkey: Schema.String }) }) })
})

const association = (api: ApiPromise, hotkey: string) =>
  api.tx.subtensorModule?.tryAssociateHotkey?.(hotkey) ?? assert.fail("the chain associates no hotkeys")

const isRegistered = (hotkey: string) =>
  Effect.gen(function* () {
    const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
    const uid = yield* chain.read("UID", async (api) => (await api.query.subtensorModule?.uids?.(netuid, hotkey))?.toJSON())
    return typeof uid === "number"
  })

const register = (number: number) =>
  command([
    "owner",
    "register-issue",
    `acme/widgets#${number}`,
    "--bounty",
    "100",
    "--without-consent",
    "a test",
    "--yes-although",
    "--yes",
    "--json"
  ])

layer(worldLayer(), { excludeTestServices: true })("the owner", (it) => {
  it.effect("finds a deployed contract at the finalised head at once", () =>
    Effect.gen(function* () {
      const deployed = jsonOf(yield* command(["owner", "deploy", "--yes", "--json", "--keep-setup"]))
      const head = yield* (yield* Chain).finalisedHead
      const { contract } = deployed as { readonly contract: AccountAddress }
      const issues = yield* Effect.flatMap(Contract, ({ stored }) => stored("counts", {}, head)).pipe(Effect.provide(contractAt(contract)))
      assert.deepInclude(issues, { issues: 0 })
    })
  )

  it.effect("cancels an issue", () =>
    Effect.gen(function* () {
      const { control } = (yield* World).github
      const repository = RepositoryName.make("acme/widgets")
      yield* control.createUser({ payload: { login: "ada" } })
      yield* control.createRepository({ payload: { repository, files: { "README.md": "Widgets\n" } } })
      yield* control.openIssue({ payload: { repository, title: "It squeaks", author: "ada" } })
      yield* register(1)
      const { call } = yield* planned(["owner", "cancel-issue", "1", "--reason", "not-planned"], "cancel_issue")
      assert.deepStrictEqual(call.arguments, { id: 1, reason: { type: "NotPlanned" } })
      const edit = ["owner", "edit-issue", "1", "--bounty", "12.5"]
      const changed = yield* planned(edit, "edit_issue")
      assert.deepStrictEqual(changed.call.arguments, { id: 1, repository: "acme/widgets", number: 1, bounty: "12500000000" })
      assert.match(changed.words, /^would edit issue 1 \(acme\/widgets#1\): set its bounty from 100 α to 12.5 α\n/)
      fails(yield* readOnlyCommand(["owner", "edit-issue", "1", "--to", "acme/widgets#9", "--yes"]), 1, "acme/widgets#9 does not exist")
      fails(yield* readOnlyCommand(["owner", "edit-issue", "7", "--bounty", "20", "--yes"]), 1, "no issue 7")
      yield* control.openIssue({ payload: { repository, title: "It creaks", author: "ada" } })
      const moved = jsonOf(
        yield* command([...edit, "--to", "acme/widgets#2", "--without-consent", "a test", "--yes-although", "--yes", "--json"])
      )
      assert.deepInclude(moved, { issue: 1, repository: "acme/widgets", number: 2, bountyRao: "12500000000", applied: true, sent: true })
      assert.deepInclude(yield* (yield* Contract).stored("issue", { id: 1 }), { number: 2, bounty: 12_500_000_000n })
      jsonOf(
        yield* command([
          "owner",
          "edit-issue",
          "1",
          "--to",
          "acme/widgets#1",
          "--without-consent",
          "a test",
          "--yes-although",
          "--yes",
          "--json"
        ])
      )
      const done = jsonOf(yield* command(["owner", "cancel-issue", "1", "--reason", "not-planned", "--yes", "--json"]))
      assert.deepInclude(done, {
        issue: 1,
        repository: "acme/widgets",
        number: 1,
        reason: "NotPlanned",
        freedRao: "0",
        applied: true,
        sent: true
      })
      assert.containsAllKeys(done, ["block", "transaction"])
      const issue = yield* (yield* Contract).stored("issue", { id: 1 })
      assert.deepStrictEqual(issue?.status, { _tag: "Cancelled", value: { _tag: "NotPlanned" } })
      fails(yield* readOnlyCommand(["owner", "cancel-issue", "1", "--yes"]), 1, "paid or cancelled", "mine issues --all")
      fails(yield* readOnlyCommand(["owner", "cancel-issue", "2", "--yes"]), 1, "No issue has this id", "mine issues --all")
    })
  )

  it.effect("stops new issues and competitions, and allows them again", () =>
    Effect.gen(function* () {
      const contract = yield* Contract
      yield* planned(["owner", "pause"], "pause")
      const stopped = yield* command(["owner", "pause", "--yes"])
      assert.match(stopped.stdout, /^paused: .* \(block \d+, 0x[0-9a-f]{64}\)\n.*owner unpause\n$/)
      assert.isTrue(yield* contract.stored("paused", {}))
      fails(yield* readOnlyCommand(["owner", "pause", "--yes"]), 1, "paused", "gittensor owner unpause")
      assert.include((yield* command(["owner", "config", "show"])).stdout, "PAUSED")
      fails(yield* register(1), 1, "paused new issues", "owner unpause")
      yield* planned(["owner", "unpause"], "unpause")
      assert.deepInclude(jsonOf(yield* command(["owner", "unpause", "--yes", "--json"])), { paused: false, sent: true })
      fails(yield* readOnlyCommand(["owner", "unpause", "--yes"]), 1, "not paused")
    })
  )

  it.effect("sees the settings as stored and in readable form", () =>
    Effect.gen(function* () {
      const { contract, ownerUri } = yield* World
      const shown = jsonOf(yield* readOnlyCommand(["owner", "config", "show", "--json"]))
      const owner = yield* keyOf(ownerUri)
      assert.deepInclude(shown, { contract, netuid: 74, owner: owner.address, offer: null, inSetup: true, devChain: true, paused: false })
      const { settings, codeHash } = shown as { readonly settings: object; readonly codeHash: string }
      assert.deepInclude(settings, { minBounty: "10000000000", submissionWindow: 14_400, quorumBps: 5_001 })
      assert.match(codeHash, /^0x[0-9a-f]{64}$/)
      const { stdout } = yield* readOnlyCommand(["owner", "config", "show"])
      for (const line of [
        /minBounty +10000000000 rao +10 α/,
        /submissionWindow +14,400 blocks( \(≈ [^)]+\))? +from a match's start/,
        /quorumBps +5001 bps +50\.01%/
      ])
        assert.match(stdout, line)
    })
  )

  it.effect("changes settings at once while there is no delay", () =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const args = ["owner", "config", "set", "challenge-period=2d", "minBounty=12.5", "quorum_bps=60%", "recycle-after=8d"]
      const { call, words } = yield* planned(args, "set_config")
      const settings = [
        { type: "ChallengePeriod", value: 14_400 },
        { type: "MinBounty", value: "12500000000" },
        { type: "QuorumBps", value: 6_000 },
        { type: "RecycleAfter", value: 57_600 }
      ]
      assert.deepStrictEqual(call.arguments, { settings })
      assert.include(
        words,
        "would set challengePeriod from 10 blocks (2 minutes) to 14,400 blocks (2 days), minBounty from 10000000000 rao (10 α)"
      )
      assert.include(words, "ChallengePeriod(14400), MinBounty(12500000000), QuorumBps(6000), RecycleAfter(57600)")
      const done = jsonOf(yield* command([...args, "--yes", "--json"]))
      assert.deepInclude(done, { settings, applied: true, sent: true })
      const config = yield* contract.read("config", {})
      assert.deepInclude(config, { challengePeriod: 14_400, minBounty: 12_500_000_000n, quorumBps: 6_000, recycleAfter: 57_600 })
      const outside = yield* readOnlyCommand(["owner", "config", "set", "attestBlocks=400", "--yes"])
      fails(outside, 1, "AttestBlocks", "less than roundLength")
      fails(
        yield* readOnlyCommand(["owner", "config", "set", "day=2d", "--yes"]),
        2,
        "set when the contract is deployed, and cannot change"
      )
      const endless = yield* readOnlyCommand(["owner", "config", "set", "ownerDelay=1d", "--dry-run"])
      assert.include(endless.stdout, "warning: ownerDelay can never be lowered again")
    })
  )

  it.effect("replaces the code, but only with an edition of this contract", () =>
    Effect.gen(function* () {
      const files = yield* folder
      const contract = yield* Contract
      const bundle = yield* bundleIn("issue_bounties.contract")
      const { wasm } = bundle.source
      const write = (name: string, content: unknown) => {
        const file = join(files, name)
        writeFileSync(file, JSON.stringify(content))
        return file
      }
      const wrong: ReadonlyArray<readonly [file: string, says: string]> = [
        [join(files, "nowhere.contract"), "there is no such file"],
        [write("empty.contract", {}), "it is not a contract bundle"],
        [write("flipper.contract", { ...bundle, contract: { name: "flipper", version: "1.0.0" } }), 'it is the contract "flipper"'],
        [write("damaged.contract", { ...bundle, source: { ...bundle.source, wasm: `${wasm}00` } }), "it is damaged"],
        [write("text.contract", { ...bundle, source: sourceOf("0x1234") }), "its code is not WebAssembly"]
      ]
      for (const [file, says] of wrong) fails(yield* readOnlyCommand(["owner", "upgrade", file, "--yes"]), 2, file, says)
      const broken = write("broken.contract", { ...bundle, source: sourceOf(`${wasm.slice(0, 18)}ffff`) })
      fails(yield* readOnlyCommand(["owner", "upgrade", broken, "--yes"]), 1, "the chain refuses this code", "CodeRejected")
      const present = write("present.contract", bundle)
      fails(yield* readOnlyCommand(["owner", "upgrade", present, "--yes"]), 1, "runs the code", "already")

      const next = yield* bundleIn("next_edition.contract")
      const [oldHash, newHash] = [bundle.source.hash, next.source.hash]
      const args = ["owner", "upgrade", artifact("next_edition.contract")]
      const before = yield* contract.stored("counts", {})
      const { call, document, words } = yield* planned(args, "set_code")
      assert.deepStrictEqual(call.arguments, { codeHash: newHash })
      assert.deepInclude(document, { oldCodeHash: oldHash, newCodeHash: newHash, edition: 5, codeWasOnChain: false })
      assert.include(words, "would upload")
      const done = jsonOf(yield* command([...args, "--yes", "--json"]))
      assert.deepInclude(done, { oldCodeHash: oldHash, newCodeHash: newHash, codeWasOnChain: false, applied: true, sent: true })
      assert.deepInclude(jsonOf(yield* readOnlyCommand(["owner", "config", "show", "--json"])), { codeHash: newHash, version: 5 })
      assert.deepStrictEqual(yield* contract.stored("counts", {}), before)
      says(
        (yield* examined([])).of("contract"),
        "warning",
        "of edition 5",
        "this program of edition 4: it goes on with what both know; install"
      )

      // Back again: this time the code is already uploaded. A bundle without some messages causes a warning.
      const spec = { ...bundle.spec, messages: bundle.spec.messages.filter(({ label }) => label !== "set_code") }
      const back = ["owner", "upgrade", write("back.contract", { ...bundle, spec })]
      const way = yield* planned(back, "set_code")
      assert.deepInclude(way.document, { codeWasOnChain: true })
      assert.include(way.warnings.join("; "), "can never be upgraded again")
      assert.include(way.warnings.join("; "), "of edition 4, and the contract runs edition 5")
      assert.include(way.question, "Warning: the new code has no set_code")
      const text = yield* command([...back, "--yes"])
      assert.match(text.stdout, new RegExp(`^applied at once as change \\d+: replace the code ${newHash} by ${oldHash} `))
    }).pipe(Effect.scoped)
  )

  it.effect("sees the treasury, and who could move it", () =>
    Effect.gen(function* () {
      const { contract } = yield* World
      const seen = jsonOf(yield* readOnlyCommand(["owner", "treasury", "--json"]))
      const expected = {
        allocated: "0",
        fresh: "0",
        aged: "0",
        paid: "0",
        recycled: "0",
        earns: true,
        pays: true,
        warnings: []
      }
      assert.deepInclude(seen, { contract, ...expected })
      // The contract was given a first stake, so that its list of hotkeys has the treasury's.
      const { held, pending } = seen as { readonly held: string; readonly pending: string }
      assert.isTrue(BigInt(held) > 0n && BigInt(pending) > 0n, `${held} held, ${pending} pending`)
      assert.deepInclude(seen, { proxies: [{ delegate: contract, proxyType: "Transfer", delay: 0 }] })
      const { stdout } = yield* readOnlyCommand(["owner", "treasury"])
      for (const word of ["pending", "allocated", `${contract}, the contract`]) assert.include(stdout, word)
      assert.notInclude(stdout, "warning")
    })
  )

  it.effect("is warned when others can move the treasury", () =>
    Effect.gen(function* () {
      const chain = yield* Chain
      const eve = yield* keyOf("//Eve")
      const created = yield* chain.submit({
        label: "create_pure",
        signer: eve,
        until: "finalised",
        call: (api) => {
          const call = api.tx.proxy?.createPure
          if (call === undefined) throw new Error("no such call")
          return call("Any", 0, 0)
        }
      })
      const phase = created.events.find(({ event }) => event.method === "PureCreated")?.phase
      const extrinsic = phase?.isApplyExtrinsic === true ? phase.asApplyExtrinsic.toNumber() : -1
      const birth = { spawner: eve.address, block: created.block.number, extrinsic, proxyType: 0, index: 0, salt: `0x${"07".repeat(32)}` }
      const { treasuryColdkey, treasuryHotkey } = treasuryOf(birth)
      // The chain moves the contract's stake behind hotkeys that it knows alone.
      yield* chain.submit({
        label: "associate",
        signer: eve,
        call: (api) => api.tx.proxy?.proxy?.(treasuryColdkey, null, association(api, treasuryHotkey)) ?? assert.fail("no proxies")
      })
      const keys = yield* readOnlyCommand(["owner", "config", "set", `treasury=${devAccounts["//Ferdie"]}:${eve.address}`, "--yes"])
      fails(keys, 2, "SPAWNER:BLOCK:EXTRINSIC:TYPE:INDEX:SALT", "owner new-treasury")
      const args = ["owner", "config", "set", `treasury=${showBirth(birth)}`]
      const { call, warnings } = yield* planned(args, "set_config")
      const treasury = { type: "Treasury", hotkey: treasuryHotkey, coldkey: treasuryColdkey, birth }
      assert.deepStrictEqual(call.arguments, { settings: [treasury] })
      assert.include(warnings.join("; "), `the contract is not a proxy of ${treasuryColdkey}`)
      assert.strictEqual((yield* command([...args, "--yes"])).code, 0)
      const { stdout } = yield* readOnlyCommand(["owner", "treasury"])
      for (const part of [
        `warning: ${eve.address} holds a proxy (Any)`,
        "warning: the contract is not a proxy",
        "warning: the treasury's hotkey is not registered"
      ])
        assert.include(stdout, part)
      const seen = jsonOf(yield* readOnlyCommand(["owner", "treasury", "--json"])) as { readonly warnings: ReadonlyArray<string> }
      assert.strictEqual(seen.warnings.length, 3)

      const another = ["owner", "new-treasury"]
      assert.deepInclude(jsonOf(yield* readOnlyCommand([...another, "--dry-run", "--json"])), { netuid: 74, sent: false })
      fails(yield* readOnlyCommand(another), 2, "A registration and deposits cost", "--yes")
      fails(yield* readOnlyCommand([...another, "--yes"], { GITTENSOR_URI: uri("poor") }), 1, "has 0 TAO", "send it some TAO")
      const made = yield* Schema.decodeUnknown(Made)(jsonOf(yield* command([...another, "--yes", "--json"])))
      const use = `treasury=${showBirth(made.treasuryBirth)}`
      assert.deepInclude(jsonOf(yield* command(["owner", "config", "set", use, "--yes", "--json"])), { warnings: [], applied: true })
      const { treasuryHotkey: hotkey, treasuryColdkey: coldkey } = made
      assert.deepInclude(jsonOf(yield* readOnlyCommand(["owner", "treasury", "--json"])), {
        treasuryHotkey: hotkey,
        treasuryColdkey: coldkey,
        warnings: []
      })
      assert.deepInclude(jsonOf(yield* readOnlyCommand(["owner", "config", "show", "--json"])), made)
    })
  )

  it.effect("makes a treasury while a stranger associates every hotkey that follows from what the chain shows", () =>
    Effect.gen(function* () {
      const chain = yield* Chain
      const [owner, stranger] = yield* Effect.all([keyOf((yield* World).ownerUri), keyOf("//Eve")])
      const taken = new Set<string>()
      const treasury = yield* createTreasury(owner, ({ name, detail, inclusion }) =>
        Effect.gen(function* () {
          if (name === "register treasury") return
          const { block, extrinsicHash } = inclusion
          const coldkey = AccountAddress.make(/[1-9A-HJ-NP-Za-km-z]{47,48}/.exec(detail)?.[0] ?? owner.address)
          const salts = [`0x${"00".repeat(32)}`, block.hash, extrinsicHash, `0x${Buffer.from(toPublicKey(coldkey)).toString("hex")}`]
          for (const salt of salts) {
            const hotkey = keylessHotkey(coldkey, salt)
            taken.add(hotkey)
            yield* chain.submit({ label: "associate", signer: stranger, call: (api) => association(api, hotkey) })
          }
        }).pipe(Effect.orDie)
      )
      assert.isFalse(taken.has(treasury.treasuryHotkey))
      assert.isAbove(taken.size, 4)
      assert.isTrue(yield* isRegistered(treasury.treasuryHotkey))
    })
  )

  it.effect("tries another hotkey for a treasury where a stranger saw the registration wait and was faster", () =>
    Effect.gen(function* () {
      const chain = yield* Chain
      const [owner, stranger] = yield* Effect.all([keyOf((yield* World).ownerUri), keyOf("//Eve")])
      const lost = new Set<string>()
      const racing = (most: number) =>
        Chain.of({
          ...chain,
          submit: (submission) =>
            submission.label !== "register treasury" || lost.size >= most
              ? chain.submit(submission)
              : Effect.zipRight(
                  chain.submit({
                    label: "associate",
                    signer: stranger,
                    call: (api) => {
                      const { hotkey } = Schema.decodeUnknownSync(Registration)(submission.call(api).method.toHuman()).args.call.args
                      lost.add(hotkey)
                      return association(api, hotkey)
                    }
                  }),
                  chain.submit(submission)
                )
        })
      const made = (most: number) => createTreasury(owner, () => Effect.void).pipe(Effect.provideService(Chain, racing(most)))
      const { treasuryHotkey } = yield* made(4)
      assert.strictEqual(lost.size, 4)
      assert.isFalse(lost.has(treasuryHotkey))
      assert.isTrue(yield* isRegistered(treasuryHotkey))
      const refused = yield* Effect.flip(made(Number.POSITIVE_INFINITY))
      assert.include(refused.message, 'stopped at "register treasury": the chain answered subtensorModule.NonAssociatedColdKey')
      assert.strictEqual(lost.size, 9)
    })
  )

  it.effect("does not try another hotkey where that mends nothing", () =>
    Effect.gen(function* () {
      const chain = yield* Chain
      const owner = yield* keyOf((yield* World).ownerUri)
      let tried = 0
      const counting = Chain.of({
        ...chain,
        submit: (submission) => {
          if (submission.label === "register treasury") tried++
          return chain.submit(submission)
        }
      })
      yield* setStorage("networkRegistrationAllowed", "0x00")
      const refused = yield* Effect.flip(createTreasury(owner, () => Effect.void).pipe(Effect.provideService(Chain, counting)))
      yield* setStorage("networkRegistrationAllowed", "0x01")
      assert.include(refused.message, "the chain answered subtensorModule.SubNetRegistrationDisabled")
      assert.strictEqual(tried, 1)
    })
  )

  it.effect("transfers the contract to somebody else, who must accept", () =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const { ownerUri } = yield* World
      const heir = uri("heir")
      const [owner, { address }] = yield* Effect.all([keyOf(ownerUri), keyOf(heir)])
      yield* fund([address], ALPHA)
      const args = ["owner", "transfer-ownership", address]
      assert.deepStrictEqual((yield* planned(args, "propose_owner")).call.arguments, { owner: address })
      const offered = jsonOf(yield* command([...args, "--yes", "--json"]))
      assert.deepInclude(offered, { owner: owner.address, offeredTo: address, applied: true, sent: true })
      const offer = Effect.map(command(["owner", "config", "show", "--json"]), (outcome) =>
        Schema.decodeUnknownSync(Schema.Struct({ owner: Schema.String, offer: Schema.NullOr(Offer) }))(jsonOf(outcome))
      )
      const { block } = Schema.decodeUnknownSync(Schema.Struct({ block: Schema.Number }))(offered)
      assert.deepEqual(yield* offer, { owner: owner.address, offer: { owner: AccountAddress.make(address), until: block + 14_400 } })
      const back = ["owner", "withdraw-offer"]
      yield* planned(back, "withdraw_offer")
      assert.deepInclude(jsonOf(yield* command([...back, "--yes", "--json"])), { offeredTo: address, sent: true })
      assert.isNull((yield* offer).offer)
      fails(yield* readOnlyCommand([...back, "--yes"]), 1, "owner transfer-ownership")
      fails(yield* readOnlyCommand(["owner", "accept-ownership", "--yes"], { GITTENSOR_URI: heir }), 1, "NotProposedOwner")
      assert.strictEqual((yield* command([...args, "--yes"])).code, 0)
      fails(yield* readOnlyCommand(["owner", "accept-ownership", "--yes"]), 1, "not offered to this account", "config show")
      fails(yield* readOnlyCommand(["owner", "accept-ownership"], { GITTENSOR_URI: heir }), 2, address, "--yes")
      const taken = jsonOf(yield* command(["owner", "accept-ownership", "--yes", "--json"], { GITTENSOR_URI: heir }))
      assert.deepInclude(taken, { owner: address, previousOwner: owner.address, sent: true })
      assert.strictEqual(yield* contract.stored("owner", {}), address)
      fails(yield* readOnlyCommand(["owner", "pause", "--yes"]), 1, "Only the owner")
    })
  )

  it.effect("needs no password to see a plan", () =>
    Effect.gen(function* () {
      const { env, ownerUri, endpoint } = yield* World
      const wallets = yield* folder
      const { address } = yield* keyOf(ownerUri)
      mkdirSync(join(wallets, "sealed"))
      writeFileSync(join(wallets, "sealed", "coldkey"), Buffer.concat([Buffer.from("$NACL"), randomBytes(120)]), { mode: 0o600 })
      writeFileSync(join(wallets, "sealed", "coldkeypub.txt"), JSON.stringify({ ss58Address: address }))
      const args = ["owner", "validators", "add", devAccounts["//Validator1"], "--wallet", "sealed", "--wallet-path", wallets]
      fails(yield* run([...args, "--dry-run"], env).pipe(chainUntouched(endpoint)), 1, "Only the owner")
      fails(yield* run([...args, "--yes"], env).pipe(chainUntouched(endpoint)), 4, "BT_WALLET_PASSWORD")
    }).pipe(Effect.scoped)
  )
})
