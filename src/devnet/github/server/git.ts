/** Serves repositories by git's own protocol over HTTP, as GitHub does: what git says is what the installed git says. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { deflateSync, gunzipSync } from "node:zlib"
import { HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { Effect, HashMap, Option, Ref } from "effect"
import type { Engine } from "../Engine.ts"
import * as State from "../state/State.ts"

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
    for (let commit: State.GitCommit | null = tip; commit !== null && !written.has(commit.oid); commit = commit.parent)
      for (const { oid, type, bytes } of commit.objects) {
        if (written.has(oid)) continue
        written.add(oid)
        write(`objects/${oid.slice(0, 2)}/${oid.slice(2)}`, deflateSync(Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])))
      }
  }
}

const uploadPack = (
  repository: State.Repository,
  head: State.GitCommit,
  input: Uint8Array,
  protocol: string | undefined,
  advertise: boolean
) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-served-"))),
    (folder) =>
      Effect.promise(async () => {
        writeRepository(folder, repository, head)
        const child = Bun.spawn(
          ["git", "upload-pack", "--stateless-rpc", "--strict", ...(advertise ? ["--http-backend-info-refs"] : []), folder],
          {
            stdin: new Blob([Uint8Array.from(input)]),
            stdout: "pipe",
            stderr: "ignore",
            env: {
              PATH: process.env.PATH ?? "",
              GIT_CONFIG_NOSYSTEM: "1",
              GIT_CONFIG_COUNT: "2",
              GIT_CONFIG_KEY_0: "uploadpack.allowReachableSHA1InWant",
              GIT_CONFIG_VALUE_0: "true",
              GIT_CONFIG_KEY_1: "safe.directory",
              GIT_CONFIG_VALUE_1: "*",
              ...(protocol === undefined ? {} : { GIT_PROTOCOL: protocol })
            }
          }
        )
        const [output] = await Promise.all([new Response(child.stdout).bytes(), child.exited])
        return output
      }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

/** GitHub asks for a name and a password where a repository is missing or private. */
const unauthorized = HttpServerResponse.text("Repository not found.", {
  status: 401,
  headers: { "www-authenticate": 'Basic realm="GitHub"' }
})

const SERVICE = "# service=git-upload-pack\n"
const ANNOUNCEMENT = Buffer.from(`${(SERVICE.length + 4).toString(16).padStart(4, "0")}${SERVICE}0000`)

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
    const advertise = kind === "info/refs"
    if (advertise && searchParams.get("service") !== "git-upload-pack") return HttpServerResponse.empty({ status: 403 })
    const sent = new Uint8Array(yield* request.arrayBuffer)
    const input = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent
    const output = yield* uploadPack(repository, repository.git, input, request.headers["git-protocol"], advertise)
    return HttpServerResponse.uint8Array(advertise ? Buffer.concat([ANNOUNCEMENT, output]) : output, {
      contentType: `application/x-git-upload-pack-${advertise ? "advertisement" : "result"}`,
      headers: { "cache-control": "no-cache, max-age=0, must-revalidate" }
    })
  }).pipe(Effect.catchAll(() => Effect.succeed(HttpServerResponse.empty({ status: 400 }))))
