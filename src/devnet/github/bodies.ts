/**
 * Accounts and repositories in the form of GitHub's REST API (a test holds each answer against GitHub's published OpenAPI description). What
 * the stand-in does not model is there as GitHub shows it of an account or a repository that does not use it.
 */
import { HashMap } from "effect"
import * as State from "./State.ts"

/** A state as seen at one address: `base` is where the stand-in listens, without a slash at the end. */
export interface View {
  readonly state: State.State
  readonly base: string
}

export const iso = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
export const isoOrNull = (milliseconds: number | null) => (milliseconds === null ? null : iso(milliseconds))

/** What GitHub gives a label that nobody chose a colour for. */
export const LABEL_COLOR = "ededed"

export const avatarOf = (base: string, account: number) => `${base}/avatars/u/${account}`

/** An opaque id that is one and the same in REST (`node_id`) and GraphQL (`id`). */
export const nodeId = (kind: string, id: number | string): string => `${kind}_${Buffer.from(`${kind}:${id}`).toString("base64url")}`

/** What a node id stands for, or undefined. */
export const fromNodeId = (text: string): { readonly kind: string; readonly id: string } | undefined => {
  const [kind, id] = Buffer.from(text.slice(text.indexOf("_") + 1), "base64url")
    .toString("utf8")
    .split(":")
  return kind === undefined || id === undefined || nodeId(kind, id) !== text ? undefined : { kind, id }
}

const urls = (base: string, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(names).map(([name, path]) => [name, `${base}${path}`]))

export const simpleUser = ({ base }: View, account: State.Account) => ({
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

/** What GitHub shows in the place of an account that is gone. */
const GHOST: State.Account = { id: 10_137, login: "ghost", kind: "User", createdAt: Date.UTC(2008, 4, 13) }

export const userById = (view: View, id: number) => {
  const account = State.accountOf(view.state, id)
  return simpleUser(view, account.deleted === true ? GHOST : account)
}

export const publicUser = (view: View, account: State.Account) => {
  const gists = Array.from(HashMap.values(view.state.gists)).filter((gist) => gist.ownerId === account.id && gist.public)
  const repositories = Array.from(HashMap.values(view.state.repositories)).filter(
    (own) => own.ownerId === account.id && !own.private && !own.deleted
  )
  return {
    ...simpleUser(view, account),
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

const REPOSITORY_URLS = {
  url: "",
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}"
}

export const apiOf = (view: View, repository: State.Repository) => `${view.base}/repos/${State.fullName(view.state, repository)}`
export const htmlOf = (view: View, repository: State.Repository) => `${view.base}/${State.fullName(view.state, repository)}`

/** `repository` inside another answer. */
export const embeddedRepository = (view: View, repository: State.Repository) => {
  const name = State.fullName(view.state, repository)
  const open = Array.from(HashMap.values(repository.items)).filter((item) => item.closedAt === null).length
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: name,
    private: repository.private,
    visibility: repository.private ? "private" : "public",
    owner: userById(view, repository.ownerId),
    html_url: htmlOf(view, repository),
    description: null,
    fork: false,
    ...urls(apiOf(view, repository), REPOSITORY_URLS),
    clone_url: `${htmlOf(view, repository)}.git`,
    git_url: `git://${new URL(view.base).host}/${name}.git`,
    ssh_url: `git@${new URL(view.base).hostname}:${name}.git`,
    svn_url: htmlOf(view, repository),
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    topics: [],
    default_branch: repository.defaultBranch,
    size: 0,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    open_issues: open,
    open_issues_count: open,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    pushed_at: iso(repository.commits.at(-1)?.at ?? repository.createdAt),
    created_at: iso(repository.createdAt),
    updated_at: iso(repository.updatedAt)
  }
}

export const fullRepository = (view: View, repository: State.Repository) => ({
  ...embeddedRepository(view, repository),
  network_count: 0,
  subscribers_count: 0
})
