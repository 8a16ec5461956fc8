/** Accounts in GraphQL. */
import * as State from "../state/State.ts"
import { avatarOf, iso, nodeId } from "../View.ts"
import type { Context } from "./Context.ts"

export const actor = (context: Context, account: State.Account) => ({
  __typename: account.kind,
  id: nodeId(account.kind, account.id),
  databaseId: account.id,
  login: account.login,
  avatarUrl: avatarOf(context.view.base, account.id),
  url: `${context.view.base}/${account.login}`,
  createdAt: iso(account.createdAt)
})

/** null for a deleted account. */
export const actorById = (context: Context, id: number) => {
  const account = State.accountOf(context.view.state, id)
  return account.deleted === true ? null : actor(context, account)
}
