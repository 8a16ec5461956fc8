/** The screen's life: keys, blocks and answers come in one after the other, each makes a new picture. */
import type { CommandExecutor } from "@effect/platform/CommandExecutor"
import { Clock, Data, Effect, type Layer, Mailbox, type Option, Queue, Ref, type Scope, Stream } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { Dendrite } from "../../layers/axon/Dendrite.ts"
import { type BlockReference, Chain } from "../../layers/chain/Chain.ts"
import type { Contract } from "../../layers/contract/Contract.ts"
import type { GitHubAccounts } from "../../layers/github/GitHubAccounts.ts"
import type { Subnet } from "../../layers/subnet/Subnet.ts"
import { ratingsAt } from "../../scoring/issue_competitions/roundState.ts"
import { Screen } from "../../terminal/screen/Screen.ts"
import { type Delivery, enrol } from "../enrol.ts"
import { type Asker, statusOf } from "../status.ts"
import { boardAt, type RatedNeurons } from "./board.ts"
import { openInBrowser } from "./browser.ts"
import { type Command, type Event, initial, type Model, type Notice, type Question, type Start, type Viewer } from "./model.ts"
import { update } from "./update.ts"
import { view } from "./view.ts"
import { number } from "./words.ts"

/** What the screen shows comes from these. */
export type Sources = Chain | Contract | Subnet | Dendrite | GitHubAccounts

/** Who sits there, with what it takes to ask validators and to send. */
export type Sitter = Asker | { readonly _tag: "Nobody"; readonly why: string }

const viewerOf = (sitter: Sitter): Viewer =>
  sitter._tag === "Key" ? { _tag: "Key", hotkey: sitter.hotkey.address as AccountAddress } : sitter

/** Validators are asked so often what they hold of the miner's. */
const STANDING_EVERY = "30 seconds"
/** All neurons are many requests: ratings and who has which UID may be so many blocks old. */
const RATED_FOR = 5
/** A chain may be faster than anybody reads. */
const BETWEEN_BOARDS = "300 millis"

const at = Effect.map(Clock.currentTimeMillis, (now) => ({ now, zone: -new Date(now).getTimezoneOffset() }))

const deliveryText = (deliveries: ReadonlyArray<Delivery>): string => {
  const refused = deliveries.flatMap(({ accepted, reason }) => (accepted ? [] : [reason]))
  const took = `${deliveries.length - refused.length} of ${deliveries.length} validators took it`
  return refused.length === 0 ? took : `${took}; the others: ${[...new Set(refused)].join("; ")}`
}

/** Sends a word on an issue and says what came of it. */
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

/** What goes on outside tells the screen, and is told by it, through these. */
interface Wires {
  readonly events: Mailbox.Mailbox<Event>
  readonly watched: Ref.Ref<number | null>
  readonly lookAgain: Queue.Queue<void>
  readonly askAgain: Queue.Queue<void>
  readonly toSend: Queue.Queue<Question>
}

