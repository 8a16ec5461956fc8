/** Repositories as GitHub's REST API shows them. Features that the stand-in lacks appear unused. */
import { HashMap, Option } from "effect"
import { behaviours } from "../../behaviours.ts"
import * as State from "../state/State.ts"
import { iso, nodeId, untilVersion2026, type View } from "../View.ts"
import { urls, userById } from "./accountBodies.ts"

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

/** A `repository` embedded in another answer. */
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
    fork: repository.forkOf !== undefined,
    ...urls(apiOf(view, repository), REPOSITORY_URLS),
    clone_url: `${htmlOf(view, repository)}.git`,
    git_url: `git://${new URL(view.base).host}/${name}.git`,
    ssh_url: `git@${new URL(view.base).hostname}:${name}.git`,
    svn_url: htmlOf(view, repository),
    mirror_url: null,
    homepage: null,
    language: repository.language ?? null,
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
    has_pull_requests: repository.pullRequests !== "none",
    pull_request_creation_policy: repository.pullRequests === "collaborators" ? "collaborators_only" : "all",
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    ...untilVersion2026(view, { has_downloads: false }),
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    pushed_at: iso(repository.commits.at(-1)?.at ?? repository.createdAt),
    created_at: iso(repository.createdAt),
    updated_at: iso(repository.updatedAt)
  }
}

/** The repository that another one was made of by a fork, if it is shown. */
const originOf = (view: View, { forkOf }: State.Repository): State.Repository | undefined =>
  forkOf === undefined ? undefined : Option.getOrUndefined(HashMap.get(view.state.repositories, forkOf))

const sourceOf = (view: View, repository: State.Repository): State.Repository => {
  const origin = originOf(view, repository)
  return origin === undefined ? repository : sourceOf(view, origin)
}

const forkedFrom = (view: View, repository: State.Repository) => {
  const parent = originOf(view, repository)
  return parent === undefined ? {} : { parent: embeddedRepository(view, parent), source: embeddedRepository(view, sourceOf(view, parent)) }
}

behaviours({
  what: "A fork's own response names its `parent` and its `source`. A repository nested in another response names neither.",
  sources: ["https://docs.github.com/en/rest/repos/repos#get-a-repository"],
  switch: "createRepository, with forkOf",
  test: "test/http/github/landings.test.ts"
})

export const fullRepositoryBody = (view: View, repository: State.Repository) => ({
  ...embeddedRepository(view, repository),
  ...forkedFrom(view, repository),
  ...(State.accountOf(view.state, repository.ownerId).kind === "Organization" ? { organization: userById(view, repository.ownerId) } : {}),
  network_count: 0,
  subscribers_count: 0
})

/** An entry of a repository's activity: a change of a branch. */
export const activityBody = (
  view: View,
  repository: State.Repository,
  { actorId, after, at, before, branch, id, type }: State.Activity
) => ({
  id,
  node_id: nodeId("PSH", `${repository.id}/${id}`),
  before,
  after,
  ref: `refs/heads/${branch}`,
  timestamp: iso(at),
  activity_type: type,
  actor: userById(view, actorId)
})
