/** The interface of each tool for the run through the real tools. */
import type { ApiPromise } from "@polkadot/api"
import { blake2AsHex } from "@polkadot/util-crypto"
import { Duration, Effect } from "effect"
import type { DevChain } from "../../../lab/devnet/chain/DevChain.ts"
import { call, keyOf, send } from "../devnet/support.ts"
import { PATIENCE } from "../watchdog.ts"

/** An operation's environment: its tool's own dev chain, and key files. */
export interface World {
  /** `ws://…` of the dev chain. */
  readonly endpoint: string
  readonly node: DevChain
  /** Our own client, which checks the operation's effect on the chain. */
  readonly api: ApiPromise
  /** The folder with wallets: `alice` (coldkey //Alice, hotkey //Alice//walk) and `validator1` (the dev chain's validator). */
  readonly wallets: string
  /** An empty folder of the tool's own, its HOME. */
  readonly home: string
  /** The folder of Bittensor's Python environments (test/support/bittensor/packages.sh). */
  readonly python: string
  /** The folder in which polkadot-api and dedot are installed. */
  readonly modules: string
}

/** One operation of a tool. It rejects with the reason if the tool or the chain refuses. */
export interface Operation {
  readonly name: string
  readonly run: (world: World) => Promise<void>
}

export interface Tool {
  /** With its version. */
  readonly name: string
  readonly operations: ReadonlyArray<Operation>
  /** Operations that are not tried, with the reason. */
  readonly leftOut: Readonly<Record<string, string>>
}

/** Accounts of the walk. */
export const accounts = {
  alice: "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
  bob: "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
  validator: "5Hb48vxYpQZQHRbzLMak1AKhtuww6wNK1oMFyigysK8zvHyW"
} as const

export const netuid = 74

/** Rejects with `reason` unless the condition holds. */
export const expect = (condition: boolean, reason: string): void => {
  if (!condition) throw new Error(reason)
}

export interface Finished {
  readonly output: string
  /** Standard output and standard error. */
  readonly all: string
}

/** Lines that do not name the reason: Bun's version, and Python's complaints at its exit. */
const noise = /^(Bun v|RuntimeError: Event loop is closed|Exception ignored|task:|Task was destroyed|Traceback|File |\^+$|[{}]$)/

/** The reason of a failure in an output: the error of a JSON answer, or the last line. */
export const reasonIn = (text: string): string => {
  const named = [...text.matchAll(/"(?:error|message)":\s*"([^"]+)"/g)].at(-1)?.[1]
  if (named !== undefined) return named.slice(0, 200)
  const plain = Bun.stripANSI(text).replaceAll(/[│╭╮╰╯─┃━]/g, " ")
  const lines = plain
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !noise.test(line))
  return (lines.findLast((line) => /^\w*(Error|Exception|Found|Refused)\b|error\b/i.test(line)) ?? lines.at(-1) ?? "no output")
    .replaceAll("|", "/")
    .slice(0, 200)
}

/** Runs a program without this machine's settings; rejects with its last lines if it fails. */
export const execute = async (world: World, command: ReadonlyArray<string>, input = ""): Promise<Finished> => {
  const child = Bun.spawn([...command], {
    cwd: world.home,
    env: {
      HOME: world.home,
      PATH: "/usr/bin:/bin",
      LANG: "C.UTF-8",
      COLUMNS: "300",
      TERM: "dumb",
      NO_COLOR: "1",
      PYTHONDONTWRITEBYTECODE: "1",
      GITTENSOR_TOOLS_MODULES: world.modules
    },
    stdin: new TextEncoder().encode(input),
    stdout: "pipe",
    stderr: "pipe",
    timeout: PATIENCE
  })
  const [output, errors, status] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited])
  if (process.env.GITTENSOR_TOOLS_SHOW !== undefined) console.log(`$ ${command.join(" ")}\n${output}\n${errors}`)
  if (child.signalCode !== null) throw new Error(`no answer within ${PATIENCE / 1000} s: ${reasonIn(output + errors)}`)
  if (status !== 0) throw new Error(reasonIn(`${output}\n${errors}`))
  return { output, all: `${output}\n${errors}` }
}