/** A picture of the contract for every finalised block that there is time for. */
const boards = ({ events, watched, lookAgain }: Wires) =>
  Effect.gen(function* () {
    const chain = yield* Chain
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
          onSuccess: (board) => events.offer({ _tag: "BoardRead", board }),
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

/** Says when there is no connection, and looks as soon as there is one again: the next block may be a while off. */
const connection = ({ events, lookAgain }: Wires) =>
  Effect.gen(function* () {
    const { endpointInUse, endpoint } = yield* Chain
    const lost: Event = { _tag: "BoardFailed", why: `no connection to ${endpoint}; it is tried again` }
    let isLost = false
    while (true) {
      const inUse = yield* endpointInUse
      if (inUse === undefined) yield* events.offer(lost)
      else if (isLost) yield* Queue.offer(lookAgain, undefined)
      isLost = inUse === undefined
      yield* Effect.sleep("1 second")
    }
  })

const standing = (sitter: Sitter, { events, askAgain }: Wires) =>
  sitter._tag === "Nobody"
    ? Effect.never
    : statusOf(sitter).pipe(
        Effect.matchEffect({
          onSuccess: (status) => events.offer({ _tag: "StatusRead", status }),
          onFailure: ({ message }) => events.offer({ _tag: "StatusFailed", why: message })
        }),
        Effect.zipRight(Effect.raceFirst(Effect.sleep(STANDING_EVERY), Queue.take(askAgain))),
        Effect.forever
      )

const sending = (sitter: Sitter, { events, toSend }: Wires) =>
  sitter._tag !== "Key"
    ? Effect.never
    : Queue.take(toSend).pipe(
        Effect.flatMap((question) => send(sitter.hotkey, question)),
        Effect.flatMap((notice) => events.offer({ _tag: "Done", notice })),
        Effect.forever
      )

class Lost extends Data.TaggedError("Lost")<{ readonly message: string }> {}

/** All of the above, connected again for as long as it takes. What cannot get better by waiting ends the screen. */
const outside = <E extends { readonly _tag: string; readonly message: string }>(
  sitter: Sitter,
  wires: Wires,
  sources: Layer.Layer<Sources, E>
) =>
  Effect.all([boards(wires), connection(wires), standing(sitter, wires), sending(sitter, wires)], {
    concurrency: "unbounded",
    discard: true
  }).pipe(
    Effect.provide(sources),
    Effect.catchIf(
      ({ _tag }) => _tag === "ChainUnavailable",
      ({ message }) => Effect.zipRight(wires.events.offer({ _tag: "BoardFailed", why: message }), new Lost({ message }))
    ),
    Effect.tapError((error) => (error instanceof Lost ? Effect.sleep("2 seconds") : Effect.void)),
    Effect.retry({ while: (error) => error instanceof Lost }),
    Effect.zipRight(Effect.never)
  )

/** Everything that happens at the terminal. */
const inside = ({ events }: Wires) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    yield* screen.keys.pipe(
      Stream.runForEach((key) => events.offer({ _tag: "Typed", key })),
      // A terminal that is gone types no more.
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

const carryOut = (command: Command, { events, watched, lookAgain, askAgain, toSend }: Wires) => {
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
      return Effect.zipRight(Ref.set(watched, command.competition), Queue.offer(lookAgain, undefined))
    case "Redraw":
      return Effect.flatMap(Screen, ({ forget }) => forget)
    case "Suspend":
      return Effect.flatMap(Screen, ({ suspend }) => suspend)
    case "Quit":
      return events.end
  }
}

/** Takes what happened since, shows what came of it, and again; ends when it is told to, or when the terminal is gone. */
const loop = (first: Model, wires: Wires): Effect.Effect<void, never, Screen | CommandExecutor | Scope.Scope> =>
  Effect.gen(function* () {
    const screen = yield* Screen
    let model = first
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

/** Shows the screen until somebody quits. */
export const run = <E extends { readonly _tag: string; readonly message: string }>(
  where: Pick<Start, "endpoint" | "netuid">,
  sitter: Sitter,
  sources: Layer.Layer<Sources, E>
) =>
  Effect.gen(function* () {
    const wires: Wires = {
      events: yield* Mailbox.make<Event>(),
      watched: yield* Ref.make<number | null>(null),
      lookAgain: yield* Queue.sliding<void>(1),
      askAgain: yield* Queue.sliding<void>(1),
      toSend: yield* Queue.unbounded<Question>()
    }
    const model = initial({ ...where, viewer: viewerOf(sitter), ...(yield* at) })
    yield* inside(wires)
    yield* Queue.offer(wires.lookAgain, undefined)
    // Whoever quits does not wait for a node's goodbye.
    yield* Effect.raceFirst(loop(model, wires), Effect.disconnect(outside(sitter, wires, sources)))
  }).pipe(Effect.scoped)
