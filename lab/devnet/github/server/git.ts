/** Serves repositories by git's own protocol over HTTP, as GitHub does: what git says is what the installed git says. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { deflateSync, gunzipSync } from "node:zlib"
import { HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { Effect, HashMap, Option, Ref } from "effect"
import type { Engine } from "../Engine.ts"
import * as State from "../state/State.ts"
import { uploadPack } from "./uploadPack.ts"

const PATH = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack)$/

/** Whether a request is git's, and not the API's. */
export const isGit = (path: string): boolean => PATH.test(path) && !path.startsWith("/repos/")

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

/** Writes what the refs reach as a bare repository. */
const writeRepository = (folder: string, repository: State.Repository, head: State.GitCommit): void => {
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  write("HEAD", `ref: refs/heads/${repository.defaultBranch}\n`)
  write("config", "[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
  mkdirSync(join(folder, "objects"))
  const written = new Set<string>()
  for (const [name, tip] of refsOf(repository, head)) {
    write(name, `${tip.oid}\n`)
    const reached = new Set([tip])
    for (const commit of reached) {
      if (written.has(commit.oid)) continue
      for (const parent of commit.parents) reached.add(parent)
      for (const { oid, type, bytes } of commit.objects) {
        if (written.has(oid)) continue
        written.add(oid)
        write(`objects/${oid.slice(0, 2)}/${oid.slice(2)}`, deflateSync(Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])))
      }
    }
  }
}

/** What git says of a repository that is written for this one question. */
const asked = (
  repository: State.Repository,
  head: State.GitCommit,
  kind: "info/refs" | "git-upload-pack",
  input: Uint8Array,
  protocol: string | undefined
) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-served-"))),
    (folder) =>
      Effect.promise(() => {
        writeRepository(folder, repository, head)
        return uploadPack(folder, kind, input, protocol)
      }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

/** GitHub asks for a name and a password where a repository is missing or private. */
const unauthorized = HttpServerResponse.text("Repository not found.", {
  status: 401,
  headers: { "www-authenticate": 'Basic realm="GitHub"' }
})

/** Answers a request of git. */
export const serveGit = (engine: Engine) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const { pathname, searchParams, search } = new URL(request.url, engine.base)
    const [, name = "", kind] = PATH.exec(pathname) ?? []
    const state = yield* Ref.get(engine.state)
    const found = Option.filter(State.repositoryByName(state, name), (one) => State.maySee(one, null))
    if (Option.isNone(found)) return unauthorized
    const repository = found.value
    const present = State.fullName(state, repository)
    if (present.toLowerCase() !== name.toLowerCase())
      return HttpServerResponse.empty({ status: 301, headers: { location: `${engine.base}/${present}.git/${kind}${search}` } })
    if (repository.git === undefined) return HttpServerResponse.text("The files of this repository are not known here.\n", { status: 404 })
    if (kind !== "git-upload-pack" && searchParams.get("service") !== "git-upload-pack") return HttpServerResponse.empty({ status: 403 })
    const sent = new Uint8Array(yield* request.arrayBuffer)
    const input = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent
    const { bytes, contentType } = yield* asked(
      repository,
      repository.git,
      kind === "git-upload-pack" ? kind : "info/refs",
      input,
      request.headers["git-protocol"]
    )
    return HttpServerResponse.uint8Array(bytes, { contentType, headers: { "cache-control": "no-cache, max-age=0, must-revalidate" } })
  }).pipe(Effect.catchAll(() => Effect.succeed(HttpServerResponse.empty({ status: 400 }))))
