/** Decodes the answer of a task's worker. Strangers' bytes may have taken the worker over, so only what fits the schema is accepted. */
import { Effect, Schema } from "effect"
import { TaskNotDone } from "./Confined.ts"
import { outcomeOf, type Task } from "./Task.ts"

/** `bytes`: undefined where the worker left no answer. `most`: the most bytes of an answer. `ended`: how the worker ended, in words. */
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
