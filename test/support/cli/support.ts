/**
 * Runs commands with a dev chain and a simulated GitHub, both in this process. Tests of kind `process` run the executable as users do, and their
 * chain builds blocks at an interval. Tests of other kinds run commands in their own process, which costs a tenth.
 */
import { fileURLToPath } from "node:url"
import { assert } from "@effect/vitest"
import { Context, Data, Duration, Effect, Layer, Redacted, Schedule, type Scope } from "effect"
import type { DevChain, DevChainOptions } from "../../../lab/devnet/chain/DevChain.ts"
import { start as startStandIn } from "../../../lab/devnet/github/StandIn.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import * as Contract from "../../../src/layers/chain/contract/Contract.ts"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { call, devChain, newestFinal } from "../devnet/support.ts"
import { folder } from "../folder.ts"
import { engine, isProcessTest, program } from "../program.ts"
import { PATIENCE } from "../watchdog.ts"
import { runInProcess } from "./inProcess.ts"

export { folder } from "../folder.ts"

export const root = fileURLToPath(new URL("../../../", import.meta.url))
export const NETUID = 74
export const ALPHA = 1_000_000_000n

/** The tests' secret URIs and GitHub tokens. No process may print one. */
const secrets = new Set(["//Canary"])
export const secret = (text: string): string => {
  secrets.add(text)
  return text
}

/** Fails if the text contains a secret or a stack trace. */
export const clean = (text: string): void => {
  for (const kept of secrets) assert.notInclude(text, kept, "a secret was printed")
  assert.notMatch(text, /^\s+at .*[:(]\d+/m, "a stack trace was printed")
}

/** Fails if a command with JSON output printed a tag of the program's internal values. */
const untagged = (args: ReadonlyArray<string>, stdout: string): void => {
  if (args.includes("--json")) assert.notInclude(stdout, '"_tag"')
}

type Environment = Readonly<Record<string, string>>

/** An environment without the machine's own settings, wallets and terminal. */
const environment = (home: string, extra: Environment): Record<string, string> => ({
  ...engine,
  PATH: process.env.PATH ?? "",
  HOME: home,
  // Tests that need a sandbox set this themselves. The others also run on machines without one, where commands print the warning NO_BOX.
  GITTENSOR_BOX: "where-possible",
  ...extra
})

const NO_BOX = /^timestamp=\S+ level=WARN fiber=\S+ message="there is no sandbox [^\n]*\n/m

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

const spawn = (args: ReadonlyArray<string>, env: Record<string, string>, cwd: string) =>
  Bun.spawn([...program, ...args], { cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" })

const runExecutable = (args: ReadonlyArray<string>, env: Record<string, string>, home: string) =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(args, env, home)),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const [code, stdout, stderr] = yield* Effect.promise(() =>
      Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()])
    )
    return { code, stdout, stderr }
  })

/** The dev chains of this process. */
const ownChains = new Set<DevChain>()

/** Waits until every block of these chains is final. An executable takes longer to start than its blocks to become final. */
const blocksFinal = Effect.suspend(() => Effect.forEach([...ownChains], ({ chain }) => newestFinal(chain), { discard: true }))

/** Milliseconds that a command's process takes to start, in tests that run it in their own process. */
export class Starting extends Context.Reference<Starting>()("test/cli/Starting", { defaultValue: () => 0 }) {}

type Way = "executable" | "in this process"
const usualWay: Way = isProcessTest ? "executable" : "in this process"

const runBy = (way: Way, args: ReadonlyArray<string>, env: Environment): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const home = yield* folder
    const startedAt = Date.now()
    const outcome = yield* way === "executable"
      ? runExecutable(args, environment(home, env), home)
      : Effect.zipRight(
          blocksFinal,
          Effect.flatMap(Starting, (starting) => Effect.promise((signal) => runInProcess(args, environment(home, env), signal, starting)))
        )
    clean(outcome.stdout)
    untagged(args, outcome.stdout)
    clean(outcome.stderr)
    return { ...outcome, stderr: outcome.stderr.replace(NO_BOX, ""), seconds: (Date.now() - startedAt) / 1000 }
  }).pipe(Effect.scoped, Effect.timeout(PATIENCE), Effect.orDie)

/** Runs a command to its end in an empty home, then checks its output for secrets and stack traces. */
export const run = (args: ReadonlyArray<string>, env: Environment = {}): Effect.Effect<Outcome> => runBy(usualWay, args, env)

