/**
 * The one way to bytes that strangers wrote. A process of its own reads them: it has no key, sees nothing but what the task is about, and has limits of time,
 * memory, processes and files. What it answers is bounded and decoded by a schema. Interruption ends it and everything that it started.
 */
import { Context, type Effect, Schema, type Scope } from "effect"
import type { BoxLimits, BoxNetwork, Holding, OpenBox, SandboxUnavailable } from "../sandbox/Sandbox.ts"
import type { Task } from "./Task.ts"

/** Why a task gave no answer. `crash`: the worker ended without one, or wrote what is none. */
const CAUSES = ["time", "cpu", "memory", "disk", "files", "network", "crash"] as const

/** A task used more than it may, or its worker crashed. What strangers wrote made it do so, or this machine is too busy. */
export class TaskNotDone extends Schema.TaggedError<TaskNotDone>()("TaskNotDone", {
  task: Schema.String,
  cause: Schema.Literal(...CAUSES),
  detail: Schema.String
}) {
  override get message() {
    return this.cause === "crash"
      ? `${this.task}: the process that did it ended without an answer (${this.detail})`
      : `${this.task}: stopped at its limit of ${this.detail}`
  }
  /** Whether another try would come to the same: other limits than time are met because of the bytes themselves. */
  get isLasting() {
    return this.cause !== "time" && this.cause !== "cpu" && this.cause !== "crash"
  }
}

/** A file or folder of this machine that a task sees. */
export type Place =
  | { readonly access: "read"; readonly outside: string }
  | { readonly access: "write"; readonly outside: string; readonly bytes: number; readonly files: number }

/** What a task sees beside the program itself. */
export interface Surroundings {
  readonly places?: Readonly<Record<string, Place>>
  readonly network?: BoxNetwork
}

/** The oldest git that knows every option that tasks use. */
export const OLDEST_GIT = "2.30"

/** What this machine has for tasks. */
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
    /** Tries whether tasks can be done here, with git. Says which git there is, and who holds the limit on memory; null: nobody, as there is no box. */
    readonly available: Effect.Effect<HostTools, SandboxUnavailable>
    /** A worker that answers as long as the scope is open. It sees nothing but the program itself. */
    readonly open: (worker: string, limits: Partial<BoxLimits>) => Effect.Effect<OpenBox, SandboxUnavailable, Scope.Scope>
  }
>() {}
