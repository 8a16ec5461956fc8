/** Opens boxes whose streams belong to the caller. */
import { Deferred, Effect } from "effect"
import { KeptOutput } from "../keptOutput.ts"
import type { BoxEnd, BoxExit, OpenBox, OpenRequest } from "../Sandbox.ts"
import type { HostTools } from "./hostTools.ts"
import { BEGUN_LINE, READY } from "./scripts.ts"
import { type BoxToStart, notBegun, startBox } from "./startBox.ts"
import { endInput, feed, follow, text } from "./streams.ts"

/** Bytes kept of the output before a command begins. */
const MOST_HEAD = 65_536

/** Standard error of an open box: first the inner script's reports, then the command's output. */
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
    if (this.#head.length < MOST_HEAD) this.#head += text(chunk)
    if (!this.#head.startsWith(READY + BEGUN_LINE)) return
    this.#begun = true
    this.#kept.push(Buffer.from(this.#head.slice(READY.length + BEGUN_LINE.length), "latin1"))
    this.#onBegun()
  }

  get begun(): boolean {
    return this.#begun
  }

  /** The output before the command began. */
  get head(): string {
    return this.#head
  }

  text(): string {
    return this.#kept.text()
  }
}

/** Opens a box until the scope ends. */
export const openBox = Effect.fn("Sandbox.open")(function* (
  tools: HostTools,
  number: number,
  request: OpenRequest,
  network: BoxToStart["network"]
) {
  const box = yield* startBox({ tools, number, request, network, open: true })
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
