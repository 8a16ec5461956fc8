/** What an owner does with the contract, by the commands: each one's plan, its way, its refusals and its JSON. */
import { randomBytes } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { devAccounts } from "../../src/devnet/chain/genesis.ts"
import { RepositoryName } from "../../src/domain/IssueRef.ts"
import { Contract } from "../../src/layers/Contract.ts"
import { ALPHA, chainUntouched, command, fails, folder, fund, harmless, jsonOf, keyOf, run, uri, World, worldLayer } from "./support.ts"

const Planned = Schema.Struct({
  sent: Schema.Literal(false),
  call: Schema.Struct({
    contract: Schema.String,
    caller: Schema.String,
    message: Schema.String,
    arguments: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
    data: Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{8,}$/))
  }),
  dryRun: Schema.Struct({
    answer: Schema.Unknown,
    gas: Schema.Struct({ refTime: Schema.NumberFromString, proofSize: Schema.NumberFromString }),
    feeRao: Schema.NumberFromString,
    depositRao: Schema.NumberFromString
  })
})

/** Asks a command for its plan, in JSON and in words, and that nothing is sent by it, nor unasked, nor for a stranger. */
const planned = (args: ReadonlyArray<string>, message: string) =>
  Effect.gen(function* () {
    const world = yield* World
    const owner = yield* keyOf(world.ownerUri)
    const [json, words, unasked, stranger] = yield* Effect.all(
      [
        command([...args, "--dry-run", "--json"]),
        command([...args, "--dry-run"]),
        command(args),
        command([...args, "--yes"], { GITTENSOR_URI: "//Bob" })
      ],
      { concurrency: 4 }
    ).pipe(chainUntouched(world.endpoint))
    const plan = yield* Schema.decodeUnknown(Planned)(jsonOf(json))
    assert.deepInclude(plan.call, { contract: world.contract, caller: owner.address, message })
    assert.isAbove(plan.dryRun.gas.refTime, 0)
    assert.isAbove(plan.dryRun.feeRao, 0)
    assert.strictEqual(words.code, 0, words.stderr)
    assert.match(words.stdout, /^would /)
    for (const part of [`${message}(`, plan.call.data, owner.address, "nothing was sent"]) assert.include(words.stdout, part)
    fails(unasked, 2, "It costs a fee of about", "no terminal", "--yes")
    fails(stranger, 1, "Only the owner", "config show")
    return plan
  })

const register = (number: number) => command(["owner", "register-issue", `acme/widgets#${number}`, "--bounty", "100", "--yes", "--json"])

