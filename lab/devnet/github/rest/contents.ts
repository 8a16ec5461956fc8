/** A repository's contents: files, folders and submodules, as GitHub's REST API shows them. */
import { HttpRouter, HttpServerRequest } from "@effect/platform"
import { Effect, Option } from "effect"
import { type Blob, type Entry, entryAt, madeUpSha, treeAt } from "../state/gitObjects.ts"
import type * as State from "../state/State.ts"
import type { View } from "../View.ts"
import { API_VERSIONS } from "./ApiVersion.ts"
import { apiOf, htmlOf } from "./repositoryBodies.ts"
import { type Handler, json, notFound, orNotFound, problem, repository } from "./request.ts"

/** GitHub inserts a line break after every 60 characters of base64, and after the last. */
export const wrappedBase64 = ({ bytes }: Blob): string => bytes.toString("base64").replace(/.{1,60}/g, "$&\n")

type Folder = { readonly _tag: "Folder" }

interface Place {
  readonly path: string
  readonly ref: string
}

const entryBody = (view: View, of: State.Repository, { path, ref }: Place, entry: Entry | Folder) => {
  const encoded = path.split("/").map(encodeURIComponent).join("/")
  const url = `${apiOf(view, of)}/contents/${encoded}?ref=${encodeURIComponent(ref)}`
  const [kind, sha, size] =
    entry._tag === "File"
      ? (["blob", entry.blob.oid, entry.blob.bytes.length] as const)
      : (["tree", entry._tag === "Submodule" ? entry.at.submodule : madeUpSha(of.id, ref, path), 0] as const)
  // A submodule's objects are in its own repository.
  const [api, html] =
    entry._tag === "Submodule" ? [`${view.base}/repos/${entry.at.of}`, `${view.base}/${entry.at.of}`] : [apiOf(view, of), htmlOf(view, of)]
  const links = {
    git: `${api}/git/${kind}s/${sha}`,
    html: entry._tag === "Submodule" ? `${html}/tree/${sha}` : `${html}/${kind}/${ref}/${encoded}`
  }
  return {
    name: path.split("/").at(-1) ?? "",
    path,
    sha,
    size,
    url,
    html_url: links.html,
    git_url: links.git,
    download_url: entry._tag === "File" ? `${htmlOf(view, of)}/raw/${ref}/${encoded}` : null,
    type: { File: "file", Folder: "dir", Submodule: "submodule" }[entry._tag],
    _links: { self: url, ...links }
  }
}

/** An entry in its folder's listing. Before version 2026-03-10, GitHub's listings (and only they) called submodules files. */
const listedBody = (view: View, of: State.Repository, place: Place, entry: Entry | Folder) => {
  const body = entryBody(view, of, place, entry)
  return entry._tag === "Submodule" && view.version === API_VERSIONS[0] ? { ...body, type: "file" } : body
}

const singleEntry = (view: View, of: State.Repository, place: Place, entry: Entry) => ({
  ...entryBody(view, of, place, entry),
  ...(entry._tag === "File"
    ? { content: wrappedBase64(entry.blob), encoding: "base64" }
    : { submodule_git_url: `${view.base}/${entry.at.of}.git` })
})

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export const contents: Handler = Effect.gen(function* () {
  const { engine, view, repository: of } = yield* repository
  const request = yield* HttpServerRequest.HttpServerRequest
  const params = yield* HttpRouter.params
  const path = yield* Effect.try({ try: () => decodeURIComponent(params["*"] ?? ""), catch: () => notFound })
  const ref = new URL(request.url, engine.base).searchParams.get("ref") ?? of.defaultBranch
  const folder = path.replace(/(?<!\/)\/+$/, "")
  const atCommit = entryAt(of, ref, folder)
  if (atCommit !== undefined) return json(singleEntry(view, of, { path: folder, ref }, atCommit))
  const tree = treeAt(of, ref)
  if (tree === undefined) return yield* Effect.fail(problem(404, `No commit found for the ref ${ref}`))
  const entry = tree.get(folder)
  if (entry !== undefined) return json(singleEntry(view, of, { path: folder, ref }, entry))
  const prefix = folder === "" ? "" : `${folder}/`
  const inside = [...tree].filter(([one]) => one.startsWith(prefix))
  yield* orNotFound(Option.liftPredicate(inside, ({ length }) => length > 0))
  const listed = new Map<string, Entry | Folder>(
    inside.map(([one, found]) => {
      const [name = "", ...further] = one.slice(prefix.length).split("/")
      return [prefix + name, further.length === 0 ? found : { _tag: "Folder" }]
    })
  )
  return json([...listed].toSorted(([a], [b]) => byText(a, b)).map(([one, found]) => listedBody(view, of, { path: one, ref }, found)))
})
