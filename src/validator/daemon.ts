/** `gittensor validate`: the loops, what they share, and how they end. */
import { Clock, Context, Duration, Effect, Exit, Layer, Logger, LogLevel, Ref, Schema, Stream, SubscriptionRef } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { draw } from "../domain/InstanceText.ts"
import type { KeyPair } from "../domain/KeyPair.ts"
import { type AxonAddress, type Metagraph, neuronOf } from "../domain/Metagraph.ts"
import { Axon, type AxonOptions } from "../layers/axon/Axon.ts"
import { activeProcessAt } from "../layers/axon/synapses/ActiveProcess.ts"
import * as ValidatorAxon from "../layers/axon/ValidatorAxon.ts"
import { type BlockReference, Chain } from "../layers/chain/Chain.ts"
import { Outgoing } from "../layers/chain/Outgoing.ts"
import { Contract } from "../layers/contract/Contract.ts"
import { Subnet } from "../layers/subnet/Subnet.ts"
import { type SubnetFacts, SubnetView } from "../layers/subnet/SubnetView.ts"
import { AnotherValidator, type Doppelganger, make as makeDoppelganger } from "./doppelganger.ts"
import * as Progress from "./progress.ts"
import * as Steps from "./steps.ts"
import { attempted, supervised } from "./supervise.ts"
import { routes, type Subject, tellServiceManager, tidyMemory, watchEventLoop } from "./vitals.ts"

