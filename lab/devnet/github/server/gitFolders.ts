/** The stand-in's repositories on disk: written when git first asks for one, and updated when the repository has changed. */
import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { deflateSync } from "node:zlib"
import { Effect, HashMap } from "effect"
import { objectsOf } from "../state/gitHistory.ts"
import type * as State from "../state/State.ts"

const refsOf = (repository: State.Repository, head: State.GitCommit): ReadonlyMap<string, State.GitCommit> => {
  const refs = new Map([[`refs/heads/${repository.defaultBranch}`, head]])
  for (const item of HashMap.values(repository.items)) {
    if (item._tag !== "PullRequest" || item.git === undefined) continue
    refs.set(`refs/pull/${item.number}/head`, item.git.head)
    if (item.fromFork !== true && item.closedAt === null && !item.headBranch.includes(".."))
      refs.set(`refs/heads/${item.headBranch}`, item.git.head)
  }
  return refs
}

/** A git pack with these objects. git indexes it before it is served. */
const packOf = (objects: ReadonlyArray<State.GitObject>): Buffer => {
  const start = Buffer.from("PACK\0\0\0\x02\0\0\0\0", "latin1")
  start.writeUInt32BE(objects.length, 8)
  const parts = objects.flatMap(({ type, bytes }) => {
    const size = [(TYPES[type] << 4) | (bytes.length & 15)]
    for (let left = bytes.length >>> 4; left > 0; left >>>= 7) {
      size[size.length - 1] = (size.at(-1) ?? 0) | 128
      size.push(left & 127)
    }
    return [Buffer.from(size), deflateSync(bytes)]
  })
  const content = Buffer.concat([start, ...parts])
  return Buffer.concat([content, createHash("sha1").update(content).digest()])
}

const TYPES = { commit: 1, tree: 2, blob: 3 } as const

/** A repository as last written to disk. */
interface WrittenRepository {
  readonly folder: string
  of: State.Repository
  readonly commits: Set<string>
  readonly objects: Set<string>
}

/** Repositories on disk, by id; git serves them from there. */
export class Folders {
  readonly #root = mkdtempSync(join(tmpdir(), "gittensor-served-"))
  readonly #written = new Map<number, WrittenRepository>()

  /** The folder of a repository, which contains only objects that its refs reach. */
  folderOf(repository: State.Repository, head: State.GitCommit): string {
    const before = this.#written.get(repository.id)
    if (before?.of === repository) return before.folder
    const refs = refsOf(repository, head)
    const reached = new Set(refs.values())
    for (const commit of reached) for (const parent of commit.parents) reached.add(parent)
    const names = new Set([...reached].map(({ oid }) => oid))
    // A repository that lost commits gets a new folder, because a running request may still read the old one.
    const isGrown = before !== undefined && [...before.commits].every((oid) => names.has(oid))
    const written = isGrown ? before : this.#begun(repository)
    this.#add(
      written,
      [...reached].filter(({ oid }) => !written.commits.has(oid))
    )
    this.#write(written, "packed-refs", [...refs].map(([name, { oid }]) => `${oid} ${name}\n`).join(""))
    this.#write(written, "HEAD", `ref: refs/heads/${repository.defaultBranch}\n`)
    written.of = repository
    this.#written.set(repository.id, written)
    return written.folder
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }

  #begun(repository: State.Repository): WrittenRepository {
    const written = {
      folder: mkdtempSync(join(this.#root, "of-")),
      of: repository,
      commits: new Set<string>(),
      objects: new Set<string>()
    }
    this.#write(written, "config", "[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
    for (const name of ["objects", "refs"]) mkdirSync(join(written.folder, name))
    return written
  }

  /** Adds the objects as a pack: a disk would take longer for a file each than git takes to answer. */
  #add(written: WrittenRepository, commits: ReadonlyArray<State.GitCommit>): void {
    const objects: Array<State.GitObject> = []
    for (const commit of commits) {
      written.commits.add(commit.oid)
      for (const object of objectsOf(commit, (one) => written.objects.has(one))) {
        written.objects.add(object.oid)
        objects.push(object)
      }
    }
    if (objects.length === 0) return
    const pack = packOf(objects)
    const path = `objects/pack/pack-${pack.subarray(-20).toString("hex")}.pack`
    this.#write(written, path, pack)
    const { exitCode, stderr } = Bun.spawnSync(["git", "index-pack", join(written.folder, path)], { cwd: written.folder })
    if (exitCode !== 0) throw new Error(`git cannot read the stand-in's objects: ${stderr.toString()}`)
  }

  #write({ folder }: WrittenRepository, path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

/** The folders, removed when the scope ends. */
export const folders = Effect.acquireRelease(
  Effect.sync(() => new Folders()),
  (made) => Effect.sync(() => made.remove())
)
