/**
 * Keeps two processes with one hotkey from both voting. They share nothing but the chain: every transaction of the hotkey raises its nonce, and only
 * the hotkey can sign one. So each process records what it sends, reads its hotkey's transactions from the finalised chain, and
 *
 * - stays on standby while the chain shows a validator's transaction of the hotkey that it did not send and that is at most `patience` blocks old, or
 *   while another process at the published axon answers, signed by the hotkey, that it is active;
 * - sends its first transaction alone, and the next ones once that one is final: of processes that start together, one gets the nonce and the others
 *   see it;
 * - sends nothing while the hotkey's nonce is higher than the transactions that it has seen and sent account for.
 *
 * A process on standby becomes active after `patience` blocks without such a transaction, plus a random number of blocks, so that two processes never
 * wait for each other for ever.
 */

import { Context, Effect, Layer, Random, Ref, Schedule, Schema } from "effect"
import { EXIT } from "../../domain/causes.ts"
import { draw } from "../../domain/InstanceText.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { Contract } from "../chain/contract/Contract.ts"
import { type BlockReference, Chain, type ChainUnavailable, type SendGuard, type SignedTransaction } from "../chain/node/Chain.ts"
import { TransactionWithheld } from "../chain/node/errors.ts"
import { chainIdentity } from "../chain/node/identity.ts"
import { nonceAt, type Point, sentBetween } from "../chain/node/sentBy.ts"
import { SubnetView } from "../chain/subnet/SubnetView.ts"
import { count, set } from "../machine/telemetry/metrics.ts"
import type { StoreUnavailable } from "../storage/dataFolder/failure.ts"
import { activeProcessAt } from "./ActiveProcess.ts"
import { classifyTransaction } from "./hotkeyActivity.ts"
import { type ClaimedVote, Journal } from "./Journal.ts"

/** Another process votes with this hotkey, so this one does not. */
export class AnotherValidator extends Schema.TaggedError<AnotherValidator>()("AnotherValidator", {
  hotkey: Schema.String,
  why: Schema.String
}) {
  readonly exitCode = EXIT.occupied
  override get message() {
    return `another process validates with the hotkey ${this.hotkey} (${this.why}), so this one sends nothing: end the other one, or wait until it is gone`
  }
}

/** Whether this process is active (may send with its hotkey) or on standby. */
export type Presence =
  /** `established`: a transaction of this process is final, so it holds the hotkey. */
  | { readonly _tag: "AtWork"; readonly established: boolean }
  /** `until`: the block at which this process becomes active if it sees no other process by then. */
  | { readonly _tag: "StandingBy"; readonly why: string; readonly until: number }

type LookError = ChainUnavailable | StoreUnavailable

export class HotkeyGuard extends Context.Tag("gittensor/HotkeyGuard")<
  HotkeyGuard,
  {
    /** Random id that distinguishes this process from others with the same hotkey. */
    readonly instance: string
    /** Reads back through recent blocks and decides between active and standby. Call before sending anything. */
    readonly begin: (head: BlockReference) => Effect.Effect<Presence, LookError>
    /** Reads the blocks finalised since the last call. Call at every finalised head, or at some of them. */
    readonly look: (head: BlockReference) => Effect.Effect<Presence, LookError>
    readonly presence: Effect.Effect<Presence>
    /** Whether this process may send now. */
    readonly isAtWork: Effect.Effect<boolean>
    /** Guards a transaction of the hotkey: records it, with the vote that it carries, before it is sent, or withholds it. */
    readonly guard: (vote?: ClaimedVote) => SendGuard
  }
>() {}

export interface HotkeyGuardOptions {
  readonly hotkey: KeyPair
  /** In blocks: how long another process's transaction keeps this process on standby. 0: other processes are ignored. */
  readonly patience: number
}

/** How long a term's second transaction waits until the first one is final. */
const FINALITY_LIMIT = "90 seconds"

const whyOf = ({ what, block, hash }: { readonly what: string; readonly block: number; readonly hash: string }) =>
  `${what} in block ${block}, transaction ${hash}`

const withheld = (label: string, reason: string) => new TransactionWithheld({ label, reason })

/** Asks the hotkey's published axon whether another process answers there. Returns the axon's address, or undefined. */
const makeAskOther = Effect.fn("HotkeyGuard.askOther")(function* (hotkey: KeyPair, instance: string) {
  const view = yield* SubnetView
  const services = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof activeProcessAt>>>()
  return Effect.gen(function* () {
    const { validatorAxons } = yield* view.current
    const published = validatorAxons.find((axon) => axon.hotkey === hotkey.address)
    if (published === undefined) return undefined
    const other = yield* activeProcessAt(hotkey, published)
    return other === undefined || other === instance ? undefined : `its axon answers at ${published.ip}:${published.port}`
  }).pipe(Effect.provide(services))
})

