/** Prints the demo's story: one line a step with its block and transaction, and on a terminal a progress bar while blocks pass. */
import { Context, Deferred, Duration, Effect, Layer, Ref } from "effect"
import type { BlockReference, Inclusion } from "../../src/layers/chain/node/Chain.ts"
import { elapsedMillis } from "../../src/layers/machine/effects/elapsed.ts"
import { bold, cyan, dim, green, yellow } from "../../src/layers/machine/terminal/output.ts"

export interface Step {
  /** Who acts: the owner, a validator, a miner, GitHub or the contract. */
  readonly actor: string
  readonly text: string
  readonly at?: BlockReference | Inclusion
  /** Whether the line belongs to the short story. The other lines are printed only with `tellsAll`. */
  readonly isStory?: boolean
}

export class Narrator extends Context.Tag("gittensor/demo/Narrator")<
  Narrator,
  {
    readonly step: (step: Step) => Effect.Effect<void>
    readonly note: (text: string) => Effect.Effect<void>
    /** Redraws the progress bar; `from`, `now` and `until` are blocks. Does nothing without a terminal. */
    readonly progress: (label: string, from: number, now: number, until: number) => Effect.Effect<void>
    /** Begins the story. Before it, a reader of the story alone gets an occasional line about the set-up. */
    readonly begin: Effect.Effect<void>
    /** Shows the page's address beside the progress bar. */
    readonly page: (url: string) => Effect.Effect<void>
  }
>() {}

/** The stream of the story. */
export interface Output {
  /** Whether it is a terminal, on which a progress bar is drawn. */
  readonly isTTY: boolean
  readonly write: (text: string) => unknown
}

const BAR_WIDTH = 28
/** The longest silence during the set-up. */
const MOST_SILENCE = Duration.seconds(10)
const ERASE_LINE = "\r\u001b[2K"

const colours: Record<string, (text: string) => string> = { owner: cyan, github: yellow, contract: green }

const placeOf = (at: BlockReference | Inclusion | undefined): string => {
  if (at === undefined) return " ".repeat(26)
  const number = "number" in at ? at.number : at.block.number
  const hash = "number" in at ? at.hash : at.extrinsicHash
  return `${`#${number}`.padStart(6)}  ${hash.slice(0, 10)}…${hash.slice(-6)}`
}

/** Writes to `stream`: standard error when standard output carries JSON. `tellsAll`: also prints lines outside of the short story. */
export const layer = (stream: Output, tellsAll: boolean) =>
  Layer.scoped(
    Narrator,
    Effect.gen(function* () {
      const started = yield* elapsedMillis
      const drawn = yield* Ref.make(false)
      const address = yield* Ref.make("")
      const [told, untold, begun] = yield* Effect.all([Ref.make(started), Ref.make("a chain starts"), Deferred.make<void>()])
      const write = (text: string) => Effect.sync(() => void stream.write(text))
      const erase = Ref.getAndSet(drawn, false).pipe(Effect.flatMap((was) => (was ? write(ERASE_LINE) : Effect.void)))
      yield* Effect.addFinalizer(() => erase)
      const line = (text: string) =>
        Effect.gen(function* () {
          const now = yield* elapsedMillis
          const seconds = (now - started) / 1000
          yield* Ref.set(told, now)
          yield* erase
          yield* write(`${dim(`${seconds.toFixed(1).padStart(6)}s`)}  ${text}\n`)
        })
      const breakSilence = Effect.gen(function* () {
        const silence = (yield* elapsedMillis) - (yield* Ref.get(told))
        if (silence < Duration.toMillis(MOST_SILENCE))
          return yield* Effect.sleep(Duration.millis(Duration.toMillis(MOST_SILENCE) - silence))
        yield* line(dim(`setting the stage: ${yield* Ref.get(untold)}`))
      })
      if (!tellsAll) yield* breakSilence.pipe(Effect.forever, Effect.raceFirst(Deferred.await(begun)), Effect.forkScoped)
      return Narrator.of({
        step: ({ actor, text, at, isStory = false }) =>
          isStory || tellsAll
            ? line(`${dim(placeOf(at))}  ${(colours[actor.split(" ", 1)[0]?.toLowerCase() ?? ""] ?? bold)(actor.padEnd(12))} ${text}`)
            : Ref.set(untold, `${actor}: ${text}`),
        begin: Effect.asVoid(Deferred.succeed(begun, undefined)),
        page: (url) => Ref.set(address, url),
        note: (text) => line(dim(text)),
        progress: (label, from, now, until) => {
          if (!stream.isTTY) return Effect.void
          const share = until <= from ? 1 : Math.min(1, Math.max(0, (now - from) / (until - from)))
          const full = Math.round(share * BAR_WIDTH)
          const bar = `${green("█".repeat(full))}${dim("░".repeat(BAR_WIDTH - full))}`
          const left = dim(`${Math.max(0, until - now)} blocks left`)
          return Ref.set(drawn, true).pipe(
            Effect.zipRight(Ref.get(address)),
            Effect.flatMap((url) => write(`${ERASE_LINE}         ${bar} ${label} ${left}${url === "" ? "" : `  ${url}`}`))
          )
        }
      })
    })
  )
