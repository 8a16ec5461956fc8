/** Five validators on one chain: their processes, the proxied connections between them, and their files on disk. */
import { readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Effect, Schedule, Schema, Scope } from "effect"
import { stepsIn } from "../../../lab/demo/blockTime.ts"
import { signedDivergence } from "../../../src/domain/Divergence.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { neuronOf } from "../../../src/domain/Metagraph.ts"
import { signedReport } from "../../../src/domain/Report.ts"
import { Settlement } from "../../../src/domain/Settlement.ts"
import { hasUid } from "../../../src/domain/UidBitmap.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { scoreCommitmentsAt } from "../../../src/layers/chain/subnet/scoreCommitments.ts"
import { seenBitmap } from "../../../src/rules/consensus/counted.ts"
import { type EpochBlocks, epochBlocksOf } from "../../../src/rules/consensus/epochBlocks.ts"
import { ask, eventually, folder, keyOf, NETUID, type Running, start, World } from "../cli/support.ts"
import { askAxon, axonAt, makeRoutes } from "./routes.ts"

const decodeReport = Schema.decodeUnknownSync(signedReport.Text)
const decodeDivergence = Schema.decodeUnknownSync(signedDivergence.Text)
const decodeSettlement = Schema.decodeUnknownSync(Schema.parseJson(Settlement))

/** How long a process may wait for GitHub, whose answers the test may delay. */
const GITHUB_PATIENCE = { GITTENSOR_GITHUB_TIMEOUT: "5 minutes", GITTENSOR_GITHUB_PATIENCE: "5 minutes" }

export interface EpochUnderWay {
  readonly index: number
  readonly firstBlock: number
  readonly blocks: EpochBlocks
}

/** A file of an epoch; undefined if it does not exist. */
const fileOf = (data: string, kind: string, name: string): string | undefined => {
  try {
    const [chain = ""] = readdirSync(join(data, kind))
    return readFileSync(join(data, kind, chain, name), "utf8")
  } catch {
    return undefined
  }
}

/** The text of a response, whatever its status; undefined if there is none. */
const textAt = (port: number, path: string) =>
  Effect.promise(async () => (await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined))?.text())

