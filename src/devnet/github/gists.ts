/** Gists of the stand-in: ids are made up from their number, so that a story told twice has the same. */
import { HashMap } from "effect"
import type * as State from "./State.ts"
import { madeUpSha } from "./trees.ts"

/** Adds a gist; returns it and the state with it. */
export const createGist = (
  state: State.State,
  wanted: Omit<State.Gist, "id" | "createdAt"> & { readonly at: number }
): readonly [State.Gist, State.State] => {
  const lastId = state.lastId + 1
  const { at, ...content } = wanted
  const gist: State.Gist = { ...content, id: madeUpSha("gist", lastId).slice(0, 32), createdAt: at }
  return [gist, { ...state, lastId, gists: HashMap.set(state.gists, gist.id, gist) }]
}
