/** Boxes by bubblewrap, with root or without. */
import { Effect, Layer } from "effect"
import { ownPrefix, removeLeftovers } from "../../process/temporaryFolder.ts"
import { KeptOutput } from "../keptOutput.ts"
import { type Allowance, allowance } from "../network/operator.ts"
import {
  type BoxEnd,
  type BoxRequest,
  type BoxResult,
  DEFAULT_LIMITS,
  type OpenRequest,
  Sandbox,
  type SandboxUnavailable
} from "../Sandbox.ts"
import { boxGroup, removeLeftGroups } from "./cgroups.ts"
import { findHostTools, type HostTools, unavailable } from "./hostTools.ts"
import { openBox } from "./openBox.ts"
import { openProxy } from "./proxyBox.ts"
import { BEGUN_LINE, READY, readResults } from "./scripts.ts"
import { notBegun, type StartedBox, startBox } from "./startBox.ts"
import { endInput, feed, follow, text } from "./streams.ts"

/** Bytes of the results channel besides the results, and of reports before a command begins. */
const FRAMES = 65_536

/** Reads a box's output until it has ended, and at most `most` bytes of its results channel. */
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

const makeRun = (tools: HostTools, number: Effect.Effect<number>, allowed: Allowance) =>
  Effect.fn("Sandbox.run")(function* (request: BoxRequest) {
    const network = request.network === undefined ? undefined : yield* openProxy(tools, number, request.network, allowed)
    const box = yield* startBox({ tools, number: yield* number, request, network, open: false })
    const { limits } = box
    const output = new KeptOutput(limits.output)
    const ended = readBox(box, output, (request.results ?? []).length * limits.result + FRAMES)
    const { stdin } = request
    if (stdin !== undefined) void feed(box, stdin).then(() => endInput(box))
    const end = yield* Effect.promise(() => ended).pipe(Effect.as<BoxEnd>("itself"), Effect.disconnect, Effect.raceFirst(box.stopped))
    yield* box.kill
    const bytes = yield* Effect.promise(() => ended)
    const failure = notBegun(text(bytes.subarray(0, READY.length + BEGUN_LINE.length)), output.text(), end, request, limits)
    if (failure !== undefined) return yield* failure
    const { exitCode, results } = readResults(bytes.subarray(READY.length + BEGUN_LINE.length))
    const exit = yield* box.finish(end, exitCode)
    const result: BoxResult = {
      ...exit,
      output: output.text(),
      omitted: output.omitted,
      results: end === "itself" ? results : new Map()
    }
    return result
  }, Effect.scoped)

const make = Effect.gen(function* () {
  const tools = yield* findHostTools
  yield* removeLeftovers("box")
  yield* removeLeftGroups("box")
  let boxes = 0
  const number = Effect.sync(() => ++boxes)
  const allowed = yield* Effect.mapError(allowance, (error) => unavailable(error.message, "correct this setting"))
  const { limitsMemory } = yield* Effect.scoped(boxGroup(`${ownPrefix("box")}0`, DEFAULT_LIMITS))
  return Sandbox.of({
    run: makeRun(tools, number, allowed),
    open: Effect.fn(function* (request: OpenRequest) {
      const network = request.network === undefined ? undefined : yield* openProxy(tools, number, request.network, allowed)
      return yield* openBox(tools, yield* number, request, network)
    }),
    memoryHeld: limitsMemory ? "kernel" : "watched"
  })
})

/** Fails if this machine has no bubblewrap. Whether it may start a box shows on the first run. */
export const layer: Layer.Layer<Sandbox, SandboxUnavailable> = Layer.effect(Sandbox, make)
