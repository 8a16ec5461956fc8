/** Runs the screen's event loop: keys, blocks and answers arrive as events, and each event redraws the screen. */
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import { Clock, Data, Effect, type Layer, Mailbox, Option, Queue, Ref, type Scope, Stream, SubscriptionRef } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { Dendrite } from "../../../layers/chain/axon/Dendrite.ts"
import type { PeerQuality } from "../../../layers/chain/axon/PeerQuality.ts"
import type { Contract } from "../../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../../layers/chain/node/Chain.ts"
import type { Subnet } from "../../../layers/chain/subnet/Subnet.ts"
import type { GitHubAccounts } from "../../../layers/github/accounts/GitHubAccounts.ts"
import type { GitHubDisplay } from "../../../layers/github/display/GitHubDisplay.ts"
import { Screen } from "../../../layers/machine/terminal/screen/Screen.ts"
import { explainQuality } from "../../../quality/explainQuality.ts"
import { type Delivery, enrol } from "../../../roles/miner/enrol.ts"
import { type Asker, statusOf } from "../../../roles/miner/status.ts"
import { ratingsAt } from "../../../scoring/issue_competitions/roundState.ts"
import { type Board, boardAt, type RatedNeurons } from "./board.ts"
import { openInBrowser } from "./browser.ts"
import { type KnownTexts, lookAtGitHub, nothingKnown } from "./gitHub.ts"
import type { Memory } from "./memory.ts"
import { type Command, type Event, initial, type Model, type Notice, type Question, type Start, type Viewer } from "./model.ts"
import { update } from "./update.ts"
import { view } from "./view.ts"
import { number } from "./words.ts"

export type Sources = Chain | Contract | Subnet | Dendrite | GitHubAccounts | GitHubDisplay | PeerQuality

/** The user at the terminal. With a key, the screen can ask validators and send. */
export type Person = Asker | { readonly _tag: "Nobody"; readonly why: string }

export const viewerOf = (person: Person): Viewer =>
  person._tag === "Key" ? { _tag: "Key", hotkey: person.hotkey.address as AccountAddress } : person

/** Interval of requests to validators for the miner's enrolments. */
const STATUS_EVERY = "30 seconds"
/** Interval of GitHub requests. */
const GITHUB_EVERY = "15 seconds"
/** Interval of requests to validators for their findings about the shown match. */
const FINDINGS_EVERY = "60 seconds"
/** Maximum age of ratings and UIDs in blocks, because reading all neurons takes many requests. */
const RATED_FOR = 5
/** Minimum time between two boards, because a dev chain may be faster than people can read. */
const BETWEEN_BOARDS = "300 millis"

/** Monotonic time of this machine in milliseconds. */
const own = Effect.map(Clock.currentTimeNanos, (nanoseconds) => Number(nanoseconds / 1_000_000n))

const at = Effect.map(own, (now) => ({ now, zone: -new Date(now).getTimezoneOffset() }))

const deliveryText = (deliveries: ReadonlyArray<Delivery>): string => {
  const refused = deliveries.flatMap(({ accepted, reason }) => (accepted ? [] : [reason]))
  const accepted = `${deliveries.length - refused.length} of ${deliveries.length} validators accepted it`
  return refused.length === 0 ? accepted : `${accepted}; the others: ${[...new Set(refused)].join("; ")}`
}

/** Sends an enrolment or a skip, and returns a notice with the result. */
const send = (hotkey: KeyPair, { choice, issue }: Question) =>
  enrol(hotkey, issue, choice).pipe(
    Effect.match({
      onSuccess: ({ validUntil, deliveries }): Notice => ({
        tone: "good",
        text: `${choice === "enrol" ? "enrolled for" : "skipping"} issue ${issue} until block ${number(validUntil)}: ${deliveryText(deliveries)}`
      }),
      onFailure: ({ message }): Notice => ({ tone: "bad", text: message })
    })
  )

/** Queues between the screen's loop and the fibers that talk to chain and validators. */
interface Wires {
  readonly events: Mailbox.Mailbox<Event>
  readonly watched: Ref.Ref<number | null>
  readonly board: SubscriptionRef.SubscriptionRef<Board | null>
  readonly lookAgain: Queue.Queue<void>
  readonly askAgain: Queue.Queue<void>
  /** Wakes the GitHub and validator requests at once after a change of match. */
  readonly peek: Queue.Queue<void>
  readonly ask: Queue.Queue<void>
  readonly toSend: Queue.Queue<Question>
}

