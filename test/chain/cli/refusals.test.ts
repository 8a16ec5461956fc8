import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import {
  ALPHA,
  command,
  fails,
  fund,
  jsonOf,
  keyOf,
  readOnlyCommand,
  register,
  secret,
  uri,
  World,
  worldLayer
} from "../../support/cli/support.ts"

const NOBODY_AT = "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM"
const widgets = RepositoryName.make("acme/widgets")

const registering = (reference: string, ...args: ReadonlyArray<string>) => [
  "owner",
  "register-issue",
  reference,
  "--bounty",
  "100",
  "--without-consent",
  "a test",
  "--yes-although",
  ...args
]

const story = Effect.gen(function* () {
  const { control } = (yield* World).github
  yield* control.createUser({ payload: { login: "ada" } })
  for (const name of ["acme/widgets", "acme/old", "acme/vault", "acme/hidden"])
    yield* control.createRepository({ payload: { repository: RepositoryName.make(name), files: { "README.md": "Widgets\n" } } })
  for (const name of ["acme/widgets", "acme/old", "acme/vault", "acme/hidden"])
    yield* control.openIssue({ payload: { repository: RepositoryName.make(name), title: "It squeaks", author: "ada" } })
  yield* control.openIssue({ payload: { repository: widgets, title: "Done long ago", author: "ada" } })
  yield* control.close({ payload: { repository: widgets, number: IssueNumber.make(2) } })
  yield* control.openPullRequest({ payload: { repository: widgets, title: "Oil it", author: "ada" } })
  yield* control.changeRepository({ payload: { repository: RepositoryName.make("acme/old"), archived: true } })
  yield* control.changeRepository({
    payload: { repository: RepositoryName.make("acme/vault"), private: true, collaborators: ["operator"] }
  })
  yield* control.changeRepository({ payload: { repository: RepositoryName.make("acme/hidden"), private: true } })
})

