/**
 * The only way to read strangers' bytes. A separate process reads them: it has no key, sees only the task's files, and has limits of time, memory,
 * processes and files. Its answer is bounded and decoded by a schema. An interruption kills it and its children.
 */
import { Context, type Effect, Schema, type Scope } from "effect"
import type { BoxLimits, BoxNetwork, Holding, OpenBox, SandboxUnavailable } from "../sandbox/Sandbox.ts"
import type { Task } from "./Task.ts"

/** Why a task gave no answer. `crash`: the worker ended without one, or wrote something else. */
const FAILURE_CAUSES = ["time", "cpu", "memory", "disk", "files", "network", "crash"] as const

/** A task exceeded a limit, or its worker crashed: because of strangers' bytes, or because this machine is too busy. */
export class TaskNotDone extends Schema.TaggedError<TaskNotDone>()("TaskNotDone", {
  task: Schema.String,
  cause: Schema.Literal(...FAILURE_CAUSES),
  detail: Schema.String
}) {
  override get message() {
    return this.cause === "crash"
      ? `${this.task}: the process that did it ended without an answer (${this.detail})`
      : `${this.task}: stopped at its limit of ${this.detail}`
  }
  /** Whether a retry would fail too: limits other than time and CPU are exceeded because of the bytes themselves. */
  get isLasting() {
    return this.cause !== "time" && this.cause !== "cpu" && this.cause !== "crash"
  }
}

/** A file or folder of this machine in a task's box. */
export type Place =
  | { readonly access: "read"; readonly outside: string }
  | { readonly access: "write"; readonly outside: string; readonly bytes: number; readonly files: number }

/** A task's files and network, besides the program itself. */
export interface Surroundings {
  readonly places?: Readonly<Record<string, Place>>
  readonly network?: BoxNetwork
}

/** The oldest git with every option that tasks use. */
export const OLDEST_GIT = "2.30"

/** What this machine offers for tasks. */
export interface HostTools {
  readonly git: string
  readonly memoryHeld: Holding | null
}

export class Confined extends Context.Tag("gittensor/Confined")<
  Confined,
  {
    readonly ask: <Q, QE, A, AE, E, EE>(
      task: Task<Q, QE, A, AE, E, EE>,
      question: Q,
      surroundings?: Surroundings
    ) => Effect.Effect<A, E | TaskNotDone | SandboxUnavailable>
    /**
     * Checks that tasks can run here, with git. Returns git's version, and how the memory limit is enforced; null: not at all, as there is no box.
     */
    readonly available: Effect.Effect<HostTools, SandboxUnavailable>
    /** Opens a worker that answers until the scope ends. It sees only the program itself. */
    readonly open: (worker: string, limits: Partial<BoxLimits>) => Effect.Effect<OpenBox, SandboxUnavailable, Scope.Scope>
  }
>() {}
