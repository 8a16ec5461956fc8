/** Serves repositories over git's smart HTTP protocol, as GitHub does. The installed git produces the answers. */
import { gunzipSync } from "node:zlib"
import { HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { Effect, Option, Ref } from "effect"
import type { Engine } from "../Engine.ts"
import * as State from "../state/State.ts"
import { uploadPack } from "./uploadPack.ts"

const PATH = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack)$/

/** Whether a request comes from git, not an API client. */
export const isGit = (path: string): boolean => PATH.test(path) && !path.startsWith("/repos/")

/** GitHub asks for credentials where a repository is missing or private. */
const unauthorized = HttpServerResponse.text("Repository not found.", {
  status: 401,
  headers: { "www-authenticate": 'Basic realm="GitHub"' }
})

/** Answers a request from git. */
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
    const folder = engine.folders.folderOf(repository, repository.git)
    const { bytes, contentType } = yield* Effect.promise(() =>
      uploadPack(folder, kind === "git-upload-pack" ? kind : "info/refs", input, request.headers["git-protocol"])
    )
    return HttpServerResponse.uint8Array(bytes, { contentType, headers: { "cache-control": "no-cache, max-age=0, must-revalidate" } })
  }).pipe(Effect.catchAll(() => Effect.succeed(HttpServerResponse.empty({ status: 400 }))))