/** Sends a board for every finalised block. Skips to the newest one if reading takes longer than a block. */
const boards = ({ events, watched, board, lookAgain }: Wires) =>
  Effect.gen(function* () {
    const chain = yield* Chain
    yield* events.offer({ _tag: "Connected", genesis: chain.genesisHash })
    const rated = yield* Ref.make<{ readonly at: number; readonly value: RatedNeurons } | undefined>(undefined)
    const ratedAt = (head: BlockReference) =>
      Effect.flatMap(Ref.get(rated), (known) =>
        known !== undefined && head.number - known.at < RATED_FOR
          ? Effect.succeed(known.value)
          : Effect.tap(ratingsAt(head), (value) => Ref.set(rated, { at: head.number, value }))
      )
    const look = (head: BlockReference) =>
      Effect.all([ratedAt(head), Ref.get(watched)]).pipe(
        Effect.flatMap(([neurons, competition]) => boardAt(head, neurons, competition)),
        Effect.matchEffect({
          onSuccess: (found) =>
            SubscriptionRef.set(board, found).pipe(
              Effect.zipRight(own),
              Effect.flatMap((now) => events.offer({ _tag: "BoardRead", board: found, now }))
            ),
          onFailure: ({ message }) => events.offer({ _tag: "BoardFailed", why: message })
        }),
        Effect.zipRight(Effect.sleep(BETWEEN_BOARDS))
      )
    const asked = Stream.fromQueue(lookAgain).pipe(
      Stream.mapEffect(() => Effect.option(chain.finalisedHead)),
      Stream.filterMap((head: Option.Option<BlockReference>) => head)
    )
    yield* Stream.merge(chain.finalisedHeads, asked).pipe(Stream.buffer({ capacity: 1, strategy: "sliding" }), Stream.runForEach(look))
  })

/** Requests names and pull requests from GitHub once there is a board, then at intervals, and at once after a change of match. */
const names = ({ events, board, watched, peek }: Wires) =>
  Effect.gen(function* () {
    const known = yield* Ref.make<KnownTexts>(nothingKnown)
    const look = (found: Board) =>
      Effect.all([Ref.get(known), Ref.get(watched)]).pipe(
        Effect.flatMap(([before, match]) => lookAtGitHub(found, before, match)),
        Effect.flatMap((now) => Effect.zipRight(Ref.set(known, now), events.offer({ _tag: "GitHubRead", known: now }))),
        Effect.ignore,
        Effect.zipRight(Effect.raceFirst(Effect.sleep(GITHUB_EVERY), Queue.take(peek)))
      )
    yield* board.changes.pipe(
      Stream.filterMap((found: Board | null) => Option.fromNullable(found)),
      Stream.buffer({ capacity: 1, strategy: "sliding" }),
      Stream.runForEach(look)
    )
  })

/** Asks the validators for their findings about the heads of the shown match. */
const findings = ({ events, board, watched, ask }: Wires) =>
  Effect.gen(function* () {
    const [id, found] = yield* Effect.all([Ref.get(watched), SubscriptionRef.get(board)])
    const match = id === null ? undefined : found?.matches.get(id)
    const [a, b] = [match?.a.hotkey, match?.b.hotkey]
    if (match === undefined || a == null || b == null) return
    const head = yield* Effect.flatMap(Chain, ({ finalisedHead }) => finalisedHead)
    const words = yield* explainQuality({ issue: match.issue, a: { hotkey: a }, b: { hotkey: b } }, head)
    yield* events.offer({ _tag: "FindingsRead", match: match.id, findings: words.flatMap(({ records }) => records) })
  }).pipe(
    // After a failure, the previous findings stay.
    Effect.ignore,
    Effect.zipRight(Effect.raceFirst(Effect.sleep(FINDINGS_EVERY), Queue.take(ask))),
    Effect.forever
  )

/** Reports a lost connection. Reads again as soon as it is restored, without waiting for the next block. */
const connection = ({ events, lookAgain }: Wires) =>
  Effect.gen(function* () {
    const { endpointInUse, endpoint } = yield* Chain
    const lost: Event = { _tag: "BoardFailed", why: `no connection to ${endpoint}; trying again` }
    let isLost = false
    while (true) {
      const inUse = yield* endpointInUse
      if (inUse === undefined) yield* events.offer(lost)
      else if (isLost) yield* Queue.offer(lookAgain, undefined)
      isLost = inUse === undefined
      yield* Effect.sleep("1 second")
    }
  })

const status = (person: Person, { events, askAgain }: Wires) =>
  person._tag === "Nobody"
    ? Effect.never
    : statusOf(person).pipe(
        Effect.matchEffect({
          onSuccess: (status) => events.offer({ _tag: "StatusRead", status }),
          onFailure: ({ message }) => events.offer({ _tag: "StatusFailed", why: message })
        }),
        Effect.zipRight(Effect.raceFirst(Effect.sleep(STATUS_EVERY), Queue.take(askAgain))),
        Effect.forever
      )

const sending = (person: Person, { events, toSend }: Wires) =>
  person._tag !== "Key"
    ? Effect.never
    : Queue.take(toSend).pipe(
        Effect.flatMap((question) => send(person.hotkey, question)),
        Effect.flatMap((notice) => events.offer({ _tag: "Done", notice })),
        Effect.forever
      )