/** Like `run`, but in this process, in tests of every kind. */
export const runHere = (args: ReadonlyArray<string>, env: Environment = {}): Effect.Effect<Outcome> => runBy("in this process", args, env)

/** Runs a command on a terminal. Types each `answer` once its `question` appears. */
export const atTerminal = (
  args: ReadonlyArray<string>,
  env: Environment,
  question: string,
  answer: string,
  ...further: ReadonlyArray<readonly [question: string, answer: string]>
) =>
  Effect.gen(function* () {
    const home = yield* folder
    const shown = { screen: "" }
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.spawn([...program, ...args], {
          cwd: home,
          env: { ...environment(home, env), TERM: "xterm" },
          terminal: {
            cols: 500,
            rows: 50,
            data: (_, bytes) => {
              shown.screen += Buffer.from(bytes).toString("utf8")
            }
          }
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    for (const [asked, typed] of [[question, answer] as const, ...further]) {
      yield* eventually(
        asked,
        Effect.sync(() => (shown.screen.includes(asked) ? true : undefined))
      )
      child.terminal?.write(typed)
    }
    const code = yield* Effect.promise(() => child.exited)
    clean(shown.screen)
    return { code, screen: Bun.stripANSI(shown.screen) }
  }).pipe(Effect.scoped, Effect.timeout(PATIENCE), Effect.orDie)

/** Decodes the single JSON document that a command printed. `wanted`: its exit code. */
export const jsonOf = ({ code, stdout, stderr }: Outcome, wanted = 0): unknown => {
  assert.strictEqual(code, wanted, stderr)
  assert.strictEqual(stdout.trim().split("\n").length, 1, "one document on one line")
  return JSON.parse(stdout)
}

/** Asserts that a command failed with the exit code, empty standard output, and one line on standard error that contains each text. */
export const fails = (outcome: Outcome, code: number, ...says: ReadonlyArray<string | RegExp>): void => {
  const { stdout, stderr } = outcome
  assert.match(stderr, /^gittensor: [^\n]+\n$/, `one line on standard error: ${stderr}`)
  for (const part of says) {
    if (typeof part === "string") assert.include(stderr, part, stderr)
    else assert.match(stderr, part, stderr)
  }
  assert.strictEqual(outcome.code, code, stderr)
  assert.strictEqual(stdout, "")
}

export class Ended extends Data.TaggedError("Ended")<{ readonly command: string; readonly code: number; readonly stderr: string }> {
  override get message() {
    return `${this.command} ended with ${this.code}: ${this.stderr}`
  }
}

export interface Running {
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** The first line on standard output. */
  readonly ready: Effect.Effect<string, Ended>
  readonly signal: (name: "SIGTERM" | "SIGINT" | "SIGKILL" | "SIGSTOP" | "SIGCONT") => Effect.Effect<void>
  readonly exited: Effect.Effect<number>
}

/** Starts a command that runs until the scope closes. */
export const start = (args: ReadonlyArray<string>, env: Environment = {}): Effect.Effect<Running, never, Scope.Scope> =>
  Effect.gen(function* () {
    const home = yield* folder
    const text = { stdout: "", stderr: "" }
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(args, environment(home, env), home)),
      (child) =>
        Effect.promise(async () => {
          child.kill("SIGKILL")
          await child.exited
          clean(text.stdout)
          untagged(args, text.stdout)
          clean(text.stderr)
        })
    )
    const collect = async (name: "stdout" | "stderr") => {
      const decoder = new TextDecoder()
      for await (const chunk of child[name]) text[name] += decoder.decode(chunk, { stream: true })
    }
    yield* Effect.forkScoped(Effect.promise(() => Promise.all([collect("stdout"), collect("stderr")])))
    const exited = Effect.promise(() => child.exited)
    const line = Effect.suspend(() => {
      const end = text.stdout.indexOf("\n")
      return end < 0 ? Effect.fail("not yet") : Effect.succeed(text.stdout.slice(0, end))
    }).pipe(Effect.retry(Schedule.spaced("20 millis")), Effect.orDie)
    const ended = Effect.flatMap(exited, (code) => new Ended({ command: args.join(" "), code, stderr: text.stderr }))
    return {
      pid: child.pid,
      stdout: () => text.stdout,
      stderr: () => text.stderr,
      ready: Effect.raceFirst(line, ended).pipe(Effect.timeout(PATIENCE), Effect.catchTag("TimeoutException", Effect.die)),
      signal: (name) => Effect.sync(() => child.kill(name)),
      exited
    } satisfies Running
  })

