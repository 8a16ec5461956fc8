/**
 * The connection to a Subtensor node, or to the dev chain: the same JSON-RPC and the same bytes. polkadot.js decodes everything through the
 * chain's own metadata; it is loaded when a command first asks for the chain.
 */
import type { ApiPromise } from "@polkadot/api"
import type { ApiDecoration, SubmittableExtrinsic } from "@polkadot/api/types"
import type { EventRecord } from "@polkadot/types/interfaces"
import type { ISubmittableResult } from "@polkadot/types/types"
import { Context, Deferred, Duration, Effect, Layer, Option, Schema, type Stream } from "effect"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { count, observe } from "../../telemetry/metrics.ts"
import type { BlockReference } from "./BlockReference.ts"
import * as BlockHashes from "./blockHashes.ts"
import * as BlockTimes from "./blockTimes.ts"
import * as Connections from "./connections.ts"
import { ChainUnavailable, reasonOf, type SubmitError, TransactionFailed, TransactionRefused } from "./errors.ts"
import * as FinalisedHeads from "./finalisedHeads.ts"
import { Outgoing } from "./Outgoing.ts"
import * as Runtimes from "./runtimes.ts"
import * as Storage from "./storage.ts"

export type { BlockReference } from "./BlockReference.ts"

/** Where a transaction ended up. `block` is final when `submit` was asked to wait for that. */
export interface Inclusion {
  readonly block: BlockReference
  readonly extrinsicHash: string
  readonly events: ReadonlyArray<EventRecord>
}

export { ChainUnavailable, InvalidEndpoint, isForgotten, type SubmitError, TransactionFailed, TransactionRefused } from "./errors.ts"

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
    readonly finalisedHeads: Stream.Stream<BlockReference>
    /** The hash of a block; a finalised one's is remembered. Fails for a block that the node does not have. */
    readonly hashOf: (block: number) => Effect.Effect<string, ChainUnavailable>
    /** The same of several blocks, with one request for all that are not known. */
    readonly hashesOf: (blocks: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<string>, ChainUnavailable>
    /** Milliseconds since 1970 of the chain's own clock at a block; of a block whose state the node has forgotten, too. */
    readonly timeAt: (hash: string) => Effect.Effect<number, ChainUnavailable>
    /** A read at the best block; `operation` names it in errors and spans. */
    readonly read: <A>(operation: string, read: (api: ApiPromise) => Promise<A>) => Effect.Effect<A, ChainUnavailable>
    /** A read of the state at one block. */
    readonly readAt: <A>(
      operation: string,
      hash: string,
      read: (api: ApiDecoration<"promise">, full: ApiPromise) => Promise<A>
    ) => Effect.Effect<A, ChainUnavailable>
    /** A JSON-RPC request as it is, for what polkadot.js would split into several; the caller decodes the answer. */
    readonly request: (operation: string, method: string, params: ReadonlyArray<unknown>) => Effect.Effect<unknown, ChainUnavailable>
    /**
     * Raw storage values at a block's hash in the order of the keys, in 0x-hex, null where there is none. Reads of one block that several want at
     * the same moment are one request.
     */
    readonly storageAt: (keys: ReadonlyArray<string>, at: string) => Effect.Effect<ReadonlyArray<string | null>, ChainUnavailable>
    /** Signs, sends and waits. Transactions of one signer are sent one after the other, so that their nonces follow each other. */
    readonly submit: (submission: Submission) => Effect.Effect<Inclusion, SubmitError>
    /** A transaction's fee in rao of TAO, without sending it. */
    readonly feeOf: (submission: Priced) => Effect.Effect<bigint, ChainUnavailable>
    /** How many JSON-RPC requests have been sent. */
    readonly requestCount: Effect.Effect<number>
    /** The endpoint of now, as people may see it; none while there is no connection. */
    readonly endpointInUse: Effect.Effect<string | undefined>
  }
>() {}

/** What is asked, without the block or the thing that it is asked about: few enough for a metric's label. */
const kindOf = (operation: string): string => operation.replace(/\s+(of )?\d+.*$/, "")

const OUTCOMES = {
  ChainUnavailable: "unknown",
  TransactionRefused: "refused",
  TransactionFailed: "failed",
  TransactionWithheld: "withheld"
} as const satisfies Record<SubmitError["_tag"], string>

const countOutcome = <A, R>(submitted: Effect.Effect<A, SubmitError, R>) =>
  submitted.pipe(
    Effect.tapBoth({
      onSuccess: () => count("gittensor_transactions_total", { result: "included" }),
      onFailure: ({ _tag }) => count("gittensor_transactions_total", { result: OUTCOMES[_tag] })
    })
  )

const INCLUSION_LIMIT = Duration.minutes(2)

/** What follows a transaction. polkadot.js keeps all that it heard of one for as long as it listens, and listens until it is told to stop. */
interface Listening {
  readonly began: (stop: () => void) => void
  readonly end: () => void
}

const makeListening = (): Listening => {
  let isOver = false
  let stop: (() => void) | undefined
  return {
    began: (stopped) => {
      if (isOver) stopped()
      else stop = stopped
    },
    end: () => {
      isOver = true
      stop?.()
    }
  }
}

