/**
 * Two processes with one hotkey must not both vote. Their only common ground is the chain: every transaction of the hotkey raises its nonce, and only
 * the hotkey can make one. So each process writes down what it sends, looks at what the finalised chain has of its hotkey, and
 *
 * - stands by as long as the chain shows a validator's work of the hotkey, not older than `patience` blocks, that it did not send, or the published axon
 *   says with the hotkey's signature that another process is at work;
 * - sends its first transaction alone, and the next ones when that one is final: of processes that start together one gets the nonce, and the others see it;
 * - sends nothing while the hotkey's nonce is higher than what it has seen and sent itself.
 *
 * Who stands by goes to work when nothing was seen for `patience` blocks and a random part more, so that no two wait for each other for ever.
 */
import { Effect, Random, Ref, Schedule, Schema } from "effect"
import type { KeyPair } from "../domain/KeyPair.ts"
import { type BlockReference, Chain, type ChainUnavailable } from "../layers/chain/Chain.ts"
import { TransactionWithheld } from "../layers/chain/errors.ts"
import type { CarriedVote, Leaving, OutgoingService } from "../layers/chain/Outgoing.ts"
import { nonceAt, sentBetween } from "../layers/chain/sentBy.ts"
import { Contract } from "../layers/contract/Contract.ts"
import { workIn } from "../layers/contract/foreignWork.ts"
import { Journal, type JournalUnavailable } from "../layers/store/Journal.ts"
import { count, set } from "../telemetry/metrics.ts"

/** Another process votes with this hotkey, so this one does not. */
export class AnotherValidator extends Schema.TaggedError<AnotherValidator>()("AnotherValidator", {
  hotkey: Schema.String,
  why: Schema.String
}) {
  override get message() {
    return `another process validates with the hotkey ${this.hotkey} (${this.why}), so this one sends nothing: end the other one, or wait until it is gone`
  }
}

export type Standing =
  /** `established`: a transaction of this term is final, so that the hotkey is this process's. */
  | { readonly _tag: "AtWork"; readonly established: boolean }
  /** `until`: the block from which it goes to work, if nothing is seen by then. */
  | { readonly _tag: "StandingBy"; readonly why: string; readonly until: number }

type LookError = ChainUnavailable | JournalUnavailable

export interface Doppelganger {
  /** Looks back, and decides whether this process works or stands by. Called before anything is sent. */
  readonly begin: (head: BlockReference) => Effect.Effect<Standing, LookError>
  /** Looks at what became final since the last look. Called at every head, or at some of them. */
  readonly look: (head: BlockReference) => Effect.Effect<Standing, LookError>
  readonly standing: Effect.Effect<Standing>
  /** What is asked before each transaction leaves. */
  readonly outgoing: OutgoingService
}

export interface Options {
  readonly hotkey: KeyPair
  /** Blocks for which another process's work keeps this one from working; 0: nobody else is looked for. */
  readonly patience: number
  /** Who says, signed by the hotkey, that it is at work; nobody: undefined. */
  readonly askOther: Effect.Effect<string | undefined>
}

/** How long the second transaction of a term waits for the first one to be final. */
const FINALITY_LIMIT = "90 seconds"

/** The hotkey's nonce at a block. */
interface Point {
  readonly block: number
  readonly nonce: number
}