/** Polls until `found` returns a value. Dies after PATIENCE, naming what it waited for. */
export const eventually = <A, E, R>(what: string, found: Effect.Effect<A | undefined, E, R>): Effect.Effect<A, E, R> =>
  found.pipe(
    Effect.flatMap((value) => (value === undefined ? Effect.fail("not yet" as const) : Effect.succeed(value))),
    Effect.retry({ while: (error) => error === "not yet", schedule: Schedule.spaced("100 millis") }),
    Effect.timeoutFail({ duration: PATIENCE, onTimeout: () => "not yet" as const }),
    Effect.catchIf(
      (error): error is "not yet" => error === "not yet",
      () => Effect.dieMessage(`waited in vain for ${what}`)
    )
  ) as Effect.Effect<A, E, R>

export const keyOf = (uri: string): Effect.Effect<KeyPair> => keyPairOf(Redacted.make(uri)).pipe(Effect.orDie)

/** A secret URI derived from the development phrase, registered as a secret that no output may contain. */
export const uri = (name: string): string => secret(`//Canary-${name}-5d41402a`)

/** Starts a dev chain in this process. */
export const startChainHere = (options: Partial<DevChainOptions> = {}) =>
  Effect.tap(devChain(options), (chain) =>
    Effect.acquireRelease(
      Effect.sync(() => ownChains.add(chain)),
      () => Effect.sync(() => ownChains.delete(chain))
    )
  )

/** Starts a dev chain with this kind's blocks: at an interval for process tests, otherwise for each transaction. */
export const startChain: Effect.Effect<{ readonly endpoint: string }, Error, Scope.Scope> = startChainHere(
  isProcessTest ? { blockTime: Duration.millis(200) } : {}
)

/** Sends one JSON-RPC request over HTTP, bypassing the program. */
export const ask = (endpoint: string, method: string, ...params: ReadonlyArray<unknown>): Effect.Effect<unknown> =>
  Effect.promise(async () => {
    const response = await fetch(endpoint.replace("ws://", "http://"), {
      method: "POST",
      // A node closes idle connections, perhaps just when the next request is on its way.
      keepalive: false,
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })
    })
    // The shape of the chain's answer; a missing member fails the test.
    return ((await response.json()) as { readonly result: unknown }).result
  })

/** Fails if the chain received a transaction meanwhile: each block may contain only its timestamp. */
export const chainUntouched =
  (endpoint: string) =>
  <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.gen(function* () {
      const height = Effect.map(ask(endpoint, "chain_getHeader"), (header) => Number((header as { readonly number: string }).number))
      const before = yield* height
      const value = yield* work
      assert.deepStrictEqual(yield* ask(endpoint, "author_pendingExtrinsics"), [])
      const after = yield* height
      for (let number = before + 1; number <= after; number++) {
        const hash = yield* ask(endpoint, "chain_getBlockHash", number)
        const { block } = (yield* ask(endpoint, "chain_getBlock", hash)) as {
          readonly block: { readonly extrinsics: ReadonlyArray<string> }
        }
        assert.strictEqual(block.extrinsics.length, 1, `block ${number} holds a transaction`)
      }
      return value
    })

/** Limits far above what the tests request. */
const LIMITS = { core: 1_000_000, anonymous: 1_000_000, graphql: 1_000_000, pointsPerMinute: 1_000_000 }

/** A chain with a contract that its owner deployed by command, and a simulated GitHub. */
export class World extends Context.Tag("test/cli/World")<
  World,
  {
    readonly endpoint: string
    readonly contract: string
    readonly github: Effect.Effect.Success<ReturnType<typeof startStandIn>>
    /** The token of the account `operator`. */
    readonly token: string
    readonly ownerUri: string
    /** The environment for commands in this world. Tests may add to it. */
    readonly env: Environment
  }
>() {}

/** Runs a command in the world, by default as the contract's owner. */
export const command = (args: ReadonlyArray<string>, env: Environment = {}) =>
  Effect.flatMap(World, (world) => run(args, { ...world.env, GITTENSOR_URI: world.ownerUri, ...env }))

/** Like `command`, for commands that must not change the chain. */
export const readOnlyCommand = (args: ReadonlyArray<string>, env: Environment = {}) =>
  Effect.flatMap(World, ({ endpoint }) => command(args, env).pipe(chainUntouched(endpoint)))

