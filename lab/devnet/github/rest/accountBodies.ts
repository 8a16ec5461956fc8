/** Accounts and gists as GitHub's REST API shows them. */
import { HashMap } from "effect"
import * as State from "../state/State.ts"
import { avatarOf, iso, nodeId, untilVersion2026, type View } from "../View.ts"

export const urls = (base: string, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(names).map(([name, path]) => [name, `${base}${path}`]))

const simpleUserBody = ({ base }: View, account: State.Account) => ({
  login: account.login,
  id: account.id,
  node_id: nodeId(account.kind, account.id),
  avatar_url: avatarOf(base, account.id),
  gravatar_id: "",
  html_url: `${base}/${encodeURIComponent(account.login)}`,
  type: account.kind,
  user_view_type: "public",
  site_admin: false,
  ...urls(`${base}/users/${encodeURIComponent(account.login)}`, {
    url: "",
    followers_url: "/followers",
    following_url: "/following{/other_user}",
    gists_url: "/gists{/gist_id}",
    starred_url: "/starred{/owner}{/repo}",
    subscriptions_url: "/subscriptions",
    organizations_url: "/orgs",
    repos_url: "/repos",
    events_url: "/events{/privacy}",
    received_events_url: "/received_events"
  })
})

/** GitHub's placeholder for a deleted account. */
const GHOST: State.Account = { id: 10_137, login: "ghost", kind: "User", createdAt: Date.UTC(2008, 4, 13) }

export const userById = (view: View, id: number) => {
  const account = State.accountOf(view.state, id)
  return simpleUserBody(view, account.deleted === true ? GHOST : account)
}

export const publicUserBody = (view: View, account: State.Account) => {
  const gists = Array.from(HashMap.values(view.state.gists)).filter((gist) => gist.ownerId === account.id && gist.public)
  const repositories = Array.from(HashMap.values(view.state.repositories)).filter(
    (own) => own.ownerId === account.id && !own.private && !own.deleted
  )
  return {
    ...simpleUserBody(view, account),
    name: null,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: repositories.length,
    public_gists: gists.length,
    followers: 0,
    following: 0,
    created_at: iso(account.createdAt),
    updated_at: iso(account.createdAt)
  }
}

export const gistBody = (view: View, item: State.Gist) => {
  const api = `${view.base}/gists/${item.id}`
  return {
    id: item.id,
    node_id: nodeId("Gist", item.id),
    url: api,
    forks_url: `${api}/forks`,
    commits_url: `${api}/commits`,
    comments_url: `${api}/comments`,
    git_pull_url: `${view.base}/gist/${item.id}.git`,
    git_push_url: `${view.base}/gist/${item.id}.git`,
    html_url: `${view.base}/gist/${item.id}`,
    public: item.public,
    description: item.description,
    comments: 0,
    ...untilVersion2026(view, { user: null, forks: [], history: [] }),
    owner: userById(view, item.ownerId),
    truncated: false,
    created_at: iso(item.createdAt),
    updated_at: iso(item.createdAt),
    files: Object.fromEntries(
      Object.entries(item.files).map(([filename, content]) => [
        filename,
        {
          filename,
          type: "text/plain",
          language: "Text",
          raw_url: `${view.base}/gist/${item.id}/raw/${encodeURIComponent(filename)}`,
          size: Buffer.byteLength(content),
          truncated: false,
          content,
          encoding: "utf-8"
        }
      ])
    )
  }
}
