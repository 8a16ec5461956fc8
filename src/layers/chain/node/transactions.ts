/** Signs and sends transactions, and follows each until it is in a block. */
import type { ApiPromise } from "@polkadot/api"
import type { SubmittableExtrinsic } from "@polkadot/api/types"
import type { EventRecord } from "@polkadot/types/interfaces"
import type { ISubmittableResult } from "@polkadot/types/types"
import { Deferred, Duration, Effect, Ref, Schedule } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { noteInclusion } from "../../machine/effects/supervise.ts"
import { count } from "../../machine/telemetry/metrics.ts"
import type { BlockReference } from "./BlockReference.ts"
import { type Connection, type Connections, REQUEST_LIMIT } from "./connections.ts"
import {
  ChainUnavailable,
  isNodesFailure,
  reasonOf,
  type SubmitError,
  TransactionRefused,
  type TransactionWithheld,
  transactionFailure
} from "./errors.ts"
import { type Requests, referenceOf } from "./requests.ts"

/** A transaction that is signed and about to be sent. */
export interface SignedTransaction {
  readonly label: string
  readonly signer: AccountAddress
  readonly nonce: number
  /** 0x-hex. */
  readonly hash: string
}

/** Runs before a signed transaction is sent, for one transaction of a signer at a time. If it fails, the transaction is not sent. */
export type SendGuard = (transaction: SignedTransaction) => Effect.Effect<void, TransactionWithheld>

export interface Submission {
  /** The transaction's name in messages and logs. */
  readonly label: string
  readonly call: (api: ApiPromise) => SubmittableExtrinsic<"promise">
  readonly signer: KeyPair
  /** Default `inBlock`. */
  readonly until?: "inBlock" | "finalised"
  /** Runs after signing, before sending. */
  readonly guard?: SendGuard | undefined
  /**
   * Lets no observer of the pool get ahead. A tip buys no priority on Subtensor (its docs/transaction-priority.md): among transactions of equal
   * priority, the pool takes first the one with the shortest validity, then the oldest. So an urgent transaction is valid in the next block only, and
   * is signed again if it misses that block.
   */
  readonly isUrgent?: boolean | undefined
}

/** An unsigned transaction: its fee depends on the signer, not on the signature. */
export interface Priced extends Pick<Submission, "label" | "call"> {
  readonly signer: Pick<KeyPair, "address">
}

/** The block that includes a transaction, final if `submit` waited for finality. */
export interface Inclusion {
  readonly block: BlockReference
  readonly extrinsicHash: string
  readonly events: ReadonlyArray<EventRecord>
}

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

/** The fee of a transaction, in rao. A failed transaction pays it, too. */
const feeIn = (events: ReadonlyArray<EventRecord>): bigint =>
  events.reduce((sum, { event: { data, method, section } }) => {
    const isFee = section === "transactionPayment" && method === "TransactionFeePaid"
    return isFee ? sum + BigInt(data[1]?.toString() ?? "0") : sum
  }, 0n)

const INCLUSION_LIMIT = Duration.minutes(2)

/** How often to resend a transaction that the chain does not accept at present, or that missed its only block. */
const SENT_AGAIN = 10

/** The shortest period of a mortal era, in blocks. */
const SHORTEST_ERA = 4

/** A mortal era that ends with the next block. */
const nextBlockOnly = async (api: ApiPromise) => {
  const best = (await api.rpc.chain.getHeader()).number.toNumber()
  const birth = Math.max(0, best + 2 - SHORTEST_ERA)
  return {
    era: api.registry.createType("ExtrinsicEra", { current: birth, period: SHORTEST_ERA }),
    blockHash: await api.rpc.chain.getBlockHash(birth)
  }
}

/** The node's texts for a transaction that waited too long between signature and pool: for its era, for a runtime of before, or for its nonce. */
const OUTDATED = /bad signature|ancient birth block|transaction is outdated|priority is too low/i

/**
 * Whether to sign a transaction again with the state of now. The node took none with such an answer into its pool, so nothing is sent twice. An urgent one that it took
 * and then dropped missed its only block.
 */
const isLate = (error: SubmitError, { isUrgent }: Submission): boolean =>
  error._tag === "TransactionRefused" && (OUTDATED.test(error.reason) || (isUrgent === true && /^(Invalid|Dropped)$/.test(error.reason)))

/**
 * Whether the chain may accept the transaction in a later block, by Substrate's text of `ExhaustsResources`. Newer versions of Subtensor answer so to
 * all ordinary transactions while an encrypted one is due (pallets/shield). The node then keeps the transaction out of its pool.
 */
const isPostponed = (error: SubmitError): boolean =>
  error._tag === "TransactionRefused" && /would exhaust the block limits/i.test(error.reason)

/** The subscription to one transaction's status. polkadot.js keeps all statuses until it is unsubscribed. */
interface Subscription {
  readonly began: (stop: () => void) => void
  readonly end: () => void
}