/** Sends a call and waits until its block is final. `made` makes it for this chain. */
export const submitted = (signer: KeyPair, label: string, made: Parameters<Chain.Chain["Type"]["submit"]>[0]["call"]) =>
  Effect.flatMap(Chain.Chain, ({ submit }) => submit({ label, signer, until: "finalised", call: made }))

/** Sends TAO from //Alice and waits until it has arrived. `amount` is in rao. */
export const fund = (accounts: ReadonlyArray<string>, amount: bigint) =>
  Effect.flatMap(keyOf("//Alice"), (alice) =>
    submitted(alice, "fund", (api) => {
      const transfers = accounts.map((account) => call(api, "balances", "transferKeepAlive", account, amount))
      return call(api, "utility", "batchAll", transfers)
    })
  )

/** Registers a neuron for the hotkey of `uri`, paid for by `uri`//cold. */
export const register = (uri: string) =>
  Effect.gen(function* () {
    const [hotkey, coldkey] = yield* Effect.all([keyOf(uri), keyOf(`${uri}//cold`)])
    yield* fund([coldkey.address], 10n * ALPHA)
    yield* submitted(coldkey, "burned_register", (api) => call(api, "subtensorModule", "burnedRegister", NETUID, hotkey.address))
    return hotkey
  })

/**
 * Sends a preparation's transactions on a chain that builds a block for each of them. Then blocks come at the interval of process tests; `startChain`
 * never builds others for other kinds.
 */
const inInstantBlocks =
  (endpoint: string) =>
  <A, E, R>(preparation: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    isProcessTest
      ? ask(endpoint, "dev_setBlockBuildMode", "Instant").pipe(
          Effect.zipRight(preparation),
          Effect.zipLeft(ask(endpoint, "dev_setBlockBuildMode", "200ms"))
        )
      : preparation

/** Prepares more of a world without waiting for blocks. */
export const prepared = <A, E, R>(preparation: Effect.Effect<A, E, R>) =>
  Effect.flatMap(World, ({ endpoint }) => preparation.pipe(inInstantBlocks(endpoint), Effect.orDie))

const makeWorld = (settings: Readonly<Record<string, number>>, started: typeof startChain) =>
  Effect.gen(function* () {
    const [{ endpoint }, github] = yield* Effect.all([started, startStandIn({ port: 0, facts: [], limits: LIMITS })], { concurrency: 2 })
    const furnished = Effect.gen(function* () {
      const chainServices = yield* Layer.build(Subnet.layer(NETUID).pipe(Layer.provideMerge(Chain.layer([endpoint]))))
      const ownerUri = uri("owner")
      const owner = yield* keyOf(ownerUri)
      yield* fund([owner.address], 1_000n * ALPHA).pipe(Effect.provide(chainServices))
      const { token } = yield* github.control.createUser({ payload: { login: "operator" } })
      secret(token)
      const base = { GITTENSOR_ENDPOINT: endpoint, GITTENSOR_GITHUB_URL: github.url, GITTENSOR_GITHUB_TOKEN: token }
      const overrides = Object.entries(settings).flatMap(([name, value]) => ["--set", `${name}=${value}`])
      if (settings.ownerDelay === undefined) overrides.push("--keep-setup")
      const deployed = jsonOf(yield* runHere(["owner", "deploy", "--yes", "--json", ...overrides], { ...base, GITTENSOR_URI: ownerUri }))
      const { contract } = deployed as { readonly contract: string }
      const world = World.of({ endpoint, contract, github, token, ownerUri, env: { ...base, GITTENSOR_CONTRACT: contract } })
      const contractServices = yield* Layer.build(Contract.layer(contract as Parameters<typeof Contract.layer>[0])).pipe(
        Effect.provide(chainServices)
      )
      return Context.mergeAll(chainServices, contractServices, Context.make(World, world))
    })
    return yield* started === startChain ? inInstantBlocks(endpoint)(furnished) : furnished
  })

/**
 * `settings` override the contract's defaults. Without an `ownerDelay` the contract stays in its set-up: changes apply at once, but no bounty is
 * filled and no competition starts until `endSetup`. `chain` starts the world's chain.
 */
export const worldLayer = (settings: Readonly<Record<string, number>> = {}, chain: typeof startChain = startChain) =>
  Layer.scopedContext(makeWorld(settings, chain).pipe(Effect.orDie))