export class UnregisteredHotkey extends Schema.TaggedError<UnregisteredHotkey>()("UnregisteredHotkey", {
  hotkey: Schema.String,
  netuid: Schema.Number
}) {
  override get message() {
    return `the hotkey ${this.hotkey} is not registered on subnet ${this.netuid}: register it first with "gittensor validate register"`
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
  const stakes = new Map(metagraph.neurons.map(({ hotkey, stake }) => [hotkey, stake]))
  return {
    currentBlock: head.number,
    isRegistered: (hotkey) => stakes.has(hotkey),
    stakeOf: (hotkey) => stakes.get(hotkey) ?? 0n,
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

/** Looks for another process with the same hotkey, on the chain and at the axon that the subnet knows. */
const watchHotkey = Effect.fn("validator.watchHotkey")(function* (hotkey: KeyPair, instance: string, standBy: number) {
  const view = yield* SubnetView
  const services = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof activeProcessAt>>>()
  const askOther = Effect.gen(function* () {
    const { validatorAxons } = yield* view.current
    const published = validatorAxons.find((axon) => axon.hotkey === hotkey.address)
    if (published === undefined) return undefined
    const other = yield* activeProcessAt(hotkey, published)
    return other === undefined || other === instance ? undefined : `its axon answers at ${published.ip}:${published.port}`
  }).pipe(Effect.provide(services))
  return yield* makeDoppelganger({ hotkey, patience: standBy, askOther })
})

/** Who may send, in a dry run: nobody is in anybody's way. */
const harmless = (doppelganger: Doppelganger, mode: Steps.Mode): Doppelganger =>
  mode === "send" ? doppelganger : { ...doppelganger, standing: Effect.succeed({ _tag: "AtWork", established: true }) }

interface Work {
  readonly hotkey: KeyPair
  readonly mode: Steps.Mode
  /** Blocks for which another process with this hotkey keeps this one from sending. */
  readonly standBy: number
  /** A step that takes longer is left. */
  readonly stepLimit: Duration.Duration
}

export interface Options extends Work {
  /** As `checkMayValidate` answered it. */
  readonly metagraph: Metagraph
  /** How often GitHub is looked at. */
  readonly verdictEvery: Duration.Duration
  readonly listen: Pick<AxonOptions, "hostname" | "port" | "connections">
  /** The address to publish on the subnet; none: it is not published. */
  readonly publicAddress: string | undefined
  readonly version: string
  /** Called once the axon listens and the loops run. */
  readonly onReady: (axon: { readonly hostname: string; readonly port: number }) => Effect.Effect<void>
}

/** Each loop's step one time at the finalised head, and how each went; the log says why one failed. Fails where another process is at work with the hotkey. */
export const once = Effect.fn("validator.once")(function* ({ hotkey, mode, standBy, stepLimit }: Work) {
  const chain = yield* Chain
  const doppelganger = harmless(yield* watchHotkey(hotkey, draw(), standBy), mode)
  const steps = yield* Steps.make(hotkey, mode)
  const head = yield* chain.finalisedHead
  const mayWork = Effect.flatMap(doppelganger.standing, (standing) =>
    standing._tag === "AtWork" ? Effect.void : new AnotherValidator({ hotkey: hotkey.address, why: standing.why })
  )
  // What it finds is the command's one line of failure.
  if (mode === "send") yield* doppelganger.begin(head).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  yield* mayWork
  const tried = <E, R>(name: string, step: (head: BlockReference) => Effect.Effect<void, E, R>) =>
    attempted(name, step(head), { limit: stepLimit }).pipe(Effect.map((good) => ({ name, good })))
  const outcomes = yield* Effect.all([
    tried("round", steps.round),
    tried("verdicts", steps.verdicts),
    tried("upkeep", steps.upkeep),
    tried("weights", steps.weights)
  ]).pipe(Effect.provideService(Outgoing, doppelganger.outgoing))
  if (mode === "send" && outcomes.some(({ good }) => !good)) yield* doppelganger.look(yield* chain.finalisedHead)
  yield* mayWork
  return outcomes
})

/** Runs until it is interrupted. */
export const daemon = Effect.fn("validator.daemon")(function* (shared: Shared, options: Options) {
  const { hotkey, mode, stepLimit, verdictEvery } = options
  const chain = yield* Chain
  const instance = draw()
  const doppelganger = harmless(yield* watchHotkey(hotkey, instance, options.standBy), mode)
  const { standing } = doppelganger
  const atWork = Effect.map(standing, ({ _tag }) => _tag === "AtWork")
  const steps = yield* Steps.make(hotkey, mode)
  const progress = yield* Progress.make
  const headAt = yield* Ref.make(yield* Clock.currentTimeMillis)
  const subject: Subject = {
    progress,
    head: SubscriptionRef.get(shared.head),
    headAt: Ref.get(headAt),
    endpoint: chain.endpointInUse,
    requestCount: chain.requestCount,
    standing,
    version: options.version
  }
  const ownProcess = { id: instance, hotkey, atWork }
  const axonLayer = ValidatorAxon.layer({ hotkey, ...options.listen, routes: yield* routes(subject), process: ownProcess })
  const axon = Context.get(yield* Layer.build(axonLayer), Axon)
  if (mode === "send") yield* doppelganger.begin(yield* chain.finalisedHead)

  const allowance = (between: Duration.Duration) => Duration.toMillis(stepLimit) * 1.5 + Duration.toMillis(between)
  const stepAt = <E, R>(name: string, step: (head: BlockReference) => Effect.Effect<void, E, R>) =>
    SubscriptionRef.get(shared.head).pipe(Effect.flatMap((head) => attempted(name, step(head), { limit: stepLimit, progress })))
  /** Every head, or the newest when a step took longer than a block. */
  const atEachHead = <E, R>(name: string, step: (head: BlockReference) => Effect.Effect<void, E, R>) =>
    shared.head.changes.pipe(
      Stream.buffer({ capacity: 1, strategy: "sliding" }),
      Stream.runForEach((head) => attempted(name, step(head), { limit: stepLimit, progress }))
    )
  /** While another process is at work with this hotkey, a step that would send something does nothing. */
  const ifAtWork =
    <E, R>(step: (head: BlockReference) => Effect.Effect<void, E, R>) =>
    (head: BlockReference) =>
      Effect.whenEffect(step(head), atWork).pipe(Effect.asVoid)
  const watch = chain.finalisedHeads.pipe(
    Stream.runForEach((head) =>
      Effect.zipRight(
        SubscriptionRef.set(shared.head, head),
        Effect.flatMap(Clock.currentTimeMillis, (now) => Ref.set(headAt, now))
      )
    )
  )
  const published = yield* Ref.make(options.publicAddress === undefined || mode === "dry-run")
  /** Tells the subnet where the axon answers, once this process is the one at work. */
  const lookAtHotkey = (head: BlockReference) =>
    Effect.gen(function* () {
      if (mode === "dry-run") return
      yield* doppelganger.look(head)
      if ((yield* Ref.get(published)) || !(yield* atWork) || options.publicAddress === undefined) return
      yield* publishAxon(hotkey, options.metagraph, { ip: options.publicAddress, port: axon.port })
      yield* Ref.set(published, true)
    })
  yield* lookAtHotkey(yield* chain.finalisedHead).pipe(Effect.provideService(Outgoing, doppelganger.outgoing))

  const loop = <E, R>(name: string, run: Effect.Effect<void, E, R>, every = Duration.zero) => ({ name, every, run: supervised(name, run) })
  const judging = stepAt("verdicts", ifAtWork(steps.verdicts)).pipe(Effect.zipRight(Effect.sleep(verdictEvery)), Effect.forever)
  const loops = [
    loop("hotkey", atEachHead("hotkey", lookAtHotkey)),
    loop("round", atEachHead("round", ifAtWork(steps.round))),
    loop("upkeep", atEachHead("upkeep", ifAtWork(steps.upkeep))),
    loop("weights", atEachHead("weights", ifAtWork(steps.weights))),
    loop("verdicts", judging, verdictEvery)
  ]
  yield* Effect.forEach(loops, ({ name, every }) => progress.announce(name, allowance(every)), { discard: true })
  yield* options.onReady(axon)
  yield* Effect.logInfo("validating").pipe(Effect.annotateLogs({ hotkey: hotkey.address, axon: `${axon.hostname}:${axon.port}` }))
  const running = [
    supervised("watch", watch),
    ...loops.map(({ run }) => run),
    supervised("service manager", tellServiceManager(subject)),
    supervised("event loop", watchEventLoop),
    supervised("memory", tidyMemory)
  ]
  return yield* Effect.all(running, { concurrency: "unbounded", discard: true }).pipe(
    Effect.provideService(Outgoing, doppelganger.outgoing),
    Effect.onExit((exit) => (Exit.isInterrupted(exit) ? Effect.logInfo("stopped") : Effect.void))
  )
})
