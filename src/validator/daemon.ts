/** `gittensor validate`: the loops, what they share, and how they end. */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Clock, Context, type Duration, Effect, Exit, Layer, Metric, Ref, Schema, Stream, SubscriptionRef } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import type { KeyPair } from "../domain/KeyPair.ts"
import { type AxonAddress, type Metagraph, neuronOf } from "../domain/Metagraph.ts"
import * as Axon from "../layers/Axon.ts"
import { type BlockReference, Chain } from "../layers/Chain.ts"
import { Contract } from "../layers/Contract.ts"
import { Subnet } from "../layers/Subnet.ts"
import { type SubnetFacts, SubnetView } from "../layers/SubnetView.ts"
import { render } from "./prometheus.ts"
import * as Steps from "./steps.ts"
import { attempted, supervised } from "./supervise.ts"

export class UnregisteredHotkey extends Schema.TaggedError<UnregisteredHotkey>()("UnregisteredHotkey", {
  hotkey: Schema.String,
  netuid: Schema.Number
}) {
  override get message() {
    return `the hotkey ${this.hotkey} is not registered on subnet ${this.netuid}: register it first, for example with btcli subnet register`
  }
}

export class NotWhitelisted extends Schema.TaggedError<NotWhitelisted>()("NotWhitelisted", {
  hotkey: Schema.String,
  contract: Schema.String
}) {
  override get message() {
    return `the hotkey ${this.hotkey} is not a validator of the contract ${this.contract}: the owner adds it with "gittensor owner validators add"`
  }
}

export class StepsFailed extends Schema.TaggedError<StepsFailed>()("StepsFailed", { steps: Schema.Array(Schema.String) }) {
  override get message() {
    return `failed: ${this.steps.join(", ")}; the log above says why`
  }
}

/** The subnet's neurons and the hotkeys that the contract lets validate, at one block. */
const membersAt = Effect.fn("validator.members")(function* (head: BlockReference) {
  const [subnet, contract] = yield* Effect.all([Subnet, Contract])
  const [metagraph, validators] = yield* Effect.all([subnet.metagraph(head), contract.read("validators", {}, head)], { concurrency: 2 })
  return { metagraph, validators: new Set(validators.map(({ hotkey }) => hotkey)) }
})

const factsAt = (head: BlockReference) => Effect.map(membersAt(head), ({ metagraph, validators }) => factsOf(head, metagraph, validators))

const factsOf = (head: BlockReference, metagraph: Metagraph, validators: ReadonlySet<AccountAddress>): SubnetFacts => {
  const registered = new Set(metagraph.neurons.map(({ hotkey }) => hotkey))
  return {
    currentBlock: head.number,
    isRegistered: (hotkey) => registered.has(hotkey),
    isValidator: (hotkey) => validators.has(hotkey),
    validatorAxons: metagraph.neurons.flatMap(({ hotkey, axon }) => (axon !== null && validators.has(hotkey) ? [{ ...axon, hotkey }] : []))
  }
}

/**
 * The newest finalised head, and the subnet there for whoever judges a request. The subnet is read again when somebody asks and a block has come
 * since: at most once a block, however many ask. A chain that does not answer leaves the view as it was.
 */
export const makeShared = Effect.gen(function* () {
  const [chain, subnet, contract] = yield* Effect.all([Chain, Subnet, Contract])
  const services = yield* Effect.context<Subnet | Contract>()
  const first = yield* chain.finalisedHead
  const head = yield* SubscriptionRef.make(first)
  const known = yield* Ref.make({ block: first.number, facts: yield* factsAt(first) })
  const oneAtATime = yield* Effect.makeSemaphore(1)
  const refresh = Effect.gen(function* () {
    const at = yield* SubscriptionRef.get(head)
    if ((yield* Ref.get(known)).block >= at.number) return
    yield* Ref.set(known, { block: at.number, facts: yield* factsAt(at) })
  }).pipe(
    oneAtATime.withPermits(1),
    Effect.catchAll((error) => Effect.logWarning("the view of the subnet is old", error.message)),
    Effect.provide(services)
  )
  const view = SubnetView.of({
    genesisHash: chain.genesisHash,
    netuid: subnet.netuid,
    contract: contract.address,
    current: refresh.pipe(
      Effect.zipRight(Ref.get(known)),
      Effect.map(({ facts }) => facts)
    )
  })
  return { head, view }
})
export type Shared = Effect.Effect.Success<typeof makeShared>

/** Fails early and clearly where nothing could work: a hotkey that is not registered or not whitelisted. */
export const checkMayValidate = Effect.fn("validator.check")(function* (hotkey: KeyPair) {
  const [chain, subnet, contract] = yield* Effect.all([Chain, Subnet, Contract])
  const { metagraph, validators } = yield* membersAt(yield* chain.finalisedHead)
  if (neuronOf(metagraph, hotkey.address) === undefined)
    return yield* new UnregisteredHotkey({ hotkey: hotkey.address, netuid: subnet.netuid })
  if (!validators.has(hotkey.address)) return yield* new NotWhitelisted({ hotkey: hotkey.address, contract: contract.address })
  return metagraph
})

/** Tells the subnet where the axon answers, unless it knows. */
export const publishAxon = Effect.fn("validator.publishAxon")(function* (hotkey: KeyPair, metagraph: Metagraph, axon: AxonAddress) {
  const known = neuronOf(metagraph, hotkey.address)?.axon
  if (known?.ip === axon.ip && known.port === axon.port) return
  yield* (yield* Subnet).serveAxon(hotkey, axon)
  yield* Effect.logInfo("axon published").pipe(Effect.annotateLogs({ ...axon }))
})