layer(worldLayer(), { excludeTestServices: true })("refusals", (it) => {
  it.effect("an issue that cannot have a bounty", () =>
    Effect.gen(function* () {
      yield* story
      const cases: ReadonlyArray<readonly [reference: string, says: ReadonlyArray<string>]> = [
        ["acme/nowhere#1", ["acme/nowhere", "does not exist on GitHub or is private"]],
        ["acme/hidden#1", ["acme/hidden", "only issues of public repositories"]],
        ["acme/vault#1", ["acme/vault is private", "only issues of public repositories"]],
        ["acme/old#1", ["acme/old", "archived"]],
        ["acme/widgets#99", ["acme/widgets#99 does not exist", "is the number right"]],
        ["acme/widgets#2", ["acme/widgets#2 is closed", "open issue"]],
        ["acme/widgets#3", ["acme/widgets#3 is a pull request", "name the issue"]]
      ]
      for (const [reference, says] of cases) fails(yield* readOnlyCommand(registering(reference, "--yes")), 1, ...says)
    })
  )

  it.effect("a bounty under the minimum", () =>
    Effect.gen(function* () {
      const outcome = yield* readOnlyCommand(["owner", "register-issue", "acme/widgets#1", "--bounty", "9.999999999", "--yes"])
      fails(outcome, 1, "9.999999999 alpha", "minimum of 10", "--bounty 10")
    })
  )

  it.effect("nothing is spent without confirmation, or by --dry-run", () =>
    Effect.gen(function* () {
      fails(yield* readOnlyCommand(registering("acme/widgets#1")), 2, "acme/widgets#1", "not a terminal", "--yes")
      fails(yield* readOnlyCommand(["owner", "deploy"]), 2, "not a terminal", "--yes")
      fails(yield* readOnlyCommand(["owner", "validators", "add", devAccounts["//Validator1"]]), 2, "--yes")
      fails(yield* readOnlyCommand(["mine", "link-github"]), 2, "--yes")
      const planned = jsonOf(yield* readOnlyCommand(registering("acme/widgets#1", "--dry-run", "--json")))
      assert.deepInclude(planned, { repository: "acme/widgets", number: 1, issue: 1, bountyRao: (100n * ALPHA).toString(), sent: false })
      const deployment = jsonOf(yield* readOnlyCommand(["owner", "deploy", "--dry-run", "--json"]))
      assert.deepInclude(deployment, { netuid: 74, sent: false })
      assert.containsAllKeys(deployment, ["settings", "costRao", "steps", "dryRun"])
      const hotkey = devAccounts["//Validator1"]
      const addition = jsonOf(yield* readOnlyCommand(["owner", "validators", "add", hotkey, "--dry-run", "--json"]))
      assert.deepInclude(addition, { hotkey, coldkeys: [devAccounts["//Validator1//cold"]], sent: false })
    })
  )

  it.effect("anyone but the owner", () =>
    Effect.gen(function* () {
      const stranger = { GITTENSOR_URI: "//Bob" }
      for (const args of [registering("acme/widgets#1", "--yes"), registering("acme/widgets#1", "--dry-run")])
        fails(yield* readOnlyCommand(args, stranger), 1, "Only the owner")
      fails(yield* readOnlyCommand(["owner", "validators", "add", devAccounts["//Validator1"], "--yes"], stranger), 1, "Only the owner")
    })
  )

  it.effect("a deployment that cannot succeed is not started", () =>
    Effect.gen(function* () {
      const poor = { GITTENSOR_URI: uri("poor") }
      const { address } = yield* keyOf(poor.GITTENSOR_URI)
      fails(yield* readOnlyCommand(["owner", "deploy", "--yes"], poor), 1, `${address} has 0 TAO`, "send it some TAO")
      fails(yield* readOnlyCommand(["owner", "deploy", "--dry-run"], poor), 1, `${address} has 0 TAO`)
      fails(yield* readOnlyCommand(["owner", "deploy", "--yes", "--set", "roundLength=50"]), 1, "AttestBlocks", "less than roundLength")
      fails(yield* readOnlyCommand(["owner", "deploy", "--yes", "--netuid", "3"]), 1, "subnet 3", "--netuid")
    })
  )

  it.effect("a contract that does not exist, or belongs to another subnet", () =>
    Effect.gen(function* () {
      const { contract } = yield* World
      fails(
        yield* readOnlyCommand(["mine", "issues", "--contract", NOBODY_AT]),
        1,
        NOBODY_AT,
        "there is no contract at",
        "check the address"
      )
      fails(yield* readOnlyCommand(registering("acme/widgets#1", "--yes", "--contract", NOBODY_AT)), 1, NOBODY_AT)
      fails(yield* readOnlyCommand(["validate", "--once", "--contract", NOBODY_AT]), 1, NOBODY_AT)
      fails(yield* readOnlyCommand(["mine", "issues", "--netuid", "3"]), 2, contract, "belongs to subnet 74, not 3", "--netuid 74")
    })
  )

  it.effect("GitHub that does not answer, or refuses this token", () =>
    Effect.gen(function* () {
      const { github } = yield* World
      const { control } = github
      const impatient = {
        GITTENSOR_GITHUB_PATIENCE: "2 seconds",
        GITTENSOR_GITHUB_TIMEOUT: "1 second",
        GITTENSOR_GITHUB_PAUSE: "50 millis"
      }
      const faults = [
        { _tag: "Status", status: 502, times: 1_000 },
        { _tag: "RateLimited", reset: 600, times: 1_000 },
        { _tag: "Status", status: 429, retryAfter: 600, times: 1_000 },
        { _tag: "Truncated", times: 1_000 },
        { _tag: "Hang", times: 1_000 }
      ] as const
      for (const fault of faults) {
        yield* control.addFault({ payload: { fault } })
        fails(yield* readOnlyCommand(registering("acme/widgets#1", "--yes"), impatient), 3, "GitHub gave no answer", "acme/widgets")
        yield* control.removeFaults({ payload: {} })
      }
      const gone = { ...impatient, GITTENSOR_GITHUB_URL: "http://127.0.0.1:9" }
      fails(yield* readOnlyCommand(registering("acme/widgets#1", "--yes"), gone), 3, "GitHub gave no answer")
      const token = secret("ghp_canaryThatNobodyGave")
      const wrong = yield* readOnlyCommand(["mine", "link-github", "--yes"], {
        GITTENSOR_GITHUB_TOKEN: token,
        GITTENSOR_URI: "//Validator1"
      })
      fails(wrong, 1, "GitHub does not allow")
    })
  )

  it.effect("an issue that is already registered, in whatever spelling", () =>
    Effect.gen(function* () {
      const registered = jsonOf(yield* command(registering("acme/widgets#1", "--yes", "--json")))
      assert.deepInclude(registered, { repository: "acme/widgets", number: 1, issue: 1, sent: true })
      for (const spelling of ["acme/widgets#1", "ACME/Widgets#1", "https://github.com/acme/widgets/issues/1"])
        fails(yield* readOnlyCommand(registering(spelling, "--yes")), 1, "acme/widgets#1 is already registered as issue 1")
      const { issues } = jsonOf(yield* command(["mine", "issues", "--json"])) as { readonly issues: ReadonlyArray<object> }
      assert.strictEqual(issues.length, 1)
      assert.deepInclude(issues[0], { id: 1, repository: "acme/widgets", number: 1 })
    })
  )

  it.effect("a hotkey that is not registered, or not on the whitelist", () =>
    Effect.gen(function* () {
      const nobody = { GITTENSOR_URI: uri("nobody") }
      const { address } = yield* keyOf(nobody.GITTENSOR_URI)
      const says = [address, "is not registered on subnet 74", "register it first"]
      fails(yield* readOnlyCommand(["validate"], nobody), 2, ...says)
      fails(yield* readOnlyCommand(["validate", "--once", "--dry-run"], nobody), 2, ...says)
      fails(yield* readOnlyCommand(["mine", "enroll", "1"], nobody), 1, ...says)
      fails(yield* readOnlyCommand(["mine", "skip", "1"], nobody), 1, ...says)
      fails(yield* readOnlyCommand(["mine", "link-github", "--yes"], nobody), 1, ...says)
      fails(yield* readOnlyCommand(["owner", "validators", "add", address, "--yes"]), 1, `${address} is not registered`, "--coldkey")
      const hotkey = devAccounts["//Validator1"]
      const outsider = yield* readOnlyCommand(["validate"], { GITTENSOR_URI: "//Validator1" })
      fails(outsider, 2, hotkey, "is not a validator of the contract", "owner validators add")
    })
  )

  it.effect("an enrolment that no validator can take", () =>
    Effect.gen(function* () {
      const [contract, subnet] = yield* Effect.all([Contract, Subnet])
      const miner = uri("miner")
      yield* register(miner)
      const enroll = (issue: number) => readOnlyCommand(["mine", "enroll", String(issue), "--yes", "--human"], { GITTENSOR_URI: miner })
      fails(yield* enroll(7), 1, "no issue 7", "gittensor mine issues")
      fails(yield* enroll(1), 3, "none of the contract's validators publishes an axon")
      const [owner, validator] = yield* Effect.all([keyOf((yield* World).ownerUri), keyOf("//Validator2")])
      const coldkey = yield* keyOf("//Validator2//cold")
      yield* contract.send("addValidator", { hotkey: validator.address, coldkeys: [coldkey.address] }, owner, "finalised")
      yield* subnet.serveAxon(validator, { ip: "127.0.0.1", port: 9 })
      fails(yield* enroll(1), 3, "127.0.0.1:9", "try again later")
    })
  )

  it.effect("every command prints one JSON document with --json", () =>
    Effect.gen(function* () {
      const list = Effect.map(
        command(["owner", "validators", "list", "--json"]),
        (outcome) => (jsonOf(outcome) as { readonly validators: ReadonlyArray<object> }).validators
      )
      assert.deepInclude((yield* list)[0], { hotkey: devAccounts["//Validator2"], axon: { ip: "127.0.0.1", port: 9 } })
      const validator = { GITTENSOR_URI: "//Validator2" }
      assert.deepInclude(jsonOf(yield* command(["mine", "status", "--json"], validator)), { hotkey: devAccounts["//Validator2"], uid: 2 })
      const poor = yield* command(["doctor", "--json", "--within", "60"], { GITTENSOR_URI: uri("poor") })
      assert.strictEqual(poor.code, 1, poor.stdout)
      assert.include(poor.stderr, "failed checks: hotkey")
      const failed = (JSON.parse(poor.stdout) as ReadonlyArray<{ readonly name: string; readonly good: boolean }>).filter(
        ({ good }) => !good
      )
      assert.deepStrictEqual(
        failed.map(({ name }) => name),
        ["hotkey"]
      )
      const linked = jsonOf(yield* command(["mine", "link-github", "--yes", "--json"], { GITTENSOR_URI: uri("miner") }))
      assert.hasAllKeys(linked, ["hotkey", "account", "gist", "commitment", "block", "transaction", "before", "rivals"])
      const removed = jsonOf(yield* command(["owner", "validators", "remove", devAccounts["//Validator2"], "--yes", "--json"]))
      assert.deepInclude(removed, { hotkey: devAccounts["//Validator2"], sent: true })
      assert.deepStrictEqual(yield* list, [])
    })
  )

  it.effect("insufficient funds for a fee", () =>
    Effect.gen(function* () {
      const chain = yield* Chain
      const owner = yield* keyOf((yield* World).ownerUri)
      yield* chain.submit({
        label: "transfer_all",
        signer: owner,
        until: "finalised",
        call: (api) => {
          const call = api.tx.balances?.transferAll
          if (call === undefined) throw new Error("no such call")
          return call(devAccounts["//Bob"], false)
        }
      })
      const addition = ["owner", "validators", "add", devAccounts["//Validator1"], "--yes"]
      fails(
        yield* readOnlyCommand(addition),
        1,
        `${owner.address} has no funds for the fee and deposit of "addValidator"`,
        "send it some TAO"
      )
      yield* fund([owner.address], ALPHA)
      assert.strictEqual((yield* command(addition)).code, 0)
    })
  )
})
