/** Boxes by bubblewrap, as root and without. */
import { Deferred, Effect, Layer } from "effect"
import { ownPrefix, removeLeftovers } from "../../process/temporaryFolder.ts"
import { KeptOutput } from "../keptOutput.ts"
import {
  type BoxEnd,
  type BoxExit,
  type BoxRequest,
  type BoxResult,
  DEFAULT_LIMITS,
  type OpenBox,
  type OpenRequest,
  Sandbox,
  type SandboxUnavailable
} from "../Sandbox.ts"
import { boxGroup, removeLeftGroups } from "./cgroups.ts"
import { findMeans, type Means } from "./means.ts"
import { BEGUN, READY, readResults } from "./scripts.ts"
import { notBegun, type StartedBox, startBox } from "./startBox.ts"

/** Bytes of the results channel beyond the results themselves, and of what is said before a command begins. */
const FRAMES = 65_536

const follow = async (stream: ReadableStream<Uint8Array>, take: (chunk: Uint8Array) => void): Promise<void> => {
  for await (const chunk of stream) take(chunk)
}

/** Reads what a box says until it has ended: its output, and at most `most` bytes of its results channel. */
const readBox = ({ child }: StartedBox, output: KeptOutput, most: number): Promise<Uint8Array> => {
  const channel: Array<Uint8Array> = []
  let received = 0
  return Promise.all([
    child.exited,
    follow(child.stderr, (chunk) => output.push(chunk)),
    follow(child.stdout, (chunk) => {
      if (received < most) channel.push(chunk.slice(0, most - received))
      received += chunk.length
    })
  ]).then(() => Buffer.concat(channel))
}

/** Writes to a box's standard input. A command need not read it, and may end before it has. */
const feed = async ({ child: { stdin } }: StartedBox, bytes: Uint8Array): Promise<void> => {
  if (stdin === undefined) return
  try {
    stdin.write(bytes)
    await stdin.flush()
  } catch {
    // The command has ended.
  }
}

const endInput = async ({ child: { stdin } }: StartedBox): Promise<void> => {
  try {
    await stdin?.end()
  } catch {
    // The command has ended.
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1")

const makeRun = (means: Means, number: Effect.Effect<number>) =>
  Effect.fn("Sandbox.run")(function* (request: BoxRequest) {
    const box = yield* startBox(means, yield* number, request, false)
    const { limits } = box
    const output = new KeptOutput(limits.output)
    const ended = readBox(box, output, (request.results ?? []).length * limits.result + FRAMES)
    const { stdin } = request
    if (stdin !== undefined) void feed(box, stdin).then(() => endInput(box))
    const end = yield* Effect.promise(() => ended).pipe(Effect.as<BoxEnd>("itself"), Effect.disconnect, Effect.raceFirst(box.stopped))
    box.child.kill("SIGKILL")
    const bytes = yield* Effect.promise(() => ended)
    const failure = notBegun(text(bytes.subarray(0, READY.length + BEGUN.length)), output.text(), end, request, limits)
    if (failure !== undefined) return yield* failure
    const { exitCode, results } = readResults(bytes.subarray(READY.length + BEGUN.length))
    const exit = yield* box.finish(end, exitCode)
    const result: BoxResult = {
      ...exit,
      output: output.text(),
      omitted: output.omitted,
      results: end === "itself" ? results : new Map(),
      refused: yield* box.refused
    }
    return result
  }, Effect.scoped)

/** Standard error of an open box: first what the inner script reports, then what the command writes. */
class Errors {
  #head = ""
  #begun = false
  readonly #kept: KeptOutput
  readonly #onBegun: () => void
  constructor(most: number, onBegun: () => void) {
    this.#kept = new KeptOutput(most)
    this.#onBegun = onBegun
  }

  push(chunk: Uint8Array): void {
    if (this.#begun) {
      this.#kept.push(chunk)
      return
    }
    if (this.#head.length < FRAMES) this.#head += text(chunk)
    if (!this.#head.startsWith(READY + BEGUN)) return
    this.#begun = true
    this.#kept.push(Buffer.from(this.#head.slice(READY.length + BEGUN.length), "latin1"))
    this.#onBegun()
  }

  get begun(): boolean {
    return this.#begun
  }

  /** What was said before the command began. */
  get head(): string {
    return this.#head
  }

  text(): string {
    return this.#kept.text()
  }
}

const makeOpen = (means: Means, number: Effect.Effect<number>) =>
  Effect.fn("Sandbox.open")(function* (request: OpenRequest) {
    const box = yield* startBox(means, yield* number, request, true)
    const { child, limits } = box
    const begun = Promise.withResolvers<void>()
    const errors = new Errors(limits.output, begun.resolve)
    const said = follow(child.stderr, (chunk) => errors.push(chunk))
    const exit = yield* Deferred.make<BoxExit>()
    const ended = Effect.promise(() => Promise.all([child.exited, said])).pipe(Effect.as<BoxEnd>("itself"), Effect.disconnect)
    yield* Effect.raceFirst(ended, box.stopped).pipe(
      Effect.flatMap((end) => box.finish(end, child.exitCode)),
      Effect.intoDeferred(exit),
      Effect.forkScoped
    )
    yield* Effect.raceFirst(
      Effect.promise(() => begun.promise),
      Deferred.await(exit)
    )
    if (!errors.begun) {
      const { end } = yield* Deferred.await(exit)
      const failure = notBegun(errors.head, errors.head, end, request, limits)
      if (failure !== undefined) return yield* failure
    }
    const opened: OpenBox = {
      pid: child.pid,
      write: (bytes) => Effect.promise(() => feed(box, bytes)),
      endInput: Effect.promise(() => endInput(box)),
      output: child.stdout,
      errors: Effect.sync(() => errors.text()),
      exited: Deferred.await(exit)
    }
    return opened
  })

const make = Effect.gen(function* () {
  const means = yield* findMeans
  yield* removeLeftovers("box")
  yield* removeLeftGroups("box")
  let boxes = 0
  const number = Effect.sync(() => ++boxes)
  const { limitsMemory } = yield* Effect.scoped(boxGroup(`${ownPrefix("box")}0`, DEFAULT_LIMITS))
  return Sandbox.of({
    run: makeRun(means, number),
    open: makeOpen(means, number),
    memoryHeld: limitsMemory ? "kernel" : "watched"
  })
})

/** Fails if this machine has no bubblewrap. Whether it may start a box shows in the first run. */
export const layer: Layer.Layer<Sandbox, SandboxUnavailable> = Layer.effect(Sandbox, make)
