/**
 * The connection to a Subtensor node, or to the dev chain: the same JSON-RPC and the same bytes. polkadot.js decodes everything through the
 * chain's own metadata; it is loaded when a command first asks for the chain.
 */
import type { ApiPromise } from "@polkadot/api"
import type { ApiDecoration, SubmittableExtrinsic } from "@polkadot/api/types"
import type { EventRecord } from "@polkadot/types/interfaces"
import type { ISubmittableResult } from "@polkadot/types/types"
import { Chunk, Context, Deferred, Duration, Effect, Layer, Metric, Option, Ref, Schedule, Stream } from "effect"
import type { KeyPair } from "../domain/KeyPair.ts"
import * as Connections from "./chain/connections.ts"
import { ChainUnavailable, reasonOf, type SubmitError, TransactionFailed, TransactionRefused } from "./chain/errors.ts"

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

export { ChainUnavailable, InvalidEndpoint, type SubmitError, TransactionFailed, TransactionRefused } from "./chain/errors.ts"

export interface Submission {
  /** What a person calls this transaction, for messages and logs. */
  readonly label: string
  readonly call: (api: ApiPromise) => SubmittableExtrinsic<"promise">
  readonly signer: KeyPair
  /** Default `inBlock`. */
  readonly until?: "inBlock" | "finalised"
}

/** A transaction that is not signed: its price depends on who signs, not on the signature. */
export interface Priced extends Pick<Submission, "label" | "call"> {
  readonly signer: Pick<KeyPair, "address">
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
    readonly feeOf: (submission: Priced) => Effect.Effect<bigint, ChainUnavailable>
    /** How many JSON-RPC requests this connection has sent. */
    readonly requestCount: Effect.Effect<number>
  }
>() {}

const transactions = Metric.counter("gittensor_transactions_total", { description: "Transactions sent to the chain", incremental: true })
const unavailable = Metric.counter("gittensor_chain_failures_total", { description: "Chain requests without an answer", incremental: true })

const INCLUSION_LIMIT = Duration.minutes(2)

