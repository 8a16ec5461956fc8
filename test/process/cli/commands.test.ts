/**
 * Most tests of one-shot commands run them in their own process. Here the executable gives the same answers to the same command lines, and prompts at
 * a terminal before it sends anything.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { it as alone, assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { Contract, layer as contractAt } from "../../../src/layers/chain/contract/Contract.ts"
import {
  ask,
  atTerminal,
  chainUntouched,
  command,
  fails,
  folder,
  jsonOf,
  root,
  run,
  runHere,
  World,
  worldLayer
} from "../../support/cli/support.ts"
import { serveWebSocket } from "../../support/serve.ts"

const somebody = devAccounts["//Validator1"]
const code = join(root, "contracts/issue-bounties/artifact/next_edition.contract")

/** Plans, answers and refusals of every group of commands. Deploying and upgrading read files that are inside the executable. */
const commandLines: ReadonlyArray<string> = [
  "owner deploy --dry-run --json",
  "owner register-issue acme/nowhere#1 --bounty 100 --yes",
  "owner config set challenge-period=2d minBounty=12.5 --dry-run --json",
  "owner pause",
  `owner upgrade ${code} --dry-run --json`,
  "owner new-treasury --dry-run --json",
  `owner transfer-ownership ${somebody} --dry-run`,
  `owner validators add ${somebody} --dry-run --json`,
  "owner changes apply 9 --yes",
  "veto 1 --yes",
  "mine issues",
  "mine status --json",
  "mine enroll 7",
  `mine collateral show --hotkey-address ${somebody}`,
  "explain 9",
  "validate --once"
]

layer(worldLayer(), { excludeTestServices: true })("the executable", (it) => {
  it.effect("answers what the commands answer in a test's process", () =>
    Effect.gen(function* () {
      const { endpoint, env, github, ownerUri } = yield* World
      yield* github.control.createUser({ payload: { login: "ada" } })
      const repository = RepositoryName.make("acme/widgets")
      yield* github.control.createRepository({ payload: { repository } })
      yield* github.control.openIssue({ payload: { repository, title: "It squeaks", author: "ada" } })
      // No block is built between the two answers.
      yield* ask(endpoint, "dev_setBlockBuildMode", "Manual")
      const environment = { ...env, GITTENSOR_URI: ownerUri, GITTENSOR_LOG_LEVEL: "Fatal" }
      const answers = yield* Effect.forEach(
        commandLines,
        (line) =>
          Effect.all({ executable: run(line.split(" "), environment), here: runHere(line.split(" "), environment) }).pipe(
            Effect.map(({ executable, here }) => ({ line, executable, here }))
          ),
        { concurrency: 3 }
      ).pipe(chainUntouched(endpoint))
      yield* ask(endpoint, "dev_setBlockBuildMode", "200ms")
      for (const { line, executable, here } of answers) assert.deepStrictEqual({ ...here, seconds: 0 }, { ...executable, seconds: 0 }, line)
      assert.sameMembers([...new Set(answers.map(({ executable }) => executable.code))], [0, 1, 2])
    })
  )

  it.effect("deploys a contract with the settings that it is told", () =>
    Effect.gen(function* () {
      const { contract } = yield* World
      const deployed = jsonOf(yield* command(["owner", "deploy", "--yes", "--json", "--keep-setup", "--set", "roundLength=400"]))
      const { contract: another } = deployed as { readonly contract: AccountAddress }
      assert.notStrictEqual<string>(another, contract)
      const config = yield* Effect.flatMap(Contract, (made) => made.config).pipe(Effect.provide(contractAt(another)))
      assert.strictEqual(config.roundLength, 400)
    })
  )

  it.effect("is asked for confirmation at a terminal", () =>
    Effect.gen(function* () {
      const { env, endpoint, ownerUri } = yield* World
      const contract = yield* Contract
      const asked = (answer: string) => atTerminal(["owner", "pause"], { ...env, GITTENSOR_URI: ownerUri }, "(y/N)", answer)
      const no = yield* asked("n\r").pipe(chainUntouched(endpoint))
      assert.include(no.screen, "Stop new issues and matches; running ones continue and are paid? It costs a fee of about")
      assert.include(no.screen, "nothing was sent")
      assert.strictEqual(no.code, 1)
      const neither = yield* asked("\u0003").pipe(chainUntouched(endpoint))
      assert.include(neither.screen, "nothing was sent")
      assert.strictEqual(neither.code, 130)
      const yes = yield* asked("y\r")
      assert.strictEqual(yes.code, 0, yes.screen)
      assert.isTrue(yield* contract.stored("paused", {}))
      yield* command(["owner", "unpause", "--yes"])
    })
  )
})

describe("help and version", () => {
  alone.live("--version and --help need no settings, and print no colours to a file", () =>
    Effect.gen(function* () {
      const version = yield* run(["--version"])
      assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
      for (const args of [["--help"], ["mine", "--help"], ["owner", "validators", "add", "--help"], []]) {
        const help = yield* run(args)
        assert.strictEqual(help.code, 0)
        assert.include(help.stdout, "USAGE")
        assert.notInclude(help.stdout, "\u001b")
        assert.strictEqual(help.stderr, "")
      }
      const [all, owner] = [yield* run(["--help"]), yield* run(["owner", "-h"])]
      assert.match(all.stdout, /^ {2}owner +own the contract/m)
      assert.match(owner.stdout, /^ {2}upgrade +replace the contract's code/m)
      assert.strictEqual((yield* run(["owner"])).stdout, owner.stdout)
    })
  )
})

describe("what ends a process from outside the command", () => {
  alone.live("invalid facts", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "facts.jsonl")
      writeFileSync(file, "{}\n")
      fails(yield* run(["demo", "--github-data", file, "--exit-after", "1"]), 2, file, "line 1")
    }).pipe(Effect.scoped)
  )

  // polkadot.js throws outside of any Effect.
  alone.scopedLive("a WebSocket that answers in another protocol", () =>
    Effect.gen(function* () {
      const { url: endpoint } = yield* serveWebSocket(() => "hello")
      fails(yield* run(["mine", "issues", "--contract", somebody, "--endpoint", endpoint]), 3, endpoint, "something other than JSON-RPC")
    })
  )
})