const routes = (shared: Shared, lastGood: Ref.Ref<number>, requestCount: Effect.Effect<number>) =>
  HttpRouter.empty.pipe(
    HttpRouter.get(
      "/health",
      Effect.gen(function* () {
        const { number } = yield* SubscriptionRef.get(shared.head)
        const silence = (yield* Clock.currentTimeMillis) - (yield* Ref.get(lastGood))
        const healthy = silence < HEALTHY_SILENCE
        return yield* HttpServerResponse.json(
          { healthy, block: number, secondsSinceBlock: Math.round(silence / 1000) },
          { status: healthy ? 200 : 503 }
        )
      })
    ),
    HttpRouter.get("/ready", HttpServerResponse.json({ ready: true })),
    HttpRouter.get(
      "/metrics",
      Effect.gen(function* () {
        yield* Metric.set(headBlock, (yield* SubscriptionRef.get(shared.head)).number)
        yield* Metric.set(chainRequests, yield* requestCount)
        const { rss, heapUsed } = process.memoryUsage()
        yield* Metric.set(residentMemory, rss)
        yield* Metric.set(heapMemory, heapUsed)
        return HttpServerResponse.text(yield* render, { contentType: "text/plain; version=0.0.4" })
      })
    )
  )

const headBlock = Metric.gauge("gittensor_head_block", { description: "The newest finalised block" })
const chainRequests = Metric.gauge("gittensor_chain_requests", { description: "JSON-RPC requests sent since the start" })
const heapMemory = Metric.gauge("gittensor_heap_bytes", { description: "Memory that JavaScript objects hold" })
const residentMemory = Metric.gauge("process_resident_memory_bytes", { description: "Memory that this process holds" })

/** Without a new block for so many milliseconds the validator is not healthy: five blocks of 12 s. */
const HEALTHY_SILENCE = 60_000

export interface Options {
  readonly hotkey: KeyPair
  /** As `checkMayValidate` answered it. */
  readonly metagraph: Metagraph
  readonly mode: Steps.Mode
  /** How often GitHub is looked at. */
  readonly verdictEvery: Duration.Duration
  readonly listen: { readonly hostname: string; readonly port: number }
  /** The address to publish on the subnet; none: it is not published. */
  readonly publicAddress: string | undefined
  /** Called once the axon listens and the loops run. */
  readonly onReady: (axon: { readonly hostname: string; readonly port: number }) => Effect.Effect<void>
}

/** Each loop's step one time at the finalised head, and how each went; the log says why one failed. */
export const once = Effect.fn("validator.once")(function* (hotkey: KeyPair, mode: Steps.Mode) {
  const chain = yield* Chain
  const steps = yield* Steps.make(hotkey, mode)
  const head = yield* chain.finalisedHead
  return yield* Effect.forEach(Object.entries(steps), ([name, step]) =>
    attempted(name, step(head)).pipe(Effect.map((good) => ({ name, good })))
  )
})

/** Runs until it is interrupted. */
export const daemon = Effect.fn("validator.daemon")(function* (shared: Shared, options: Options) {
  const chain = yield* Chain
  const steps = yield* Steps.make(options.hotkey, options.mode)
  const lastGood = yield* Ref.make(yield* Clock.currentTimeMillis)
  const axonLayer = Axon.layer({ hotkey: options.hotkey, ...options.listen, routes: routes(shared, lastGood, chain.requestCount) })
  const axon = Context.get(yield* Layer.build(axonLayer), Axon.Axon)
  if (options.publicAddress !== undefined && options.mode === "send")
    yield* publishAxon(options.hotkey, options.metagraph, { ip: options.publicAddress, port: axon.port })

  /** Every head, or the newest when a step took longer than a block. */
  const atEachHead = <E, R>(name: string, step: (head: BlockReference) => Effect.Effect<void, E, R>) =>
    shared.head.changes.pipe(
      Stream.buffer({ capacity: 1, strategy: "sliding" }),
      Stream.runForEach((head) => attempted(name, step(head)))
    )
  const watch = chain.finalisedHeads.pipe(
    Stream.runForEach((head) =>
      SubscriptionRef.set(shared.head, head).pipe(
        Effect.zipRight(Clock.currentTimeMillis.pipe(Effect.flatMap((now) => Ref.set(lastGood, now))))
      )
    )
  )
  const everyNowAndThen = SubscriptionRef.get(shared.head).pipe(
    Effect.flatMap((head) => attempted("verdicts", steps.verdicts(head))),
    Effect.zipRight(Effect.sleep(options.verdictEvery)),
    Effect.forever
  )
  const loops = [
    supervised("watch", watch),
    supervised("round", atEachHead("round", steps.round)),
    supervised("upkeep", atEachHead("upkeep", steps.upkeep)),
    supervised("weights", atEachHead("weights", steps.weights)),
    supervised("verdicts", everyNowAndThen)
  ]
  yield* options.onReady(axon)
  yield* Effect.logInfo("validating").pipe(Effect.annotateLogs({ hotkey: options.hotkey.address, axon: `${axon.hostname}:${axon.port}` }))
  return yield* Effect.all(loops, { concurrency: "unbounded", discard: true }).pipe(
    Effect.onExit((exit) => (Exit.isInterrupted(exit) ? Effect.logInfo("stopped") : Effect.void))
  )
})
