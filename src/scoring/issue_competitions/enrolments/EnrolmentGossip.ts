/**
 * Reconciles the enrolments of two validators. One sends a digest for every hotkey, the other answers with the enrolments it holds of the hotkeys that
 * differ, and is sent the ones it lacks. Every message is bounded. A cursor moves past each hotkey, so that an enrolment that one side refuses does not
 * block the rest.
 */
import { Array as Chunks, Duration, Effect, Option, Ref, Schema } from "effect"
import type { SignedEnrolment } from "../../../domain/Enrolment.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { AxonTarget } from "../../../domain/Metagraph.ts"
import { RequestRefused, synapse } from "../../../layers/chain/axon/AxonEndpoints.ts"
import { AxonAnswerMalformed, Dendrite } from "../../../layers/chain/axon/Dendrite.ts"
import { GossipAnswer, GossipRequest, GossipSynapse, MAX_GOSSIPED, MAX_SUMMARY } from "../../../layers/chain/axon/wire/synapses.ts"
import { SubnetView } from "../../../layers/chain/subnet/SubnetView.ts"
import { contained } from "../../../layers/machine/effects/contained.ts"
import { elapsedMillis } from "../../../layers/machine/effects/elapsed.ts"
import { count, countMany, set } from "../../../layers/machine/telemetry/metrics.ts"
import { refuseWhenStoreFails } from "./EnrolmentSubmission.ts"
import { Enrolments } from "./Enrolments.ts"

/** A peer that failed the last time. Times are milliseconds since 1970. */
export interface Trouble {
  /** How often it failed since it answered last. */
  readonly failures: number
  /** Backoff after the last failure. */
  readonly pause: number
  readonly restsUntil: number
  readonly loggedAt: number
}

const FIRST_PAUSE = 30_000
const LONGEST_PAUSE = 3_600_000
/** Each pause is so many times the one before: 30 s, 2 min, 8 min, 32 min, and then an hour. */
const PAUSE_FACTOR = 4
const LOGGED_EVERY = 3_600_000

/** After one more failure. `isNews`: nothing was logged about the peer for an hour. */
export const failedAgain = (before: Trouble | undefined, now: number): { readonly trouble: Trouble; readonly isNews: boolean } => {
  const isNews = before === undefined || now - before.loggedAt >= LOGGED_EVERY
  const pause = before === undefined ? FIRST_PAUSE : Math.min(LONGEST_PAUSE, before.pause * PAUSE_FACTOR)
  return {
    isNews,
    trouble: { failures: (before?.failures ?? 0) + 1, pause, restsUntil: now + pause, loggedAt: isNews ? now : before.loggedAt }
  }
}

/** The most exchanges with one peer in a round. The next round does the rest. */
const MAX_EXCHANGES = 64

/** Sorts after every address, so the peer answers with no differences. */
const LAST_CURSOR = "~"

/** Stores what a peer sent. A refused enrolment is logged and skipped; a failing store ends the exchange. */
const storeEnrolments = (enrolments: ReadonlyArray<SignedEnrolment>) =>
  Effect.gen(function* () {
    const store = yield* Enrolments
    const outcomes = yield* Effect.forEach(enrolments, (signed) =>
      store.merge(signed).pipe(
        Effect.catchTag("EnrolmentRefused", (refusal) =>
          Effect.logDebug(`gossiped ${refusal.message}`).pipe(
            Effect.zipRight(count("gittensor_gossip_refused_total", { reason: refusal.reason })),
            Effect.as(false)
          )
        ),
        // Each signature check takes about a millisecond of the only thread; let others run in between.
        Effect.zipLeft(Effect.yieldNow())
      )
    )
    const merged = outcomes.filter(Boolean).length
    yield* countMany("gittensor_gossip_merged_total", merged)
    return merged
  })

const sizeOf = (groups: ReadonlyArray<ReadonlyArray<unknown>>): number => groups.reduce((sum, group) => sum + group.length, 0)

