/** Bare repositories in a folder, served over HTTP by the installed git. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { Effect } from "effect"
import { uploadPack } from "../../../lab/devnet/github/server/uploadPack.ts"
import { serve } from "../serve.ts"

const PATH = /^\/([\w-]+)\.git\/(info\/refs|git-upload-pack)$/

export interface Served {
  /** The server's URL, without a path. A repository is at `/NAME.git`. */
  readonly url: string
  /** The number of requests, and of bytes sent. */
  readonly counted: { requests: number; bytes: number }
}

/** Serves `root/NAME` while the scope is open. `isOld`: without version 2 of git's protocol. */
export const served = (root: string, isOld = false) =>
  Effect.gen(function* () {
    const counted = { requests: 0, bytes: 0 }
    const { url } = yield* serve(async (request) => {
      const [, name = "", kind] = PATH.exec(new URL(request.url).pathname) ?? []
      const folder = join(root, name)
      counted.requests++
      if (kind === undefined || !existsSync(folder)) return new Response("Repository not found.", { status: 404 })
      const sent = new Uint8Array(await request.arrayBuffer())
      const input = request.headers.get("content-encoding") === "gzip" ? gunzipSync(sent) : sent
      const { bytes, contentType } = await uploadPack(
        folder,
        kind === "info/refs" ? kind : "git-upload-pack",
        input,
        isOld ? undefined : (request.headers.get("git-protocol") ?? undefined)
      )
      counted.bytes += bytes.length
      return new Response(Uint8Array.from(bytes), { headers: { "content-type": contentType } })
    })
    const found: Served = { url, counted }
    return found
  })