/** Opens the connection; the layer's scope closes it. */
export const make = (endpoints: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { endpoint, genesisHash, current, inUse, requestCount } = yield* Connections.make(endpoints)
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
        Effect.timed,
        Effect.tap(([took]) =>
          observe("gittensor_chain_operation_duration_seconds", Duration.toSeconds(took), { operation: kindOf(operation) })
        ),
        Effect.map(([, value]) => value),
        Effect.tapError(() => count("gittensor_chain_failures_total", { operation: kindOf(operation) })),
        Effect.withSpan("Chain.read", { attributes: { operation } })
      )

    const stateAt = Runtimes.make((yield* current).api)
    const read = <A>(operation: string, run: (api: ApiPromise) => Promise<A>) => attempt(operation, run)
    const readAt = <A>(operation: string, hash: string, run: (at: ApiDecoration<"promise">, full: ApiPromise) => Promise<A>) =>
      attempt(operation, async (api) => run(await stateAt(api, hash), api))

    const request = (operation: string, method: string, params: ReadonlyArray<unknown>) =>
      attempt<unknown>(operation, (api) => api.rpc(method, ...params))
    const storageAt = Storage.make(
      (keys, at) => request("storage", "state_queryStorageAt", [keys, at]),
      (reason) => unavailableAt("storage", reason)
    )
    const hashes = BlockHashes.make(
      (blocks) =>
        request("hashes of blocks", "chain_getBlockHash", [blocks]).pipe(
          Effect.flatMap(Schema.decodeUnknown(Schema.Array(Schema.NullOr(Schema.String)))),
          Effect.catchTag("ParseError", ({ message }) => unavailableAt("hashes of blocks", message))
        ),
      (block) => unavailableAt(`hash of block ${block}`, "it does not have this block")
    )
    const { hashesOf } = hashes
    const hashOf = (block: number) => Effect.map(hashesOf([block]), ([hash = ""]) => hash)
    const referenceOf = async (api: ApiPromise, hash: string): Promise<BlockReference> => ({
      number: (await api.rpc.chain.getHeader(hash)).number.toNumber(),
      hash
    })
    const finalisedHead = read("finalised head", async (api) => referenceOf(api, (await api.rpc.chain.getFinalizedHead()).toHex())).pipe(
      Effect.tap((head) => Effect.sync(() => hashes.learn(head)))
    )

    const finalisedHeads = FinalisedHeads.make({ endpoint, current, hashesOf, learn: hashes.learn })

    const timeAt = BlockTimes.make(
      (hash) =>
        readAt("time of a block", hash, async (at) => {
          const now = at.query.timestamp?.now
          if (now === undefined) throw new Error("the chain has no Timestamp pallet")
          return Number((await now()).toString())
        }),
      (hash) =>
        read("time in a block", async (api) => {
          const { block } = await api.rpc.chain.getBlock(hash)
          const set = block.extrinsics.find(({ method }) => method.section === "timestamp" && method.method === "set")
          if (set === undefined) throw new Error("the block says no time")
          return Number(set.method.args[0]?.toString())
        })
    )

    const oneAtATime = new Map<string, Effect.Semaphore>()
    const turnOf = (address: string): Effect.Semaphore => {
      const existing = oneAtATime.get(address)
      if (existing !== undefined) return existing
      const created = Effect.unsafeMakeSemaphore(1)
      oneAtATime.set(address, created)
      return created
    }

    const sending = <A>(submission: Submission, run: () => Promise<A>) =>
      Effect.tryPromise({
        try: run,
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
        })
      )

    /** Signing and handing over, in the signer's turn; the answer is awaited outside of it. */
    const send = (api: ApiPromise, submission: Submission, listening: Listening, onStatus: (result: ISubmittableResult) => void) =>
      Effect.gen(function* () {
        const { signer, label } = submission
        const outgoing = yield* Outgoing
        const { nonce, signed } = yield* sending(submission, async () => {
          const pair = await signer.polkadotPair()
          const nonce = await api.rpc.system.accountNextIndex(signer.address)
          return { nonce: nonce.toNumber(), signed: await submission.call(api).signAsync(pair, { nonce }) }
        })
        yield* outgoing.admit({ label, signer: signer.address, nonce, hash: signed.hash.toHex() }, outgoing.vote)
        yield* sending(submission, async () => listening.began(await signed.send(onStatus)))
      }).pipe(turnOf(submission.signer.address).withPermits(1))

    const failureOf = (submission: Submission, result: ISubmittableResult): Option.Option<SubmitError> => {
      const { dispatchError } = result
      if (dispatchError === undefined) return Option.none()
      // By the metadata of its block: an upgrade may have come since.
      const found = dispatchError.isModule ? dispatchError.registry.findMetaError(dispatchError.asModule) : undefined
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
      const { api, lost } = yield* current.pipe(
        Effect.timeoutFail({ duration: Connections.REQUEST_LIMIT, onTimeout: () => unavailableAt(submission.label, "no connection") })
      )
      const listening = makeListening()
      const result = yield* Effect.asyncEffect<ISubmittableResult, SubmitError, never, never, SubmitError, never>((resume) =>
        send(api, submission, listening, (result) => {
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
        }),
        Effect.ensuring(Effect.sync(listening.end))
      )
      yield* Option.match(failureOf(submission, result), { onNone: () => Effect.void, onSome: Effect.fail })
      const hash = (result.status.isFinalized ? result.status.asFinalized : result.status.asInBlock).toHex()
      const block = yield* read("block of a transaction", (api) => referenceOf(api, hash))
      return { block, extrinsicHash: result.txHash.toHex(), events: result.events } satisfies Inclusion
    }, countOutcome)

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
      hashesOf,
      timeAt,
      read,
      readAt,
      request,
      storageAt,
      submit,
      feeOf,
      requestCount,
      endpointInUse: inUse
    })
  })

/** The chain at one or several endpoints; the connection falls back to the next when one goes away. */
export const layer = (endpoints: ReadonlyArray<string>) => Layer.scoped(Chain, make(endpoints))
