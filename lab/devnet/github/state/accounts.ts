/** Steps that create, rename and delete accounts and gists. */
import { Either, HashMap, Option } from "effect"
import { madeUpId } from "../facts/contributors.ts"
import type * as Asked from "./asked.ts"
import { madeUpSha } from "./gitObjects.ts"
import * as State from "./State.ts"
import { findAccount, refuse, type Step } from "./Step.ts"

export const createAccount = (state: State.State, wanted: Asked.Timed<typeof Asked.CreateUser>): Step<State.Account> => {
  if (HashMap.has(state.logins, wanted.login.toLowerCase())) return refuse(`the login ${wanted.login} is taken`)
  const id = wanted.id ?? madeUpId(wanted.login, (candidate) => HashMap.has(state.accounts, candidate))
  if (HashMap.has(state.accounts, id)) return refuse(`the account id ${id} is taken`)
  const account: State.Account = { id, login: wanted.login, kind: wanted.kind ?? "User", createdAt: wanted.at }
  const logins = HashMap.set(state.logins, account.login.toLowerCase(), id)
  return Either.right([{ ...state, accounts: HashMap.set(state.accounts, id, account), logins }, account])
}

/** The account with this login, created if necessary. */
export const ensureAccount = (state: State.State, login: string, at: number, kind: State.Account["kind"] = "User"): Step<State.Account> =>
  Option.match(State.accountByLogin(state, login), {
    onNone: () => createAccount(state, { login, kind, at }),
    onSome: (account) => Either.right([state, account])
  })

/** Frees the old login. The account's repositories are still found under their old names. */
export const renameAccount = (state: State.State, login: string, to: string): Step<State.Account> =>
  Either.gen(function* () {
    const account = yield* findAccount(state, login)
    if (to.toLowerCase() !== login.toLowerCase() && HashMap.has(state.logins, to.toLowerCase()))
      return yield* refuse(`the login ${to} is taken`)
    const renamed = { ...account, login: to }
    const own = Array.from(HashMap.values(state.repositories)).filter((repository) => repository.ownerId === account.id)
    return [
      {
        ...state,
        accounts: HashMap.set(state.accounts, account.id, renamed),
        logins: state.logins.pipe(HashMap.remove(login.toLowerCase()), HashMap.set(to.toLowerCase(), account.id)),
        places: own.reduce((places, { name, id }) => HashMap.set(places, `${to}/${name}`.toLowerCase(), id), state.places)
      },
      renamed
    ] as const
  })

/** Deletes an account: its texts remain without an author, its gists are deleted, its login is free again. */
export const deleteAccount = (state: State.State, login: string): Step<null> =>
  Either.gen(function* () {
    const account = yield* findAccount(state, login)
    const next: State.State = {
      ...state,
      accounts: HashMap.set(state.accounts, account.id, { ...account, deleted: true }),
      logins: HashMap.remove(state.logins, login.toLowerCase()),
      gists: HashMap.filter(state.gists, ({ ownerId }) => ownerId !== account.id)
    }
    return [next, null] as const
  })

/** Replaces a gist's files; null deletes the gist. */
export const changeGist = (
  state: State.State,
  wanted: { readonly id: string; readonly files: Readonly<Record<string, string>> | null }
): Step<null> =>
  Option.match(HashMap.get(state.gists, wanted.id), {
    onNone: () => refuse(`there is no gist ${wanted.id}`),
    onSome: (gist) =>
      Either.right([
        {
          ...state,
          gists:
            wanted.files === null
              ? HashMap.remove(state.gists, wanted.id)
              : HashMap.set(state.gists, wanted.id, { ...gist, files: wanted.files })
        },
        null
      ] as const)
  })

/** Adds a gist; returns it and the new state. Ids are derived from a counter, so that replaying gives the same ids. */
export const createGist = (
  state: State.State,
  wanted: Omit<State.Gist, "id" | "createdAt"> & { readonly at: number }
): readonly [State.Gist, State.State] => {
  const lastId = state.lastId + 1
  const { at, ...content } = wanted
  const gist: State.Gist = { ...content, id: madeUpSha("gist", lastId).slice(0, 32), createdAt: at }
  return [gist, { ...state, lastId, gists: HashMap.set(state.gists, gist.id, gist) }]
}

/** Flags an account, which hides it and its content, or removes the flag. */
export const flagAccount = (state: State.State, login: string, flagged: boolean): Step<null> =>
  Either.map(findAccount(state, login), (account) => [
    { ...state, accounts: HashMap.set(state.accounts, account.id, { ...account, flagged }) },
    null
  ])