/** Validators 1 to `members`, by index from 0, with the same tempo and arguments. They run until the scope closes. */
export const makeValidators = (members: number, tempo: number, args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const [{ env, endpoint }, chain, subnet, scope] = yield* Effect.all([World, Chain, Subnet, Effect.scope])
    const routes = yield* makeRoutes(members)
    const indices = Array.from({ length: members }, (_, index) => index)
    const keys = yield* Effect.forEach(indices, (index) => keyOf(`//Validator${index + 1}`))
    const folders = yield* Effect.forEach(indices, () => folder)
    const running = new Map<number, { readonly process: Running; readonly axon: number; readonly metrics: number }>()
    const keyAt = (index: number): KeyPair => keys[index] as KeyPair
    const dataOf = (index: number): string => folders[index] as string

    const launch = (index: number) =>
      Effect.gen(function* () {
        const options = ["--data", dataOf(index), "--stand-by", "0", "--axon-host", "127.0.0.1", "--axon-port", "0"]
        const process = yield* start(["validate", "--json", ...options, ...args], {
          ...env,
          ...GITHUB_PATIENCE,
          ...routes.environment(index),
          GITTENSOR_URI: `//Validator${index + 1}`
        }).pipe(Scope.extend(scope))
        const { axon, metrics } = JSON.parse(yield* process.ready) as Readonly<Record<"axon" | "metrics", { readonly port: number }>>
        running.set(index, { process, axon: axon.port, metrics: metrics.port })
        routes.axons.set(index, axonAt(axon.port))
      })

    const kill = (index: number) =>
      Effect.gen(function* () {
        const found = running.get(index)
        running.delete(index)
        routes.axons.delete(index)
        yield* found?.process.signal("SIGKILL") ?? Effect.void
        yield* found?.process.exited ?? Effect.void
      })

    const signal = (name: "SIGSTOP" | "SIGCONT") =>
      Effect.forEach(running.values(), ({ process }) => process.signal(name), { discard: true })

    const shownBy = (index: number, path: string) => {
      const port = running.get(index)?.axon
      return Effect.promise(async () => {
        const answer = port === undefined ? undefined : await askAxon(port, path).catch(() => undefined)
        return answer?.status === 200 ? await answer.text() : undefined
      })
    }

    const toldBy = (index: number, path: string) => {
      const port = running.get(index)?.metrics
      return port === undefined ? Effect.succeed(undefined) : textAt(port, path)
    }

    const epochNow = Effect.gen(function* () {
      const head = yield* chain.finalisedHead
      return { ...(yield* subnet.epochAt(head)), head }
    })

    /** Builds blocks up to this one, and waits until it is final. */
    const blocksUntil = (block: number) =>
      Effect.gen(function* () {
        const { number } = yield* chain.finalisedHead
        if (number < block) yield* ask(endpoint, "dev_newBlock", { count: block - number })
        yield* eventually(
          `block ${block} to be final`,
          Effect.map(chain.finalisedHead, (head) => (head.number >= block ? true : undefined))
        )
      })

    const oneMoreBlock = Effect.flatMap(chain.finalisedHead, ({ number }) => blocksUntil(number + 1))

    const nextEpoch = Effect.gen(function* () {
      const before = yield* epochNow
      yield* blocksUntil(before.firstBlock + tempo + 1)
      const { index, firstBlock } = yield* eventually(
        "the next epoch",
        Effect.map(epochNow, (now) => (now.index > before.index ? now : undefined))
      )
      return { index, firstBlock, blocks: epochBlocksOf(firstBlock, tempo) } satisfies EpochUnderWay
    })

    /** How many steps of its consensus loop a process has ended, failed ones included. */
    const stepsOf = (index: number) => Effect.map(toldBy(index, "/metrics"), (text = "") => stepsIn(text, "consensus"))

    /** Builds a block unless this is the last, and waits until every process has handled it, however slow it is. */
    const lookedAt = (last: number) =>
      Effect.gen(function* () {
        const { number } = yield* chain.finalisedHead
        if (number >= last) return
        const before = yield* Effect.forEach([...running.keys()], (index) => Effect.map(stepsOf(index), (steps) => ({ index, steps })))
        yield* ask(endpoint, "dev_newBlock", { count: 1 })
        for (const { index, steps } of before)
          yield* eventually(
            `a step of validator ${index + 1}`,
            Effect.map(stepsOf(index), (now) => (now > steps ? true : undefined))
          )
      })

    /** Like `eventually`, while blocks arrive up to `last`: a validator checks again at each. */
    const whileBlocksCome = <A, E, R>(what: string, last: number, found: Effect.Effect<A | undefined, E, R>) =>
      Effect.raceFirst(
        eventually(what, found),
        lookedAt(last).pipe(Effect.schedule(Schedule.spaced("300 millis")), Effect.zipRight(Effect.never))
      )

    const reportOnDisk = (epoch: number, index: number) => fileOf(dataOf(index), "scores", `${epoch}.report.json`)?.trimEnd()
    const settlementOnDisk = (epoch: number, index: number) => fileOf(dataOf(index), "settlements", `${epoch}.json`)
    const all = <A>(of: ReadonlyArray<number>, found: (index: number) => A | undefined) =>
      of.every((index) => found(index) !== undefined) ? true : undefined

    const uidOf = (index: number) =>
      Effect.flatMap(chain.finalisedHead, (head) =>
        Effect.map(subnet.metagraph(head), (metagraph) => neuronOf(metagraph, keyAt(index).address))
      )

    return {
      routes,
      keys,
      keyAt,
      launch,
      kill,
      /** Deletes the data folder of a process that does not run. */
      loseFolder: (index: number) => Effect.sync(() => rmSync(dataOf(index), { recursive: true })),
      /** Stops all processes for a while (SIGSTOP), or continues them. */
      signal,
      epochNow,
      nextEpoch,
      blocksUntil,
      oneMoreBlock,
      whileBlocksCome,
      reportOnDisk,
      settlementOnDisk,
      /** A validator's measurements, from its disk. */
      measured: (epoch: number, index: number) => decodeReport(reportOnDisk(epoch, index)).body,
      settled: (epoch: number, index: number) => decodeSettlement(settlementOnDisk(epoch, index)),
      /** The text of a report on an axon: the axon's own, or another validator's that it has counted. */
      shown: (epoch: number, by: number, of = by) =>
        shownBy(by, `/v1/consensus/reports/${epoch}${of === by ? "" : `/${keyAt(of).address}`}`),
      evidence: (epoch: number, by: number) => shownBy(by, `/v1/consensus/evidence/${epoch}`),
      health: (by: number) => toldBy(by, "/health"),
      /** Whether every loop of the process has ended its first step. */
      ready: (by: number) => Effect.map(toldBy(by, "/ready"), (text) => text?.includes('"ready":true') === true),
      divergence: (by: number) =>
        Effect.map(shownBy(by, "/v1/consensus/divergence"), (text) => (text === undefined ? undefined : decodeDivergence(text).body)),
      untilMeasured: (epoch: number, of: ReadonlyArray<number>) =>
        eventually(
          `reports of epoch ${epoch}`,
          Effect.sync(() => all(of, (index) => reportOnDisk(epoch, index)))
        ),
      /**
       * Waits for commitments of these validators. At most three blocks come meanwhile, which leaves enough blocks before the reports open for the
       * rest of a test.
       */
      untilCommitted: ({ index: epoch, blocks }: EpochUnderWay, of: ReadonlyArray<number>) =>
        whileBlocksCome(
          `commitments of epoch ${epoch}`,
          blocks.first + 4,
          Effect.gen(function* () {
            const addresses = of.map((index) => keyAt(index).address)
            const found = yield* scoreCommitmentsAt(yield* chain.finalisedHead, addresses)
            return addresses.every((address) => found.get(address)?.epoch === epoch) ? true : undefined
          })
        ),
      /** Waits for commitments of these validators to have all of these validators' reports. */
      untilSeen: ({ index: epoch, blocks }: EpochUnderWay, by: ReadonlyArray<number>, of: ReadonlyArray<number>) =>
        whileBlocksCome(
          `what is seen of epoch ${epoch}`,
          blocks.settling - 1,
          Effect.gen(function* () {
            const head = yield* chain.finalisedHead
            const metagraph = yield* subnet.metagraph(head)
            const found = yield* scoreCommitmentsAt(
              head,
              by.map((index) => keyAt(index).address)
            )
            const uids = of.map((index) => neuronOf(metagraph, keyAt(index).address)?.uid ?? -1)
            const seen = [...found.values()].filter((scores) => scores.epoch === epoch).flatMap((scores) => scores.seen ?? [])
            return seen.length === by.length && seen.every((one) => uids.every((uid) => hasUid(seenBitmap(one), uid))) ? true : undefined
          })
        ),
      untilSettled: (epoch: number, last: number, of: ReadonlyArray<number>) =>
        whileBlocksCome(
          `settlements of epoch ${epoch}`,
          last,
          Effect.sync(() => all(of, (index) => settlementOnDisk(epoch, index)))
        ),
      weightsOf: (index: number) =>
        Effect.flatMap(uidOf(index), (neuron) =>
          chain.read(
            "weights",
            async (api): Promise<unknown> => (await api.query.subtensorModule?.weights?.(NETUID, neuron?.uid))?.toJSON()
          )
        ),
      lastUpdateOf: (index: number) => Effect.map(uidOf(index), (neuron) => neuron?.lastUpdate ?? 0)
    }
  })