class ConnectionLost extends Data.TaggedError("Lost")<{ readonly message: string }> {}

/** Runs all fibers above, and reconnects as long as necessary. Permanent errors end the screen. */
const runOutside = <E extends { readonly _tag: string; readonly message: string }>(
  person: Person,
  wires: Wires,
  sources: Layer.Layer<Sources, E>
) =>
  Effect.all([boards(wires), names(wires), findings(wires), connection(wires), status(person, wires), sending(person, wires)], {
    concurrency: "unbounded",
    discard: true
  }).pipe(
    Effect.provide(sources),
    Effect.catchIf(
      ({ _tag }) => _tag === "ChainUnavailable",
      ({ message }) => Effect.zipRight(wires.events.offer({ _tag: "BoardFailed", why: message }), new ConnectionLost({ message }))
    ),
    Effect.tapError((error) => (error instanceof ConnectionLost ? Effect.sleep("2 seconds") : Effect.void)),
    Effect.retry({ while: (error) => error instanceof ConnectionLost }),
    Effect.zipRight(Effect.never)
  )

/** Reads the terminal's keys and size, and the clock. */
const inside = ({ events }: Wires) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    yield* screen.keys.pipe(
      Stream.runForEach((key) => events.offer({ _tag: "Typed", key })),
      // The input ends when the terminal is gone.
      Effect.ensuring(events.end),
      Effect.forkScoped
    )
    yield* screen.sizes.pipe(
      Stream.runForEach((size) => events.offer({ _tag: "Resized", size })),
      Effect.forkScoped
    )
    yield* at.pipe(
      Effect.flatMap((time) => events.offer({ _tag: "Tick", ...time })),
      Effect.zipRight(Effect.sleep("1 second")),
      Effect.forever,
      Effect.forkScoped
    )
  })

const carryOut = (command: Command, { events, watched, lookAgain, askAgain, toSend, peek, ask }: Wires) => {
  switch (command._tag) {
    case "Send":
      return Queue.offer(toSend, { choice: command.choice, issue: command.issue })
    case "Open":
      return openInBrowser(command.address).pipe(
        Effect.flatMap((notice) => events.offer({ _tag: "Said", notice })),
        Effect.forkScoped
      )
    case "Refresh":
      return Effect.zipRight(Queue.offer(lookAgain, undefined), Queue.offer(askAgain, undefined))
    case "Watch":
      return Effect.zipRight(
        Ref.set(watched, command.competition),
        Queue.offer(lookAgain, undefined).pipe(Effect.zipRight(Queue.offer(peek, undefined)), Effect.zipRight(Queue.offer(ask, undefined)))
      )
    case "Redraw":
      return Effect.flatMap(Screen, ({ forget }) => forget)
    case "Suspend":
      return Effect.flatMap(Screen, ({ suspend }) => suspend)
    case "Quit":
      return events.end
  }
}

/** Handles pending events, draws the result, and repeats until the user quits or the terminal is gone. */
const loop = (first: Model, wires: Wires, memory: Memory): Effect.Effect<void, never, Screen | CommandExecutor | Scope.Scope> =>
  Effect.gen(function* () {
    const screen = yield* Screen
    let model = first
    yield* Effect.addFinalizer(() => memory.keep(model))
    while (true) {
      const [happened, isOver] = yield* wires.events.takeAll
      for (const event of happened) {
        const { model: next, commands } = update(model, event)
        model = next
        for (const command of commands) {
          yield* carryOut(command, wires)
          if (command._tag === "Quit") return
        }
      }
      if (isOver) return
      yield* screen.draw(view(model), model.size)
    }
  })

/** Shows the screen until the user quits. */
export const run = <E extends { readonly _tag: string; readonly message: string }>(
  where: Pick<Start, "endpoint" | "netuid">,
  person: Person,
  memory: Memory,
  sources: Layer.Layer<Sources, E>
) =>
  Effect.gen(function* () {
    const wires: Wires = {
      events: yield* Mailbox.make<Event>(),
      watched: yield* Ref.make<number | null>(null),
      board: yield* SubscriptionRef.make<Board | null>(null),
      lookAgain: yield* Queue.sliding<void>(1),
      askAgain: yield* Queue.sliding<void>(1),
      peek: yield* Queue.sliding<void>(1),
      ask: yield* Queue.sliding<void>(1),
      toSend: yield* Queue.unbounded<Question>()
    }
    const model = initial({ ...where, viewer: viewerOf(person), ...(yield* at), remembered: yield* memory.recall })
    yield* inside(wires)
    yield* Queue.offer(wires.lookAgain, undefined)
    // Quitting does not wait for connections to close.
    yield* Effect.raceFirst(loop(model, wires, memory), Effect.disconnect(runOutside(person, wires, sources)))
  }).pipe(Effect.scoped)