/** The state of this process (active or standby) and its transitions. */
const makePresence = Effect.fn("HotkeyGuard.presence")(function* ({ hotkey, patience }: HotkeyGuardOptions, chainId: string) {
  const journal = yield* Journal
  const id = [chainId, hotkey.address] as const
  const presence = yield* Ref.make<Presence>({ _tag: "StandingBy", why: "it has not looked at the chain yet", until: 0 })
  /** Nonce of the term's first transaction until that transaction is final. */
  const firstSent = yield* Ref.make<number | undefined>(undefined)

  const goToWork = (established: boolean) =>
    Effect.gen(function* () {
      const before = yield* Ref.getAndSet(presence, { _tag: "AtWork", established })
      yield* Ref.set(firstSent, undefined)
      yield* set("gittensor_voting", 1)
      if (established) yield* journal.beginTerm(...id)
      if (before._tag === "StandingBy" && before.until > 0)
        yield* Effect.logWarning("no other process with this hotkey is at work any more: this one goes to work")
    })

  const standBy = (why: string, since: number) =>
    Effect.gen(function* () {
      const before = yield* Ref.get(presence)
      const until = since + patience + (yield* Random.nextIntBetween(0, Math.max(1, Math.ceil(patience / 2))))
      if (before._tag === "AtWork" || before.until === 0)
        yield* Effect.logError(
          `another process validates with this hotkey (${why}): this one stands by and sends nothing; stop one of the two, then this one goes to work by itself`
        ).pipe(Effect.annotateLogs({ untilBlock: until }))
      yield* set("gittensor_voting", 0)
      yield* Ref.set(presence, { _tag: "StandingBy", why, until: Math.max(until, before._tag === "StandingBy" ? before.until : 0) })
      yield* journal.endTerm(...id)
    })

  return { current: Ref.get(presence), firstSent, goToWork, standBy }
})

/** A hotkey's transactions between two blocks: whether this process sent any of them, and the foreign ones. */
const sentByWhom = ({ publicKey }: KeyPair, from: Point, to: Point) =>
  Effect.gen(function* () {
    const [contract, journal] = yield* Effect.all([Contract, Journal])
    const sent = yield* sentBetween(publicKey, from, to)
    const judged = yield* Effect.forEach(sent, (transaction) =>
      Effect.map(journal.wasSent(transaction.hash), (own) => ({ transaction, own }))
    )
    const foreign = yield* Effect.forEach(
      judged.filter(({ own }) => !own),
      ({ transaction }) =>
        Effect.map(classifyTransaction(transaction, contract.address), (activity) => ({
          ...activity,
          block: transaction.block,
          hash: transaction.hash
        }))
    )
    yield* Effect.forEach(foreign, ({ kind }) => count("gittensor_foreign_transactions_total", { what: kind }), { discard: true })
    return { own: judged.some(({ own }) => own), foreign }
  })

/** This process's knowledge of its hotkey's transactions, and its state. */
const makeWatch = Effect.fn("HotkeyGuard.watch")(function* (options: HotkeyGuardOptions, instance: string) {
  const chainId = yield* chainIdentity
  return {
    ...options,
    chainId,
    askOther: yield* makeAskOther(options.hotkey, instance),
    ...(yield* makePresence(options, chainId)),
    seen: yield* Ref.make<Point>({ block: 0, nonce: 0 }),
    /** The hotkey's next nonce according to the transactions that this process has seen and sent. */
    expected: yield* Ref.make(0),
    oneLook: yield* Effect.makeSemaphore(1)
  }
})
type Watch = Effect.Effect.Success<ReturnType<typeof makeWatch>>

/** Becomes active, unless another process answers at the published axon. */
const unlessOther = ({ askOther, goToWork, standBy }: Watch, head: BlockReference, established: boolean) =>
  Effect.flatMap(askOther, (other) => (other === undefined ? goToWork(established) : standBy(other, head.number)))

/** Reads back through recent blocks and makes the first decision. */
const decide = Effect.fn("HotkeyGuard.begin")(function* (watch: Watch, head: BlockReference) {
  const { hotkey, patience, chainId, seen, expected, goToWork, standBy } = watch
  const [chain, journal] = yield* Effect.all([Chain, Journal])
  const now = yield* nonceAt(hotkey.publicKey, head)
  const lastOwn = yield* journal.lastNonce(chainId, hotkey.address)
  yield* Ref.set(seen, now)
  yield* Ref.set(expected, Math.max(now.nonce, (lastOwn ?? -1) + 1))
  if (patience === 0) return yield* goToWork(true)
  const inTerm = yield* journal.inTerm(chainId, hotkey.address)
  const allOwn = inTerm && lastOwn !== null && now.nonce <= lastOwn + 1
  if (!allOwn) {
    const start = Math.max(1, head.number - patience)
    const from = yield* nonceAt(hotkey.publicKey, { number: start, hash: yield* chain.hashOf(start) })
    const { foreign } = yield* sentByWhom(hotkey, from, now)
    const last = foreign.findLast(({ kind }) => kind !== "byHand")
    if (last !== undefined) return yield* standBy(whyOf(last), last.block)
  }
  return yield* unlessOther(watch, head, inTerm)
})

