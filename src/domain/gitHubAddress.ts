/** Addresses of pages on GitHub. Names and paths come from strangers: each part is escaped. */

const escaped = (path: string): string => path.split("/").map(encodeURIComponent).join("/")

/** `repository`: "owner/name". */
export const gitHubRepository = (repository: string): string => `https://github.com/${escaped(repository)}`

export const gitHubIssue = (repository: string, number: number): string => `${gitHubRepository(repository)}/issues/${number}`

export const gitHubComment = (repository: string, number: number, id: number): string =>
  `${gitHubIssue(repository, number)}#issuecomment-${id}`

export const gitHubPull = (repository: string, number: number): string => `${gitHubRepository(repository)}/pull/${number}`

export const gitHubCommit = (repository: string, commit: string): string =>
  `${gitHubRepository(repository)}/commit/${encodeURIComponent(commit)}`

export const gitHubAccount = (login: string): string => `https://github.com/${encodeURIComponent(login)}`

/** A line of a file. Undefined for a path that is none inside of the repository, which could lead anywhere on GitHub. */
export const gitHubLine = (repository: string, commit: string, path: string, line: number): string | undefined =>
  path.split("/").some((part) => part === "" || part === "." || part === "..")
    ? undefined
    : `${gitHubRepository(repository)}/blob/${encodeURIComponent(commit)}/${escaped(path)}#L${line}`