export const make = Effect.fn("doppelganger.make")(function* ({ hotkey, patience, askOther }: Options) {
  const [chain, contract, journal] = yield* Effect.all([Chain, Contract, Journal])
  const id = [chain.genesisHash, hotkey.address] as const
  const standing = yield* Ref.make<Standing>({ _tag: "StandingBy", why: "it has not looked at the chain yet", until: 0 })
  const seen = yield* Ref.make<Point>({ block: 0, nonce: 0 })
  /** The next nonce of the hotkey as far as this process has seen and sent. */
  const expected = yield* Ref.make(0)
  /** The nonce of the term's first transaction, while that is not final. */
  const firstOut = yield* Ref.make<number | undefined>(undefined)
  const oneLook = yield* Effect.makeSemaphore(1)

  const pointAt = ({ number, ...rest }: BlockReference) =>
    Effect.map(nonceAt(hotkey.publicKey, { number, ...rest }), (nonce): Point => ({ block: number, nonce }))

  const goToWork = (established: boolean) =>
    Effect.gen(function* () {
      const before = yield* Ref.getAndSet(standing, { _tag: "AtWork", established })
      yield* Ref.set(firstOut, undefined)
      yield* set("gittensor_voting", 1)
      if (established) yield* journal.beginTerm(...id)
      if (before._tag === "StandingBy" && before.until > 0)
        yield* Effect.logWarning("no other process with this hotkey is at work any more: this one goes to work")
    })

  const standBy = (why: string, since: number) =>
    Effect.gen(function* () {
      const before = yield* Ref.get(standing)
      const until = since + patience + (yield* Random.nextIntBetween(0, Math.max(1, Math.ceil(patience / 2))))
      if (before._tag === "AtWork" || before.until === 0)
        yield* Effect.logError(`another process validates with this hotkey (${why}): this one stands by and sends nothing`).pipe(
          Effect.annotateLogs({ untilBlock: until })
        )
      yield* set("gittensor_voting", 0)
      yield* Ref.set(standing, { _tag: "StandingBy", why, until: Math.max(until, before._tag === "StandingBy" ? before.until : 0) })
      yield* journal.endTerm(...id)
    })

  /** What the chain has between two blocks: whether something of this process's own, and what somebody else sent. */
  const between = (from: Point, to: Point) =>
    Effect.gen(function* () {
      const sent = yield* sentBetween(hotkey.publicKey, from, to)
      const judged = yield* Effect.forEach(sent, (transaction) =>
        Effect.map(journal.wasSent(transaction.hash), (own) => ({ transaction, own }))
      )
      const foreign = yield* Effect.forEach(
        judged.filter(({ own }) => !own),
        ({ transaction }) =>
          Effect.map(workIn(transaction, contract.address), (work) => ({ ...work, block: transaction.block, hash: transaction.hash }))
      )
      yield* Effect.forEach(foreign, ({ kind }) => count("gittensor_foreign_transactions_total", { what: kind }), { discard: true })
      return { own: judged.some(({ own }) => own), foreign }
    })

  const whyOf = ({ what, block, hash }: { readonly what: string; readonly block: number; readonly hash: string }) =>
    `${what} in block ${block}, transaction ${hash}`

  const decide = Effect.fn("doppelganger.begin")(function* (head: BlockReference) {
    const now = yield* pointAt(head)
    const lastOwn = yield* journal.lastNonce(...id)
    yield* Ref.set(seen, now)
    yield* Ref.set(expected, Math.max(now.nonce, (lastOwn ?? -1) + 1))
    if (patience === 0) return yield* goToWork(true)
    const inTerm = yield* journal.inTerm(...id)
    const allOwn = inTerm && lastOwn !== null && now.nonce <= lastOwn + 1
    if (!allOwn) {
      const start = Math.max(1, head.number - patience)
      const from = yield* pointAt({ number: start, hash: yield* chain.hashOf(start) })
      const { foreign } = yield* between(from, now)
      const last = foreign.findLast(({ kind }) => kind !== "byHand")
      if (last !== undefined) return yield* standBy(whyOf(last), last.block)
    }
    const other = yield* askOther
    return yield* other === undefined ? goToWork(inTerm) : standBy(other, head.number)
  })

  const lookAt = Effect.fn("doppelganger.look")(function* (head: BlockReference) {
    const before = yield* Ref.get(seen)
    if (patience === 0 || head.number <= before.block) return
    const now = yield* pointAt(head)
    const { own, foreign } = yield* between(before, now)
    yield* Ref.set(seen, now)
    yield* Ref.update(expected, (nonce) => Math.max(nonce, now.nonce))
    const validating = foreign.findLast(({ kind }) => kind === "validating")
    if (validating !== undefined) return yield* standBy(whyOf(validating), validating.block)
    yield* Effect.forEach(foreign, (work) => Effect.logInfo(`this hotkey was used by somebody else: ${whyOf(work)}`), { discard: true })
    const present = yield* Ref.get(standing)
    if (present._tag === "AtWork") return yield* own && !present.established ? goToWork(true) : Effect.void
    if (head.number < present.until) return
    const other = yield* askOther
    return yield* other === undefined ? goToWork(false) : standBy(other, head.number)
  })

  const withheld = (label: string, reason: string) => new TransactionWithheld({ label, reason })

  /** Waits until the first transaction of the term is final. */
  const first = chain.finalisedHead.pipe(
    Effect.flatMap((head) => oneLook.withPermits(1)(lookAt(head))),
    Effect.zipRight(Ref.get(standing)),
    Effect.repeat({
      until: (now) => now._tag === "StandingBy" || now.established,
      schedule: Schedule.spaced("500 millis")
    }),
    Effect.timeoutFail({
      duration: FINALITY_LIMIT,
      onTimeout: () => new Error(`the first transaction is not final after ${FINALITY_LIMIT}`)
    }),
    // It never came into a block: the next one is the first.
    Effect.tapError(() => Ref.set(firstOut, undefined))
  )

  const admit = Effect.fn("doppelganger.admit")(function* ({ label, nonce, hash }: Leaving, vote: CarriedVote | undefined) {
    const out = yield* Ref.get(firstOut)
    // With the same nonce again it is the first one: the one before was refused.
    if (out !== undefined && nonce > out)
      yield* first.pipe(
        Effect.provideService(Chain, chain),
        Effect.mapError(({ message }) => withheld(label, message))
      )
    const now = yield* Ref.get(standing)
    if (now._tag === "StandingBy") return yield* withheld(label, `another process validates with this hotkey (${now.why})`)
    const next = yield* Ref.get(expected)
    if (patience > 0 && nonce > next)
      return yield* withheld(
        label,
        `a transaction with nonce ${next} of this hotkey is on its way that this process did not send: it is looked at when it is final`
      )
    const { block: at } = yield* Ref.get(seen)
    yield* journal
      .recordSent({ chain: chain.genesisHash, signer: hotkey.address, nonce, hash, at, ...(vote === undefined ? {} : { vote }) })
      .pipe(Effect.mapError(({ message }) => withheld(label, message)))
    yield* Ref.set(expected, Math.max(next, nonce + 1))
    if (!now.established) yield* Ref.set(firstOut, nonce)
  })

  const provided = Effect.provide(yield* Effect.context<Chain>())
  return {
    begin: (head) =>
      oneLook
        .withPermits(1)(decide(head))
        .pipe(Effect.zipRight(Ref.get(standing)), provided),
    look: (head) =>
      oneLook
        .withPermits(1)(lookAt(head))
        .pipe(Effect.zipRight(Ref.get(standing)), provided),
    standing: Ref.get(standing),
    outgoing: { admit: (leaving, vote) => provided(admit(leaving, vote)), vote: undefined }
  } satisfies Doppelganger
})
