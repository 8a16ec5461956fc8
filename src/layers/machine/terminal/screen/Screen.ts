/** Takes over a terminal as one screen, and restores it however the process ends. */
import { writeSync } from "node:fs"
import * as Terminal from "@effect/platform/Terminal"
import { Context, Deferred, Effect, Layer, Mailbox, Option, Ref, Stream } from "effect"
import { wantsColours } from "../colours.ts"
import { startGuard } from "./guard.ts"
import { type Frame, frameOf, type Line, type Size } from "./line.ts"
import { type Abilities, ENTER_SCREEN, LEAVE, paint } from "./paint.ts"

/** A key by name: `e`, `up`, `escape`, `return`. Letters are lower case; `shift` marks a capital. */
export interface Key {
  readonly name: string
  readonly ctrl: boolean
  readonly shift: boolean
}

export class Screen extends Context.Tag("gittensor/terminal/Screen")<
  Screen,
  {
    /** The current size, then every new one. */
    readonly sizes: Stream.Stream<Size>
    /** Typed keys, without pasted text. Ends with the terminal's input. */
    readonly keys: Stream.Stream<Key>
    readonly draw: (lines: ReadonlyArray<Line>, size: Size) => Effect.Effect<void>
    /** Makes the next frame redraw in full. */
    readonly forget: Effect.Effect<void>
    /** Gives the terminal to the shell until the process is continued. */
    readonly suspend: Effect.Effect<void>
  }
>() {}

type Environment = Readonly<Record<string, string | undefined>>

/** Whether input and output are a terminal that can show a screen. Only Windows consoles lack TERM. */
export const isPossible = (
  environment: Environment = process.env,
  isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
): boolean => isTerminal && !/^(dumb|unknown|)$/.test(environment.TERM ?? (process.platform === "win32" ? "windows" : ""))

/** What the terminal can show, according to the environment. */
export const abilitiesOf = (environment: Environment): Abilities => {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || ""
  return { colours: wantsColours(environment), unicode: /utf-?8/i.test(locale) }
}

/** The terminal's size; 80 by 24 if it is unknown. */
const sizeNow = (): Size => ({ columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 })

/** Writes synchronously. Ignores errors, which mean that the terminal is gone. */
const writeNow = (text: string): void => {
  try {
    writeSync(1, text)
  } catch {}
}

const setRaw = (raw: boolean): void => {
  try {
    process.stdin.setRawMode(raw)
  } catch {}
}

/** Takes the terminal over, and gives it back when the scope or the process ends. */
const takeTerminal = Effect.acquireRelease(
  Effect.sync(() => {
    const guard = startGuard()
    let isTaken = true
    const giveBack = () => {
      if (!isTaken) return
      isTaken = false
      writeNow(LEAVE)
      setRaw(false)
      guard.dismiss()
    }
    process.once("exit", giveBack)
    // Writing to a closed terminal raises an error event that must not end the process.
    const ignore = () => undefined
    process.stdout.on("error", ignore)
    writeNow(ENTER_SCREEN)
    return { giveBack, ignore }
  }),
  ({ giveBack, ignore }) =>
    Effect.sync(() => {
      giveBack()
      process.off("exit", giveBack)
      process.stdout.off("error", ignore)
    })
)

const listen = (emitter: NodeJS.EventEmitter, event: string, listener: () => void) =>
  Effect.acquireRelease(
    Effect.sync(() => emitter.on(event, listener)),
    () => Effect.sync(() => emitter.off(event, listener))
  )

/** Typed keys without pasted text: a pasted line must not trigger commands. */
const typedKeys = <E, R>(inputs: Stream.Stream<Terminal.UserInput, E, R>): Stream.Stream<Key, E, R> =>
  inputs.pipe(
    Stream.mapAccum(false, (isPasting, { input, key: { name, ctrl, shift } }) => {
      if (name === "paste-start") return [true, Option.none<Key>()]
      if (name === "paste-end") return [false, Option.none<Key>()]
      const shown = name === "" ? Option.getOrElse(input, () => "") : name
      return [isPasting, isPasting ? Option.none<Key>() : Option.some<Key>({ name: shown, ctrl, shift })]
    }),
    Stream.filterMap((key) => key)
  )

const make = Effect.gen(function* () {
  const terminal = yield* Terminal.Terminal
  const abilities = abilitiesOf(process.env)
  yield* takeTerminal
  const inputs = yield* terminal.readInput
  const shown = yield* Ref.make<{ readonly frame: Frame; readonly size: Size } | undefined>(undefined)
  const sizes = yield* Mailbox.make<Size>()
  const tellSize = () => {
    sizes.unsafeOffer(sizeNow())
  }
  tellSize()
  yield* listen(process.stdout, "resize", tellSize)

  const hungUp = yield* Deferred.make<void>()
  yield* listen(process.stdin, "end", () => Deferred.unsafeDone(hungUp, Effect.void))

  const forget = Ref.set(shown, undefined)
  const takeAgain = () => {
    setRaw(true)
    writeNow(ENTER_SCREEN)
    Effect.runSync(forget)
    tellSize()
  }
  // After any stop, the shell has used the terminal.
  yield* listen(process, "SIGCONT", takeAgain)

  const draw = (lines: ReadonlyArray<Line>, size: Size) =>
    Effect.gen(function* () {
      const before = yield* Ref.get(shown)
      const isSameSize = before?.size.columns === size.columns && before.size.rows === size.rows
      const frame = frameOf(lines, size)
      const bytes = paint(isSameSize ? before.frame : undefined, frame, size.columns, abilities)
      yield* Ref.set(shown, { frame, size })
      if (bytes !== "") yield* Effect.sync(() => process.stdout.write(bytes))
    })

  const suspend = Effect.sync(() => {
    writeNow(LEAVE)
    setRaw(false)
    // Stops the whole job, because a parent process may be waiting for this one.
    process.kill(0, "SIGTSTP")
  }).pipe(
    // Without a job-control shell nothing stops, so the terminal is taken back.
    Effect.zipRight(Effect.sleep("200 millis")),
    Effect.zipRight(Effect.sync(takeAgain))
  )

  return Screen.of({
    sizes: Mailbox.toStream(sizes),
    keys: typedKeys(Mailbox.toStream(inputs)).pipe(Stream.interruptWhenDeferred(hungUp)),
    draw,
    forget,
    suspend
  })
})

export const layer: Layer.Layer<Screen, never, Terminal.Terminal> = Layer.scoped(Screen, make)
