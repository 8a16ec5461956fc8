/** What a task's worker answered. Whoever wrote the bytes that it read may have taken it over, so nothing but the schema is believed. */
import { Effect, Schema } from "effect"
import { TaskNotDone } from "./Confined.ts"
import { outcomeOf, type Task } from "./Task.ts"

/** `bytes`: undefined where the worker left no answer. `most`: bytes that an answer may have. `ended`: how the worker ended, in words. */
export const answerIn = <Q, QE, A, AE, E, EE>(
  task: Task<Q, QE, A, AE, E, EE>,
  bytes: Uint8Array | undefined,
  most: number,
  ended: string
): Effect.Effect<A, E | TaskNotDone> => {
  const crash = (detail: string) => new TaskNotDone({ task: task.name, cause: "crash", detail })
  if (bytes === undefined) return crash(ended)
  if (bytes.length >= most) return crash(`its answer is longer than ${most} bytes`)
  return Schema.decode(outcomeOf(task))(new TextDecoder().decode(bytes)).pipe(
    Effect.mapError(() => crash("what it wrote is no answer")),
    Effect.flatten
  )
}