/** Reads the blocks finalised since the last check, and decides again. */
const lookAt = Effect.fn("HotkeyGuard.look")(function* (watch: Watch, head: BlockReference) {
  const { hotkey, patience, seen, expected, current, goToWork, standBy } = watch
  const before = yield* Ref.get(seen)
  if (patience === 0 || head.number <= before.block) return
  const now = yield* nonceAt(hotkey.publicKey, head)
  const { own, foreign } = yield* sentByWhom(hotkey, before, now)
  yield* Ref.set(seen, now)
  yield* Ref.update(expected, (nonce) => Math.max(nonce, now.nonce))
  const validating = foreign.findLast(({ kind }) => kind === "validating")
  if (validating !== undefined) return yield* standBy(whyOf(validating), validating.block)
  yield* Effect.forEach(foreign, (activity) => Effect.logInfo(`somebody else used this hotkey: ${whyOf(activity)}`), { discard: true })
  const present = yield* current
  if (present._tag === "AtWork") return yield* own && !present.established ? goToWork(true) : Effect.void
  if (head.number < present.until) return
  return yield* unlessOther(watch, head, false)
})

/** Waits until the first transaction of the term is final. */
const firstIsFinal = (watch: Watch) =>
  Chain.pipe(
    Effect.flatMap(({ finalisedHead }) => finalisedHead),
    Effect.flatMap((head) => watch.oneLook.withPermits(1)(lookAt(watch, head))),
    Effect.zipRight(watch.current),
    Effect.repeat({
      until: (now) => now._tag === "StandingBy" || now.established,
      schedule: Schedule.spaced("500 millis")
    }),
    Effect.timeoutFail({
      duration: FINALITY_LIMIT,
      onTimeout: () => new Error(`the first transaction is not final after ${FINALITY_LIMIT}`)
    }),
    // The first transaction was never included, so the next one becomes the first.
    Effect.tapError(() => Ref.set(watch.firstSent, undefined))
  )

/** Records a transaction before it is sent, or withholds it. */
const admit = Effect.fn("HotkeyGuard.admit")(function* (
  watch: Watch,
  vote: ClaimedVote | undefined,
  { label, nonce, hash }: SignedTransaction
) {
  const { hotkey, patience, chainId, seen, expected, current, firstSent } = watch
  const journal = yield* Journal
  const first = yield* Ref.get(firstSent)
  // A transaction with the first one's nonce replaces it: the chain refused the earlier one.
  if (first !== undefined && nonce > first) yield* firstIsFinal(watch).pipe(Effect.mapError(({ message }) => withheld(label, message)))
  const now = yield* current
  if (now._tag === "StandingBy") return yield* withheld(label, `another process validates with this hotkey (${now.why})`)
  const next = yield* Ref.get(expected)
  if (patience > 0 && nonce > next)
    return yield* withheld(
      label,
      `a transaction with nonce ${next} of this hotkey is on its way that this process did not send: it is looked at when it is final`
    )
  const { block: at } = yield* Ref.get(seen)
  yield* journal
    .recordSent({ chain: chainId, signer: hotkey.address, nonce, hash, at, ...(vote === undefined ? {} : { vote }) })
    .pipe(Effect.mapError(({ message }) => withheld(label, message)))
  yield* Ref.set(expected, Math.max(next, nonce + 1))
  if (!now.established) yield* Ref.set(firstSent, nonce)
})

type Needed = Chain | Contract | Journal

const make = Effect.fn("HotkeyGuard.make")(function* (options: HotkeyGuardOptions) {
  const instance = draw()
  const watch = yield* makeWatch(options, instance)
  const provided = Effect.provide(yield* Effect.context<Needed>())
  const oneAtATime = <E>(looking: Effect.Effect<void, E, Needed>) =>
    watch.oneLook.withPermits(1)(looking).pipe(Effect.zipRight(watch.current), provided)
  return HotkeyGuard.of({
    instance,
    begin: (head) => oneAtATime(decide(watch, head)),
    look: (head) => oneAtATime(lookAt(watch, head)),
    presence: watch.current,
    isAtWork: Effect.map(watch.current, ({ _tag }) => _tag === "AtWork"),
    guard: (vote) => (transaction) => provided(admit(watch, vote, transaction))
  })
})

export const layer = (options: HotkeyGuardOptions) => Layer.effect(HotkeyGuard, make(options))

/** Assumes that no other process uses the hotkey. For simulations and processes that send nothing. */
export const unopposed = Layer.sync(HotkeyGuard, () => {
  const presence = Effect.succeed({ _tag: "AtWork", established: true } as const)
  return {
    instance: draw(),
    begin: () => presence,
    look: () => presence,
    presence,
    isAtWork: Effect.succeed(true),
    guard: () => () => Effect.void
  }
})