/** Opens the connection; the layer's scope closes it. */
export const make = (endpoints: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { endpoint, genesisHash, current, requestCount } = yield* Connections.make(endpoints)
    const unavailableAt = (operation: string, reason: string) => new ChainUnavailable({ endpoint, operation, reason })

    /** Something asked of the connection of now, or of the next one if there is none; the loss of it and the time limit end the wait. */
    const attempt = <A>(operation: string, run: (api: ApiPromise) => Promise<A>): Effect.Effect<A, ChainUnavailable> =>
      current.pipe(
        Effect.flatMap(({ api, lost }) =>
          Effect.tryPromise({ try: () => run(api), catch: (cause) => unavailableAt(operation, reasonOf(cause)) }).pipe(
            Effect.raceFirst(Deferred.await(lost))
          )
        ),
        Effect.timeoutFail({
          duration: Connections.REQUEST_LIMIT,
          onTimeout: () => unavailableAt(operation, `no answer in ${Duration.format(Connections.REQUEST_LIMIT)}`)
        }),
        Effect.tapError(() => Metric.increment(unavailable)),
        Effect.withSpan("Chain.read", { attributes: { operation } })
      )

    const read = <A>(operation: string, run: (api: ApiPromise) => Promise<A>) => attempt(operation, run)
    const readAt = <A>(operation: string, hash: string, run: (at: ApiDecoration<"promise">, full: ApiPromise) => Promise<A>) =>
      attempt(operation, async (api) => run(await api.at(hash, api.runtimeVersion), api))

    const hashOf = (block: number) => read(`hash of block ${block}`, async (api) => (await api.rpc.chain.getBlockHash(block)).toHex())
    const referenceOf = async (api: ApiPromise, hash: string): Promise<BlockReference> => ({
      number: (await api.rpc.chain.getHeader(hash)).number.toNumber(),
      hash
    })
    const finalisedHead = read("finalised head", async (api) => referenceOf(api, (await api.rpc.chain.getFinalizedHead()).toHex()))

    const notified = ({ api, lost }: Connections.Connection) =>
      Stream.asyncScoped<number, ChainUnavailable>((emit) =>
        Effect.acquireRelease(
          Effect.tryPromise({
            try: () => api.rpc.chain.subscribeFinalizedHeads((header) => void emit(Effect.succeed(Chunk.of(header.number.toNumber())))),
            catch: (cause) => unavailableAt("subscribe to finalised heads", reasonOf(cause))
          }),
          (unsubscribe) => Effect.sync(unsubscribe)
        )
      ).pipe(Stream.interruptWhenDeferred(lost))

    /** Goes on over lost connections: what became final meanwhile comes first when the chain answers again. */
    const finalisedHeads = Stream.unwrap(
      Effect.map(Ref.make(Option.none<number>()), (last) =>
        Stream.unwrap(Effect.map(current, notified)).pipe(
          Stream.mapConcatEffect((number) =>
            Effect.map(Ref.get(last), (seen) => {
              const from = Option.match(seen, { onNone: () => number, onSome: (block) => block + 1 })
              return Array.from({ length: Math.max(0, number - from + 1) }, (_, index) => from + index)
            })
          ),
          Stream.mapEffect((number) => hashOf(number).pipe(Effect.map((hash): BlockReference => ({ number, hash })))),
          Stream.tap(({ number }) => Ref.set(last, Option.some(number))),
          Stream.retry(Schedule.spaced("1 second"))
        )
      )
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
    const send = (api: ApiPromise, submission: Submission, onStatus: (result: ISubmittableResult) => void) =>
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
        Effect.timeoutFail({
          duration: Connections.REQUEST_LIMIT,
          onTimeout: () => unavailableAt(submission.label, "not accepted in time")
        }),
        turnOf(submission.signer.address).withPermits(1)
      )

    const failureOf = (api: ApiPromise, submission: Submission, result: ISubmittableResult): Option.Option<SubmitError> => {
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
      const { api, lost } = yield* current.pipe(
        Effect.timeoutFail({ duration: Connections.REQUEST_LIMIT, onTimeout: () => unavailableAt(submission.label, "no connection") })
      )
      const result = yield* Effect.asyncEffect<ISubmittableResult, SubmitError, never, never, SubmitError, never>((resume) =>
        send(api, submission, (result) => {
          // polkadot.js skips "in block" when finality comes before it has read the block's events.
          const reached = result.isFinalized || (submission.until !== "finalised" && result.isInBlock)
          if (reached) resume(Effect.succeed(result))
          else if (result.isError)
            resume(new TransactionRefused({ label: submission.label, signer: submission.signer.address, reason: result.status.type }))
        })
      ).pipe(
        // A new connection hears nothing of what was sent by an old one.
        Effect.raceFirst(
          Effect.mapError(Deferred.await(lost), ({ reason }) =>
            unavailableAt(submission.label, `${reason}; it may still come into a block`)
          )
        ),
        Effect.timeoutFail({
          duration: INCLUSION_LIMIT,
          onTimeout: () => unavailableAt(submission.label, `not in a block after ${Duration.format(INCLUSION_LIMIT)}`)
        })
      )
      yield* Option.match(failureOf(api, submission, result), { onNone: () => Effect.void, onSome: Effect.fail })
      const hash = (result.status.isFinalized ? result.status.asFinalized : result.status.asInBlock).toHex()
      const block = yield* read("block of a transaction", (api) => referenceOf(api, hash))
      return { block, extrinsicHash: result.txHash.toHex(), events: result.events } satisfies Inclusion
    })

    const feeOf = (submission: Priced) =>
      read(`fee of ${submission.label}`, async (api) =>
        (await submission.call(api).paymentInfo(submission.signer.address)).partialFee.toBigInt()
      )

    return Chain.of({
      endpoint,
      genesisHash,
      finalisedHead,
      finalisedHeads,
      hashOf,
      timeAt,
      read,
      readAt,
      submit,
      feeOf,
      requestCount
    })
  })

/** The chain at one or several endpoints; the connection falls back to the next when one goes away. */
export const layer = (endpoints: ReadonlyArray<string>) => Layer.scoped(Chain, make(endpoints))