layer(worldLayer(), { excludeTestServices: true, timeout: "4 minutes" })("the owner", (it) => {
  it.effect("takes an issue back", () =>
    Effect.gen(function* () {
      const { control } = (yield* World).github
      const repository = RepositoryName.make("acme/widgets")
      yield* control.createUser({ payload: { login: "ada" } })
      yield* control.createRepository({ payload: { repository } })
      yield* control.openIssue({ payload: { repository, title: "It squeaks", author: "ada" } })
      yield* register(1)
      const { call } = yield* planned(["owner", "cancel-issue", "1", "--reason", "not-planned"], "cancel_issue")
      assert.deepStrictEqual(call.arguments, { id: 1, reason: { _tag: "NotPlanned" } })
      const done = jsonOf(yield* command(["owner", "cancel-issue", "1", "--reason", "not-planned", "--yes", "--json"]))
      assert.deepInclude(done, { issue: 1, repository: "acme/widgets", number: 1, reason: "NotPlanned", recycledRao: "0", sent: true })
      assert.containsAllKeys(done, ["block", "transaction"])
      const issue = yield* (yield* Contract).read("issue", { id: 1 })
      assert.deepStrictEqual(issue?.status, { _tag: "Cancelled", value: { _tag: "NotPlanned" } })
      fails(yield* harmless(["owner", "cancel-issue", "1", "--yes"]), 1, "paid or cancelled", "mine issues --all")
      fails(yield* harmless(["owner", "cancel-issue", "2", "--yes"]), 1, "No issue has this id", "mine issues --all")
    })
  )

  it.effect("stops new issues and competitions, and allows them again", () =>
    Effect.gen(function* () {
      const contract = yield* Contract
      yield* planned(["owner", "pause"], "pause")
      const stopped = yield* command(["owner", "pause", "--yes"])
      assert.match(stopped.stdout, /^paused: .* \(block \d+, 0x[0-9a-f]{64}\)\n.*owner unpause\n$/)
      assert.isTrue(yield* contract.read("paused", {}))
      fails(yield* harmless(["owner", "pause", "--yes"]), 1, "paused", "gittensor owner unpause")
      assert.include((yield* command(["owner", "config", "show"])).stdout, "PAUSED")
      fails(yield* register(1), 1, "paused new issues", "owner unpause")
      yield* planned(["owner", "unpause"], "unpause")
      assert.deepInclude(jsonOf(yield* command(["owner", "unpause", "--yes", "--json"])), { paused: false, sent: true })
      fails(yield* harmless(["owner", "unpause", "--yes"]), 1, "not paused")
    })
  )

  it.effect("sees the settings as they are and as people read them", () =>
    Effect.gen(function* () {
      const { contract, ownerUri } = yield* World
      const shown = jsonOf(yield* harmless(["owner", "config", "show", "--json"]))
      const owner = yield* keyOf(ownerUri)
      assert.deepInclude(shown, { contract, netuid: 74, owner: owner.address, proposedOwner: null, paused: false })
      const { settings, codeHash } = shown as { readonly settings: object; readonly codeHash: string }
      assert.deepInclude(settings, { minBounty: "10000000000", submissionWindow: 14_400, quorumBps: 5_001 })
      assert.match(codeHash, /^0x[0-9a-f]{64}$/)
      const { stdout } = yield* harmless(["owner", "config", "show"])
      for (const line of [/minBounty +10000000000 rao +10 α/, /submissionWindow +14,400 blocks +2 days/, /quorumBps +5001 bps +50\.01%/])
        assert.match(stdout, line)
    })
  )

  it.effect("sees the treasury, and who could move it", () =>
    Effect.gen(function* () {
      const { contract } = yield* World
      const seen = jsonOf(yield* harmless(["owner", "treasury", "--json"]))
      const expected = { pending: "0", allocated: "0", unallocated: "0", paid: "0", recycled: "0", warnings: [] }
      assert.deepInclude(seen, { contract, ...expected })
      assert.deepInclude(seen, { proxies: [{ delegate: contract, proxyType: "Transfer", delay: 0 }] })
      const { stdout } = yield* harmless(["owner", "treasury"])
      for (const word of ["pending", "allocated", `${contract}, the contract`]) assert.include(stdout, word)
      assert.notInclude(stdout, "warning")
    })
  )

  it.effect("gives the contract to somebody else, who must accept", () =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const { ownerUri } = yield* World
      const heir = uri("heir")
      const [owner, { address }] = yield* Effect.all([keyOf(ownerUri), keyOf(heir)])
      yield* fund([address], ALPHA)
      const args = ["owner", "transfer-ownership", address]
      assert.deepStrictEqual((yield* planned(args, "propose_owner")).call.arguments, { owner: address })
      const offered = jsonOf(yield* command([...args, "--yes", "--json"]))
      assert.deepInclude(offered, { owner: owner.address, proposedOwner: address, sent: true })
      assert.deepInclude(jsonOf(yield* command(["owner", "config", "show", "--json"])), { owner: owner.address, proposedOwner: address })
      fails(yield* harmless(["owner", "accept-ownership", "--yes"]), 1, "Only the account that the owner proposed", "config show")
      fails(yield* harmless(["owner", "accept-ownership"], { GITTENSOR_URI: heir }), 2, address, "--yes")
      const taken = jsonOf(yield* command(["owner", "accept-ownership", "--yes", "--json"], { GITTENSOR_URI: heir }))
      assert.deepInclude(taken, { owner: address, previousOwner: owner.address, sent: true })
      assert.strictEqual(yield* contract.read("owner", {}), address)
      fails(yield* harmless(["owner", "pause", "--yes"]), 1, "Only the owner")
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