/** The receiver's side: stores the enrolments, then answers the summary. */
export const answerPeer = Effect.fn("Gossip.answer")(function* (request: GossipRequest) {
  const store = yield* Enrolments
  yield* storeEnrolments(request.enrolments)
  const theirs = new Map(request.summary.map(({ hotkey, digest }) => [hotkey, digest]))
  const ours = yield* store.summary
  const differing = Array.from(new Set([...theirs.keys(), ...ours.keys()]))
    .filter((hotkey) => theirs.get(hotkey) !== ours.get(hotkey) && hotkey > request.cursor)
    .sort()
  const groups: Array<ReadonlyArray<SignedEnrolment>> = []
  for (const hotkey of differing) {
    const group = yield* store.of(hotkey)
    // The peer may answer with as many again, so each side gets half a message.
    if (groups.length > 0 && sizeOf(groups) + Math.max(group.length, 1) > MAX_GOSSIPED / 2) break
    groups.push(group)
  }
  const covered = differing.slice(0, groups.length)
  const cursor = covered.length < differing.length ? (covered.at(-1) ?? "") : ""
  return { enrolments: groups.flat(), differing: covered, cursor } satisfies GossipAnswer
})

const decodeRequest = Schema.decodeUnknown(GossipRequest)
const encodeAnswer = Schema.encode(GossipAnswer)

export const layer = synapse({
  synapse: GossipSynapse,
  callers: "validators",
  handle: (body) =>
    Effect.gen(function* () {
      const request = yield* Effect.mapError(
        decodeRequest(body),
        () => new RequestRefused({ status: 422, text: "gossip refused: it is not in the form of a GossipSynapse" })
      )
      const given = yield* Effect.catchTag(answerPeer(request), "EnrolmentStoreFailed", refuseWhenStoreFails)
      return { summary: [], ...(yield* Effect.orDie(encodeAnswer(given))) }
    })
})

const encodeRequest = Schema.encode(GossipRequest)
const decodeAnswer = Schema.decodeUnknown(GossipAnswer)

/** Our enrolments of the differing hotkeys after the cursor, without those that the peer just sent. */
const lackedByPeer = (given: GossipAnswer, cursor: string) =>
  Effect.gen(function* () {
    const store = yield* Enrolments
    const known = new Set(given.enrolments.map(({ text }) => text))
    const asked = [...new Set(given.differing)].filter((hotkey) => hotkey > cursor)
    const own = yield* Effect.forEach(asked, (hotkey) => store.of(hotkey))
    return own.flat().filter(({ text }) => !known.has(text))
  })

export interface Exchanged {
  /** Enrolments that were new to us. */
  readonly received: number
  /** Enrolments that we sent. */
  readonly sent: number
}

/** Reconciles with one peer. */
export const exchangeWith = Effect.fn("Gossip.exchange")(function* (from: KeyPair, to: AxonTarget) {
  const store = yield* Enrolments
  const dendrite = yield* Dendrite
  const malformed = () => new AxonAnswerMalformed({ ip: to.ip, port: to.port, reason: "it is not an answer to gossip" })

  const ask = (request: GossipRequest) =>
    encodeRequest(request).pipe(
      Effect.orDie,
      Effect.flatMap((body) => dendrite.send({ from, to, synapse: GossipSynapse, body: { ...body } })),
      Effect.flatMap((answered) => decodeAnswer(answered).pipe(Effect.mapError(malformed)))
    )
  const summaryAfter = (cursor: string) =>
    Effect.map(store.summary, (lines) =>
      Array.from(lines, ([hotkey, digest]) => ({ hotkey, digest }))
        .filter(({ hotkey }) => hotkey > cursor)
        .slice(0, MAX_SUMMARY)
    )

  let received = 0
  let sent = 0
  let cursor = ""
  for (let exchange = 0; exchange < MAX_EXCHANGES; exchange++) {
    const given = yield* ask({ summary: yield* summaryAfter(cursor), enrolments: [], cursor })
    received += yield* storeEnrolments(given.enrolments)
    const lacked = yield* lackedByPeer(given, cursor)
    for (const enrolments of Chunks.chunksOf(lacked, MAX_GOSSIPED)) {
      yield* ask({ summary: [], enrolments, cursor: LAST_CURSOR })
      sent += enrolments.length
      yield* countMany("gittensor_gossip_sent_total", enrolments.length)
    }
    // A peer whose cursor does not advance could make us send everything again and again.
    if (given.cursor <= cursor) break
    cursor = given.cursor
  }
  return { received, sent } satisfies Exchanged
})