const makeSubscription = (): Subscription => {
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

/** One semaphore per signer, so that its nonces follow each other. */
const makeTurns = () => {
  const turns = new Map<string, Effect.Semaphore>()
  return (address: string): Effect.Semaphore => {
    const existing = turns.get(address)
    if (existing !== undefined) return existing
    const created = Effect.unsafeMakeSemaphore(1)
    turns.set(address, created)
    return created
  }
}

export const make = (
  { answered, endpoint: all, current }: Pick<Connections, "answered" | "endpoint" | "current">,
  { read }: Pick<Requests, "read">
) => {
  const unavailable = ({ label }: Pick<Submission, "label">, reason: string, { endpoint } = { endpoint: all }) =>
    new ChainUnavailable({ endpoint, operation: label, reason })
  const refused = ({ label, signer }: Submission, reason: string) => new TransactionRefused({ label, signer: signer.address, reason })
  const turnOf = makeTurns()
  const paid = Ref.unsafeMake(0n)

  const sending = <A>(connection: Connection, submission: Submission, run: () => Promise<A>) =>
    Effect.tryPromise({
      try: run,
      catch: (cause) => {
        const reason = reasonOf(cause)
        return /^10\d\d:|Invalid Transaction|Inability|Priority is too low|banned/i.test(reason)
          ? refused(submission, reason)
          : unavailable(submission, reason, connection)
      }
    }).pipe(
      Effect.timeoutFail({
        duration: REQUEST_LIMIT,
        onTimeout: () => unavailable(submission, "not accepted in time: no answer", connection)
      }),
      Effect.tapErrorTag("ChainUnavailable", (error) => Effect.when(answered(connection, error.reason), () => isNodesFailure(error, false)))
    )

  /** Signs and sends when it is the signer's turn. Inclusion is awaited outside of the turn. */
  const send = (
    connection: Connection,
    submission: Submission,
    subscription: Subscription,
    onStatus: (result: ISubmittableResult) => void
  ) =>
    Effect.gen(function* () {
      const { api } = connection
      const { call, guard, label, signer } = submission
      const { nonce, signed } = yield* sending(connection, submission, async () => {
        const pair = await signer.polkadotPair()
        const nonce = await api.rpc.system.accountNextIndex(signer.address)
        const era = submission.isUrgent === true ? await nextBlockOnly(api) : {}
        return { nonce: nonce.toNumber(), signed: await call(api).signAsync(pair, { nonce, ...era }) }
      })
      if (guard !== undefined) yield* guard({ label, signer: signer.address, nonce, hash: signed.hash.toHex() })
      yield* sending(connection, submission, async () => subscription.began(await signed.send(onStatus)))
    }).pipe(turnOf(submission.signer.address).withPermits(1))

  /** Sends, and waits until the transaction is in a block, or final. */
  const follow = (connection: Connection, submission: Submission) => {
    const subscription = makeSubscription()
    return Effect.asyncEffect<ISubmittableResult, SubmitError, never, never, SubmitError, never>((resume) =>
      send(connection, submission, subscription, (result) => {
        // polkadot.js skips "in block" when finality comes before it has read the block's events (polkadot-js/api#2890).
        const reached = result.isFinalized || (submission.until !== "finalised" && result.isInBlock)
        if (reached) resume(Effect.succeed(result))
        else if (result.isError) resume(refused(submission, result.status.type))
      })
    ).pipe(
      Effect.timeoutFail({
        duration: INCLUSION_LIMIT,
        onTimeout: () => unavailable(submission, `not in a block after ${Duration.format(INCLUSION_LIMIT)}`)
      }),
      Effect.ensuring(Effect.sync(subscription.end))
    )
  }

  /** Waits until the node announces a block after its best one. */
  const nextBlock = (api: ApiPromise, submission: Submission) =>
    Effect.gen(function* () {
      const announced = yield* Deferred.make<void>()
      let best: number | undefined
      yield* Effect.acquireRelease(
        Effect.tryPromise({
          try: () =>
            api.rpc.chain.subscribeNewHeads(({ number }) => {
              best ??= number.toNumber()
              if (number.toNumber() > best) Deferred.unsafeDone(announced, Effect.void)
            }),
          catch: (cause) => unavailable(submission, reasonOf(cause))
        }),
        (stop) => Effect.sync(stop)
      )
      yield* Deferred.await(announced)
    }).pipe(Effect.scoped, Effect.timeoutFail({ duration: INCLUSION_LIMIT, onTimeout: () => unavailable(submission, "no new block") }))

  const submit = Effect.fn("Chain.submit")(function* (submission: Submission) {
    yield* Effect.annotateCurrentSpan({ label: submission.label, signer: submission.signer.address })
    const connection = yield* current.pipe(
      Effect.timeoutFail({ duration: REQUEST_LIMIT, onTimeout: () => unavailable(submission, "no connection") })
    )
    const { api, lost } = connection
    const result = yield* Effect.suspend(() => follow(connection, submission)).pipe(
      Effect.tapError((error) => Effect.when(nextBlock(api, submission), () => isPostponed(error))),
      // Sign again each time: the node does not reconsider a transaction that it refused.
      Effect.retry({ while: (error) => isPostponed(error) || isLate(error, submission), schedule: Schedule.recurs(SENT_AGAIN) }),
      // A new connection gets no status of transactions that were sent over an old one.
      Effect.raceFirst(
        Effect.mapError(Deferred.await(lost), ({ reason }) => unavailable(submission, `${reason}; it may still be included in a block`))
      )
    )
    yield* Ref.update(paid, (sum) => sum + feeIn(result.events))
    if (result.dispatchError !== undefined) return yield* transactionFailure(submission.label, result.dispatchError)
    const hash = (result.status.isFinalized ? result.status.asFinalized : result.status.asInBlock).toHex()
    yield* noteInclusion
    const block = yield* read("block of a transaction", (api) => referenceOf(api, hash))
    return { block, extrinsicHash: result.txHash.toHex(), events: result.events } satisfies Inclusion
  }, countOutcome)

  const feeOf = (submission: Priced) =>
    read(`fee of ${submission.label}`, async (api) =>
      (await submission.call(api).paymentInfo(submission.signer.address)).partialFee.toBigInt()
    )

  return { submit, feeOf, feesPaid: Ref.get(paid) }
}
