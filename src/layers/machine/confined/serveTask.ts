/** A task's worker: this program, started as `--worker NAME`, reads one question, answers it, and ends. */
import { writeFileSync } from "node:fs"
import { Effect, Schema, type Scope } from "effect"
import { outcomeOf, type Places, questionOf, type Task } from "./Task.ts"

/** Makes a worker of a task. Its only argument is the file for the answer; the question comes on standard input. */
export const serveTask =
  <Q, QE, A, AE, E, EE>(
    task: Task<Q, QE, A, AE, E, EE>,
    work: (question: Q, places: Places) => Effect.Effect<A, E, Scope.Scope>
  ): ((args: ReadonlyArray<string>) => Promise<void>) =>
  async ([answerFile = ""]) => {
    const { question, places } = await Effect.runPromise(Schema.decode(questionOf(task))(await Bun.stdin.text()))
    const outcome = await Effect.runPromise(Effect.either(Effect.scoped(work(question, places))))
    writeFileSync(answerFile, await Effect.runPromise(Schema.encode(outcomeOf(task))(outcome)))
    process.exit(0)
  }
