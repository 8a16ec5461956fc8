/** A task on strangers' bytes: its question and its answer. A separate process without a key does the work. */
import { Duration, Schema } from "effect"
import { type StrangersBytes, strangersBytes } from "../../../domain/strangersBytes.ts"
import { type BoxLimits, DEFAULT_LIMITS } from "../sandbox/Sandbox.ts"

/** `Q`, `A` and `E`: the question, the answer, and the failure when this machine works. */
export interface Task<Q, QE, A, AE, E, EE> {
  /** The worker's name, as in `--worker NAME`. */
  readonly name: string
  readonly question: Schema.Schema<Q, QE>
  readonly answer: Schema.Schema<A, AE>
  readonly failure: Schema.Schema<E, EE>
  /** Overrides of `TASK_LIMITS`. `result`: bytes of the answer. */
  readonly limits: Partial<BoxLimits>
  readonly reads: Pick<StrangersBytes, "what" | "writtenBy" | "test">
}

const MEBIBYTE = 1_048_576

export const TASK_LIMITS: Partial<BoxLimits> = {
  seconds: 120,
  memory: 1_024 * MEBIBYTE,
  disk: 256 * MEBIBYTE,
  files: 20_000,
  fileSize: 256 * MEBIBYTE,
  processes: 256,
  output: 65_536,
  result: 16 * MEBIBYTE
}

/** Declares a task and its input. */
export const makeTask = <Q, QE, A, AE, E, EE>(task: Task<Q, QE, A, AE, E, EE>): Task<Q, QE, A, AE, E, EE> => {
  const { result, seconds, memory, disk, files } = { ...DEFAULT_LIMITS, ...TASK_LIMITS, ...task.limits }
  strangersBytes({
    ...task.reads,
    readIn: "a sandbox",
    limits: { memory, written: disk, items: files, time: Duration.seconds(seconds), answered: result }
  })
  return task
}

/** The paths of the task's files inside the worker, by the task's names. */
export type Places = Readonly<Record<string, string>>

const PlacesSchema = Schema.Record({ key: Schema.String, value: Schema.String })

/** The schema of a worker's standard input. */
export const questionOf = <Q, QE>({ question }: { readonly question: Schema.Schema<Q, QE> }) =>
  Schema.parseJson(Schema.Struct({ question, places: PlacesSchema }))

export const outcomeOf = <A, AE, E, EE>({
  answer,
  failure
}: {
  readonly answer: Schema.Schema<A, AE>
  readonly failure: Schema.Schema<E, EE>
}) => Schema.parseJson(Schema.Either({ right: answer, left: failure }))

/** Bytes as base64, as what a view makes of a copy of them; a remainder is left out. */
const viewed = <A extends Uint32Array | Float64Array>(
  isOne: (value: unknown) => value is A,
  size: number,
  view: (bytes: ArrayBuffer, length: number) => A
): Schema.Schema<A, string> =>
  Schema.transform(Schema.Uint8ArrayFromBase64, Schema.declare(isOne), {
    strict: true,
    decode: (bytes) => view(Uint8Array.from(bytes).buffer, Math.floor(bytes.length / size)),
    encode: (numbers) => new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  })

/** Numbers of 32 bits as base64 of their bytes, the lowest first. */
export const Numbers: Schema.Schema<Uint32Array, string> = viewed(
  (value) => value instanceof Uint32Array,
  Uint32Array.BYTES_PER_ELEMENT,
  (bytes, length) => new Uint32Array(bytes, 0, length)
)

/** Numbers of JavaScript as base64 of their bytes, the lowest first. */
export const Doubles: Schema.Schema<Float64Array, string> = viewed(
  (value) => value instanceof Float64Array,
  Float64Array.BYTES_PER_ELEMENT,
  (bytes, length) => new Float64Array(bytes, 0, length)
)