/** Time limits of an exchange: with any peer, and with one whose last exchange failed. */
const EXCHANGE_TIMEOUT = Duration.seconds(60)
const DOUBT_TIMEOUT = Duration.seconds(5)

/** Concurrent exchanges. */
const AT_ONCE = 8

/** Key of a peer at its address: a peer that moves starts without failures. */
const placeOf = ({ hotkey, ip, port }: AxonTarget): string => `${hotkey} ${ip}:${port}`

/**
 * Gossip rounds of one validator. Each reconciles with every other validator of the contract, those that answered the last time first. A peer that
 * fails is retried with a backoff that grows to an hour, and logged once an hour. Nothing is lost: when the peer is back, it reconciles with us.
 */
export const make = Effect.fn("Gossip.make")(function* (from: KeyPair) {
  const troubles = yield* Ref.make<ReadonlyMap<string, Trouble>>(new Map())

  const reached = (peer: AxonTarget, trouble: Trouble | undefined) =>
    trouble === undefined
      ? Effect.void
      : Effect.zipRight(
          Ref.update(troubles, (all) => new Map([...all].filter(([place]) => place !== placeOf(peer)))),
          Effect.logInfo("gossip works again").pipe(Effect.annotateLogs({ peer: peer.hotkey, failures: trouble.failures }))
        )
  const failed = (peer: AxonTarget, before: Trouble | undefined, message: string) =>
    Effect.gen(function* () {
      const { trouble, isNews } = failedAgain(before, yield* elapsedMillis)
      yield* Ref.update(troubles, (all) => new Map([...all, [placeOf(peer), trouble]]))
      yield* (isNews ? Effect.logWarning("gossip failed", message) : Effect.logDebug("gossip failed", message)).pipe(
        Effect.annotateLogs({ peer: peer.hotkey, failures: trouble.failures, nextInSeconds: Math.round(trouble.pause / 1_000) })
      )
    })

  const reconcile = (peer: AxonTarget, trouble: Trouble | undefined) =>
    contained("peer", peer.hotkey, exchangeWith(from, peer), (message) => Effect.fail({ message })).pipe(
      Effect.timeout(trouble === undefined ? EXCHANGE_TIMEOUT : DOUBT_TIMEOUT),
      Effect.tap(() => reached(peer, trouble)),
      Effect.tapError(({ message }) => failed(peer, trouble, message)),
      Effect.option,
      Effect.tap((result) => count("gittensor_gossip_exchanges_total", { result: Option.isSome(result) ? "reached" : "failed" }))
    )

  return Effect.gen(function* () {
    const { validatorAxons } = yield* (yield* SubnetView).current
    const peers = validatorAxons.filter(({ hotkey }) => hotkey !== from.address)
    yield* count("gittensor_gossip_rounds_total")
    yield* set("gittensor_gossip_peers", peers.length)
    const now = yield* elapsedMillis
    const places = new Set(peers.map(placeOf))
    const known = yield* Ref.updateAndGet(troubles, (all) => new Map([...all].filter(([place]) => places.has(place))))
    const asked = peers.map((peer) => ({ peer, trouble: known.get(placeOf(peer)) }))
    const inOrder = [
      ...asked.filter(({ trouble }) => trouble === undefined),
      ...asked.filter(({ trouble }) => trouble !== undefined && trouble.restsUntil <= now)
    ]
    const results = yield* Effect.forEach(inOrder, ({ peer, trouble }) => reconcile(peer, trouble), { concurrency: AT_ONCE })
    const exchanged = results.filter(Option.isSome).map(({ value }) => value)
    return {
      peers: peers.length,
      reached: exchanged.length,
      received: exchanged.reduce((sum, { received }) => sum + received, 0),
      sent: exchanged.reduce((sum, { sent }) => sum + sent, 0)
    }
  }).pipe(Effect.withSpan("Gossip.round"))
})