/** The JSON value at the end of an output. */
export const jsonIn = ({ output }: Finished): unknown => {
  for (let start = output.search(/[[{]/); start >= 0; ) {
    try {
      return JSON.parse(output.slice(start))
    } catch {
      const next = output.slice(start + 1).search(/[[{]/)
      if (next < 0) break
      start += next + 1
    }
  }
  throw new Error(`no JSON: ${reasonIn(output)}`)
}

/** Rejects if the answer reports a failure, which btcli does with exit code 0. */
export const successful = (finished: Finished): void => {
  const answer = JSON.stringify(jsonIn(finished))
  const reason = /"(?:message|error)":"([^"]+)"/.exec(answer)?.[1]
  expect(!/"(?:success|ok)":false/.test(answer), reason ?? answer.slice(0, 200))
}

/** A storage item of SubtensorModule as plain JSON. */
export const stored = async ({ api }: World, item: string, ...keys: ReadonlyArray<unknown>): Promise<unknown> => {
  const query = api.query.subtensorModule?.[item]
  if (query === undefined) throw new Error(`the chain has no SubtensorModule.${item}`)
  return (await query(...keys)).toJSON()
}

/** Calls as root, which is //Alice here. */
const sudo = ({ api }: World, pallet: string, name: string, ...args: ReadonlyArray<unknown>): Promise<unknown> =>
  Effect.runPromise(Effect.flatMap(keyOf("//Alice"), (alice) => send(call(api, "sudo", "sudo", call(api, pallet, name, ...args)), alice)))

/** How long a block takes. */
export const blockTime = Duration.millis(500)

/** Runs an operation while the subnet requires committed weights. */
export const committing = async (world: World, operation: () => Promise<void>): Promise<void> => {
  const set = async (enabled: boolean, rateLimit: number) => {
    await sudo(world, "adminUtils", "sudoSetCommitRevealWeightsEnabled", netuid, enabled)
    await sudo(world, "adminUtils", "sudoSetWeightsSetRateLimit", netuid, rateLimit)
  }
  await set(true, 0)
  try {
    await operation()
  } finally {
    await set(false, 5)
  }
}

/** The salt of committed weights, as tools take it. */
export const salt = "1,2,3"

/**
 * Has a tool reveal weights for UIDs 0 and 2 that the dev chain's validator committed with the salt, in the epoch for it. Asserts that the chain then
 * has these weights.
 * @param versionKey the version that the tool sends with them
 */
export const revealing = (
  world: World,
  versionKey: number,
  values: readonly [number, number],
  reveal: () => Promise<unknown>
): Promise<void> =>
  committing(world, async () => {
    const { api, node } = world
    const { chain, producer } = node
    const content = [accounts.validator, netuid, [0, 2], values, salt.split(","), versionKey]
    const hash = blake2AsHex(api.createType("(AccountId, u16, Vec<u16>, Vec<u16>, Vec<u16>, u64)", content).toU8a())
    await Effect.runPromise(
      Effect.flatMap(keyOf("//Validator1"), (hotkey) => send(call(api, "subtensorModule", "commitWeights", netuid, hash), hotkey))
    )
    await Effect.runPromise(producer.setMode("manual"))
    try {
      // the hash, its block, and the first and the last block for revealing it
      const commits = (await stored(world, "weightCommits", netuid, accounts.validator)) as ReadonlyArray<ReadonlyArray<number>> | null
      const first = commits?.at(-1)?.[2]
      if (first === undefined) throw new Error("nothing was committed")
      while (chain.head().number < first) await Effect.runPromise(chain.build)
      await Effect.runPromise(producer.setMode("instant"))
      await reveal()
      await weightsAre(world, JSON.stringify([0, 2].map((uid, index) => [uid, values[index]])))
    } finally {
      await Effect.runPromise(producer.setMode(blockTime))
    }
  })

/** The weights of the dev chain's validator. */
export const weightsAre = (world: World, expected: string): Promise<void> =>
  until("the weights are not there", async () => JSON.stringify(await stored(world, "weights", netuid, 1)) === expected)

/** Waits until the chain shows the operation's effect. */
export const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await Bun.sleep(100)) if (await holds()) return
  throw new Error(`the tool reports success, but ${what}`)
}

/** What //Alice can spend, in rao. */
const balanceOf = async ({ api }: World): Promise<bigint> => {
  const account = (await api.query.system?.account?.(accounts.alice))?.toJSON() as {
    readonly data?: { readonly free?: number | string }
  } | null
  return BigInt(account?.data?.free ?? 0)
}

/**
 * Has a tool add at least 10 TAO to //Alice's stake, or take some back, and waits until her balance shows it, whatever the fees. The stake itself does not
 * tell: dividends may have raised it above what it was before some of it was removed.
 */
export const movingStake = async (world: World, adds: boolean, operation: () => Promise<unknown>): Promise<void> => {
  const before = await balanceOf(world)
  await operation()
  await until("the balance does not show it", async () => {
    const gained = (await balanceOf(world)) - before
    return adds ? gained < -5_000_000_000n : gained > 0n
  })
}
