/** A repository's git objects and its owner in GraphQL. */
import { Option } from "effect"
import { behaviours } from "../../behaviours.ts"
import { rootAt } from "../state/gitHistory.ts"
import { blobAt } from "../state/gitObjects.ts"
import * as State from "../state/State.ts"
import { iso, nodeId } from "../View.ts"
import { actorById } from "./actor.ts"
import { type Context, failIfKept, notFound } from "./Context.ts"
import { blob } from "./contribution.ts"

const treeOf = (of: State.Repository, { entries, oid }: State.GitFolder) => ({
  __typename: "Tree",
  id: nodeId("Tree", `${of.id}/${oid}`),
  oid,
  entries: entries.map(({ mode, name, oid }) => ({ mode: Number.parseInt(mode, 8), nameRaw: Buffer.from(name).toString("base64"), oid }))
})

const folderAt = (root: State.GitFolder | undefined, path: string): State.GitFolder | undefined =>
  path
    .split("/")
    .filter((name) => name !== "")
    .reduce<State.GitFolder | undefined>((folder, name) => {
      const entry = folder?.entries.find((one) => one.name === name)
      return entry?.is._tag === "Folder" ? entry.is.folder : undefined
    }, root)

/** The object at a path of a revision, as `HEAD:src/a.ts`; null if there is none. */
export const objectAt = (of: State.Repository, expression: string) => {
  const colon = expression.indexOf(":")
  const folder = folderAt(rootAt(of, expression.slice(0, colon)), expression.slice(colon + 1))
  return folder === undefined ? blob(of, blobAt(of, expression)) : treeOf(of, folder)
}

/** The entry at a path of a commit's tree; null if there is none. */
export const fileAt = (of: State.Repository, sha: string, path: string) => {
  const object = objectAt(of, `${sha}:${path}`)
  const name = Buffer.from(path.slice(path.lastIndexOf("/") + 1)).toString("base64")
  return object === null ? null : { mode: object.__typename === "Tree" ? 0o040000 : 0o100644, nameRaw: name, oid: object.oid, object }
}

export const interactionsOf = ({ interactions }: State.Repository) =>
  interactions == null ? null : { limit: interactions.limit, expiresAt: iso(interactions.until), origin: "REPOSITORY" }

/** A repository's owner, who shows the others of its repositories by name. `repository`: how one is shown. */
export const ownerOf = (context: Context, of: State.Repository, repository: (of: State.Repository) => object) => {
  const owner = actorById(context, of.ownerId)
  const { state, caller } = context.view
  const named = ({ name }: { readonly name: string }) =>
    Option.match(
      Option.filter(State.repositoryByName(state, `${State.accountOf(state, of.ownerId).login}/${name}`), (found) =>
        State.maySee(found, caller)
      ),
      {
        onNone: () => {
          throw notFound(`a Repository with the name '${name}'`)
        },
        onSome: (found) => {
          failIfKept(context, found)
          return repository(found)
        }
      }
    )
  return owner === null ? null : { ...owner, repository: named }
}

behaviours(
  {
    what: "A repository or its owner can restrict comments and pull requests to older accounts, contributors or collaborators, for a day to six months.",
    sources: [
      "https://docs.github.com/en/communities/moderating-comments-and-conversations/limiting-interactions-in-your-repository",
      "https://docs.github.com/en/graphql/reference/objects#repositoryinteractionability"
    ],
    switch: "changeRepository, with interactions",
    test: "test/http/github/settingsAgainst.test.ts"
  },
  {
    what: "In GraphQL, a repository that does not exist is null with a NOT_FOUND error for its path. The rest of the query is answered.",
    sources: [
      "https://docs.github.com/en/graphql/reference/interfaces#repositoryowner",
      "https://github.com/cli/cli/blob/trunk/api/queries_repo.go"
    ],
    test: "test/http/github/consentFiles.test.ts"
  }
)
