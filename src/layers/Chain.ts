/**
 * The connection to a Subtensor node, or to the dev chain: the same JSON-RPC and the same bytes. polkadot.js decodes everything through the
 * chain's own metadata; it is loaded when a command first asks for the chain.
 */
import type { ApiPromise } from "@polkadot/api"
import type { ApiDecoration, SubmittableExtrinsic } from "@polkadot/api/types"
import type { ProviderInterface } from "@polkadot/rpc-provider/types"
import type { EventRecord } from "@polkadot/types/interfaces"
import type { ISubmittableResult } from "@polkadot/types/types"
import { Chunk, Context, Duration, Effect, Layer, Metric, Option, Schedule, Schema, Stream } from "effect"
import type { KeyPair } from "../domain/KeyPair.ts"

/** A block by number and hash. */
export interface BlockReference {
  readonly number: number
  readonly hash: string
}

/** Where a transaction ended up. `block` is final when `submit` was asked to wait for that. */
export interface Inclusion {
  readonly block: BlockReference
  readonly extrinsicHash: string
  readonly events: ReadonlyArray<EventRecord>
}

/** No answer within the time limit, or no connection. Nothing follows from it but trying again. */
export class ChainUnavailable extends Schema.TaggedError<ChainUnavailable>()("ChainUnavailable", {
  endpoint: Schema.String,
  operation: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the chain at ${this.endpoint} did not answer "${this.operation}" (${this.reason}): is the endpoint right and the node running?`
  }
}

/** The transaction did not enter a block: a bad nonce, no funds for the fee, a signature the chain refuses. */
export class TransactionRefused extends Schema.TaggedError<TransactionRefused>()("TransactionRefused", {
  label: Schema.String,
  signer: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    const hint = /balance|fees|payment/i.test(this.reason) ? `: ${this.signer} has no funds for the fee, send it some TAO first` : ""
    return `the chain refused "${this.label}" of ${this.signer}: ${this.reason}${hint}`
  }
}

/** The transaction is in a block and changed nothing: the pallet's own error. */
export class TransactionFailed extends Schema.TaggedError<TransactionFailed>()("TransactionFailed", {
  label: Schema.String,
  section: Schema.String,
  name: Schema.String,
  documentation: Schema.String
}) {
  override get message() {
    return `"${this.label}" failed with ${this.section}.${this.name}${this.documentation === "" ? "" : `: ${this.documentation}`}`
  }
}

export type SubmitError = ChainUnavailable | TransactionRefused | TransactionFailed

export interface Submission {
  /** What a person calls this transaction, for messages and logs. */
  readonly label: string
  readonly call: (api: ApiPromise) => SubmittableExtrinsic<"promise">
  readonly signer: KeyPair
  /** Default `inBlock`. */
  readonly until?: "inBlock" | "finalised"
}

export class Chain extends Context.Tag("gittensor/Chain")<
  Chain,
  {
    readonly endpoint: string
    readonly genesisHash: string
    readonly finalisedHead: Effect.Effect<BlockReference, ChainUnavailable>
    /** Every finalised block from now on, in order, none twice; numbers that the node skips in its notifications are filled in. */
    readonly finalisedHeads: Stream.Stream<BlockReference, ChainUnavailable>
    readonly hashOf: (block: number) => Effect.Effect<string, ChainUnavailable>
    /** Milliseconds since 1970 of the chain's own clock at a block. */
    readonly timeAt: (hash: string) => Effect.Effect<number, ChainUnavailable>
    /** A read at the best block; `operation` names it in errors and spans. */
    readonly read: <A>(operation: string, read: (api: ApiPromise) => Promise<A>) => Effect.Effect<A, ChainUnavailable>
    /** A read of the state at one block. */
    readonly readAt: <A>(
      operation: string,
      hash: string,
      read: (api: ApiDecoration<"promise">, full: ApiPromise) => Promise<A>
    ) => Effect.Effect<A, ChainUnavailable>
    /** Signs, sends and waits. Transactions of one signer are sent one after the other, so that their nonces follow each other. */
    readonly submit: (submission: Submission) => Effect.Effect<Inclusion, SubmitError>
    /** A transaction's fee in rao of TAO, without sending it. */
    readonly feeOf: (submission: Submission) => Effect.Effect<bigint, ChainUnavailable>
    /** How many JSON-RPC requests this connection has sent. */
    readonly requestCount: Effect.Effect<number>
  }
>() {}

const transactions = Metric.counter("gittensor_transactions_total", { description: "Transactions sent to the chain", incremental: true })
const unavailable = Metric.counter("gittensor_chain_failures_total", { description: "Chain requests without an answer", incremental: true })

/** Extensions of Subtensor's transactions that polkadot.js does not know; none of them carries bytes. */
const SUBTENSOR_EXTENSIONS = [
  "ChargeTransactionPaymentWrapper",
  "SudoTransactionExtension",
  "CheckShieldedTxValidity",
  "SubtensorTransactionExtension",
  "DrandPriority"
]

const REQUEST_LIMIT = Duration.seconds(20)
const CONNECT_LIMIT = Duration.seconds(12)
const INCLUSION_LIMIT = Duration.minutes(2)

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0] ?? ""

const connect = Effect.fn("Chain.connect")(function* (endpoints: ReadonlyArray<string>) {
  const endpoint = endpoints.join(", ")
  const wrong = endpoints.find((url) => !/^wss?:\/\/\S+$/.test(url))
  if (wrong !== undefined)
    return yield* new ChainUnavailable({ endpoint: wrong, operation: "connect", reason: "an endpoint starts with ws:// or wss://" })
  const { ApiPromise, WsProvider } = yield* Effect.promise(() => import("@polkadot/api"))
  const provider = yield* Effect.acquireRelease(
    Effect.sync(() => new WsProvider([...endpoints], 1_000, {}, Duration.toMillis(REQUEST_LIMIT), 64)),
    (provider) => Effect.promise(() => provider.disconnect().catch(() => undefined))
  )
  const failed = Effect.async<never, ChainUnavailable>((resume) =>
    Effect.sync(
      provider.on("error", (cause) =>
        resume(Effect.fail(new ChainUnavailable({ endpoint, operation: "connect", reason: reasonOf(cause) || "connection refused" })))
      )
    )
  )
  const ready = Effect.tryPromise({
    try: () =>
      ApiPromise.create({
        // The provider's own type lacks one `undefined` that its interface forbids.
        provider: provider as ProviderInterface,
        noInitWarn: true,
        throwOnConnect: true,
        signedExtensions: Object.fromEntries(SUBTENSOR_EXTENSIONS.map((name) => [name, { extrinsic: {}, payload: {} }]))
      }),
    catch: (cause) => new ChainUnavailable({ endpoint, operation: "connect", reason: reasonOf(cause) })
  })
  // With several endpoints an error of one is not the end: the provider goes on to the next.
  const api = yield* (endpoints.length === 1 ? Effect.raceFirst(ready, failed) : ready).pipe(
    Effect.timeoutFail({
      duration: CONNECT_LIMIT,
      onTimeout: () => new ChainUnavailable({ endpoint, operation: "connect", reason: `no answer in ${Duration.format(CONNECT_LIMIT)}` })
    })
  )
  return { api, provider, endpoint }
})

/** Opens the connection; the layer's scope closes it. */
export const make = (endpoints: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { api, provider, endpoint } = yield* connect(endpoints)
    const unavailableAt = (operation: string, reason: string) => new ChainUnavailable({ endpoint, operation, reason })

    const attempt = <A>(operation: string, run: () => Promise<A>): Effect.Effect<A, ChainUnavailable> =>
      Effect.tryPromise({ try: run, catch: (cause) => unavailableAt(operation, reasonOf(cause)) }).pipe(
        Effect.timeoutFail({
          duration: REQUEST_LIMIT,
          onTimeout: () => unavailableAt(operation, `no answer in ${Duration.format(REQUEST_LIMIT)}`)
        }),
        Effect.tapError(() => Metric.increment(unavailable)),
        Effect.withSpan("Chain.read", { attributes: { operation } })
      )

    const read = <A>(operation: string, run: (api: ApiPromise) => Promise<A>) => attempt(operation, () => run(api))
    const readAt = <A>(operation: string, hash: string, run: (at: ApiDecoration<"promise">, full: ApiPromise) => Promise<A>) =>
      attempt(operation, async () => run(await api.at(hash, api.runtimeVersion), api))

    const hashOf = (block: number) => read(`hash of block ${block}`, async (api) => (await api.rpc.chain.getBlockHash(block)).toHex())
    const referenceOf = async (hash: string): Promise<BlockReference> => ({
      number: (await api.rpc.chain.getHeader(hash)).number.toNumber(),
      hash
    })
    const finalisedHead = read("finalised head", async (api) => referenceOf((await api.rpc.chain.getFinalizedHead()).toHex()))

    // A half-open connection says nothing at all: whoever listens asks now and then, and an unanswered question drops the socket.
    const heartbeat = read("heartbeat", (api) => api.rpc.system.health()).pipe(
      Effect.timeoutFail({ duration: "10 seconds", onTimeout: () => unavailableAt("heartbeat", "no answer in 10s") }),
      Effect.repeat(Schedule.spaced("10 seconds")),
      Effect.catchAll((error) =>
        Effect.logWarning("connection to the chain is silent: reconnecting", error.message).pipe(
          Effect.zipRight(Effect.promise(() => provider.disconnect().catch(() => undefined))),
          Effect.zipRight(Effect.promise(() => provider.connect().catch(() => undefined))),
          Effect.delay("100 millis")
        )
      ),
      Effect.repeat(Schedule.spaced("1 second"))
    )
    yield* Effect.forkScoped(heartbeat)

    const notified = Stream.asyncScoped<number, ChainUnavailable>((emit) =>
      Effect.acquireRelease(
        Effect.tryPromise({
          try: () => api.rpc.chain.subscribeFinalizedHeads((header) => void emit(Effect.succeed(Chunk.of(header.number.toNumber())))),
          catch: (cause) => unavailableAt("subscribe to finalised heads", reasonOf(cause))
        }),
        (unsubscribe) => Effect.sync(unsubscribe)
      )
    )
    const finalisedHeads = notified.pipe(
      Stream.mapAccum(Option.none<number>(), (last, number) => {
        const from = Option.match(last, { onNone: () => number, onSome: (previous) => previous + 1 })
        const numbers = Array.from({ length: Math.max(0, number - from + 1) }, (_, index) => from + index)
        return [Option.some(Math.max(number, from - 1)), numbers] as const
      }),
      Stream.mapConcat((numbers) => numbers),
      Stream.mapEffect((number) => hashOf(number).pipe(Effect.map((hash): BlockReference => ({ number, hash }))))
    )

    const timeAt = (hash: string) =>
      readAt("time of a block", hash, async (at) => {
        const now = at.query.timestamp?.now
        if (now === undefined) throw new Error("the chain has no Timestamp pallet")
        return Number((await now()).toString())
      })

    const oneAtATime = new Map<string, Effect.Semaphore>()
    const turnOf = (address: string): Effect.Semaphore => {
      const existing = oneAtATime.get(address)
      if (existing !== undefined) return existing
      const created = Effect.unsafeMakeSemaphore(1)
      oneAtATime.set(address, created)
      return created
    }

    /** Signing and handing over, in the signer's turn; the answer is awaited outside of it. */
    const send = (submission: Submission, onStatus: (result: ISubmittableResult) => void) =>
      Effect.tryPromise({
        try: async () => {
          const pair = await submission.signer.polkadotPair()
          const nonce = await api.rpc.system.accountNextIndex(submission.signer.address)
          const signed = await submission.call(api).signAsync(pair, { nonce })
          await signed.send(onStatus)
        },
        catch: (cause) => {
          const reason = reasonOf(cause)
          return /^10\d\d:|Invalid Transaction|Inability|Priority is too low|banned/i.test(reason)
            ? new TransactionRefused({ label: submission.label, signer: submission.signer.address, reason })
            : unavailableAt(submission.label, reason)
        }
      }).pipe(
        Effect.timeoutFail({ duration: REQUEST_LIMIT, onTimeout: () => unavailableAt(submission.label, "not accepted in time") }),
        turnOf(submission.signer.address).withPermits(1)
      )

    const failureOf = (submission: Submission, result: ISubmittableResult): Option.Option<SubmitError> => {
      const { dispatchError } = result
      if (dispatchError === undefined) return Option.none()
      const found = dispatchError.isModule ? api.registry.findMetaError(dispatchError.asModule) : undefined
      return Option.some(
        new TransactionFailed({
          label: submission.label,
          section: found?.section ?? "runtime",
          name: found?.name ?? dispatchError.toString(),
          documentation: found?.docs.join(" ").trim() ?? ""
        })
      )
    }

    const submit = Effect.fn("Chain.submit")(function* (submission: Submission) {
      yield* Effect.annotateCurrentSpan({ label: submission.label, signer: submission.signer.address })
      yield* Metric.increment(transactions)
      const result = yield* Effect.asyncEffect<ISubmittableResult, SubmitError, never, never, SubmitError, never>((resume) =>
        send(submission, (result) => {
          // polkadot.js skips "in block" when finality comes before it has read the block's events.
          const reached = result.isFinalized || (submission.until !== "finalised" && result.isInBlock)
          if (reached) resume(Effect.succeed(result))
          else if (result.isError)
            resume(new TransactionRefused({ label: submission.label, signer: submission.signer.address, reason: result.status.type }))
        })
      ).pipe(
        Effect.timeoutFail({
          duration: INCLUSION_LIMIT,
          onTimeout: () => unavailableAt(submission.label, `not in a block after ${Duration.format(INCLUSION_LIMIT)}`)
        })
      )
      yield* Option.match(failureOf(submission, result), { onNone: () => Effect.void, onSome: Effect.fail })
      const hash = (result.status.isFinalized ? result.status.asFinalized : result.status.asInBlock).toHex()
      const block = yield* read("block of a transaction", () => referenceOf(hash))
      return { block, extrinsicHash: result.txHash.toHex(), events: result.events } satisfies Inclusion
    })

    const feeOf = (submission: Submission) =>
      read(`fee of ${submission.label}`, async (api) =>
        (await submission.call(api).paymentInfo(submission.signer.address)).partialFee.toBigInt()
      )

    return Chain.of({
      endpoint,
      genesisHash: api.genesisHash.toHex(),
      finalisedHead,
      finalisedHeads,
      hashOf,
      timeAt,
      read,
      readAt,
      submit,
      feeOf,
      requestCount: Effect.sync(() => provider.stats.total.requests)
    })
  })

/** The chain at one or several endpoints; the connection falls back to the next when one goes away. */
export const layer = (endpoints: ReadonlyArray<string>) => Layer.scoped(Chain, make(endpoints))
