/**
 * Reads an untrusted repository inside a worker: git objects, never files of a working tree. Runs none of the repository's hooks or filters, and
 * lists everything within limits before it reads or writes.
 */

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import { EXIT } from "../../domain/causes.ts"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import type { Places } from "../machine/confined/Task.ts"
import { changedFiles, sourcesAt } from "./changedFiles.ts"
import { type GitFailed, type GitMissing, git, gitText } from "./git.ts"
import { listTree, type TreeEntry } from "./listTree.ts"

/** The name denotes no commit of this repository. */
export class UnusableReference extends Schema.TaggedError<UnusableReference>()("UnusableReference", {
  name: Schema.String,
  why: Schema.String
}) {
  readonly exitCode = EXIT.usage
  override get message() {
    return `"${this.name}" can't be used: ${this.why}`
  }
}

export const ChangedPath = Schema.Struct({ path: Schema.String, change: Schema.Literal("added", "removed", "modified") })
export interface ChangedPath extends Schema.Schema.Type<typeof ChangedPath> {}

export interface OpenRepository {
  /** The hash of a commit, branch or tag, in 40 hexadecimal digits. */
  readonly commitOf: (name: string) => Effect.Effect<string, UnusableReference | GitMissing>
  readonly mergeBase: (one: string, other: string) => Effect.Effect<string, UnusableReference | GitMissing>
  /** The messages of `base..head`, newest first, at most 200. */
  readonly messages: (base: string, head: string) => Effect.Effect<ReadonlyArray<string>, GitFailed>
  /** The changed paths between two commits. A rename counts as a removal and an addition. */
  readonly changes: (base: string, head: string) => Effect.Effect<ReadonlyArray<ChangedPath>, GitFailed>
  /** The files that differ between two commits, with their texts. */
  readonly changedFiles: (base: string, head: string) => Effect.Effect<ReadonlyArray<GateFile>, GitFailed>
  /** All files of a commit, by path. */
  readonly files: (commit: string) => Effect.Effect<ReadonlyArray<TreeEntry>, GitFailed>
  /** The texts of a commit's wanted files, as many as fit into 32 MiB. */
  readonly sources: (
    commit: string,
    isWanted: (path: string) => boolean
  ) => Effect.Effect<ReadonlyArray<{ readonly path: string; readonly text: string }>, GitFailed>
  /** The git directory with the objects, for further git commands. */
  readonly folder: string
}

const CHANGES: Readonly<Record<string, ChangedPath["change"]>> = { A: "added", D: "removed", M: "modified", T: "modified" }

const MOST_MESSAGES = 200

/** The most bytes of messages or of names. Longer output is refused. */
const MOST_BYTES = 32 << 20

/** Makes an empty repository without foreign settings, whose alternates are these object folders. */
const withObjects = (objects: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const folder = mkdtempSync(join(tmpdir(), "repository-"))
    yield* git(folder, ["init", "--quiet", "--bare", "--template=", folder])
    mkdirSync(join(folder, "objects", "info"), { recursive: true })
    writeFileSync(join(folder, "objects", "info", "alternates"), objects.map((path) => `${path}\n`).join(""))
    return folder
  })

/** The places of a repository on this machine: its own git directory, the one that linked worktrees share, and alternates. */
const LOCAL = { own: "own", common: "common", objects: "objects" } as const

export const MOST_ALTERNATES = 8

/** The environment variables by which git finds a local repository's references. git also reads its settings, so this happens in a box. */
const variablesOf = (places: Places): Readonly<Record<string, string>> | undefined => {
  const own = places[LOCAL.own]
  return own === undefined
    ? undefined
    : {
        GIT_DIR: own,
        GIT_COMMON_DIR: places[LOCAL.common] ?? own,
        GIT_ALTERNATE_OBJECT_DIRECTORIES: furtherObjects(places).join(":")
      }
}

const furtherObjects = (places: Places): ReadonlyArray<string> =>
  Object.entries(places).flatMap(([name, path]) => (name.startsWith(LOCAL.objects) ? [path] : []))

/** Opens a repository that `Repositories` fetched or found. */
export const openRepository = (places: Places): Effect.Effect<OpenRepository, GitFailed> =>
  Effect.gen(function* () {
    const variables = variablesOf(places)
    const fetched = places.repository
    const folder =
      variables === undefined
        ? (fetched ?? "")
        : yield* withObjects([join(variables.GIT_COMMON_DIR ?? "", "objects"), ...furtherObjects(places)])
    /** Runs git where the references and the history are. */
    const named = (...args: Parameters<typeof git>[1]) => gitText(folder, args, { variables: variables ?? {}, most: MOST_BYTES })
    const opened: OpenRepository = {
      folder,
      commitOf: (name) =>
        named("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`).pipe(
          Effect.catchTag("GitRefused", () => new UnusableReference({ name, why: "it is no branch, tag or commit here" }))
        ),
      mergeBase: (one, other) =>
        named("merge-base", one, other).pipe(
          Effect.catchTag("GitRefused", () => new UnusableReference({ name: one, why: `it has no common history with ${other}` }))
        ),
      messages: (base, head) =>
        Effect.map(named("log", "-z", `-n${MOST_MESSAGES}`, "--format=%B", `${base}..${head}`), (text) =>
          text
            .split("\0")
            .map((message) => message.trim())
            .filter((message) => message !== "")
        ),
      changes: (base, head) =>
        Effect.map(
          gitText(folder, ["diff-tree", "--name-status", "--no-renames", "-r", "-z", base, head], { most: MOST_BYTES }),
          (text) => {
            const parts = text.split("\0")
            const changed: Array<ChangedPath> = []
            for (let at = 0; at + 1 < parts.length; at += 2) {
              const change = CHANGES[parts[at] ?? ""]
              const path = parts[at + 1]
              if (change !== undefined && path !== undefined) changed.push({ path, change })
            }
            return changed
          }
        ),
      changedFiles: (base, head) => changedFiles(folder, base, head),
      files: (commit) => listTree(folder, commit),
      sources: (commit, isWanted) => sourcesAt(folder, commit, isWanted)
    }
    return opened
  })
